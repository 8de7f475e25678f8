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
    if (name !== null && isPrompt(span, name))
      return { kind: 'workflow', operation: 'invoke_workflow', node: nodeOf(name), error }
    return { kind, operation, error }
  },
}

/** Python names a tool with its plugin before it, and a prompt that the application runs without; .NET names tools as prompts are named. */
function isPrompt({ scope }: Span, name: string): boolean {
  return scope.name.startsWith('semantic_kernel.') ? !name.includes('-') : guid.test(name)
}

/** What a prompt that nobody named ends in with .NET. */
const guid = /[0-9a-f]{32}$/

/** In Python a prompt that nobody named gets sixteen letters by chance. */
function nodeOf(name: string): string | null {
  return guid.test(name) || /^[A-Za-z]{16}$/.test(name) ? null : name
}

/** Python prints a class as `<class 'openai.RateLimitError'>`. */
function failureOf(span: Span): StepError | null {
  const error = errorOf(span, finishReasons(span.attributes, otelKeys.finishReasons))
  const type = /^<class '([\w.]{1,200})'>$/.exec(error?.type ?? '')?.[1]
  return error === null || type === undefined ? error : { ...error, type }
}
