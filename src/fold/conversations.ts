/**
 * The second fold, over settled runs by conversation: it listens to what users say about the answers before, and hands that on as feedback. Between two runs
 * it remembers the last thing that was said; quotes are redacted before they get here.
 */
import { type ConversationKey, conversationKeyText, type ConversationState } from '../model/checkpoint.ts'
import { type FeedbackEvent, noTarget } from '../model/feedback.ts'
import type { ImplicitSignal } from '../model/implicit.ts'
import { givingUpOf, type JudgedRun, listenTo, PATIENCE_MS } from '../signals/implicit/signals.ts'
import type { Archive } from './history.ts'

/** A settled run of a conversation, and what was said in it. */
export interface SpokenRun {
  readonly key: ConversationKey
  readonly userId: string | null
  readonly run: JudgedRun
}

type States = Map<string, ConversationState>

export class ConversationFold {
  readonly #archive: Archive
  /** Since the last checkpoint was taken. */
  #changes: States = new Map()
  /** In a checkpoint that was taken and is not saved yet. */
  #saving: States = new Map()
  /** Whose last run failed and who have said nothing since. */
  readonly #pending: States = new Map()

  constructor(archive: Archive) {
    this.#archive = archive
  }

  /** What was pending at a checkpoint. */
  restore(pending: readonly ConversationState[]): void {
    for (const state of pending) this.#pending.set(conversationKeyText(state.key), state)
  }

  /** True when somebody has given up by then. */
  needsTick(nowMs: number): boolean {
    return [...this.#pending.values()].some(({ givesUpAtMs }) => givesUpAtMs !== null && givesUpAtMs <= nowMs)
  }

  /** Listens to runs that settled at the same time, in the order in which they began. */
  async listen(runs: readonly SpokenRun[], nowMs: number): Promise<readonly FeedbackEvent[]> {
    const known = await this.#load(runs.map(({ key }) => key))
    const events: FeedbackEvent[] = []
    const ordered = runs.toSorted((a, b) => a.run.startedAtUs - b.run.startedAtUs || (a.run.runId < b.run.runId ? -1 : 1))
    for (const { key, userId, run } of ordered) {
      const text = conversationKeyText(key)
      const { signals, memory } = listenTo(known.get(text)?.memory ?? null, run)
      if (memory === null) continue
      const givesUp = givingUpOf(memory)
      // By the log's clock, too: a backlog that is drained brings the next run in a moment.
      const givesUpAtMs = givesUp === null ? null : Math.max(givesUp.dueAtMs, nowMs + PATIENCE_MS)
      const state: ConversationState = { key, userId, memory, givesUpAtMs }
      known.set(text, state)
      this.#put(text, state)
      for (const signal of signals) events.push(eventOf(signal, userId))
    }
    return events
  }

  /** Those who have given up by now. */
  giveUp(nowMs: number): readonly FeedbackEvent[] {
    const events: FeedbackEvent[] = []
    for (const [text, state] of this.#pending) {
      if (state.givesUpAtMs === null || state.givesUpAtMs > nowMs) continue
      const givesUp = state.memory === null ? null : givingUpOf(state.memory)
      if (givesUp !== null) events.push(eventOf(givesUp.signal, state.userId))
      this.#put(text, { ...state, givesUpAtMs: null })
    }
    return events
  }

  takeChanges(): readonly ConversationState[] {
    this.#saving = this.#changes
    this.#changes = new Map()
    return [...this.#saving.values()]
  }

  saved(): void {
    this.#saving = new Map()
  }

  /** Forgets what was said in conversations that were deleted. */
  forget(isErased: (state: ConversationState) => boolean): void {
    for (const states of [this.#changes, this.#saving, this.#pending])
      for (const [text, state] of states) if (isErased(state)) states.delete(text)
  }

  /** In canonical order. For tests. */
  snapshot(): readonly ConversationState[] {
    return [...this.#pending.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state)
  }

  async #load(keys: readonly ConversationKey[]): Promise<States> {
    const known: States = new Map()
    const unknown: ConversationKey[] = []
    for (const key of keys) {
      const text = conversationKeyText(key)
      const state = this.#changes.get(text) ?? this.#saving.get(text) ?? this.#pending.get(text)
      if (state === undefined) unknown.push(key)
      else known.set(text, state)
    }
    if (unknown.length > 0)
      for (const state of await this.#archive.conversationStates(unknown)) known.set(conversationKeyText(state.key), state)
    return known
  }

  #put(text: string, state: ConversationState): void {
    this.#changes.set(text, state)
    if (state.givesUpAtMs === null) this.#pending.delete(text)
    else this.#pending.set(text, state)
  }
}

/** A run is judged once by each kind of signal, so the kind and the run make the id. */
function eventOf(signal: ImplicitSignal, userId: string | null): FeedbackEvent {
  const { kind, about, shownBy, spanId, atUs, rating, evidence } = signal
  return {
    type: 'given',
    feedback: {
      id: `implicit:${kind}:${about}`,
      target: { ...noTarget, traceId: about, spanId: shownBy === about ? spanId : null },
      name: kind,
      score: null,
      scale: null,
      label: null,
      rating,
      comment: evidence,
      correction: null,
      userId,
      source: 'implicit',
      judge: 'user',
      atMs: Math.round(atUs / 1e3),
    },
  }
}
