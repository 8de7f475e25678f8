/** Counts what happens in fixed windows of time, by key, so that nobody does too much of it. Memory is bounded: of too many keys the oldest is forgotten. */
import { isIP } from 'node:net'

/** What is counted, and how often it may be in a window. */
export interface Place {
  readonly key: string
  readonly limit: number
}

interface WindowOptions {
  readonly windowMs: number
  readonly maxKeys: number
  readonly nowMs: () => number
}

interface Window {
  count: number
  readonly endsMs: number
}

export class Windows {
  readonly #options: WindowOptions
  readonly #windows = new Map<string, Window>()

  constructor(options: WindowOptions) {
    this.#options = options
  }

  /** Milliseconds until all of the places have room again; 0 = they have. */
  waitMs(places: readonly Place[]): number {
    const waits = places.map(({ key, limit }) => {
      const window = this.#windows.get(key)
      return window === undefined || window.count < limit ? 0 : window.endsMs - this.#options.nowMs()
    })
    return Math.max(0, ...waits)
  }

  /** Counts once at each of the places. */
  count(places: readonly Place[]): void {
    for (const { key } of places) {
      const window = this.#windows.get(key)
      if (window !== undefined && this.#options.nowMs() < window.endsMs) window.count++
      else this.#begin(key)
    }
  }

  #begin(key: string): void {
    const { maxKeys, windowMs, nowMs } = this.#options
    this.#windows.delete(key)
    const oldest = this.#windows.keys().next()
    if (this.#windows.size >= maxKeys && oldest.done !== true) this.#windows.delete(oldest.value)
    this.#windows.set(key, { count: 1, endsMs: nowMs() + windowMs })
  }
}

/** One machine has all addresses of an IPv6 /64. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address
  const [head = '', tail] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
