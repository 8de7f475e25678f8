/** The store of everything that outlives the log: checkpoints, runs, conversations. SQLite through Kysely; SQL runs on worker threads. */
import type {
  Checkpoint,
  ConversationDelta,
  ConversationKey,
  ConversationState,
  RestoredState,
  SettledRun,
} from '../model/checkpoint.ts'
import type { FailureKind } from '../model/failure.ts'
import type { FeedbackRecord, Rating } from '../model/feedback.ts'
import type { FeedbackState, RunRef, TargetQuery } from '../model/feedback-state.ts'
import type { RunOutcome, RunRecord, RunSummary } from '../model/run.ts'
import type { Step } from '../model/step.ts'
import type { AuditStore } from './audit.ts'
import type { DeletionStore } from './deletions.ts'
import type { NoteStore } from './notes.ts'
import type { TranscriptStore } from './transcripts.ts'
import type { FeedbackCounts, FeedbackFilter, FeedbackPage } from './feedback.ts'

/** Filters of the runs list; absent = no filter. Times are unix milliseconds, `since` inclusive, `until` exclusive, both of the run's start. */
export interface RunFilter {
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly service?: string | undefined
  readonly environment?: string | undefined
  readonly agent?: string | undefined
  readonly outcome?: RunOutcome | undefined
  readonly kind?: FailureKind | undefined
  readonly conversationId?: string | undefined
  readonly userId?: string | undefined
  readonly release?: string | undefined
  readonly tag?: string | undefined
  /** Runs with feedback of that rating. */
  readonly rating?: Rating | undefined
  /** 1 to 200. */
  readonly limit: number
  /** Opaque place to go on from, as returned in `next`. */
  readonly cursor?: string | undefined
}

/** Which runs a start looks back at. */
export interface LatestFilter {
  readonly settledSinceMs: number
  readonly limit: number
  /** The last run of the page before. */
  readonly before?: Pick<RunSummary, 'settledAtMs' | 'traceId'> | undefined
}

export interface RunPage {
  readonly runs: readonly RunSummary[]
  readonly next: string | null
}

/** A conversation with totals over all its runs, also those whose rows were sampled away. */
export type ConversationRecord = ConversationDelta

/** How many distinct users (else conversations, else runs) a fatal failure kind hurt since a time. */
export interface AffectedUsers {
  readonly service: string
  readonly environment: string
  /** Null = hurt by a failure of any kind. */
  readonly kind: FailureKind | null
  readonly users: number
}

export interface Store {
  readonly transcripts: TranscriptStore
  readonly notes: NoteStore
  readonly deletions: DeletionStore
  readonly audit: AuditStore
  /** Null on the very first start. */
  restore(): Promise<RestoredState | null>
  /** Writes a checkpoint in one transaction: all of it or nothing. */
  save(checkpoint: Checkpoint): Promise<void>
  /** What is known of these runs as of the last saved checkpoint, with the steps of those that have a row. */
  findSettled(
    traceIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly run: SettledRun; readonly steps: readonly Step[] | null }>>
  /** Which of these conversations had a run settled since `sinceMs`, as key texts. */
  knownConversations(keys: readonly ConversationKey[], sinceMs: number): Promise<ReadonlySet<string>>
  /** The settled runs that feedback may be about, by question. */
  findTargets(queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, RunRef & { readonly startedAtUs: number }>>
  /** What is remembered of these conversations; without those of which nothing is. */
  conversationStates(keys: readonly ConversationKey[]): Promise<readonly ConversationState[]>
  findFeedback(ids: readonly string[]): Promise<ReadonlyMap<string, FeedbackState>>
  /** Newest first. */
  listFeedback(filter: FeedbackFilter): Promise<FeedbackPage>
  countFeedback(filter: Omit<FeedbackFilter, 'limit' | 'cursor'>): Promise<FeedbackCounts>
  /** What was said about these runs, the first to come first, by trace id. */
  feedbackOfRuns(traceIds: readonly string[]): Promise<ReadonlyMap<string, readonly FeedbackRecord[]>>
  /** What was said about a conversation or about one of its runs, the first to come first. */
  feedbackOfConversation(id: string): Promise<readonly FeedbackRecord[]>
  listRuns(filter: RunFilter): Promise<RunPage>
  /** Runs that settled then or later with their steps, the last to settle first, at most `limit`. */
  latestRuns(filter: LatestFilter): Promise<readonly RunRecord[]>
  findRun(traceId: string): Promise<RunRecord | null>
  /** All conversations with this id as one; names are those of the earliest. */
  findConversation(id: string): Promise<ConversationRecord | null>
  /** Distinct users hurt by fatal failures in runs settled since then: one row for each kind, and one for all kinds together. */
  affectedUsers(sinceMs: number): Promise<readonly AffectedUsers[]>
  /** Deletes runs and conversations settled before `runsBeforeMs`, and seen-sets without a row settled before `settledBeforeMs` or numbered below `settledBelow`. */
  prune(limits: { readonly runsBeforeMs: number; readonly settledBeforeMs: number; readonly settledBelow: number }): Promise<void>
  close(): Promise<void>
}

/** The cursor does not come from an answer of ours. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError'
}

/** The database belongs to another process or to a newer version. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
}
