/** Deletions in the records: what was asked for and how far it got, so that a process that was killed goes on; and the steps that touch the database. */
import type { Kysely } from 'kysely'
import type { AuditEvent } from '../model/audit.ts'
import type { Deletion, SubjectHash, Tombstone } from '../model/tombstone.ts'
import { appendAudit } from './audit.ts'
import { type Erasable, findErasable } from './erasable.ts'
import { erase, eraseConversations, type ErasedCounts, eraseRuns } from './erase.ts'
import { eraseFeedback, eraseNoteLinks, eraseTranscripts, feedbackIdsOf } from './erase-feedback.ts'
import type { DeletionsTable, Tables } from './schema.ts'
import { loadTombstones, pruneTombstones, saveTombstones, tombstoneSalt } from './tombstones.ts'
import { wipe, type Wiped } from './wipe.ts'

/** `asked` = to be done, `erased` = gone from records and log, `wiped` = gone from the files as well: done. */
export type DeletionState = 'asked' | 'erased' | 'wiped'

export interface DeletionJob {
  readonly id: string
  readonly state: DeletionState
  /** Null once it is erased: then nobody has to know any more whose it was. */
  readonly deletion: Deletion | null
  readonly kind: Deletion['kind']
  /** Salted hash of the id. */
  readonly subject: string
  /** Unix milliseconds of the log's clock. */
  readonly deletedAtMs: number
  readonly who: string
  /** How much of what was erased so far. */
  readonly counts: ErasedCounts
}

export interface ErasableWithFeedback extends Erasable {
  readonly feedbackIds: readonly string[]
}

export interface DeletionStore {
  salt(): Promise<string>
  tombstones(): Promise<readonly Tombstone[]>
  saveTombstones(tombstones: readonly Tombstone[]): Promise<void>
  /** Forgets deletions so old that nobody can have kept a copy to send again. */
  pruneTombstones(beforeMs: number): Promise<void>
  create(job: DeletionJob): Promise<void>
  find(id: string): Promise<DeletionJob | null>
  /** Those that are not done, the first to be asked for first. */
  unfinished(): Promise<readonly DeletionJob[]>
  /** What it is about, as far as the records know. */
  erasable(deletion: Deletion, deletedAtMs: number): Promise<ErasableWithFeedback>
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

  async create({ id, state, deletion, kind, subject, deletedAtMs, who, counts }: DeletionJob): Promise<void> {
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
    await this.#writer.insertInto('deletions').values(row).execute()
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

  async erasable(deletion: Deletion, deletedAtMs: number): Promise<ErasableWithFeedback> {
    const what = await findErasable(this.#reader, deletion, deletedAtMs)
    return { ...what, feedbackIds: await feedbackIdsOf(this.#reader, what) }
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
  const deletion: Deletion | null = row.deletion === null ? null : JSON.parse(row.deletion)
  const counts: ErasedCounts = JSON.parse(row.counts)
  const { id, state, kind, subject, who, deleted_at_ms: deletedAtMs } = row
  return { id, state, deletion, kind, subject, deletedAtMs, who, counts }
}
