/**
 * The one line everything goes through: accepted bodies are appended to the log, and what is committed is applied to the fold in order. Ticks give
 * the fold its time, checkpoints make its state durable, and a start reads the log through the same stations.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  acceptedOf,
  admit,
  type DoorGraves,
  plainReceipt,
  unlessUnavailable,
  unlessUnkept,
  withoutErasedEvents,
} from './acceptance.ts'
import { type DoorCount, type EntryContent, readContent } from './fold/content.ts'
import { Fold } from './fold/fold.ts'
import type { Archive } from './fold/history.ts'
import type { FoldHost, Graves } from './fold/settle.ts'
import { type FoldSettings, settingsText } from './fold/settings.ts'
import type { Log } from './log/log.ts'
import type { Checkpoint } from './model/checkpoint.ts'
import type { EntryKind, LogEntry, NewEntry } from './model/entry.ts'
import type { FeedbackDesk, FeedbackEvent, FeedbackReceipt } from './model/feedback.ts'
import type { Tombstone } from './model/tombstone.ts'
import { DecodeError } from './otlp/decode.ts'
import { type Accepted, type DoorRequest, UnavailableError } from './receive/door.ts'
import { inflate } from './receive/inflate.ts'
import type { Store } from './records/store.ts'
import { DoorCounter } from './door-counter.ts'
import { EntryQueue, type Queued } from './entry-queue.ts'
import { patientArchive } from './patient-archive.ts'
import { Retention } from './retention.ts'
import { carefully, foldHost, type Watcher } from './watcher.ts'

export interface PipelineOptions {
  readonly log: Log
  readonly store: Store
  readonly settings: FoldSettings
  readonly logRetentionMs: number
  readonly logMaxBytes: number
  /** Sees what is counted; the state does not depend on it. Default: nobody watches. */
  readonly watcher?: Watcher
  /** What was deleted on request. Default: nothing. */
  readonly graves?: Graves & DoorGraves
  /** Told of traces of somebody who was deleted before, of which the first span that says so has come. Resolves once that is kept. Default: nobody is. */
  readonly onLateTraces?: (traceIds: readonly string[]) => Promise<void>
  /** Told about what went wrong inside, one line each. */
  readonly report: (message: string, error?: unknown) => void
  /** Called when counting cannot go on at all: the process has to start anew. Nothing that was accepted is lost by that. */
  readonly onFatal: (error: unknown) => void
}

const TICK_MS = 1_000
const CHECKPOINT_MS = 1_000
const TRIM_IDLE_MS = 600_000
/** Spans, notes and feedback that wait to be applied; above it senders are asked to wait. */
const MAX_QUEUED_ITEMS = 200_000
/** A state that could not be saved for this long grows in memory only; senders keep their data until it can. */
const MAX_UNSAVED_MS = 60_000
/** No entry has this number. */
const COPY = 0
const UNSAVED = 'The state cannot be saved at the moment.'
/** Bodies were within the limit when they were accepted; it may have been lowered since. */
const MAX_REPLAY_BYTES = 1 << 30

export class Pipeline implements FeedbackDesk {
  readonly #options: PipelineOptions
  readonly #door = new DoorCounter()
  readonly #archive: Archive
  readonly #watcher: Watcher
  readonly #host: FoldHost
  #fold: Fold
  readonly #queue = new EntryQueue()
  #draining: Promise<void> | null = null
  #notReady: string | null = 'starting: reading the log'
  #checkpoint: { readonly checkpoint: Checkpoint; readonly takenAtMs: number; saving: Promise<void>; isSaved: boolean } | null =
    null
  #savedSeq = 0
  /** Monotonic, as all intervals here: a wall clock that is set back must not hold up a checkpoint. */
  #savedAtMs = performance.now()
  #unsavedSinceMs: number | null = null
  readonly #retention: Retention
  #tickInFlight = false
  #timers: NodeJS.Timeout[] = []
  #started: Promise<void> = Promise.resolve()
  #isStopping = false

  constructor(options: PipelineOptions) {
    this.#options = options
    this.#archive = patientArchive(options.store, options.report)
    this.#watcher = carefully(options.watcher ?? null, options.report)
    this.#retention = new Retention({ ...options, retentionMs: options.settings.retentionMs })
    this.#host = foldHost(this.#watcher, options.report, options.graves)
    this.#fold = new Fold(options.settings, this.#archive, this.#host)
  }

  get fold(): Fold {
    return this.#fold
  }

  /** Why nothing can be accepted now, or null. */
  notReady(): string | null {
    return this.#notReady
  }

  /** Why telemetry is refused, or null. Unlike `notReady` it does not say that totals are incomplete. */
  notAccepting(): string | null {
    return this.#notReady ?? (this.#isUnsaved() ? UNSAVED : null)
  }

  #isUnsaved(): boolean {
    return this.checkpointAgeMs() > MAX_UNSAVED_MS
  }

  /** For how long something that was counted has not been saved; 0 = everything is. */
  checkpointAgeMs(): number {
    return this.#unsavedSinceMs === null ? 0 : performance.now() - this.#unsavedSinceMs
  }

  /** Reads the log up to its end, then takes part in it. */
  start(): Promise<void> {
    this.#started = this.#start()
    return this.#started
  }

  async #start(): Promise<void> {
    await this.#replay()
    if (this.#isStopping) return
    const settings = settingsText(this.#options.settings)
    const areNew = this.#fold.mark.seq === 0 || settings !== settingsText(this.#fold.settings)
    await this.#append('start', new Uint8Array())
    // A replay counts with the settings that were in force; only from here on the new ones hold.
    if (areNew) await this.#append('config', Buffer.from(settings))
    await this.#draining
    this.#timers = [
      setInterval(() => void this.#tick(), TICK_MS),
      setInterval(() => this.#wake(), CHECKPOINT_MS),
      setInterval(() => void this.#retention.applyIdle(Date.now()), TRIM_IDLE_MS),
    ]
    this.#notReady = null
  }

  /** Takes a body from the door. Resolves once it is committed; throws DecodeError for what cannot be read and UnavailableError when it cannot be kept. */
  async accept(request: DoorRequest): Promise<Accepted> {
    // Emitters send metrics along; they are acknowledged so that nobody retries, and not used.
    if (request.signal === 'metrics') return { rejectedItems: 0, rejectedReason: null }
    this.#refuseWhenBusy()
    const kind = request.signal === 'traces' ? 'spans' : 'logs'
    const { entry, content, removed, lateTraceIds } = admit(kind, request, this.#options.graves ?? null, Date.now())
    if (lateTraceIds.length > 0) await unlessUnkept(this.#options.onLateTraces?.(lateTraceIds))
    const accepted = acceptedOf(content)
    if (removed > 0) this.#door.add({ type: 'rejected', signal: request.signal, reason: 'deleted', count: removed })
    if (content.type === 'spans' && content.steps.length === 0) {
      // Nothing to keep: what was rejected is counted here and not by the fold.
      for (const reason of content.rejected) this.#door.add({ type: 'rejected', signal: request.signal, reason, count: 1 })
      return accepted
    }
    const isCopy = await unlessUnavailable(this.#commit(entry, content))
    if (isCopy && content.type === 'spans') this.#door.add({ type: 'copied_spans', count: content.steps.length })
    return accepted
  }

  /** Takes feedback as one entry of the log. @throws UnavailableError when it cannot be kept. */
  async take(events: readonly FeedbackEvent[]): Promise<readonly FeedbackReceipt[]> {
    if (this.#notReady !== null) throw new UnavailableError(this.#notReady, 5)
    this.#refuseWhenBusy()
    const { graves } = this.#options
    const kept = graves === undefined ? events : withoutErasedEvents(events, graves.atDoor, Date.now())
    if (kept.length === 0) return events.map(plainReceipt)
    const { promise, resolve } = Promise.withResolvers<readonly FeedbackReceipt[] | null>()
    await unlessUnavailable(this.#append('feedback', Buffer.from(JSON.stringify(kept)), resolve))
    const receipts = new Map((await promise)?.map((receipt, index) => [kept[index], receipt]))
    return events.map((event) => receipts.get(event) ?? plainReceipt(event))
  }

  /** Has everything that is open of whoever was deleted counted and forgotten. Resolves to the number of the entry that says so. */
  async delete(tombstones: readonly Tombstone[]): Promise<number> {
    // Its entry wakes the queue, which may not run beside a start that still reads the log.
    await this.#started
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const seq = await this.#append('delete', Buffer.from(JSON.stringify(tombstones)), resolve)
    await promise
    return seq
  }

  /** The last entry that a saved checkpoint has counted. */
  get savedSeq(): number {
    return this.#savedSeq
  }

  #refuseWhenBusy(): void {
    if (this.#queue.weight > MAX_QUEUED_ITEMS) throw new UnavailableError('Too many spans are waiting to be counted.', 1)
    if (this.#isUnsaved()) throw new UnavailableError(UNSAVED, 5)
  }

  /** Counts a request of the door with the next tick. */
  countRequest(signal: string, encoding: string, code: number): void {
    this.#door.add({ type: 'request', signal, encoding, code: String(code), count: 1 })
    this.#watcher.requested(signal, code)
  }

  /** Applies what is committed, saves the state and stops. Nothing may be accepted any more. */
  async close(): Promise<void> {
    this.#isStopping = true
    // A start that failed has been told to whoever started; here it only matters that it is over.
    await this.#started.catch(() => {})
    // A start that was cut short has read a part of the log: what it has counted is saved, a tick would be beyond it.
    if (this.#notReady === null) await this.#tick()
    this.#notReady = 'stopping'
    for (const timer of this.#timers) clearInterval(timer)
    await this.#draining
    await this.#checkpoint?.saving
    this.#acknowledgeCheckpoint()
    this.#takeCheckpoint()
    await this.#checkpoint?.saving
  }

  async #tick(): Promise<void> {
    const nowMs = Math.max(Date.now(), this.#fold.mark.atMs)
    if (this.#tickInFlight || !(this.#door.hasCounts() || this.#fold.needsTick(nowMs))) return
    this.#tickInFlight = true
    const counts: readonly DoorCount[] = this.#door.take()
    try {
      await this.#append('tick', counts.length === 0 ? new Uint8Array() : Buffer.from(JSON.stringify(counts)))
    } catch (error) {
      this.#door.putBack(counts)
      this.#options.report('a tick could not be written; it is tried again', error)
    } finally {
      this.#tickInFlight = false
    }
  }

  async #append(kind: EntryKind, body: Uint8Array, applied?: Queued['applied']): Promise<number> {
    const content = readContent(kind, 'json', body)
    return this.#commitNew({ kind, format: 'json', encoding: 'identity', body, deduplicate: false }, content, applied)
  }

  /** True when it was a copy of an earlier one. */
  async #commit(entry: NewEntry, content: EntryContent): Promise<boolean> {
    return (await this.#commitNew(entry, content)) === COPY
  }

  /**
   * Appends an entry and queues it; answers its number, or COPY. The only way into the queue: the log answers in the order of its entries, and with nothing
   * awaited in between they are queued in that order.
   */
  async #commitNew(entry: NewEntry, content: EntryContent, applied?: Queued['applied']): Promise<number> {
    // Appending hands the buffer over: afterwards it is empty here.
    const bytes = entry.body.byteLength
    const { seq, atMs, duplicate } = await this.#options.log.append(entry)
    if (duplicate) return COPY
    try {
      this.#queue.add({ place: { seq, atMs, kind: entry.kind, bytes }, content, applied })
    } catch (error) {
      this.#options.onFatal(error)
      throw error
    }
    this.#wake()
    return seq
  }

  #wake(): void {
    this.#draining ??= this.#drain()
      .catch(this.#options.onFatal)
      .finally(() => (this.#draining = null))
  }

  /** The only place that touches the fold while running, one group at a time. */
  async #drain(): Promise<void> {
    do {
      this.#acknowledgeCheckpoint()
      const group = this.#queue.takeGroup()
      await this.#fold.prepare(group.map(({ content }) => content))
      if (group.length > 0) this.#unsavedSinceMs ??= performance.now()
      await this.#applyGroup(group)
      if (performance.now() - this.#savedAtMs >= CHECKPOINT_MS) this.#takeCheckpoint()
    } while (!this.#queue.isEmpty)
  }

  async #applyGroup(group: readonly Queued[]): Promise<void> {
    for (const [index, { place, content, applied }] of group.entries()) {
      // A recovery reads the log to its end, which may be beyond what had been queued.
      const isApplied = place.seq <= this.#fold.mark.seq
      try {
        const receipts = isApplied ? null : await this.#fold.apply(place, content)
        applied?.(receipts)
      } catch (error) {
        await this.#recover(place.seq, error)
        for (const item of group.slice(index)) item.applied?.(null)
        return
      }
    }
  }

  /** Takes and saves a checkpoint unless one is on its way or nothing has changed. */
  #takeCheckpoint(): void {
    if (this.#checkpoint !== null || this.#savedSeq === this.#fold.mark.seq || this.#fold.isRebuilding()) return
    const pending = {
      checkpoint: this.#fold.takeCheckpoint(),
      takenAtMs: performance.now(),
      saving: Promise.resolve(),
      isSaved: false,
    }
    pending.saving = this.#save(pending)
    this.#checkpoint = pending
  }

  /** Tries until it succeeds: the changes in it are nowhere else but in the log. */
  async #save(pending: { readonly checkpoint: Checkpoint; isSaved: boolean }): Promise<void> {
    for (let attempt = 1; !pending.isSaved; attempt++) {
      try {
        await this.#options.store.save(pending.checkpoint)
        pending.isSaved = true
      } catch (error) {
        this.#options.report(`checkpoint could not be saved (attempt ${attempt}); it is tried again`, error)
        if (this.#isStopping && attempt >= 3) return
        await sleep(TICK_MS)
      }
    }
    const { fold } = pending.checkpoint
    await this.#retention.apply(fold)
  }

  #acknowledgeCheckpoint(): void {
    if (this.#checkpoint?.isSaved !== true) return
    this.#fold.checkpointSaved()
    this.#savedSeq = this.#checkpoint.checkpoint.fold.head.seq
    this.#savedAtMs = performance.now()
    this.#unsavedSinceMs = this.#savedSeq === this.#fold.mark.seq ? null : this.#checkpoint.takenAtMs
    this.#checkpoint = null
  }

  /** Applying an entry failed half-way, so the state is worth nothing: go back to the checkpoint. An entry that fails twice is passed over. */
  async #recover(seq: number, error: unknown): Promise<void> {
    const before = this.#notReady
    this.#notReady = before ?? 'recovering: reading the log again'
    const strikes = await this.#options.log.strike(seq)
    this.#options.report(`entry ${seq} of the log could not be applied (${strikes === 1 ? 'first time' : 'quarantined'})`, error)
    await this.#checkpoint?.saving
    this.#checkpoint = null
    await this.#replay()
    if (!this.#isStopping) this.#notReady = before
  }

  async #replay(): Promise<void> {
    const { log, store } = this.#options
    const state = await store.restore()
    this.#fold =
      state === null
        ? new Fold(this.#options.settings, this.#archive, this.#host)
        : Fold.restore(state, this.#archive, this.#host)
    this.#savedSeq = state?.fold.head.seq ?? 0
    if (state !== null) await log.resumeAfter(state.fold.head.seq, state.fold.head.atMs)
    await this.#watcher.restarted()
    const quarantined = await log.quarantined()
    for await (const batch of log.read(this.#fold.mark.seq + 1)) {
      const items = batch.map((entry) => ({ entry, content: this.#readAgain(entry) }))
      await this.#fold.prepare(items.map(({ content }) => content))
      for (const { entry, content } of items) {
        const place = { seq: entry.seq, atMs: entry.atMs, kind: entry.kind, bytes: entry.body.byteLength }
        if (quarantined.has(entry.seq)) {
          this.#fold.skip(place)
          continue
        }
        try {
          await this.#fold.apply(place, content)
        } catch (error) {
          return this.#recover(entry.seq, error)
        }
      }
      if (this.#isStopping) break
      await this.#saveProgress()
    }
    this.#queue.dropUpTo(this.#fold.mark.seq)
  }

  /** A long replay must neither gather everything in memory nor begin anew after the next kill. */
  async #saveProgress(): Promise<void> {
    if (performance.now() - this.#savedAtMs < CHECKPOINT_MS) return
    this.#takeCheckpoint()
    await this.#checkpoint?.saving
    this.#acknowledgeCheckpoint()
  }

  /** What was accepted could be read then; if it cannot now, it is passed over and said. */
  #readAgain(entry: LogEntry): EntryContent {
    try {
      const inflated = inflate(entry.body, entry.encoding, MAX_REPLAY_BYTES)
      if (inflated.kind !== 'content') throw new DecodeError(`cannot be inflated: ${inflated.kind}`)
      return readContent(entry.kind, entry.format, inflated.content)
    } catch (error) {
      this.#options.report(`entry ${entry.seq} of the log cannot be read any more; it is passed over`, error)
      return { type: 'other' }
    }
  }
}
