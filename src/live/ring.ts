/** A fixed number of slots of time, each used again when its place comes round: memory stays the same however long the processor runs. */

export class Ring<T> {
  readonly #size: number
  readonly #create: () => T
  readonly #drop: (content: T) => void
  readonly #slots: { readonly number: number; readonly content: T }[] = []

  /** `drop` is told of what gives up its place. Default: nobody needs to know. */
  constructor(size: number, create: () => T, drop: (content: T) => void = () => {}) {
    this.#size = size
    this.#create = create
    this.#drop = drop
  }

  /** The slot of this number, made when it is new; null when its place has gone to a later one. */
  open(number: number): T | null {
    const known = this.#slots[number % this.#size]
    if (known?.number === number) return known.content
    if (known !== undefined && known.number > number) return null
    if (known !== undefined) this.#drop(known.content)
    const content = this.#create()
    this.#slots[number % this.#size] = { number, content }
    return content
  }

  /** What all slots hold, also those whose time is over. */
  contents(): readonly T[] {
    return this.#slots.flatMap((slot) => slot?.content ?? [])
  }

  /** The slots from this number on that hold something. */
  from(first: number): readonly { readonly number: number; readonly content: T }[] {
    return this.#slots.filter((slot) => slot !== undefined && slot.number >= first && slot.number < first + this.#size)
  }

  /** The slot of this number; null when nothing fell into it. */
  at(number: number): T | null {
    const known = this.#slots[number % this.#size]
    return known?.number === number ? known.content : null
  }
}
