/** A fixed number of slots of time, each used again when its place comes round: memory stays the same however long the processor runs. */

export class Ring<T> {
  readonly #size: number
  readonly #create: () => T
  readonly #slots: { readonly number: number; readonly content: T }[] = []

  constructor(size: number, create: () => T) {
    this.#size = size
    this.#create = create
  }

  /** The slot of this number, made when it is new; null when its place has gone to a later one. */
  open(number: number): T | null {
    const known = this.#slots[number % this.#size]
    if (known?.number === number) return known.content
    if (known !== undefined && known.number > number) return null
    const content = this.#create()
    this.#slots[number % this.#size] = { number, content }
    return content
  }

  /** The slot of this number; null when nothing fell into it. */
  at(number: number): T | null {
    const known = this.#slots[number % this.#size]
    return known?.number === number ? known.content : null
  }
}
