/**
 * Deletion of all that is known of a user or a conversation. Each step may be repeated, and a start goes on where a kill came: the request stands in the
 * records, with the id in plain text until the last of it is gone.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { findAll, logReading } from './deletion-search.ts'
import { eraseFromLog } from './erase/erase-log.ts'
import { askedFor, tombstonesOf } from './erase/tombstone-set.ts'
import type { Graveyard } from './graveyard.ts'
import type { Log } from './log/log.ts'
import type { AuditAction } from './model/audit.ts'
import type { Deletion, LateTraces, Tombstone } from './model/tombstone.ts'
import type { Pipeline } from './pipeline.ts'
import type { DeletionJob, DeletionStore } from './records/deletions.ts'

export interface DeletionsOptions {
  readonly store: DeletionStore
  readonly log: Pick<Log, 'read' | 'readEntries' | 'replace' | 'scrub' | 'stats'>
  readonly pipeline: Pick<Pipeline, 'delete' | 'savedSeq' | 'fold'>
  readonly graveyard: Graveyard
  /** Deletes the notes of a user; answers how many. */
  readonly removeNotesOf: (userId: string) => Promise<number>
  /** What is in memory of what was erased is read anew. */
  readonly forget: () => Promise<void>
  readonly nowMs: () => number
  /** Told what went wrong, one line each. */
  readonly report: (message: string, error?: unknown) => void
}

const POLL_MS = 200
const RETRY_MS = 5_000

/** Late spans come in batches, one after the other: those of this time go together. */
const GATHER_MS = 2_000
/** Whom the audit log names for what nobody has asked for anew. */
const LATE = 'late telemetry'

const actions: Readonly<Record<DeletionJob['kind'], AuditAction>> = {
  user: 'delete_user',
  conversation: 'delete_conversation',
  late: 'delete_late',
}

export class Deletions {
  readonly #options: DeletionsOptions
  #isClosed = false
  /** One after the other: each reads the whole log. */
  #working: Promise<void> = Promise.resolve()
  /** To be done next, and still growing. */
  #late: { readonly job: DeletionJob; readonly traceIds: Set<string> } | null = null

  constructor(options: DeletionsOptions) {
    this.#options = options
  }

  /** Goes on with what an earlier process left. */
  async start(): Promise<void> {
    for (const job of await this.#options.store.unfinished()) this.#enqueue(job)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#working
  }

  find(id: string): Promise<DeletionJob | null> {
    return this.#options.store.find(id)
  }

  /** Resolves once the request is kept; what it asks for is done soon after. */
  async request(deletion: Deletion, who: string): Promise<DeletionJob> {
    const job = this.#newJob(deletion, who)
    await this.#options.store.keep(job)
    this.#enqueue(job)
    return job
  }

  /** Spans of somebody who was deleted before have come only now: the rest of their traces goes as well. Resolves once that is kept. */
  async late(traceIds: readonly string[]): Promise<void> {
    const { job, traceIds: all } = (this.#late ??= this.#enqueueLate())
    for (const traceId of traceIds) all.add(traceId)
    await this.#options.store.keep({ ...job, deletion: { kind: 'late', traceIds: [...all] } })
  }

  #enqueueLate(): { readonly job: DeletionJob; readonly traceIds: Set<string> } {
    const late = { job: this.#newJob({ kind: 'late', traceIds: [] }, LATE), traceIds: new Set<string>() }
    this.#working = this.#working.then(async () => {
      await this.#pause(GATHER_MS)
      this.#late = null
      await this.#untilDone({ ...late.job, deletion: { kind: 'late', traceIds: [...late.traceIds] } })
    })
    return late
  }

  #newJob(deletion: Deletion | LateTraces, who: string): DeletionJob {
    const { graveyard, nowMs, pipeline } = this.#options
    // The log's clock may be ahead of the wall's; what it has settled was before.
    const deletedAtMs = Math.max(nowMs(), pipeline.fold.mark.atMs)
    const [asked] = askedFor(deletion, graveyard.hash, deletedAtMs)
    const subject = deletion.kind === 'late' || asked === undefined ? deletion.kind : asked.key
    return { id: randomUUID(), state: 'asked', deletion, kind: deletion.kind, subject, deletedAtMs, who, counts: {} }
  }

  #enqueue(job: DeletionJob): void {
    this.#working = this.#working.then(() => this.#untilDone(job))
  }

  async #untilDone(job: DeletionJob): Promise<void> {
    let isErased = job.state !== 'asked'
    while (!this.#isClosed) {
      try {
        if (!isErased) await this.#erase(job)
        isErased = true
        if (await this.#wipe(job)) return
      } catch (error) {
        if (!this.#isClosed) this.#options.report(`deletion ${job.id} is not done yet; it is tried again`, error)
      }
      await this.#pause(RETRY_MS)
    }
  }

  async #pause(ms: number): Promise<void> {
    for (let waited = 0; waited < ms && !this.#isClosed; waited += POLL_MS) await sleep(POLL_MS)
  }

  async #erase(job: DeletionJob): Promise<void> {
    const { deletion, deletedAtMs } = job
    if (deletion === null) return
    const { store, log, graveyard, pipeline } = this.#options
    const { hash } = graveyard
    await this.#bury(askedFor(deletion, hash, deletedAtMs))
    // The traces of runs that were open: nobody could tell any more whose they were.
    await graveyard.save()
    const goOn = (): void => this.#goOn()
    const found = await findAll({ store, log, hash, deletion, deletedAtMs, upToSeq: pipeline.savedSeq, goOn })
    await this.#bury(tombstonesOf(deletion, found, hash, deletedAtMs))
    // Before anything is erased: afterwards nobody could tell which traces were meant.
    await graveyard.save()
    const erased = await store.erase(found, hash)
    const notes = deletion.kind === 'user' ? await this.#options.removeNotesOf(deletion.userId) : 0
    const counts = { ...erased, notes, ...(await this.#eraseFromLog(job)) }
    await store.erased(job, counts, {
      id: job.id,
      atMs: this.#options.nowMs(),
      who: job.who,
      action: actions[job.kind],
      object: job.subject,
      counts,
    })
    await this.#options.forget()
  }

  /**
   * In the log, so that counting goes the same way however often it is read again. Resolves when everything that was accepted without knowing of it is in
   * the records and will not be counted again.
   */
  async #bury(tombstones: readonly Tombstone[]): Promise<void> {
    const { pipeline, log } = this.#options
    await pipeline.delete(tombstones)
    const { lastSeq } = await log.stats()
    while (pipeline.savedSeq < lastSeq) {
      this.#goOn()
      await sleep(POLL_MS)
    }
  }

  async #eraseFromLog({ id }: DeletionJob): Promise<{ readonly logEntries: number; readonly logItems: number }> {
    const { log, pipeline, graveyard, report } = this.#options
    const { tombstones } = graveyard
    const reading = logReading({ log, upToSeq: pipeline.savedSeq, goOn: () => this.#goOn() })
    const { entries, items, unreadable } = await eraseFromLog({ ...reading, tombstones })
    if (unreadable.length > 0) report(`deletion ${id}: entries ${unreadable.join(', ')} of the log cannot be read and were left`)
    return { logEntries: entries, logItems: items }
  }

  #goOn(): void {
    if (this.#isClosed) throw new Error('stopping')
  }

  /** False = something still reads an older state of the files: it has to be tried again. */
  async #wipe(job: DeletionJob): Promise<boolean> {
    const { store, log } = this.#options
    await log.scrub()
    const { isWalEmpty } = await store.wipe()
    if (!isWalEmpty) return false
    await store.wiped(job.id)
    return true
  }
}
