/** Random numbers from a seed (mulberry32, public domain, Tommy Ettinger), so that a run that was judged wrongly can be made again. */

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number between the two, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly [T, ...(readonly T[])]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0]
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.between(0, 15).toString(16)
    return text
  }
}
