/**
 * Deletion of all that is known of a user or a conversation. Each step may be repeated, and a start goes on where a kill came: the request stands in the
 * records, with the id in plain text until the last of it is gone.
 */
import { randomUUID } from 'node:crypto'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { eraseFromLog, tracesInLog } from './erase/erase-log.ts'
import { tombstonesOf } from './erase/tombstone-set.ts'
import { readContent } from './fold/content.ts'
import type { Graveyard } from './graveyard.ts'
import type { Log } from './log/log.ts'
import type { AuditAction } from './model/audit.ts'
import { conversationNameText, type Deletion, type Tombstone } from './model/tombstone.ts'
import type { Pipeline } from './pipeline.ts'
import { inflate } from './receive/inflate.ts'
import type { DeletionJob, DeletionStore, ErasableWithFeedback } from './records/deletions.ts'

export interface DeletionsOptions {
  readonly store: DeletionStore
  readonly log: Pick<Log, 'read' | 'replace' | 'scrub'>
  readonly pipeline: Pick<Pipeline, 'delete' | 'savedSeq'>
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
const MAX_BYTES = 1 << 30

const actions: Readonly<Record<Deletion['kind'], AuditAction>> = { user: 'delete_user', conversation: 'delete_conversation' }

export class Deletions {
  readonly #options: DeletionsOptions
  #isClosed = false
  /** One after the other: each reads the whole log. */
  #working: Promise<void> = Promise.resolve()

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
    const { store, graveyard, nowMs } = this.#options
    const subject =
      deletion.kind === 'user'
        ? graveyard.hash('user', deletion.userId)
        : graveyard.hash('conversation', conversationNameText(deletion))
    const job: DeletionJob = {
      id: randomUUID(),
      state: 'asked',
      deletion,
      kind: deletion.kind,
      subject,
      deletedAtMs: nowMs(),
      who,
      counts: {},
    }
    await store.create(job)
    this.#enqueue(job)
    return job
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
      for (let waited = 0; waited < RETRY_MS && !this.#isClosed; waited += POLL_MS) await sleep(POLL_MS)
    }
  }

  async #erase(job: DeletionJob): Promise<void> {
    const { deletion, deletedAtMs } = job
    if (deletion === null) return
    const { store, graveyard, pipeline } = this.#options
    const asked: Tombstone = { kind: job.kind, key: job.subject, deletedAtMs }
    const seq = await pipeline.delete([asked])
    // What comes in from now on is refused, and what was counted will not be counted again once a checkpoint is beyond the entry.
    while (pipeline.savedSeq < seq) {
      if (this.#isClosed) throw new Error('stopping')
      await sleep(POLL_MS)
    }
    const found = await this.#findAll(job, deletion)
    graveyard.bury(tombstonesOf(deletion, found, graveyard.hash, deletedAtMs))
    // Before anything is erased: afterwards nobody could tell which traces were meant.
    await graveyard.save()
    const erased = await store.erase(found, graveyard.hash)
    const notes = deletion.kind === 'user' ? await this.#options.removeNotesOf(deletion.userId) : 0
    const fromLog = await eraseFromLog(this.#logOptions(null))
    if (fromLog.unreadable.length > 0)
      this.#options.report(`deletion ${job.id}: entries ${fromLog.unreadable.join(', ')} of the log cannot be read and were left`)
    const counts = { ...erased, notes, logEntries: fromLog.entries, logItems: fromLog.items }
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

  /** What the records know, what an earlier attempt knew, and, of runs without a row, what only the log does. */
  async #findAll(job: DeletionJob, deletion: Deletion): Promise<ErasableWithFeedback> {
    const { store, graveyard } = this.#options
    const found = await store.erasable(deletion, job.deletedAtMs)
    const before = (await store.tombstones()).filter(
      ({ kind, deletedAtMs }) => kind === 'trace' && deletedAtMs === job.deletedAtMs,
    )
    graveyard.tombstones.add(tombstonesOf(deletion, found, graveyard.hash, job.deletedAtMs))
    const ids = found.conversations.map(({ conversationId }) => conversationId)
    const inLog = await tracesInLog(this.#logOptions(deletion.kind === 'user' ? [deletion.userId, ...ids] : ids))
    return { ...found, traceIds: [...new Set([...found.traceIds, ...before.map(({ key }) => key), ...inLog])] }
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

  #logOptions(ids: readonly string[] | null): Parameters<typeof eraseFromLog>[0] {
    const { log, pipeline, graveyard } = this.#options
    return {
      log,
      upToSeq: pipeline.savedSeq,
      tombstones: graveyard.tombstones,
      inflate: (body, encoding) => {
        const inflated = inflate(body, encoding, MAX_BYTES)
        if (inflated.kind !== 'content') throw new Error(`cannot be inflated: ${inflated.kind}`)
        return inflated.content
      },
      read: (kind, format, content) => {
        const reading = readContent(kind, format, content)
        if (reading.type !== 'spans' && reading.type !== 'logs') throw new Error(`expected telemetry, got ${reading.type}`)
        return reading
      },
      pause: () => (this.#isClosed ? Promise.reject(new Error('stopping')) : setImmediate()),
      ids,
    }
  }
}
