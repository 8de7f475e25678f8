/** The customers as the chat page lets them act: one question after the other, and thumbs below the answers. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Thumb } from '../support/feedback.ts'
import type { Agents } from './agents.ts'
import { type PlannedRun, READING_MS } from './plan.ts'
import type { Stage } from './script.ts'

export interface PlayedRun extends PlannedRun {
  /** Null where the customer never learned it. */
  readonly traceId: string | null
  /** What the customer got; null where there was nothing. */
  readonly answer: string | null
  readonly error: string | null
}

/** How long a customer who is about to close the page still waits. */
const LEAVE_AFTER_MS = 150

interface Place {
  readonly agents: Agents
  readonly stage: Stage
  readonly speed: number
  readonly signal: AbortSignal
  /** Complaints. */
  readonly onLine: (line: string) => void
}

export class Customers {
  readonly #place: Place
  /** One thing at a time for each user: the next question waits for the answer. */
  readonly #busy = new Map<string, Promise<void>>()
  readonly #thinking = new Set<Promise<void>>()
  readonly #closing = new AbortController()

  constructor(place: Place) {
    this.#place = place
  }

  come(run: PlannedRun, onDone: (played: PlayedRun) => void): void {
    const { signal } = this.#place
    // Who had to wait for an answer reads it before they ask on.
    const free = this.#busy.get(run.userId)?.then(() => this.#wait(READING_MS)) ?? Promise.resolve()
    const now = free.then(async () => {
      if (signal.aborted) return
      const played = await this.#chat(run)
      if (signal.aborted) return
      onDone(played)
      this.#letThink(played)
    })
    this.#busy.set(run.userId, now)
    void now.finally(() => {
      if (this.#busy.get(run.userId) === now) this.#busy.delete(run.userId)
    })
  }

  /** Who still thinks about a rating gives it at once: the place closes. */
  async allGone(): Promise<void> {
    await Promise.all(this.#busy.values())
    this.#closing.abort()
    await Promise.all(this.#thinking)
  }

  /** With the answer before their eyes, whatever else they do meanwhile. */
  #letThink(played: PlayedRun): void {
    const thinking = this.#rate(played).catch((error: unknown) => {
      if (!this.#place.signal.aborted) this.#place.onLine(`feedback on run ${played.number} was not taken: ${String(error)}`)
    })
    this.#thinking.add(thinking)
    void thinking.finally(() => this.#thinking.delete(thinking))
  }

  async #rate({ opinion, traceId, userId, release }: PlayedRun): Promise<void> {
    if (opinion === null || traceId === null) return
    const { first, later, afterMs } = opinion
    await this.#wait(afterMs)
    await this.#send(release, { run: traceId, userId, ...first })
    if (later === null) return
    await this.#wait(later.afterMs)
    const said = later.said === 'withdrawn' ? { ...first, rating: null } : later.said
    await this.#send(release, { run: traceId, userId, ...said })
  }

  async #wait(ms: number): Promise<void> {
    const { speed, signal } = this.#place
    const hurry = AbortSignal.any([signal, this.#closing.signal])
    await sleep(ms / speed, undefined, { signal: hurry }).catch(() => undefined)
  }

  async #send(release: string, thumb: Thumb): Promise<void> {
    const { agents, signal } = this.#place
    const response = await fetch(`${await agents.urlOf(release)}/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(thumb),
      signal,
    })
    if (!response.ok) throw new Error(await response.text())
  }

  async #chat(run: PlannedRun): Promise<PlayedRun> {
    const left = new AbortController()
    this.#place.stage.enter(run, () => setTimeout(() => left.abort(), LEAVE_AFTER_MS).unref())
    const played = { traceId: null, answer: null, error: null }
    try {
      const response = await fetch(`${await this.#place.agents.urlOf(run.release)}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ conversationId: run.conversationId, userId: run.userId, messages: run.messages }),
        signal: AbortSignal.any([left.signal, this.#place.signal]),
      })
      const decoder = new TextDecoder()
      let text = ''
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true })
        Object.assign(played, readLines(text))
      }
      return { ...run, ...played }
    } catch (error) {
      const reason = left.signal.aborted ? null : error instanceof Error ? error.message : String(error)
      return { ...run, ...played, error: reason }
    } finally {
      this.#place.stage.exit(run)
    }
  }
}

/** What the complete lines say so far. */
function readLines(text: string): Partial<Pick<PlayedRun, 'traceId' | 'answer' | 'error'>> {
  const said: { traceId?: string; answer?: string; error?: string } = {}
  for (const line of text.split('\n').slice(0, -1)) {
    const { run, answer, error } = JSON.parse(line) as { run?: string; answer?: string; error?: string }
    if (run !== undefined) said.traceId = run
    if (answer !== undefined) said.answer = answer
    if (error !== undefined) said.error = error
  }
  return said
}
