/** The family in the order in which it is asked; the first detector that matches an error names it. */
import type { FailureKind } from '../../model/failure.ts'
import { hasGenAiMeaning, type Step, type StepKind } from '../../model/step.ts'
import { abortedByClient } from './aborted-by-client.ts'
import { authError } from './auth-error.ts'
import { contentFilter, contentFilterError } from './content-filter.ts'
import { contextLength } from './context-length.ts'
import {
  type CallDetector,
  type ErrorDetector,
  type ErrorText,
  errorText,
  type RunDetector,
  type StepDetector,
} from './detector.ts'
import { emptyOutput } from './empty-output.ts'
import { guardrailTripped } from './guardrail-tripped.ts'
import { incomplete } from './incomplete.ts'
import { malformedOutput } from './malformed-output.ts'
import { outputParserError, parseError } from './parse-error.ts'
import { rateLimit } from './rate-limit.ts'
import { recursionLimit, recursionLoop } from './recursion-loop.ts'
import { refusal } from './refusal.ts'
import { retrievalEmpty } from './retrieval-empty.ts'
import { schemaError } from './schema-error.ts'
import { schemaViolation } from './schema-violation.ts'
import { serverError } from './server-error.ts'
import { streamAborted } from './stream-aborted.ts'
import { timeout } from './timeout.ts'
import { toolBadArguments, unreadableArguments } from './tool-bad-arguments.ts'
import { toolError } from './tool-error.ts'
import { truncated, truncatedError } from './truncated.ts'
import { unknownTool, unofferedTool } from './unknown-tool.ts'

const errorDetectors: readonly ErrorDetector[] = [
  // Before tool_error: these two are the model's failures at a tool.
  unknownTool,
  toolBadArguments,
  // Whatever else happened inside a tool is the tool's failure.
  toolError,
  // Before parse_error and the rest: what tripped a guardrail may be quoted in its message.
  guardrailTripped,
  // Before parse_error: "could not parse response content as the length limit was reached".
  truncatedError,
  // Before all that read words: a parser's message holds the model's.
  parseError,
  // After parse_error: text that is no JSON breaks every schema, too.
  schemaError,
  outputParserError,
  // Before the rest: its messages name steps and limits, which others read as theirs.
  recursionLimit,
  // Before rate_limit: "too many tokens".
  contextLength,
  rateLimit,
  contentFilterError,
  authError,
  // Before server_error: a 504 is both, and what to do about it is a timeout's remedy.
  timeout,
  // Before server_error: a stream that breaks also mentions the connection.
  streamAborted,
  serverError,
  // Last: timeouts and broken streams are aborts as well.
  abortedByClient,
]

export const callDetectors: readonly CallDetector[] = [
  truncated,
  contentFilter,
  refusal,
  emptyOutput,
  malformedOutput,
  schemaViolation,
  unofferedTool,
  unreadableArguments,
]

export const stepDetectors: readonly StepDetector[] = [retrievalEmpty]

export const runDetectors: readonly RunDetector[] = [recursionLoop, incomplete]

/** What reads answers is named after what it reads. */
const ofAnswers: ReadonlySet<FailureKind> = new Set(['parse_error', 'schema_error'])
/** Where applications read other things, too: a request that came in, a configuration. */
const readers: ReadonlySet<StepKind> = new Set(['agent', 'workflow'])

/**
 * The kind of a step's error in its run. `isAfterCall`: a model was asked before the step ended; without one there was no answer to read. `isCaller`:
 * a call that answered lies right in it. The application's own span around one is where it reads the answer.
 */
export function errorKindIn(step: Step, isAfterCall: boolean, isCaller: boolean): FailureKind | null {
  if (step.kind === 'other' && isCaller) {
    const asReader = errorKindOf({ ...step, kind: 'workflow' })
    return asReader !== null && ofAnswers.has(asReader) ? asReader : errorKindOf(step)
  }
  const kind = errorKindOf(step)
  return !isAfterCall && kind !== null && ofAnswers.has(kind) && readers.has(step.kind) ? 'step_error' : kind
}

/**
 * The kind of a step's error; `step_error` when no detector knows it. Where the error itself says no more than that something failed, the exception it
 * was raised from is asked. Spans without GenAI meaning are never read for provider errors.
 */
export function errorKindOf(step: Step): FailureKind | null {
  const { error } = step
  if (error === null) return null
  if (error.kind !== null) return error.kind
  if (!hasGenAiMeaning(step)) return 'step_error'
  const kind = kindOf(errorText(error, step), step)
  if (error.cause === null || !(kind === null || vagueKinds.has(kind))) return kind ?? 'step_error'
  const first = kindOf(errorText({ ...error, type: null, message: error.cause, httpStatus: null }, step), step)
  return first ?? kind ?? 'step_error'
}

/** "Connection error." may be a stream that broke off, or a provider that is down. */
const vagueKinds: ReadonlySet<FailureKind> = new Set(['server_error'])

function kindOf(text: ErrorText, step: Step): FailureKind | null {
  return errorDetectors.find((detector) => detector.matches(text, step))?.kind ?? null
}
