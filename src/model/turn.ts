/** What a user said in one turn, as far as it matters once the text is gone. Known only where the emitter sends content. */

/** `affirms` = it begins with a yes; `invites_repeat` = to say the same again would be no complaint ("another one", "any news?"). */
export type PhraseKind = 'affirms' | 'contradicts' | 'asks_for_human' | 'thanks' | 'rephrases' | 'invites_repeat'

export interface UserTurn {
  readonly phrases: readonly PhraseKind[]
  /** Its words in order, as numbers (see language/sketch.ts), for comparing turns. Empty where it is too long to be compared. */
  readonly sketch: readonly number[]
  /** How many words there are; two letters of a script without spaces count as one. */
  readonly words: number
  /** How it begins, at most 200 characters. Stays in memory; stored text is redacted. */
  readonly quote: string
  /** Equal for equal words, whatever their case, spacing and punctuation. */
  readonly fingerprint: string
  /** False where a program wrote the message: a prompt that is filled in, in which the user's own words could not be told apart. */
  readonly isOwn: boolean
}
