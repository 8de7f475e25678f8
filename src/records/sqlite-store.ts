/**
 * The store over SQLite. One connection writes; another reads what was last committed, so that a page of runs neither waits for a
 * checkpoint nor sees half of one. Nothing here locks the data directory: the log does, and it is opened first.
 */
import { Kysely } from 'kysely'

import {
  type Checkpoint,
  type ConversationKey,
  conversationKeyText,
  type ConversationState,
  type RestoredState,
  type SettledRun,
} from '../model/checkpoint.ts'
import type { RunRecord } from '../model/run.ts'
import type { Step } from '../model/step.ts'
import type { FeedbackRecord } from '../model/feedback.ts'
import type { FeedbackState, RunRef, TargetQuery } from '../model/feedback-state.ts'
import { IDS_PER_STATEMENT, idChunks } from './chunks.ts'
import { conversationStates } from './conversation-states.ts'
import { added, restoreState, saveCheckpoint } from './checkpoint.ts'
import * as feedback from './feedback.ts'
import { type AuditStore, SqliteAudit } from './audit.ts'
import { type DeletionStore, SqliteDeletions } from './deletions.ts'
import { migrate } from './migrations.ts'
import { fromConversationRow, fromRunRow, fromSettledRow, parseSteps, tagsColumn } from './rows.ts'
import { listRuns } from './run-list.ts'
import { SqliteNotes } from './sqlite-notes.ts'
import type { NoteStore } from './notes.ts'
import { findTargets } from './targets.ts'
import type { Tables } from './schema.ts'
import { SqliteWorkerDialect } from './sqlite-driver.ts'
import { SqliteTranscripts, type TranscriptStore } from './transcripts.ts'
import type { AffectedUsers, ConversationRecord, LatestFilter, RunFilter, RunPage, Store } from './store.ts'

/**
 * Opens the store, creating it or migrating it where needed. The folder of `path` has to exist; `-wal` and `-shm` are written beside it.
 * @throws StoreOpenError when the file cannot be opened or belongs to a newer version.
 */
export async function openSqliteStore(options: { readonly path: string }): Promise<Store> {
  const { path } = options
  const writer = new Kysely<Tables>({ dialect: new SqliteWorkerDialect({ path, mode: 'write' }) })
  const reader = new Kysely<Tables>({ dialect: new SqliteWorkerDialect({ path, mode: 'read' }) })
  const lookups = new Kysely<Tables>({ dialect: new SqliteWorkerDialect({ path, mode: 'read' }) })
  try {
    await migrate(writer, path)
    for (const db of [reader, lookups]) await db.selectFrom('meta').select('key').limit(1).execute()
  } catch (error) {
    await lookups.destroy()
    await reader.destroy()
    await writer.destroy()
    throw error
  }
  return new SqliteStore(writer, reader, lookups)
}

class SqliteStore implements Store {
  readonly notes: NoteStore
  readonly transcripts: TranscriptStore
  readonly deletions: DeletionStore
  readonly audit: AuditStore
  readonly #writer: Kysely<Tables>
  /** For people and scrapes. */
  readonly #reader: Kysely<Tables>
  /** For the fold, which must not wait behind a slow page. */
  readonly #lookups: Kysely<Tables>

  constructor(writer: Kysely<Tables>, reader: Kysely<Tables>, lookups: Kysely<Tables>) {
    this.#writer = writer
    this.#reader = reader
    this.#lookups = lookups
    this.notes = new SqliteNotes(writer, reader)
    this.transcripts = new SqliteTranscripts(writer, reader)
    this.deletions = new SqliteDeletions(writer, reader)
    this.audit = new SqliteAudit(writer, reader)
  }

  restore(): Promise<RestoredState | null> {
    return restoreState(this.#reader)
  }

  save(checkpoint: Checkpoint): Promise<void> {
    return saveCheckpoint(this.#writer, checkpoint)
  }

  async findSettled(
    traceIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly run: SettledRun; readonly steps: readonly Step[] | null }>> {
    const found = new Map<string, { readonly run: SettledRun; readonly steps: readonly Step[] | null }>()
    for (const ids of idChunks(traceIds)) {
      const rows = await this.#lookups
        .selectFrom('settled')
        .leftJoin('runs', 'runs.trace_id', 'settled.trace_id')
        .selectAll('settled')
        .select('runs.steps')
        .where('settled.trace_id', 'in', ids)
        .execute()
      for (const { steps, ...row } of rows) {
        found.set(row.trace_id, { run: fromSettledRow(row), steps: steps === null ? null : parseSteps(steps) })
      }
    }
    return found
  }

  async knownConversations(keys: readonly ConversationKey[], sinceMs: number): Promise<ReadonlySet<string>> {
    const asked = new Set(keys.map(conversationKeyText))
    const known = new Set<string>()
    for (const ids of idChunks([...new Set(keys.map(({ conversationId }) => conversationId))])) {
      const rows = await this.#lookups
        .selectFrom('conversations')
        .select(['conversation_id', 'service', 'environment'])
        .where('conversation_id', 'in', ids)
        .where('settled_at_ms', '>=', sinceMs)
        .execute()
      for (const { conversation_id: conversationId, service, environment } of rows)
        known.add(conversationKeyText({ conversationId, service, environment }))
    }
    return new Set([...known].filter((key) => asked.has(key)))
  }

  findTargets(queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, RunRef & { readonly startedAtUs: number }>> {
    return findTargets(this.#lookups, queries)
  }

  conversationStates(keys: readonly ConversationKey[]): Promise<readonly ConversationState[]> {
    return conversationStates(this.#lookups, keys)
  }

  findFeedback(ids: readonly string[]): Promise<ReadonlyMap<string, FeedbackState>> {
    return feedback.findFeedback(this.#lookups, ids)
  }

  listFeedback(filter: feedback.FeedbackFilter): Promise<feedback.FeedbackPage> {
    return feedback.listFeedback(this.#reader, filter)
  }

  countFeedback(filter: Omit<feedback.FeedbackFilter, 'limit' | 'cursor'>): Promise<feedback.FeedbackCounts> {
    return feedback.countFeedback(this.#reader, filter)
  }

  feedbackOfRuns(traceIds: readonly string[]): Promise<ReadonlyMap<string, readonly FeedbackRecord[]>> {
    return feedback.feedbackOfRuns(this.#reader, traceIds)
  }

  feedbackOfConversation(id: string): Promise<readonly FeedbackRecord[]> {
    return feedback.feedbackOfConversation(this.#reader, id)
  }

  listRuns(filter: RunFilter): Promise<RunPage> {
    return listRuns(this.#reader, filter)
  }

  async latestRuns({ settledSinceMs, limit, before }: LatestFilter): Promise<readonly RunRecord[]> {
    let query = this.#reader.selectFrom('runs').selectAll().select(tagsColumn).where('settled_at_ms', '>=', settledSinceMs)
    if (before !== undefined) {
      const { settledAtMs, traceId } = before
      query = query.where((eb) => eb(eb.refTuple('settled_at_ms', 'trace_id'), '<', eb.tuple(settledAtMs, traceId)))
    }
    const rows = await query.orderBy('settled_at_ms', 'desc').orderBy('trace_id', 'desc').limit(limit).execute()
    return rows.map(fromRunRow)
  }

  async findRun(traceId: string): Promise<RunRecord | null> {
    const row = await this.#reader
      .selectFrom('runs')
      .selectAll()
      .select(tagsColumn)
      .where('trace_id', '=', traceId)
      .executeTakeFirst()
    return row === undefined ? null : fromRunRow(row)
  }

  async findConversation(id: string): Promise<ConversationRecord | null> {
    const rows = await this.#reader
      .selectFrom('conversations')
      .selectAll()
      .where('conversation_id', '=', id)
      .orderBy('first_at_us')
      .execute()
    const [first, ...others] = rows
    return first === undefined ? null : fromConversationRow(others.reduce(added, first))
  }

  async affectedUsers(sinceMs: number): Promise<readonly AffectedUsers[]> {
    const hurt = this.#reader
      .selectFrom('runs')
      .innerJoin('run_failures', 'run_failures.trace_id', 'runs.trace_id')
      .where('runs.settled_at_ms', '>=', sinceMs)
      .where('run_failures.impact', '=', 'fatal')
      // Of whoever was deleted nobody knows which runs are one person's.
      .where((eb) =>
        eb.not(
          eb.exists(eb.selectFrom('tombstones').select('key').where('kind', '=', 'trace').whereRef('key', '=', 'runs.trace_id')),
        ),
      )
      .select(({ fn }) => [
        'runs.service',
        'runs.environment',
        fn
          .count<number>(fn.coalesce('runs.user_id', 'runs.conversation_id', 'runs.trace_id'))
          .distinct()
          .as('users'),
      ])
      .groupBy(['runs.service', 'runs.environment'])
      .orderBy('runs.service')
      .orderBy('runs.environment')
    const byKind = hurt.groupBy('run_failures.kind').orderBy('run_failures.kind').select('run_failures.kind')
    const [anyKind, kinds] = await Promise.all([hurt.execute(), byKind.execute()])
    return [...anyKind.map((row) => ({ ...row, kind: null })), ...kinds]
  }

  async prune(limits: {
    readonly runsBeforeMs: number
    readonly settledBeforeMs: number
    readonly settledBelow: number
  }): Promise<void> {
    let deleted = IDS_PER_STATEMENT
    while (deleted === IDS_PER_STATEMENT) deleted = await this.#pruneRuns(limits.runsBeforeMs)
    await this.#writer.deleteFrom('conversations').where('settled_at_ms', '<', limits.runsBeforeMs).execute()
    await this.#writer
      .deleteFrom('run_keys')
      .where('day', '<', Math.floor(limits.runsBeforeMs / 86_400_000))
      .execute()
    await this.#writer.deleteFrom('transcripts').where('kept_at_ms', '<', limits.runsBeforeMs).execute()
    await this.#writer.deleteFrom('keep_requests').where('asked_at_ms', '<', limits.runsBeforeMs).execute()
    await this.#writer
      .deleteFrom('feedback')
      .where('received_at_ms', '<', limits.runsBeforeMs)
      .where('status', '=', 'done')
      .execute()
    await this.#writer
      .deleteFrom('settled')
      .where('is_stored', '=', 0)
      .where('settled_at_ms', '<', limits.settledBeforeMs)
      .execute()
    await this.#writer.deleteFrom('settled').where('is_stored', '=', 0).where('settle_number', '<', limits.settledBelow).execute()
  }

  async close(): Promise<void> {
    // The writer last: the last connection that closes cleans up the WAL, and a reader cannot.
    await this.#lookups.destroy()
    await this.#reader.destroy()
    await this.#writer.destroy()
  }

  /** Deletes some runs with their failures and seen-sets, in a transaction short enough for a checkpoint to wait for; answers how many. */
  #pruneRuns(beforeMs: number): Promise<number> {
    return this.#writer.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom('runs')
        .select('trace_id')
        .where('settled_at_ms', '<', beforeMs)
        .limit(IDS_PER_STATEMENT)
        .execute()
      const ids = rows.map((row) => row.trace_id)
      if (ids.length > 0) {
        await trx.deleteFrom('run_failures').where('trace_id', 'in', ids).execute()
        await trx.deleteFrom('run_tags').where('trace_id', 'in', ids).execute()
        await trx.deleteFrom('settled').where('trace_id', 'in', ids).execute()
        // Also of those that were picked long after they had settled.
        await trx.deleteFrom('transcripts').where('trace_id', 'in', ids).execute()
        await trx.deleteFrom('runs').where('trace_id', 'in', ids).execute()
      }
      return ids.length
    })
  }
}
