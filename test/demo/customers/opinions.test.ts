/** What customers say: as seldom as in life, fitting what happened to them, and in words that the processor knows in each of their languages. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type PlannedRun, runsOf } from '../../../demo/customers/plan.ts'
import { readScenario } from '../../../demo/customers/scenario.ts'
import { languages } from '../../../demo/customers/topics.ts'
import { userTurnOf } from '../../../src/language/turn.ts'

const shipped = (name: string): string => fileURLToPath(new URL(`../../../demo/scenarios/${name}`, import.meta.url))

function until(name: string, endMs: number): readonly PlannedRun[] {
  const runs: PlannedRun[] = []
  for (const run of runsOf(readScenario(shipped(name)))) {
    if (run.atMs > endMs) break
    runs.push(run)
  }
  return runs
}

const firstHalfHour = until('first-look.yaml', 30 * 60_000)
const month = until('month.yaml', Infinity)

test.each([
  ['first look', firstHalfHour],
  ['month', month],
])('in "%s" five to ten of a hundred runs are rated, and about as often an answer gets an answer', (_name, runs) => {
  const share = (matches: (run: PlannedRun) => boolean): number => (100 * runs.filter(matches).length) / runs.length
  expect(share(({ opinion }) => opinion !== null)).toBeGreaterThan(5)
  expect(share(({ opinion }) => opinion !== null)).toBeLessThan(10)
  expect(share(({ turn }) => turn.implies !== null)).toBeGreaterThan(4)
  expect(share(({ turn }) => turn.implies !== null)).toBeLessThan(10)
})

test('those who got no answer or a wrong one are never content, the others mostly are', () => {
  const first = (matches: (run: PlannedRun) => boolean): readonly string[] =>
    month.filter(matches).flatMap(({ opinion }) => (opinion === null ? [] : [opinion.first.rating]))
  const failed = first(({ expected }) => expected.outcome === 'failed')
  const wrong = first(({ story }) => story === 'wrong_order')
  const fine = first(({ story }) => story === 'fine')
  expect([failed.length > 10, wrong.length > 10, fine.length > 100]).toEqual([true, true, true])
  expect([...failed, ...wrong].filter((rating) => rating === 'positive')).toEqual([])
  expect(fine.filter((rating) => rating === 'positive').length / fine.length).toBeGreaterThan(0.75)
})

test('some think again and some take it back, soon after', () => {
  const later = month.flatMap(({ opinion }) => (opinion === null || opinion.later === null ? [] : [opinion]))
  expect(later.length).toBeGreaterThan(20)
  const changed = later.filter(({ first, later: next }) => next?.said !== 'withdrawn' && next?.said.rating !== first.rating)
  const withdrawn = later.filter(({ later: next }) => next?.said === 'withdrawn')
  expect(changed.length + withdrawn.length).toBe(later.length)
  expect([changed.length > 10, withdrawn.length > 5]).toEqual([true, true])
})

test('who was told about another order says which one is theirs', () => {
  const corrected = month.flatMap(({ story, turn, opinion }) =>
    (opinion?.first.correction ?? null) === null ? [] : [{ story, turn, correction: opinion?.first.correction }],
  )
  expect(corrected.length).toBeGreaterThan(5)
  for (const { story, turn, correction } of corrected)
    expect([story, correction]).toEqual(['wrong_order', expect.stringContaining(String(turn.tools[0]?.arguments['order_id']))])
})

test('thanks, a no and the wish for a person are said in words that are known, in all four languages', () => {
  const phraseOf = { thanked: 'thanks', contradicted: 'contradicts', asked_for_human: 'asks_for_human' } as const
  const said = [...month, ...until('first-look.yaml', 2 * 3_600_000)].flatMap(({ turn: { implies, language, said: text } }) =>
    implies === null || implies === 'repeated' ? [] : [{ phrase: phraseOf[implies], language, text }],
  )
  const unknown = said.filter(({ phrase, text }) => userTurnOf(text)?.phrases.includes(phrase) !== true)
  expect(unknown).toEqual([])
  expect(new Set(said.map(({ phrase, language }) => `${phrase} ${language}`))).toEqual(
    new Set(Object.values(phraseOf).flatMap((phrase) => languages.map((language) => `${phrase} ${language}`))),
  )
})

test('everything else says nothing of the answer before', () => {
  const others = firstHalfHour.filter(({ turn }) => turn.implies === null).map(({ turn }) => turn.said)
  expect([...new Set(others)].filter((text) => (userTurnOf(text)?.phrases ?? []).some((phrase) => telling.has(phrase)))).toEqual(
    [],
  )
})

const telling: ReadonlySet<string> = new Set(['asks_for_human', 'contradicts', 'rephrases', 'thanks'])

test('a conversation goes on only when its last answer is there, and shows what the customer saw', () => {
  const seen = new Map<string, PlannedRun>()
  for (const run of firstHalfHour) {
    const before = seen.get(run.conversationId)
    const shown = run.messages.at(-2)?.content
    if (before?.expected.outcome === 'failed') expect(shown).toBe('Something went wrong. Please try again.')
    if (before?.story === 'fine') expect(shown).toBe(before.turn.answer)
    if (before?.story === 'wrong_order') expect(shown).not.toBe(before.turn.answer)
    seen.set(run.conversationId, run)
  }
})

test('the first look has feedback within half a minute', () => {
  const first = firstHalfHour.filter(({ atMs, opinion }) => opinion !== null && atMs + opinion.afterMs < 25_000)
  expect(first.length).toBeGreaterThan(3)
})
