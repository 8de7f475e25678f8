/** What a conversation itself says about its runs, and what has to be known of it from one run to the next. */
import type { Rating } from './feedback.ts'
import type { RunOutcome } from './run.ts'
import type { UserTurn } from './turn.ts'

/** Also the names under which they are feedback. */
export type ImplicitKind = 'repeated' | 'rephrased' | 'contradicted' | 'asked_for_human' | 'thanked' | 'gave_up'

export interface ImplicitSignal {
  readonly kind: ImplicitKind
  readonly rating: Rating
  /** Trace id of the run that it judges: mostly the one before the words. A run is judged once by each kind. */
  readonly about: string
  /** The run and the step in which the words are; for `gave_up` the run itself and the step of its turn. */
  readonly shownBy: string
  readonly spanId: string
  readonly atUs: number
  /** A sentence with the words themselves, at most 300 characters. */
  readonly evidence: string
}

/** One thing that the user said in a run. */
export interface RunTurn {
  readonly turn: UserTurn
  readonly spanId: string
  readonly atUs: number
}

/** All that a conversation has to keep between two runs. Quotes are as the turns had them: redacted, where those were. */
export interface ConversationMemory {
  /** The last run in which the user said something. */
  readonly runId: string
  readonly spanId: string
  readonly outcome: RunOutcome
  readonly saidAtUs: number
  /** When that run had ended: what is said before is no answer to it. */
  readonly endedAtUs: number
  /** End of the last run of any kind. */
  readonly lastAtUs: number
  readonly turn: Omit<UserTurn, 'isOwn'>
  /** How often the same was said in a row before. Machines (health checks) say it for ever. */
  readonly repeats: number
}
