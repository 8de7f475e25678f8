/**
 * Seeded random numbers: the same seed gives the same traffic on every machine, which Math.random cannot. Streams are forked by name, so that one
 * more draw in one place changes nothing elsewhere. Not for secrets.
 */

export class Random {
  readonly #seed: number
  #state: number

  constructor(seed: number) {
    this.#seed = seed >>> 0
    this.#state = this.#seed
  }

  /** A stream of its own that depends on the seed and the name only, not on what was drawn before. */
  fork(name: string): Random {
    let hash = this.#seed ^ 0x811c9dc5
    for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
    return new Random(mix(hash))
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    return mix(this.#state) / 2 ** 32
  }

  between(min: number, max: number): number {
    return min + (max - min) * this.next()
  }

  /** A whole number, both ends included. */
  whole(min: number, max: number): number {
    return Math.floor(this.between(min, max + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    return this.weighted(items, () => 1)
  }

  weighted<T>(items: readonly T[], weightOf: (item: T) => number): T {
    let left = this.next() * items.reduce((sum, item) => sum + weightOf(item), 0)
    for (const item of items) {
      left -= weightOf(item)
      if (left < 0) return item
    }
    const last = items.at(-1)
    if (last === undefined) throw new Error('expected at least one item to choose from')
    return last
  }

  /** Gaps between independent arrivals. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean
  }

  /** Latencies and sizes: most near the median, some far above it. `spread` 0.3 is calm, 0.8 wild. */
  skewed(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(spread * Math.max(-3, Math.min(3, normal)))
  }
}

/** Spreads neighbouring numbers over all 32 bits (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
