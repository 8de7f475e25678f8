/** What the fold remembers of feedback, without its texts. */
import type { FeedbackSource, FeedbackTarget, Judge, Rating } from './feedback.ts'
import type { CommonLabels } from './run.ts'
import { hasGenAiMeaning, type Step } from './step.ts'

/**
 * `fresh` = its run has not been looked for, `waiting` = no run has come, `joined` = it has a run and is not counted yet, `done` = nothing more happens to
 * it by itself.
 */
export type FeedbackStatus = 'fresh' | 'waiting' | 'joined' | 'done'

export interface FeedbackState {
  readonly id: string
  readonly target: FeedbackTarget
  readonly source: FeedbackSource
  readonly judge: Judge
  /** Of its latest value; null = none. */
  readonly rating: Rating | null
  /** Fingerprint of the value, to tell a repetition from a replacement. */
  readonly digest: string
  readonly userId: string | null
  /** When it was said, or when it came. Unix milliseconds, as all times here. */
  readonly saidAtMs: number
  /** The log's clock when it came first, and when it last changed. */
  readonly receivedAtMs: number
  readonly changedAtMs: number
  readonly run: RunRef | null
  /** What the metrics hold for it; null = nothing. */
  readonly counted: Rating | null
  readonly status: FeedbackStatus
  readonly isWithdrawn: boolean
}

/** A settled run, as far as feedback about it needs it. */
export interface RunRef extends CommonLabels {
  readonly traceId: string
}

/** A question for a settled run. */
export interface TargetQuery {
  readonly type: 'trace' | 'span' | 'response' | 'message' | 'conversation'
  readonly value: string
  /** Of a conversation: its latest run that began before then, in unix milliseconds; else the first within an hour after it. */
  readonly beforeMs: number
}

/** Feedback that is sent just before its run begins is about that run. */
export const NEXT_RUN_MS = 3_600_000

/** A target as one text: runs have the same keys. */
export function targetKey(type: TargetQuery['type'], value: string): string {
  return `${type} ${value}`
}

/** Keys by which feedback may name a step. Spans that only hold the tree together are nothing that somebody rates. */
export function stepKeys(step: Step): readonly string[] {
  const { spanId, responseId, messageId } = step
  return [
    ...(hasGenAiMeaning(step) || step.isEntry ? [targetKey('span', spanId)] : []),
    ...(responseId === null ? [] : [targetKey('response', responseId)]),
    ...(messageId === null ? [] : [targetKey('message', messageId)]),
  ]
}
