/** What was really served: the truth that the numbers of any instrumentation can be held against. */
import type { Fault } from './faults.ts'
import type { Api, ToolCall, Usage } from './wire.ts'

export interface ServedCall {
  /** From 1, in the order in which the calls came. */
  readonly number: number
  /** When it came, RFC 3339. */
  readonly at: string
  readonly api: Api
  readonly path: string
  readonly requestModel: string
  /** Null where no answer of the model came about. */
  readonly responseModel: string | null
  readonly responseId: string | null
  readonly stream: boolean
  /** What the answer tells; null where it tells none (an error, a stream that was not asked for it, a broken one). */
  readonly usage: Usage | null
  readonly toolCalls: readonly ToolCall[]
  /** As the provider spells it. */
  readonly finishReason: string | null
  /** HTTP status; null where not even that was sent. */
  readonly status: number | null
  readonly fault: Fault
  /** What the script's plan called it. */
  readonly label: string | null
  readonly ending: Ending
}

/** `broken`: by us. `left`: the client went away first. */
export type Ending = 'complete' | 'broken' | 'left'

/** A demo serves calls for days: only the newest are kept. */
const KEPT_CALLS = 20_000

export class ServedCalls {
  #calls: ServedCall[] = []
  #lastNumber = 0
  #forgotten = 0

  nextNumber(): number {
    return ++this.#lastNumber
  }

  add(call: ServedCall): void {
    this.#calls.push(call)
    if (this.#calls.length < KEPT_CALLS * 2) return
    this.#forgotten += this.#calls.length - KEPT_CALLS
    this.#calls = this.#calls.slice(-KEPT_CALLS)
  }

  /** Finished calls, in the order in which they came. */
  list(): readonly ServedCall[] {
    return this.#calls.toSorted((a, b) => a.number - b.number)
  }

  get forgotten(): number {
    return this.#forgotten
  }

  clear(): void {
    this.#calls = []
    this.#forgotten = 0
    this.#lastNumber = 0
  }
}
