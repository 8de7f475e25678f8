/** Entries that are committed and wait to be applied, in the order of the log. */
import type { EntryContent } from './fold/content.ts'
import type { EntryPlace } from './fold/mark.ts'
import type { FeedbackReceipt } from './model/feedback.ts'

export interface Queued {
  readonly place: EntryPlace
  readonly content: EntryContent
  /** Told what became of the feedback in it; null = it was applied by a recovery, which does not say. */
  readonly applied?: ((receipts: readonly FeedbackReceipt[] | null) => void) | undefined
}

export class EntryQueue {
  #items: Queued[] = []
  #weight = 0
  #lastSeq = 0

  /** Spans, notes and the like that wait. */
  get weight(): number {
    return this.#weight
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  /** @throws Error when an entry comes before one that was added: applying it would be skipped, and it would be lost. */
  add(item: Queued): void {
    const { seq } = item.place
    if (seq <= this.#lastSeq) throw new Error(`entry ${seq} came after entry ${this.#lastSeq}`)
    this.#lastSeq = seq
    this.#items.push(item)
    this.#weight += weightOf(item.content)
  }

  /** Up to and with the next tick: what settles there has to be known before the entries after it are prepared. */
  takeGroup(): readonly Queued[] {
    const tickAt = this.#items.findIndex(({ place }) => place.kind === 'tick')
    const group = tickAt < 0 ? this.#items : this.#items.slice(0, tickAt + 1)
    this.#items = tickAt < 0 ? [] : this.#items.slice(tickAt + 1)
    for (const { content } of group) this.#weight -= weightOf(content)
    return group
  }

  /** A recovery has applied everything up to `seq`. */
  dropUpTo(seq: number): void {
    for (const { place, applied } of this.#items) if (place.seq <= seq) applied?.(null)
    this.#items = this.#items.filter(({ place }) => place.seq > seq)
    this.#weight = this.#items.reduce((sum, { content }) => sum + weightOf(content), 0)
  }
}

function weightOf(content: EntryContent): number {
  switch (content.type) {
    case 'spans':
      return content.steps.length + 1
    case 'logs':
      return content.notes.length + 1
    case 'feedback':
      return content.feedback.length + 1
    default:
      return 1
  }
}
