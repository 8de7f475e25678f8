/**
 * How many bytes unfinished requests may hold together. Caps per request do not bound memory, because senders are many;
 * this does, and a refused sender keeps its data and comes back.
 */

export class ByteBudget {
  readonly #maxBytes: number
  #heldBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  lease(): ByteLease {
    return new ByteLease(this)
  }

  /** False when `bytes` more do not fit beside what others hold; `ownBytes` is what the asking lease holds already. */
  fits(bytes: number, ownBytes: number): boolean {
    // A request that is alone always fits: refusing it would be for ever, since nothing will be released meanwhile.
    return this.#heldBytes + bytes <= this.#maxBytes || this.#heldBytes === ownBytes
  }

  hold(bytes: number): void {
    this.#heldBytes += bytes
  }
}

/** The share of one request. Released once, however the request ends. */
export class ByteLease {
  readonly #budget: ByteBudget
  #bytes = 0

  constructor(budget: ByteBudget) {
    this.#budget = budget
  }

  fits(bytes: number): boolean {
    return this.#budget.fits(bytes, this.#bytes)
  }

  /** Takes `bytes` more; false, and nothing taken, when they do not fit. */
  take(bytes: number): boolean {
    if (!this.fits(bytes)) return false
    this.#budget.hold(bytes)
    this.#bytes += bytes
    return true
  }

  release(): void {
    this.#budget.hold(-this.#bytes)
    this.#bytes = 0
  }
}
