/** The store of everything that outlives the log: checkpoints, runs, conversations. SQLite through Kysely; SQL runs on worker threads. */
import type { Checkpoint, ConversationDelta, ConversationKey, RestoredState, SettledRun } from '../model/checkpoint.ts'
import type { FailureKind } from '../model/failure.ts'
import type { RunOutcome, RunRecord, RunSummary } from '../model/run.ts'
import type { Step } from '../model/step.ts'

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
