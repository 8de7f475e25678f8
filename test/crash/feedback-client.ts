/** Somebody who rates runs while the processor is killed: every answer that does not come is asked for again with the same id. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rating } from '../../src/model/feedback.ts'

const ratings = ['positive', 'neutral', 'negative'] as const

export class FeedbackClient {
  /** What stands in the end, by id; null = withdrawn. Everything in it was acknowledged. */
  readonly truth: Map<string, Rating | null> = new Map()
  /** Requests that were acknowledged. */
  acknowledged = 0
  readonly #url: string
  readonly #random: () => number
  readonly #traceIds: () => readonly string[]

  constructor(url: string, random: () => number, traceIds: () => readonly string[]) {
    this.#url = url
    this.#random = random
    this.#traceIds = traceIds
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const known = [...this.truth.keys()]
      const old = known[Math.floor(this.#random() * known.length)]
      const choice = this.#random()
      if (old !== undefined && choice < 0.1) await this.#withdraw(old)
      else if (old !== undefined && choice < 0.3) await this.#give(old)
      else await this.#give(randomUUID())
      await sleep(this.#random() * 10)
    }
  }

  /** A replacement names the same run: one that it was given for stays with it. */
  readonly #targets = new Map<string, string>()

  async #give(id: string): Promise<void> {
    const traces = this.#traceIds()
    // The newest have not been sent yet, some of the others not settled.
    const target = this.#targets.get(id) ?? traces[Math.floor(this.#random() * traces.length)]
    if (target === undefined) return
    this.#targets.set(id, target)
    const rating = ratings[Math.floor(this.#random() * ratings.length)] ?? 'neutral'
    await this.#send('POST', '/v1/feedback', { id, target: { traceId: target }, rating, comment: `said ${id}` })
    this.truth.set(id, rating)
  }

  async #withdraw(id: string): Promise<void> {
    await this.#send('DELETE', `/v1/feedback/${id}`)
    this.truth.set(id, null)
  }

  async #send(method: string, path: string, body?: object): Promise<void> {
    for (;;) {
      const status = await fetch(`${this.#url}${path}`, {
        method,
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      }).then(
        async (response) => {
          await response.arrayBuffer()
          return response.status
        },
        () => 0,
      )
      if (status === 200 || status === 201) {
        this.acknowledged++
        return
      }
      if (status !== 0 && status !== 503) throw new Error(`unexpected answer ${status} to ${method} ${path}`)
      await sleep(20)
    }
  }
}
