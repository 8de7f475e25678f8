/**
 * What we know of a language: a data file each, in `languages`. Phrases are patterns (see pattern.ts): `a b|c` is two phrases, `(a b|c) d` one that begins
 * with either, `?` behind a word or a group = may be left out, `..` = one to four words, `$` = here a clause ends. Case, accents and apostrophes make no
 * difference.
 */

interface Phrases {
  /** At the start of a clause, after openers; with `~` before it anywhere, with `^` only at the start of the turn. */
  readonly say: readonly string[]
  /** Anywhere in the turn: then none of the above counts. */
  readonly unless: readonly string[]
}

export interface Language {
  /** ISO 639-1. */
  readonly code: string
  /** What may stand before a phrase without changing it ("great", "ok", "I think"). */
  readonly openers: readonly string[]
  /** The same for contradictions and requests, but not for thanks ("no", "but"). */
  readonly noes: readonly string[]
  /** "That's wrong", "not what I asked". */
  readonly contradicts: Phrases
  readonly asksForHuman: Phrases
  readonly thanks: Phrases
  /** "Let me put it differently". */
  readonly rephrases: Phrases
  /** How a turn begins that accepts what was offered. */
  readonly affirms: readonly string[]
  /** Words of a turn that may be said again without a complaint: "another one", "any news?". */
  readonly invitesRepeat: readonly string[]
  /** Said out of politeness: they make no difference between two turns. Several in a text, with spaces between. */
  readonly fillers: readonly string[]
  /** Words that carry no meaning of their own, in the same way. Negations, directions and question words but "what" and "how" do, and are not among them. */
  readonly functionWords: readonly string[]
}
