/**
 * Collects a request body under a cap and a shared budget. The bytes are copied as they arrive: a kept network chunk can hold
 * a far larger slab alive, and the body is handed to a worker, which needs a buffer of its own.
 */
import type { IncomingMessage } from 'node:http'
import type { ByteLease } from './budget.ts'

const FIRST_CAPACITY = 16 * 1024

export type BodyOutcome =
  | { readonly kind: 'complete'; readonly body: Uint8Array<ArrayBuffer> }
  /** More bytes than one request may have. */
  | { readonly kind: 'too-large' }
  /** The budget is used up by other requests. */
  | { readonly kind: 'no-room' }
  /** The sender went away; nobody is there to answer. */
  | { readonly kind: 'aborted' }

/** The declared length of the body in bytes, 0 when the headers say there is none; null when it will show (chunked). */
export function declaredBytes(request: IncomingMessage): number | null {
  const length = request.headers['content-length']
  if (length !== undefined) return Number(length)
  return request.headers['transfer-encoding'] === undefined ? 0 : null
}

/** Reads until the body ends or cannot be taken. After `too-large` and `no-room` the rest is still unread and the stream paused. */
export function readBody(request: IncomingMessage, lease: ByteLease, maxBytes: number): Promise<BodyOutcome> {
  const declared = declaredBytes(request)
  if (declared !== null && declared > maxBytes) return Promise.resolve({ kind: 'too-large' })
  // What is only announced is not held (a silent sender would lock others out), but what cannot fit need not be read.
  if (!lease.fits(declared ?? 0)) return Promise.resolve({ kind: 'no-room' })
  return collect(request, new GrowingBody(lease, maxBytes, declared ?? maxBytes))
}

function collect(request: IncomingMessage, body: GrowingBody): Promise<BodyOutcome> {
  const { promise, resolve } = Promise.withResolvers<BodyOutcome>()
  const onData = (chunk: Buffer): void => {
    const refusal = body.append(chunk)
    if (refusal === null) return
    request.pause()
    finish(refusal)
  }
  const onEnd = (): void => finish({ kind: 'complete', body: body.exact() })
  const onClose = (): void => finish({ kind: 'aborted' })
  function finish(outcome: BodyOutcome): void {
    request.off('data', onData).off('end', onEnd).off('close', onClose)
    resolve(outcome)
  }
  request.on('data', onData).on('end', onEnd).on('close', onClose)
  return promise
}

/** Grows by doubling up to the expected size, and pays for what it allocates. */
class GrowingBody {
  readonly #lease: ByteLease
  readonly #maxBytes: number
  readonly #expectedBytes: number
  #bytes = new Uint8Array(0)
  #length = 0

  constructor(lease: ByteLease, maxBytes: number, expectedBytes: number) {
    this.#lease = lease
    this.#maxBytes = maxBytes
    this.#expectedBytes = expectedBytes
  }

  append(chunk: Buffer): BodyOutcome | null {
    const length = this.#length + chunk.length
    if (length > this.#maxBytes) return { kind: 'too-large' }
    if (length > this.#bytes.length && !this.#grow(length)) return { kind: 'no-room' }
    this.#bytes.set(chunk, this.#length)
    this.#length = length
    return null
  }

  #grow(length: number): boolean {
    const doubled = Math.min(this.#expectedBytes, Math.max(FIRST_CAPACITY, this.#bytes.length * 2))
    const capacity = Math.max(length, doubled)
    if (!this.#lease.take(capacity - this.#bytes.length)) return false
    this.#bytes = new Uint8Array(this.#bytes.buffer.transfer(capacity))
    return true
  }

  exact(): Uint8Array<ArrayBuffer> {
    return this.#bytes.length === this.#length ? this.#bytes : new Uint8Array(this.#bytes.buffer.transfer(this.#length))
  }
}
