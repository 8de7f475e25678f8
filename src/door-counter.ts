/** What the door counted since the last tick, added up by labels. With the tick it enters the log and becomes part of the fold. */
import type { DoorCount } from './fold/content.ts'

export class DoorCounter {
  #counts = new Map<string, DoorCount>()

  add(item: DoorCount): void {
    const { count: _count, ...labels } = item
    const key = JSON.stringify(labels)
    const known = this.#counts.get(key)
    this.#counts.set(key, known === undefined ? item : { ...known, count: known.count + item.count })
  }

  hasCounts(): boolean {
    return this.#counts.size > 0
  }

  /** Hands over what was counted and begins anew. */
  take(): readonly DoorCount[] {
    const counts = [...this.#counts.values()]
    this.#counts = new Map()
    return counts
  }

  /** The tick could not be written: the counts go with the next one. */
  putBack(counts: readonly DoorCount[]): void {
    for (const item of counts) this.add(item)
  }
}
