/** The dialogues of one service: some requests open a new one, others go on with one that is under way. */
import type { Random } from '../random.ts'

export interface Turn {
  readonly conversationId: string
  readonly userId: string
  readonly earlierTurns: number
}

/** Dialogues that may go on; older ones are forgotten, so that memory stays bounded. */
const MAX_OPEN = 20
const USERS = 400

export class Conversations {
  readonly #prefix: string
  #open: readonly Turn[] = []
  #begun = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  next(random: Random): Turn {
    const known = random.chance(0.6) && this.#open.length > 0 ? random.pick(this.#open) : null
    const turn = known ?? this.#begin(random)
    const others = this.#open.filter(({ conversationId }) => conversationId !== turn.conversationId)
    this.#open = [...others, { ...turn, earlierTurns: turn.earlierTurns + 1 }].slice(-MAX_OPEN)
    return turn
  }

  #begin(random: Random): Turn {
    return { conversationId: `${this.#prefix}-${++this.#begun}`, userId: `user-${random.whole(1, USERS)}`, earlierTurns: 0 }
  }
}
