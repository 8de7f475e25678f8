/**
 * Which runs a quote may be about: by who spoke, when, and of what. Only a person confirms, so a suggestion costs a glance; still, time alone suggests nothing, and a run
 * of another user never is suggested.
 */
import type { LinkSuggestion } from '../model/note.ts'
import { isNumber, wordsOf } from './words.ts'

/** A run that a quote could be about. */
export interface Candidate {
  readonly traceId: string
  readonly conversationId: string | null
  readonly userId: string | null
  readonly startedAtMs: number
  readonly hasFailed: boolean
  /** Its own words: failures with their details, names, tags, what its user said where that is kept. */
  readonly texts: readonly string[]
}

/** What is asked about. */
export interface Saying {
  readonly text: string
  readonly userId: string | null
  /** Null = not known. */
  readonly atMs: number | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How long before a note its run may have been, and, because notes are often dated by the day only, how long after. */
export const SUGGESTION_WINDOW: { readonly beforeMs: number; readonly afterMs: number } = {
  beforeMs: 14 * DAY_MS,
  afterMs: DAY_MS,
}

const MIN_SCORE = 0.3
const MOST = 3
/** What words have to tell where they stand alone. */
const MIN_SHARED = 3
const MIN_RARITY = 3
/** How much each kind of evidence can weigh alone; together they come near 1 and never reach it. */
const weights = { user: 0.5, time: 0.3, words: 0.6, failed: 0.1 } as const
/** Sum of the rarities of shared words at which two texts are about the same with some certainty. */
const ENOUGH_RARITY = 5
const SHOWN_WORDS = 4

interface Prepared extends Candidate {
  readonly words: ReadonlySet<string>
}

interface Rated {
  readonly run: Prepared
  readonly score: number
  readonly isSameUser: boolean
  /** Words that both hold. */
  readonly shared: readonly string[]
  /** How much they tell. */
  readonly rare: number
}

/** At most three, the best first. */
export function suggestLinks(saying: Saying, candidates: readonly Candidate[]): readonly LinkSuggestion[] {
  return createSuggester(candidates)(saying)
}

/** The same for many quotes. */
export function createSuggester(candidates: readonly Candidate[]): (saying: Saying) => readonly LinkSuggestion[] {
  const prepared = candidates.map((run): Prepared => ({ ...run, words: wordsOf(run.texts.join('\n')) }))
  const places = new Map<string, Prepared[]>()
  for (const run of prepared) for (const word of run.words) append(places, word, run)
  // Of one run a word tells something; where all of many hold it, nothing.
  const rarity = (word: string): number => Math.log2((prepared.length + 1) / (places.get(word)?.length ?? 1))
  return (saying) => {
    const words = wordsOf(saying.text)
    const shared = new Map<Prepared, string[]>()
    for (const word of words) for (const run of places.get(word) ?? []) append(shared, run, word)
    const rated = prepared.flatMap((run) => rate(saying, run, shared.get(run) ?? [], rarity) ?? [])
    const reasons = (one: Rated): string => reasonsOf(saying, one, rarity)
    return merged(rated, reasons)
  }
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function rate(saying: Saying, run: Prepared, shared: readonly string[], rarity: (word: string) => number): Rated | null {
  const isSameUser = saying.userId !== null && run.userId === saying.userId
  if (!isSameUser && saying.userId !== null && run.userId !== null) return null
  const near = saying.atMs === null ? 0 : closeness(saying.atMs - run.startedAtMs)
  if (saying.atMs !== null && near === 0) return null
  const rare = shared.length < 2 ? 0 : shared.reduce((sum, word) => sum + rarity(word) * (isNumber(word) ? 2 : 1), 0)
  const tells = rare >= MIN_RARITY && (shared.length >= MIN_SHARED || shared.some(isNumber))
  if (!isSameUser && !tells) return null
  const evidence = [
    isSameUser ? weights.user : 0,
    weights.time * near,
    weights.words * (1 - Math.exp(-rare / ENOUGH_RARITY)),
    run.hasFailed ? weights.failed : 0,
  ]
  const score = 1 - evidence.reduce((rest, weight) => rest * (1 - weight), 1)
  if (score < MIN_SCORE) return null
  return { run, score: Math.round(score * 100) / 100, isSameUser, shared, rare }
}

/** In words. */
function reasonsOf({ atMs }: Saying, { run, isSameUser, shared }: Rated, rarity: (word: string) => number): string {
  const told = shared.toSorted((a, b) => rarity(b) - rarity(a)).slice(0, SHOWN_WORDS)
  return [
    ...(isSameUser ? ['same user'] : []),
    ...(atMs === null ? [] : [timeWords(atMs - run.startedAtMs)]),
    ...(told.length >= 2 ? [`both speak of ${told.join(', ')}`] : []),
    ...(run.hasFailed ? ['the run failed'] : []),
  ].join('; ')
}

/** 1 = within the hour, 0 = outside of the window. */
function closeness(agoMs: number): number {
  if (agoMs < -SUGGESTION_WINDOW.afterMs || agoMs > SUGGESTION_WINDOW.beforeMs) return 0
  if (agoMs < 0) return 0.2
  if (agoMs <= HOUR_MS) return 1
  if (agoMs <= DAY_MS) return 0.6
  return agoMs <= 3 * DAY_MS ? 0.3 : 0.1
}

function timeWords(agoMs: number): string {
  if (agoMs < 0) return 'less than a day after'
  const minutes = Math.round(agoMs / 60_000)
  if (minutes < 90) return minutes <= 1 ? 'a minute before' : `${minutes} minutes before`
  const hours = Math.round(agoMs / HOUR_MS)
  return hours < 36 ? `${hours} hours before` : `${Math.round(agoMs / DAY_MS)} days before`
}

/** Where runs of one conversation are as likely as each other, the conversation is meant. */
function merged(rated: readonly Rated[], reasons: (one: Rated) => string): readonly LinkSuggestion[] {
  const groups = Map.groupBy(rated, ({ run }) => run.conversationId ?? run.traceId)
  const best = [...groups.values()].map((group) =>
    group.toSorted((a, b) => b.score - a.score || b.run.startedAtMs - a.run.startedAtMs),
  )
  const order = best.toSorted(([a], [b]) => (b?.score ?? 0) - (a?.score ?? 0))
  return order.slice(0, MOST).flatMap((group): LinkSuggestion[] => {
    const [first, second] = group
    if (first === undefined) return []
    const { run, score, rare } = first
    const isClear = second === undefined || rare > second.rare
    if (isClear || run.conversationId === null) return [{ type: 'run', id: run.traceId, score, why: reasons(first) }]
    const why = `${reasons(first)}; one of ${group.length} runs of the conversation`
    return [{ type: 'conversation', id: run.conversationId, score, why }]
  })
}
