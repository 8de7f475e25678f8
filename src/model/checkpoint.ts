/** What one checkpoint writes and a start reads back: the state of the fold as of one entry of the log, changes only where that is enough. */
import type { FeedbackRecord } from './feedback.ts'
import type { FeedbackState } from './feedback-state.ts'
import type { ConversationMemory } from './implicit.ts'
import type { RunOutcome, RunRecord } from './run.ts'
import type { KeptReason } from './transcript.ts'

/** A place in the log, right after an entry: everything about time and size that depends on the entries up to it. */
export interface LogMark {
  /** The last entry before this place; 0 = the beginning. */
  readonly seq: number
  /** The log's clock there. */
  readonly atMs: number
  /** Milliseconds the processor was up and ticking: what timers count. Downtime and stalls do not advance it. */
  readonly uptimeMs: number
  /** Body bytes of all entries so far. */
  readonly bytes: number
}

/** One series: label values in the order of the catalogue's label names, integers in the metric's base unit. */
export interface SeriesState {
  readonly metric: string
  readonly labels: readonly string[]
  /** Counter: one total. Histogram: one count per bucket (the last is +Inf, not cumulative), then the sum. */
  readonly values: readonly number[]
  /** What is exposed while the series is young: its values when it was born (zeros) or came back; null = expose `values`. */
  readonly heldValues: readonly number[] | null
  /** Uptime at which `values` are shown; -1 = retired: nothing is exposed until it is used again. */
  readonly heldUntilMs: number
  /** Log time of the last change. */
  readonly usedAtMs: number
  /** Histograms: per bucket the last trace id with its value and unix time in seconds; null = none. */
  readonly exemplars: readonly (Exemplar | null)[] | null
}

export interface Exemplar {
  readonly traceId: string
  readonly value: number
  readonly atSeconds: number
}

/** A value that took one of the places of a label. */
export interface LabelState {
  readonly label: string
  readonly value: string
  readonly usedAtMs: number
}

/** What a settled run leaves behind so that late and repeated spans are recognised. */
export interface SettledRun {
  readonly traceId: string
  readonly settledAtMs: number
  /** Counts settles since the beginning; with it the oldest of very many runs are forgotten. */
  readonly settleNumber: number
  /** What was counted for the run; null when it held no GenAI span. */
  readonly outcome: RunOutcome | null
  readonly service: string
  readonly environment: string
  readonly agent: string
  readonly conversationId: string | null
  readonly startedAtUs: number
  /** The entries of the log that brought it, at most 2,000: where its content can be read again. */
  readonly entries: readonly number[]
  /** True when a row (and so its steps) is in the records. */
  readonly isStored: boolean
  /** Packed 9-byte records: 8 bytes of id or fingerprint, 1 byte of flags (see assemble/seen.ts). */
  readonly seen: Uint8Array
}

/** Conversation ids are the application's own and often small (`1`, `default`): they are one conversation only within a service. */
export interface ConversationKey {
  readonly service: string
  readonly environment: string
  readonly conversationId: string
}

/** A conversation's key as one text, for sets. */
export function conversationKeyText({ service, environment, conversationId }: ConversationKey): string {
  return JSON.stringify([service, environment, conversationId])
}

/** What one settled run adds to its conversation. */
export interface ConversationDelta extends ConversationKey {
  readonly agent: string
  /** Log time of the settle: what retention goes by, since the clocks of emitters may be wrong. */
  readonly settledAtMs: number
  readonly firstAtUs: number
  readonly lastAtUs: number
  readonly runs: number
  readonly failedRuns: number
  readonly llmCalls: number
  readonly toolCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNanoUsd: number
  readonly unpricedCalls: number
}

/** Small state that is rewritten whole with each checkpoint. */
export interface FoldHead {
  readonly version: number
  /** Last entry counted. */
  readonly head: LogMark
  /** Reading has to begin after this place to rebuild the runs that were open. */
  readonly lowWater: LogMark
  readonly settleNumber: number
  /** The settings that shape facts, as JSON text, in force at `head`. */
  readonly settings: string
  /** The oldest memory of a settled run that a reopened run relies on; it must not be pruned before that run has settled again. */
  readonly oldestPast: { readonly settledAtMs: number; readonly settleNumber: number } | null
  /** Runs that were open at `head`. */
  readonly openRuns: readonly OpenRunMark[]
}

export interface OpenRunMark {
  readonly traceId: string
  /** The entry that opened it: earlier ones with the same trace id belong to an earlier settle. */
  readonly firstSeq: number
  /** True when it had been settled before and late spans opened it again. */
  readonly isReopened: boolean
  /** Calls in traces of their own that belong into this run; absent in checkpoints of earlier versions. */
  readonly adopted?: readonly AdoptedMark[]
}

export interface AdoptedMark {
  readonly traceId: string
  readonly parentId: string
  readonly firstSeq: number
}

export interface Checkpoint {
  readonly fold: FoldHead
  readonly series: readonly SeriesState[]
  readonly labels: readonly LabelState[]
  /** Label values that gave up their place. */
  readonly removedLabels: readonly { readonly label: string; readonly value: string }[]
  readonly settled: readonly SettledRun[]
  readonly runs: readonly RunRecord[]
  readonly conversations: readonly ConversationDelta[]
  /** What is remembered of conversations, where it changed. */
  readonly conversationStates: readonly ConversationState[]
  readonly feedback: FeedbackChanges
  /** Runs whose transcript is to be kept. */
  readonly keeps: readonly KeepRequest[]
}

/** What is remembered of a conversation from one run to the next. */
export interface ConversationState {
  readonly key: ConversationKey
  readonly userId: string | null
  /** Null = nobody has said anything yet. */
  readonly memory: ConversationMemory | null
  /** By then whoever speaks has given up, unless something comes; null = there is no reason to. Unix milliseconds of the log's clock. */
  readonly givesUpAtMs: number | null
}

export interface FeedbackChanges {
  /** Given or replaced, as they are to be stored. */
  readonly records: readonly FeedbackRecord[]
  /** Everything that changed, what was given included. */
  readonly states: readonly FeedbackState[]
}

/** A run whose transcript is to be read from the log and kept. `again` = late spans came: only where one is kept already. */
export interface KeepRequest {
  readonly traceId: string
  readonly reason: KeptReason | 'again'
  readonly askedAtMs: number
}

/** What a start reads back. */
export interface RestoredState {
  readonly fold: FoldHead
  /** Feedback that waits for a run or is not counted yet. */
  readonly pendingFeedback: readonly FeedbackState[]
  /** Conversations of which somebody may give up. */
  readonly pendingConversations: readonly ConversationState[]
  readonly series: readonly SeriesState[]
  readonly labels: readonly LabelState[]
}
