/**
 * Takes finished spans (or log records), and delivers them in batches in the background. Adding is an append; encoding happens in small
 * slices between the application's own events; a batch that found nobody is tried again with growing pauses; memory is bounded by
 * count and by size. OpenTelemetry's batch processor encodes inside the application's call, gives a batch up after ten seconds, tells
 * nobody how much was lost, and keeps a finished program alive while it waits.
 */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { quietly } from '../quietly.ts'
import { headersOf, type Post, type Reply } from './post.ts'
import type { Target } from './target.ts'
import type { Voice } from './voice.ts'

export interface CourierOptions<T> {
  readonly encode: (items: T[]) => Uint8Array | undefined
  /** Items that the receiver says it did not take, from its answer. */
  readonly rejected: (answer: Uint8Array) => { readonly items: number; readonly message: string }
  /** About how many characters an item holds. */
  readonly weigh: (item: T) => number
  readonly target: Target
  readonly post: Post
  readonly voice: Voice
  readonly batchItems: number
  /** Items that are encoded in one go; as many as a batch where bodies cannot be joined. */
  readonly sliceItems: number
  /** A batch ends where it holds this many characters: receivers limit the size of a body. */
  readonly batchCharacters: number
  readonly delayMs: number
  readonly maxItems: number
  readonly maxCharacters: number
  readonly maxInFlight: number
}

/** What is left at the very end, for somebody who delivers it in another way. Plain data: it travels to another thread. */
export interface Leftover {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: Target['tls']
  readonly bodies: readonly Uint8Array[]
}

interface Batch {
  /** Encoded slices. OTLP bodies in protobuf are joined by writing one after the other. */
  readonly slices: Uint8Array[]
  items: number
  characters: number
  /** Place of its first item in the order of adding. */
  readonly first: number
}

/** Somebody who waits until everything up to `mark` has left. */
interface Flush {
  readonly mark: number
  readonly done: (isDelivered: boolean) => void
  /** Losses when it began: whoever flushes wants to know of theirs. */
  readonly lostBefore: number
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 15_000
/** A receiver may ask for a longer pause, up to this. */
const LONGEST_ASKED_PAUSE_MS = 60_000

export class Courier<T> {
  readonly #options: CourierOptions<T>
  #queue: T[] = []
  #weights: number[] = []
  /** Batches being encoded, under way or waiting for another try. */
  readonly #batches = new Set<Batch>()
  readonly #waiting: Batch[] = []
  readonly #flushes = new Set<Flush>()
  #items = 0
  #characters = 0
  #queuedCharacters = 0
  #added = 0
  #inFlight = 0
  #failures = 0
  #lastReason = ''
  /** Items up to this place are sent without waiting for a full batch. */
  #dueMark = 0
  /** The batch that is being encoded. */
  #open: Batch | null = null
  #isClosed = false
  #delayTimer: NodeJS.Timeout | null = null
  #pauseTimer: NodeJS.Timeout | null = null

  constructor(options: CourierOptions<T>) {
    this.#options = options
  }

  /** Everything not yet delivered. */
  get items(): number {
    return this.#items
  }

  /** Whether the last try found nobody. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** Place of the first item in the queue, in the order of adding. */
  get #firstQueued(): number {
    return this.#added - this.#queue.length
  }

  get #hasFullBatch(): boolean {
    return this.#queue.length >= this.#options.batchItems || this.#queuedCharacters >= this.#options.batchCharacters
  }

  add(item: T): void {
    const { maxItems, maxCharacters, weigh, voice } = this.#options
    if (this.#isClosed) return
    const weight = weigh(item)
    if (this.#items >= maxItems || this.#characters + weight > maxCharacters) {
      voice.lost(1, `${this.#items} already waited${this.#lastReason === '' ? '' : ` (${this.#lastReason})`}`)
      return
    }
    this.#queue.push(item)
    this.#weights.push(weight)
    this.#items += 1
    this.#added += 1
    this.#characters += weight
    this.#queuedCharacters += weight
    if (this.#hasFullBatch) this.#plan()
    else this.#startDelay()
  }

  /**
   * Sends what is there now, without waiting for the delay or a pause. Resolves with whether all of it was delivered: false as soon as a try
   * fails (it stays queued) or when the time is over. Holds the process open meanwhile.
   */
  flush(timeoutMs: number): Promise<boolean> {
    if (this.#items === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => flush.done(false), timeoutMs)
      const flush: Flush = {
        mark: this.#added,
        lostBefore: this.#options.voice.lostItems,
        done: (isDelivered) => {
          clearTimeout(timer)
          this.#flushes.delete(flush)
          resolve(isDelivered)
        },
      }
      this.#flushes.add(flush)
      this.#dueMark = this.#added
      this.#stopPause()
      this.#plan()
    })
  }

  /** Takes nothing any more and hands out everything that is left, also what is under way: nobody will hear of its answer. */
  takeAll(): Leftover {
    this.#close()
    while (this.#queue.length > 0) {
      const batch = this.#open ?? this.#openBatch()
      if (!this.#encodeSlice(batch)) this.#open = null
    }
    const { target } = this.#options
    const bodies = [...this.#batches].sort((a, b) => a.first - b.first).map(bodyOf)
    return { url: target.url.href, headers: headersOf({ ...target, isGzipped: false }), tls: target.tls, bodies }
  }

  /** Gives up on what is there, and says so. */
  abandon(reason: string): void {
    const { voice } = this.#options
    if (this.#items > 0) voice.lost(this.#items, this.#lastReason === '' ? reason : `${this.#lastReason}, and ${reason}`)
    this.#queue = []
    this.#weights = []
    this.#batches.clear()
    this.#waiting.length = 0
    this.#open = null
    this.#items = 0
    this.#characters = 0
    this.#queuedCharacters = 0
    voice.finish()
  }

  /** Delivers what is there within the time, and takes nothing any more. What is left is lost, and said. */
  async shutdown(timeoutMs: number): Promise<void> {
    const isDelivered = this.flush(timeoutMs)
    this.#isClosed = true
    await isDelivered
    this.#close()
    this.abandon('the SDK was shut down')
  }

  #close(): void {
    this.#isClosed = true
    this.#stopPause()
    if (this.#delayTimer !== null) clearTimeout(this.#delayTimer)
    this.#delayTimer = null
  }

  #startDelay(): void {
    // Outside of the application's context, which a timer would hold.
    this.#delayTimer ??= context.with(ROOT_CONTEXT, () =>
      setTimeout(() => {
        this.#delayTimer = null
        this.#dueMark = this.#added
        this.#plan()
      }, this.#options.delayMs).unref(),
    )
  }

  /** Starts whatever can start now. */
  #plan(): void {
    if (this.#open !== null || this.#pauseTimer !== null) return
    // While nobody answers, one request at a time finds out when that changes.
    const limit = this.#failures > 0 ? 1 : this.#options.maxInFlight
    while (this.#inFlight < limit && this.#waiting.length > 0) {
      const batch = this.#waiting.shift()
      if (batch !== undefined) this.#send(batch)
    }
    const isWanted = this.#hasFullBatch || this.#firstQueued < this.#dueMark
    if (this.#inFlight < limit && this.#queue.length > 0 && isWanted) this.#encodeLater(this.#openBatch())
  }

  #openBatch(): Batch {
    const batch: Batch = { slices: [], items: 0, characters: 0, first: this.#firstQueued }
    this.#batches.add(batch)
    this.#open = batch
    return batch
  }

  /** The event loop goes round between two slices: requests of the application wait for one slice at most. */
  #encodeLater(batch: Batch): void {
    context.with(ROOT_CONTEXT, () => setImmediate(() => this.#encodeOrSend(batch)))
  }

  #encodeOrSend(batch: Batch): void {
    if (this.#open !== batch) return
    if (this.#encodeSlice(batch) && this.#queue.length > 0) {
      this.#encodeLater(batch)
      return
    }
    this.#open = null
    if (batch.items > 0) this.#send(batch)
    else this.#batches.delete(batch)
    if (this.#queue.length > 0) this.#startDelay()
    this.#plan()
    this.#settleFlushes()
  }

  /** Moves a slice of the queue into the batch; false when the batch is full. */
  #encodeSlice(batch: Batch): boolean {
    const { count, characters } = this.#nextSlice(batch)
    if (count === 0) return false
    const items = this.#queue.splice(0, count)
    this.#weights.splice(0, count)
    this.#queuedCharacters -= characters
    const slice = quietly('encoding a batch', () => this.#options.encode(items))
    if (slice === undefined) {
      this.#release(count, characters)
      this.#options.voice.lost(count, 'they could not be encoded')
    } else {
      batch.slices.push(slice)
      batch.items += count
      batch.characters += characters
    }
    return batch.items < this.#options.batchItems && batch.characters < this.#options.batchCharacters
  }

  /** A slice holds a share of a batch's characters, as of its items; an item that is larger than a whole batch goes alone. */
  #nextSlice(batch: Batch): { readonly count: number; readonly characters: number } {
    const { sliceItems, batchItems, batchCharacters } = this.#options
    const maxItems = Math.min(sliceItems, batchItems - batch.items)
    const enough = (batchCharacters * sliceItems) / batchItems
    let characters = 0
    let count = 0
    for (const weight of this.#weights) {
      const isFirst = batch.items + count === 0
      if (count >= maxItems || characters >= enough) break
      if (!isFirst && batch.characters + characters + weight > batchCharacters) break
      characters += weight
      count += 1
    }
    return { count, characters }
  }

  #send(batch: Batch): void {
    this.#inFlight += 1
    this.#options.post(bodyOf(batch)).then(
      (reply) => this.#answered(batch, reply),
      (error: unknown) => this.#answered(batch, { kind: 'later', reason: String(error), afterMs: null }),
    )
  }

  #answered(batch: Batch, reply: Reply): void {
    this.#inFlight -= 1
    if (!this.#batches.has(batch)) return
    if (reply.kind === 'later') this.#tryLater(batch, reply.reason, reply.afterMs)
    else {
      this.#failures = 0
      this.#lastReason = ''
      this.#batches.delete(batch)
      this.#release(batch.items, batch.characters)
      if (reply.kind === 'refused') this.#options.voice.lost(batch.items, reply.reason)
      else this.#countRejected(reply.body)
    }
    this.#settleFlushes()
    this.#plan()
  }

  #countRejected(answer: Uint8Array): void {
    const rejected = quietly('reading an answer', () => this.#options.rejected(answer))
    if (rejected !== undefined && rejected.items > 0)
      this.#options.voice.lost(rejected.items, `rejected by the receiver: ${rejected.message}`)
  }

  #tryLater(batch: Batch, reason: string, afterMs: number | null): void {
    this.#waiting.push(batch)
    this.#waiting.sort((a, b) => a.first - b.first)
    this.#lastReason = reason
    // Requests that were under way together fail together: that is one failure.
    if (this.#pauseTimer === null) this.#failures += 1
    // One failure is often a restart; the second one is worth a line. Who flushes hears it in another way.
    if (this.#failures >= 2 && this.#flushes.size === 0) this.#options.voice.waiting(this.#items, reason)
    for (const flush of this.#flushes) flush.done(false)
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS) * (0.8 + 0.4 * Math.random())
    this.#stopPause()
    this.#pauseTimer = setTimeout(
      () => {
        this.#pauseTimer = null
        this.#plan()
      },
      Math.min(afterMs ?? pauseMs, LONGEST_ASKED_PAUSE_MS),
    ).unref()
  }

  #stopPause(): void {
    if (this.#pauseTimer !== null) clearTimeout(this.#pauseTimer)
    this.#pauseTimer = null
  }

  #release(items: number, characters: number): void {
    this.#items -= items
    this.#characters -= characters
  }

  /** Ends the flushes whose items have all left. */
  #settleFlushes(): void {
    for (const flush of this.#flushes) {
      const isUnderWay = [...this.#batches].some((batch) => batch.first < flush.mark)
      if (this.#firstQueued >= flush.mark && !isUnderWay) flush.done(this.#options.voice.lostItems === flush.lostBefore)
    }
  }
}

function bodyOf({ slices }: Batch): Uint8Array {
  const [only] = slices
  return slices.length === 1 && only !== undefined ? only : Buffer.concat(slices)
}
