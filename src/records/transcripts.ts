/** Kept transcripts, and the requests to keep one, which a reader of the log works off. */
import type { Kysely } from 'kysely'
import type { KeepRequest } from '../model/checkpoint.ts'
import type { KeptReason, Transcript } from '../model/transcript.ts'
import type { Tables } from './schema.ts'
import { erasedTraces } from './tombstones.ts'

/** `kept` = it can be read; `pending` = it is asked for and not read from the log yet. */
export type TranscriptState = 'kept' | 'pending' | 'none'

export interface TranscriptStore {
  find(traceId: string): Promise<Transcript | null>
  state(traceId: string): Promise<TranscriptState>
  /** Somebody picked the run, or late spans came. */
  request(request: KeepRequest): Promise<void>
  /** The requests to work off, the first to come first; without those that failed too often. */
  next(limit: number): Promise<readonly KeepRequest[]>
  /** Numbers of the log's entries that brought these runs, by trace id. */
  entriesOf(traceIds: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>>
  /** Why each of these transcripts is kept, by trace id; without those that are not. */
  reasonsOf(traceIds: readonly string[]): Promise<ReadonlyMap<string, KeptReason>>
  /** Keeps transcripts and strikes out their requests, and those that came to nothing, in one transaction. */
  save(transcripts: readonly Transcript[], dropped: readonly string[]): Promise<void>
  /** Reading these from the log failed. */
  failed(traceIds: readonly string[]): Promise<void>
}

/** What is tried so often and fails is given up. */
const MAX_TRIES = 3

export class SqliteTranscripts implements TranscriptStore {
  readonly #writer: Kysely<Tables>
  readonly #reader: Kysely<Tables>

  constructor(writer: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#writer = writer
    this.#reader = reader
  }

  async find(traceId: string): Promise<Transcript | null> {
    const row = await this.#reader.selectFrom('transcripts').select('body').where('trace_id', '=', traceId).executeTakeFirst()
    if (row === undefined) return null
    const transcript: Transcript = JSON.parse(row.body)
    return transcript
  }

  async state(traceId: string): Promise<TranscriptState> {
    if ((await this.reasonsOf([traceId])).size > 0) return 'kept'
    const asked = await this.#reader
      .selectFrom('keep_requests')
      .select('reason')
      .where('trace_id', '=', traceId)
      .where('tries', '<', MAX_TRIES)
      .executeTakeFirst()
    return asked === undefined || asked.reason === 'again' ? 'none' : 'pending'
  }

  async request({ traceId, reason, askedAtMs }: KeepRequest): Promise<void> {
    await this.#writer
      .replaceInto('keep_requests')
      .values({ trace_id: traceId, reason, asked_at_ms: askedAtMs, tries: 0 })
      .execute()
  }

  async next(limit: number): Promise<readonly KeepRequest[]> {
    const rows = await this.#reader
      .selectFrom('keep_requests')
      .selectAll()
      .where('tries', '<', MAX_TRIES)
      .orderBy('asked_at_ms')
      .orderBy('trace_id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ traceId: row.trace_id, reason: row.reason, askedAtMs: row.asked_at_ms }))
  }

  async entriesOf(traceIds: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
    if (traceIds.length === 0) return new Map()
    const rows = await this.#reader
      .selectFrom('settled')
      .select(['trace_id', 'entries'])
      .where('trace_id', 'in', traceIds)
      .execute()
    return new Map(
      rows.map((row) => {
        const entries: number[] = JSON.parse(row.entries)
        return [row.trace_id, entries]
      }),
    )
  }

  async reasonsOf(traceIds: readonly string[]): Promise<ReadonlyMap<string, KeptReason>> {
    if (traceIds.length === 0) return new Map()
    const rows = await this.#reader
      .selectFrom('transcripts')
      .select(['trace_id', 'reason'])
      .where('trace_id', 'in', traceIds)
      .execute()
    return new Map(rows.map((row) => [row.trace_id, row.reason]))
  }

  async save(transcripts: readonly Transcript[], dropped: readonly string[]): Promise<void> {
    await this.#writer.transaction().execute(async (trx) => {
      const erased = await erasedTraces(
        trx,
        transcripts.map(({ traceId }) => traceId),
      )
      for (const transcript of transcripts) {
        const { traceId, reason, keptAtMs } = transcript
        // Read from the log before a deletion, and done after it.
        if (erased.has(traceId)) continue
        const row = { trace_id: traceId, reason, kept_at_ms: keptAtMs, body: JSON.stringify(transcript) }
        await trx.replaceInto('transcripts').values(row).execute()
      }
      const done = [...transcripts.map(({ traceId }) => traceId), ...dropped]
      if (done.length > 0) await trx.deleteFrom('keep_requests').where('trace_id', 'in', done).execute()
    })
  }

  async failed(traceIds: readonly string[]): Promise<void> {
    await this.#writer
      .updateTable('keep_requests')
      .set((eb) => ({ tries: eb('tries', '+', 1) }))
      .where('trace_id', 'in', traceIds)
      .execute()
  }
}
