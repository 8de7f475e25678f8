/**
 * Counts wrong tokens, so that nobody tries one after the other. Visitors behind a proxy are told apart by what it says of them; because anybody can say such
 * a thing, the connection's own address has a limit as well. Memory is bounded: of too many addresses the oldest is forgotten.
 */
import { isIP } from 'node:net'

interface AttemptLimits {
  /** In a window, of one visitor. */
  readonly perVisitor: number
  /** In a window, of all visitors whose connections come from one address. */
  readonly perPeer: number
  readonly windowMs: number
  readonly maxAddresses: number
}

export const attemptLimits: AttemptLimits = { perVisitor: 10, perPeer: 100, windowMs: 60_000, maxAddresses: 10_000 }

/** Where a request comes from. */
export interface Source {
  /** Address of the connection. */
  readonly peer: string
  /** Address that a proxy named, else the same. */
  readonly visitor: string
}

interface Window {
  count: number
  readonly endsMs: number
}

export class Attempts {
  readonly #limits: AttemptLimits
  readonly #nowMs: () => number
  readonly #windows = new Map<string, Window>()

  constructor(limits: AttemptLimits, nowMs: () => number) {
    this.#limits = limits
    this.#nowMs = nowMs
  }

  /** Milliseconds until the next attempt is looked at; 0 = now. */
  waitMs(source: Source): number {
    const waits = this.#places(source).map(({ key, limit }) => {
      const window = this.#windows.get(key)
      return window === undefined || window.count < limit ? 0 : window.endsMs - this.#nowMs()
    })
    return Math.max(0, ...waits)
  }

  /** Notes a wrong token. */
  fail(source: Source): void {
    for (const { key } of this.#places(source)) {
      const window = this.#windows.get(key)
      if (window !== undefined && this.#nowMs() < window.endsMs) window.count++
      else this.#begin(key)
    }
  }

  #begin(key: string): void {
    this.#windows.delete(key)
    const oldest = this.#windows.keys().next()
    if (this.#windows.size >= this.#limits.maxAddresses && oldest.done !== true) this.#windows.delete(oldest.value)
    this.#windows.set(key, { count: 1, endsMs: this.#nowMs() + this.#limits.windowMs })
  }

  #places({ peer, visitor }: Source): { readonly key: string; readonly limit: number }[] {
    const { perPeer, perVisitor } = this.#limits
    const from = networkOf(peer)
    return [
      { key: from, limit: perPeer },
      { key: `${from} ${networkOf(visitor)}`, limit: perVisitor },
    ]
  }
}

/** One machine has all addresses of an IPv6 /64. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address
  const [head = '', tail] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
