/** Finds the fixed phrases in a turn. Precision first: quoted, far from the start, in a question or with a "but" behind it a phrase counts for nothing. */
import type { PhraseKind } from '../model/turn.ts'
import type { Language } from './language.ts'
import { languages } from './languages.ts'
import { type Anchor, matchAt, type Pattern, patternsOf } from './pattern.ts'
import { ASK, endsClause, type Token } from './words.ts'

/** Who contradicts says so at once; what comes later is a story. */
const MAX_TOKENS = 48

const kinds: readonly PhraseKind[] = ['affirms', 'asks_for_human', 'contradicts', 'invites_repeat', 'rephrases', 'thanks']

type Effect =
  | { readonly type: 'say' | 'unless'; readonly kind: PhraseKind }
  | { readonly type: 'opener' }
  | { readonly type: 'no' }

interface Entry {
  readonly pattern: Pattern
  readonly effect: Effect
}

const opener: Effect = { type: 'opener' }
const no: Effect = { type: 'no' }

function* entriesOf(language: Language): Generator<Entry> {
  const { contradicts, asksForHuman, thanks, rephrases } = language
  const lists: readonly (readonly [readonly string[], Anchor, Effect])[] = [
    [language.openers, 'clause', opener],
    [language.noes, 'clause', no],
    [contradicts.say, 'clause', { type: 'say', kind: 'contradicts' }],
    [contradicts.unless, 'anywhere', { type: 'unless', kind: 'contradicts' }],
    [asksForHuman.say, 'clause', { type: 'say', kind: 'asks_for_human' }],
    [asksForHuman.unless, 'anywhere', { type: 'unless', kind: 'asks_for_human' }],
    [thanks.say, 'turn', { type: 'say', kind: 'thanks' }],
    [thanks.unless, 'anywhere', { type: 'unless', kind: 'thanks' }],
    [rephrases.say, 'clause', { type: 'say', kind: 'rephrases' }],
    [rephrases.unless, 'anywhere', { type: 'unless', kind: 'rephrases' }],
    [language.affirms, 'turn', { type: 'say', kind: 'affirms' }],
    [language.invitesRepeat, 'anywhere', { type: 'say', kind: 'invites_repeat' }],
  ]
  for (const [texts, anchor, effect] of lists)
    for (const pattern of texts.flatMap((text) => patternsOf(text, anchor))) yield { pattern, effect }
}

/** Most words begin no clause: of those only what may stand anywhere is tried. */
interface Beginning {
  readonly anywhere: readonly Entry[]
  readonly anchored: readonly Entry[]
}

const beginnings: ReadonlyMap<Token, Beginning> = new Map(
  [...byFirstWord(languages.flatMap((language) => [...entriesOf(language)]))].map(([word, entries]) => [
    word,
    {
      anywhere: entries.filter(({ pattern }) => pattern.anchor === 'anywhere'),
      anchored: entries.filter(({ pattern }) => pattern.anchor !== 'anywhere'),
    },
  ]),
)

function byFirstWord(entries: readonly Entry[]): ReadonlyMap<Token, readonly Entry[]> {
  const index = new Map<Token, Entry[]>()
  for (const entry of entries)
    for (const word of new Set(entry.pattern.firstWords)) {
      const known = index.get(word)
      if (known === undefined) index.set(word, [entry])
      else known.push(entry)
    }
  return index
}

const CLAUSE = 1
const TURN = 2

/** In alphabetical order. */
export function phrasesIn(tokens: readonly Token[]): readonly PhraseKind[] {
  const reading: Reading = { tokens, starts: new Uint8Array(tokens.length + 1), said: 0, unless: 0 }
  reading.starts[0] = CLAUSE | TURN
  const length = Math.min(tokens.length, MAX_TOKENS)
  for (let at = 0; at < length; at++) readAt(reading, at)
  const found = reading.said & ~reading.unless
  return found === 0 ? none : kinds.filter((_, bit) => (found & (1 << bit)) !== 0)
}

const none: readonly PhraseKind[] = []

interface Reading {
  readonly tokens: readonly Token[]
  /** What begins at each token: a clause, and a turn that has had nothing but openers so far. */
  readonly starts: Uint8Array
  /** Kinds, a bit each. */
  said: number
  unless: number
}

function readAt(reading: Reading, at: number): void {
  const token = reading.tokens[at] ?? 0
  const here = reading.starts[at] ?? 0
  if (endsClause(token)) begin(reading, at + 1, CLAUSE | (here & TURN))
  const beginning = beginnings.get(token)
  if (beginning === undefined) return
  for (const entry of beginning.anywhere) tryEntry(reading, entry, at, here)
  if (here === 0) return
  for (const entry of beginning.anchored)
    if (entry.pattern.anchor === 'clause' || (here & TURN) !== 0) tryEntry(reading, entry, at, here)
}

function begin({ starts }: Reading, at: number, what: number): void {
  starts[at] = (starts[at] ?? 0) | what
}

function tryEntry(reading: Reading, { pattern, effect }: Entry, at: number, here: number): void {
  const end = matchAt(pattern, reading.tokens, at)
  if (end < 0) return
  if (effect.type === 'opener') begin(reading, end, here)
  else if (effect.type === 'no') begin(reading, end, CLAUSE)
  else if (effect.type === 'unless') reading.unless |= 1 << kinds.indexOf(effect.kind)
  else if (effect.kind !== 'contradicts' || !isAsked(reading.tokens, end)) reading.said |= 1 << kinds.indexOf(effect.kind)
}

/** "Is that wrong?" contradicts nobody. */
function isAsked(tokens: readonly Token[], end: number): boolean {
  return tokens[tokens.findIndex((token, at) => at >= end && endsClause(token))] === ASK
}
