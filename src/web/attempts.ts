/**
 * Counts wrong tokens, so that nobody tries one after the other. Visitors behind a proxy are told apart by what it says of them; because anybody can say such
 * a thing, the connection's own address has a limit as well.
 */
import { networkOf, type Place, Windows } from './windows.ts'

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

export class Attempts {
  readonly #limits: AttemptLimits
  readonly #windows: Windows

  constructor(limits: AttemptLimits, nowMs: () => number) {
    this.#limits = limits
    this.#windows = new Windows({ windowMs: limits.windowMs, maxKeys: limits.maxAddresses, nowMs })
  }

  /** Milliseconds until the next attempt is looked at; 0 = now. */
  waitMs(source: Source): number {
    return this.#windows.waitMs(this.#places(source))
  }

  /** Notes a wrong token. */
  fail(source: Source): void {
    this.#windows.count(this.#places(source))
  }

  #places({ peer, visitor }: Source): Place[] {
    const { perPeer, perVisitor } = this.#limits
    const from = networkOf(peer)
    return [
      { key: from, limit: perPeer },
      { key: `${from} ${networkOf(visitor)}`, limit: perVisitor },
    ]
  }
}
