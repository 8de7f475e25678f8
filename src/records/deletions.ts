/** Deletions in the records: what was asked for and how far it got, so that a process that was killed goes on; and the steps that touch the database. */
import type { Kysely } from 'kysely'
import type { AuditEvent } from '../model/audit.ts'
import type { Deletion, LateTraces, SubjectHash, Tombstone } from '../model/tombstone.ts'
import { appendAudit } from './audit.ts'
import { type Erasable, findErasable, type Seen } from './erasable.ts'
import { erase, eraseConversations, type ErasedCounts, eraseRuns } from './erase.ts'
import { eraseFeedback, eraseNoteLinks, eraseTranscripts, feedbackIdsOf } from './erase-feedback.ts'
import type { DeletionsTable, Tables } from './schema.ts'
import { loadTombstones, pruneTombstones, saveTombstones, tombstoneSalt } from './tombstones.ts'
import { wipe, type Wiped } from './wipe.ts'

/** `asked` = to be done, `erased` = gone from records and log, `wiped` = gone from the files as well: done. */
type DeletionState = 'asked' | 'erased' | 'wiped'

export interface DeletionJob {
  readonly id: string
  readonly state: DeletionState
  /** Null once it is erased: then nobody has to know any more whose it was. */
  readonly deletion: Deletion | LateTraces | null
  readonly kind: (Deletion | LateTraces)['kind']
  /** Salted hash of the id; of late traces 'late'. */
  readonly subject: string
  /** Unix milliseconds of the log's clock. */
  readonly deletedAtMs: number
  readonly who: string
  /** How much of what was erased so far. */
  readonly counts: ErasedCounts
}

/** What is remembered of some runs: their packed seen-sets, and the entries of the log that brought their spans. */
export interface Remembered {
  readonly seen: readonly Uint8Array[]
  readonly entries: readonly number[]
}

export interface DeletionStore {
  salt(): Promise<string>
  tombstones(): Promise<readonly Tombstone[]>
  saveTombstones(tombstones: readonly Tombstone[]): Promise<void>
  /** Forgets deletions so old that nobody can have kept a copy to send again. */
  pruneTombstones(beforeMs: number): Promise<void>
  /** Keeps a job, in place of an earlier one with its id. */
  keep(job: DeletionJob): Promise<void>
  find(id: string): Promise<DeletionJob | null>
  /** Those that are not done, the first to be asked for first. */
  unfinished(): Promise<readonly DeletionJob[]>
  /** What it is about, as far as the records know. `seen`: what else is known to be the person's. */
  erasable(deletion: Deletion, deletedAtMs: number, seen?: Seen): Promise<Erasable>
  /** Ids of the feedback that goes with it. */
  feedbackIds(what: Erasable): Promise<readonly string[]>
  remembered(traceIds: readonly string[]): Promise<Remembered>
  erase(what: Erasable, hash: SubjectHash): Promise<ErasedCounts>
  /** Notes what was erased, once, and forgets whose it was. */
  erased(job: DeletionJob, counts: ErasedCounts, event: AuditEvent): Promise<void>
  wiped(id: string): Promise<void>
  wipe(): Promise<Wiped>
}

export class SqliteDeletions implements DeletionStore {
  readonly #writer: Kysely<Tables>
  readonly #reader: Kysely<Tables>

  constructor(writer: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#writer = writer
    this.#reader = reader
  }

  salt(): Promise<string> {
    return tombstoneSalt(this.#reader)
  }

  tombstones(): Promise<readonly Tombstone[]> {
    return loadTombstones(this.#reader)
  }

  saveTombstones(tombstones: readonly Tombstone[]): Promise<void> {
    return saveTombstones(this.#writer, tombstones)
  }

  pruneTombstones(beforeMs: number): Promise<void> {
    return pruneTombstones(this.#writer, beforeMs)
  }

  async keep({ id, state, deletion, kind, subject, deletedAtMs, who, counts }: DeletionJob): Promise<void> {
    const row: DeletionsTable = {
      id,
      state,
      deletion: deletion === null ? null : JSON.stringify(deletion),
      kind,
      subject,
      deleted_at_ms: deletedAtMs,
      who,
      counts: JSON.stringify(counts),
    }
    await this.#writer.replaceInto('deletions').values(row).execute()
  }

  async find(id: string): Promise<DeletionJob | null> {
    const row = await this.#reader.selectFrom('deletions').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toJob(row)
  }

  async unfinished(): Promise<readonly DeletionJob[]> {
    const rows = await this.#reader
      .selectFrom('deletions')
      .selectAll()
      .where('state', '<>', 'wiped')
      .orderBy('deleted_at_ms')
      .orderBy('id')
      .execute()
    return rows.map(toJob)
  }

  erasable(deletion: Deletion, deletedAtMs: number, seen?: Seen): Promise<Erasable> {
    return findErasable(this.#reader, deletion, deletedAtMs, seen)
  }

  feedbackIds(what: Erasable): Promise<readonly string[]> {
    return feedbackIdsOf(this.#reader, what)
  }

  async remembered(traceIds: readonly string[]): Promise<Remembered> {
    const rows = await this.#reader.selectFrom('settled').select(['seen', 'entries']).where('trace_id', 'in', traceIds).execute()
    const entries = rows.flatMap((row): readonly number[] => JSON.parse(row.entries))
    return { seen: rows.map(({ seen }) => seen), entries: [...new Set(entries)].sort((a, b) => a - b) }
  }

  erase(what: Erasable, hash: SubjectHash): Promise<ErasedCounts> {
    const erasers = [eraseTranscripts, eraseFeedback(hash), eraseNoteLinks, eraseConversations(hash), eraseRuns]
    return erase(this.#writer, what, erasers)
  }

  async erased({ id }: DeletionJob, counts: ErasedCounts, event: AuditEvent): Promise<void> {
    await this.#writer.transaction().execute(async (trx) => {
      await appendAudit(trx, event)
      await trx
        .updateTable('deletions')
        .set({ state: 'erased', deletion: null, counts: JSON.stringify(counts) })
        .where('id', '=', id)
        .execute()
    })
  }

  async wiped(id: string): Promise<void> {
    await this.#writer.updateTable('deletions').set({ state: 'wiped' }).where('id', '=', id).execute()
  }

  wipe(): Promise<Wiped> {
    return wipe(this.#writer)
  }
}

function toJob(row: DeletionsTable): DeletionJob {
  const deletion: DeletionJob['deletion'] = row.deletion === null ? null : JSON.parse(row.deletion)
  const counts: ErasedCounts = JSON.parse(row.counts)
  const { id, state, kind, subject, who, deleted_at_ms: deletedAtMs } = row
  return { id, state, deletion, kind, subject, deletedAtMs, who, counts }
}
