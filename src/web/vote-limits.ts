/** How much feedback is taken in a minute: from one visitor, with tokens for one thing, and from one connection's address, because anybody can say for whom they ask. */
import type { Source } from './attempts.ts'
import { networkOf, Windows } from './windows.ts'

const WINDOW_MS = 60_000
const PER_VISITOR = 60
const PER_VOTE = 60
/** A proxy in front of us may be the one address that everybody comes from. */
const PER_PEER = 1_200
const MAX_KEYS = 30_000

export class VoteLimits {
  readonly #windows: Windows

  constructor(nowMs: () => number) {
    this.#windows = new Windows({ windowMs: WINDOW_MS, maxKeys: MAX_KEYS, nowMs })
  }

  /** Counts it and returns 0, or returns the milliseconds until there is room again. `id` is that of the feedback. */
  countOrWaitMs({ peer, visitor }: Source, id: string): number {
    const from = networkOf(peer)
    const places = [
      { key: `peer ${from}`, limit: PER_PEER },
      { key: `visitor ${from} ${networkOf(visitor)}`, limit: PER_VISITOR },
      { key: id, limit: PER_VOTE },
    ]
    const waitMs = this.#windows.waitMs(places)
    if (waitMs <= 0) this.#windows.count(places)
    return Math.max(0, waitMs)
  }
}
