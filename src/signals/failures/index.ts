/** The family in the order in which it is asked; the first detector that matches an error names it. */
import type { FailureKind } from '../../model/failure.ts'
import { hasGenAiMeaning, type Step } from '../../model/step.ts'
import { abortedByClient } from './aborted-by-client.ts'
import { authError } from './auth-error.ts'
import { contentFilter, contentFilterError } from './content-filter.ts'
import { contextLength } from './context-length.ts'
import { type CallDetector, type ErrorDetector, errorText, type RunDetector } from './detector.ts'
import { incomplete } from './incomplete.ts'
import { parseError } from './parse-error.ts'
import { rateLimit } from './rate-limit.ts'
import { recursionLimit, recursionLoop } from './recursion-loop.ts'
import { serverError } from './server-error.ts'
import { streamAborted } from './stream-aborted.ts'
import { timeout } from './timeout.ts'
import { toolError } from './tool-error.ts'
import { truncated } from './truncated.ts'

const errorDetectors: readonly ErrorDetector[] = [
  // Whatever happened inside a tool is the tool's failure.
  toolError,
  // Before all that read words: a parser's message holds the model's.
  parseError,
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

export const callDetectors: readonly CallDetector[] = [truncated, contentFilter]

export const runDetectors: readonly RunDetector[] = [recursionLoop, incomplete]

/** The kind of a step's error; `step_error` when no detector knows it. Spans without GenAI meaning are never read for provider errors. */
export function errorKindOf(step: Step): FailureKind | null {
  if (step.error === null) return null
  if (step.error.kind !== null) return step.error.kind
  if (!hasGenAiMeaning(step)) return 'step_error'
  const text = errorText(step.error, step)
  return errorDetectors.find((detector) => detector.matches(text, step))?.kind ?? 'step_error'
}
