/** Turns of users -> the signals in them, as the conversation fold hears them: each turn a run of its own, half a minute after the answer before it. */
import { userTurnOf } from '../../src/language/turn.ts'
import type { ConversationMemory, ImplicitKind } from '../../src/model/implicit.ts'
import type { UserTurn } from '../../src/model/turn.ts'
import { listenTo } from '../../src/signals/implicit/signals.ts'

const SECOND_US = 1e6

export class Listener {
  #memory: ConversationMemory | null = null
  #atUs = 1_000 * SECOND_US
  #runs = 0

  /** Kinds that the turn shows. */
  hear(turn: UserTurn | null): readonly ImplicitKind[] {
    this.#atUs += 30 * SECOND_US
    const runId = `run ${this.#runs++}`
    const turns = turn === null ? [] : [{ turn, spanId: runId, atUs: this.#atUs }]
    const run = { runId, startedAtUs: this.#atUs, endedAtUs: this.#atUs + 5 * SECOND_US, outcome: 'ok' as const, turns }
    const { signals, memory } = listenTo(this.#memory, run)
    this.#memory = memory
    return signals.map(({ kind }) => kind)
  }
}

/** Kinds that the last of these texts shows. */
export function heardIn(texts: readonly string[]): readonly ImplicitKind[] {
  const listener = new Listener()
  return texts.reduce<readonly ImplicitKind[]>((_, text) => listener.hear(userTurnOf(text)), [])
}
