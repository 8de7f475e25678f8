/**
 * Takes finished spans (or log records), and delivers them in batches in the background. Adding is an append; when the application's work of that turn of
 * the event loop is done, the item is encoded into the open batch and no longer held as an object. A batch that found nobody is tried again with
 * growing pauses; memory is bounded by count and by size. OpenTelemetry's batch processor encodes whole batches in one go, gives one up after ten
 * seconds, tells nobody how much was lost, and keeps a finished program alive while it waits.
 */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { quietly } from '../quietly.ts'
import type { Body } from './body.ts'
import { headersOf, type Post, type Reply } from './post.ts'
import type { Target } from './target.ts'
import type { Voice } from './voice.ts'

export interface CourierOptions<T> {
  /** Where items are encoded until a batch is complete. */
  readonly body: Body<T>
  /** Items that the receiver says it did not take, from its answer. */
  readonly rejected: (answer: Uint8Array) => { readonly items: number; readonly message: string }
  readonly target: Target
  readonly post: Post
  readonly voice: Voice
  readonly batchItems: number
  /** A batch ends where it holds this many bytes: receivers limit the size of a body. */
  readonly batchBytes: number
  readonly delayMs: number
  readonly maxItems: number
  readonly maxBytes: number
  readonly maxInFlight: number
}

/** What is left at the very end, for somebody who delivers it in another way. Plain data: it travels to another thread. */
export interface Leftover {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: Target['tls']
  readonly bodies: readonly Uint8Array[]
}

/** A body that is complete. */
interface Batch {
  readonly body: Uint8Array
  readonly items: number
  readonly bytes: number
  /** Place of its first item in the order of encoding. */
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
  /** What came in this turn of the event loop. */
  #fresh: T[] = []
  /** Complete batches that are under way or wait for their turn. */
  readonly #batches = new Set<Batch>()
  /** Those of them that wait, in order. */
  readonly #waiting: Batch[] = []
  readonly #flushes = new Set<Flush>()
  #items = 0
  #bytes = 0
  /** Items that were put into batches since the start. */
  #encoded = 0
  #inFlight = 0
  #failures = 0
  #lastReason = ''
  /** Whether the open batch leaves as soon as it can, full or not. */
  #isDue = false
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

  /** Place of the first item of the open batch, in the order of encoding. */
  get #firstOpen(): number {
    return this.#encoded - this.#options.body.items
  }

  add(item: T): void {
    if (this.#isClosed) return
    if (this.#items >= this.#options.maxItems) {
      this.#dropped()
      return
    }
    this.#items += 1
    this.#fresh.push(item)
    if (this.#fresh.length > 1) return
    // Outside of the application's context, which whatever waits would hold.
    context.with(ROOT_CONTEXT, () => setImmediate(() => this.#settleFresh()))
  }

  /** After the application's own work of this turn. */
  #settleFresh(): void {
    this.#encodeFresh()
    if (this.#waiting.length > 0) this.#plan()
    if (this.#options.body.items > 0) this.#startDelay()
  }

  #encodeFresh(): void {
    const items = this.#fresh
    this.#fresh = []
    for (const item of items) this.#encode(item)
  }

  #encode(item: T): void {
    const { maxBytes, batchItems, batchBytes, body, voice } = this.#options
    const bytesBefore = body.bytes
    if (quietly('encoding an item', () => (body.add(item), true)) === undefined) {
      this.#items -= 1
      voice.lost(1, 'they could not be encoded')
      return
    }
    const bytes = body.bytes - bytesBefore
    if (this.#bytes + bytes > maxBytes) {
      body.undo()
      this.#items -= 1
      this.#dropped()
      return
    }
    // An item that does not fit starts the next batch, so that one of more than a receiver takes has no company to be refused with.
    if (bytesBefore > 0 && body.bytes > batchBytes) {
      body.undo()
      this.#completeBatch()
      body.add(item)
    }
    this.#encoded += 1
    this.#bytes += bytes
    if (body.items >= batchItems || body.bytes >= batchBytes) this.#completeBatch()
  }

  #dropped(): void {
    this.#options.voice.lost(1, `${this.#items} already waited${this.#lastReason === '' ? '' : ` (${this.#lastReason})`}`)
  }

  /**
   * Sends what is there now, without waiting for the delay or a pause. Resolves with whether all of it was delivered: false as soon as a try
   * fails (it stays queued) or when the time is over. Holds the process open meanwhile.
   */
  flush(timeoutMs: number): Promise<boolean> {
    if (this.#items === 0) return Promise.resolve(true)
    const lostBefore = this.#options.voice.lostItems
    this.#encodeFresh()
    return new Promise((resolve) => {
      const timer = setTimeout(() => flush.done(false), timeoutMs)
      const flush: Flush = {
        mark: this.#encoded,
        lostBefore,
        done: (isDelivered) => {
          clearTimeout(timer)
          this.#flushes.delete(flush)
          resolve(isDelivered)
        },
      }
      this.#flushes.add(flush)
      this.#isDue = true
      this.#stopPause()
      this.#plan()
      this.#settleFlushes()
    })
  }

  /** Takes nothing any more and hands out everything that is left, also what is under way: nobody will hear of its answer. */
  takeAll(): Leftover {
    this.#close()
    this.#encodeFresh()
    this.#completeBatch()
    const { target } = this.#options
    const bodies = [...this.#batches].sort((a, b) => a.first - b.first).map(({ body }) => body)
    return { url: target.url.href, headers: headersOf({ ...target, isGzipped: false }), tls: target.tls, bodies }
  }

  /** Gives up on what is there, and says so. */
  abandon(reason: string): void {
    const { voice } = this.#options
    if (this.#items > 0) voice.lost(this.#items, this.#lastReason === '' ? reason : `${this.#lastReason}, and ${reason}`)
    this.#fresh = []
    this.#completeBatch()
    this.#batches.clear()
    this.#waiting.length = 0
    this.#items = 0
    this.#bytes = 0
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
    this.#delayTimer ??= setTimeout(() => {
      this.#delayTimer = null
      this.#isDue = true
      this.#plan()
    }, this.#options.delayMs).unref()
  }

  /** Sends whatever can leave now. */
  #plan(): void {
    if (this.#pauseTimer !== null) return
    // While nobody answers, one request at a time finds out when that changes; what comes meanwhile fills the open batch.
    const limit = this.#failures > 0 ? 1 : this.#options.maxInFlight
    while (this.#inFlight < limit) {
      if (this.#waiting.length === 0 && this.#isDue) this.#completeBatch()
      const batch = this.#waiting.shift()
      if (batch === undefined) return
      this.#send(batch)
    }
  }

  #completeBatch(): void {
    const { body } = this.#options
    const { items, bytes } = body
    const first = this.#firstOpen
    this.#isDue = false
    if (items === 0) return
    const batch: Batch = { body: body.take(), items, bytes, first }
    this.#batches.add(batch)
    this.#waiting.push(batch)
  }

  #send(batch: Batch): void {
    this.#inFlight += 1
    this.#options.post(batch.body).then(
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
      this.#items -= batch.items
      this.#bytes -= batch.bytes
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

  /** Ends the flushes whose items have all left. */
  #settleFlushes(): void {
    for (const flush of this.#flushes) {
      const isUnderWay = [...this.#batches].some((batch) => batch.first < flush.mark)
      if (this.#firstOpen >= flush.mark && !isUnderWay) flush.done(this.#options.voice.lostItems === flush.lostBefore)
    }
  }
}
