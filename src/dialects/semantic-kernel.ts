/**
 * Semantic Kernel: the conventions in their older words. Every function of a kernel is a tool to it, a prompt too. Seen on the wire: Python 1.45.
 * What its models answered stands in log records: see logs/semantic-kernel.ts.
 */
import type { StepError } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import type { Dialect, Reading } from './dialect.ts'
import { errorOf } from './error.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { finishReasons, firstString } from './read.ts'

export const semanticKernel: Dialect = {
  name: 'semantic-kernel',
  keys: otelKeys,
  matches: (span) => span.scope.name.startsWith('semantic_kernel.') || span.scope.name.startsWith('Microsoft.SemanticKernel'),
  read: (span): Reading => {
    const { kind, operation } = readOperation(span)
    const error = failureOf(span)
    const name = kind === 'tool' ? firstString(span.attributes, otelKeys.toolName, 128) : null
    // A tool has the plugin before its name; what has none is a prompt that the application runs.
    if (name !== null && !name.includes('-')) return { kind: 'workflow', operation: 'invoke_workflow', node: nodeOf(name), error }
    return { kind, operation, error }
  },
}

/** A prompt that nobody named gets sixteen letters by chance. */
function nodeOf(name: string): string | null {
  return /^[A-Za-z]{16}$/.test(name) ? null : name
}

/** Python prints a class as `<class 'openai.RateLimitError'>`. */
function failureOf(span: Span): StepError | null {
  const error = errorOf(span, finishReasons(span.attributes, otelKeys.finishReasons))
  const type = /^<class '([\w.]{1,200})'>$/.exec(error?.type ?? '')?.[1]
  return error === null || type === undefined ? error : { ...error, type }
}
