/** Scenario files: what they may say, what is complained about, and that the same seed gives the same runs. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type PlannedRun, runsOf } from '../../../demo/customers/plan.ts'
import { ScenarioError, parseScenario, readScenario } from '../../../demo/customers/scenario.ts'

const shipped = (name: string): string => fileURLToPath(new URL(`../../../demo/scenarios/${name}`, import.meta.url))

const small = `
name: small
seed: 1
users: 5
phases:
  - { name: only, for: 1min, rate: 2/s, releases: { 1.4.0: 1 }, failures: { busy_once: 0.25 } }
`

function until(scenario: Parameters<typeof runsOf>[0], endMs: number): readonly PlannedRun[] {
  const runs: PlannedRun[] = []
  for (const run of runsOf(scenario)) {
    if (run.atMs > endMs) break
    runs.push(run)
  }
  return runs
}

test('the same seed gives the same runs, another seed others', () => {
  const scenario = parseScenario(small, 'small.yaml')
  expect(until(scenario, Infinity)).toEqual(until(scenario, Infinity))
  expect(until({ ...scenario, seed: 2 }, Infinity)).not.toEqual(until(scenario, Infinity))
})

test('rates and shares are those of the file', () => {
  const runs = until(parseScenario(small.replace('1min', '1h'), 'small.yaml'), Infinity)
  expect(runs.length / 7_200).toBeCloseTo(1, 1)
  expect(runs.filter((run) => run.story === 'busy_once').length / runs.length).toBeCloseTo(0.25, 1)
  expect(new Set(runs.map((run) => run.userId)).size).toBe(5)
})

test('a conversation goes on with what was said before', () => {
  const runs = until(parseScenario(small, 'small.yaml'), Infinity)
  const later = runs.find((run) => run.messages.length === 3)
  const first = runs.find((run) => run.conversationId === later?.conversationId)
  expect(later?.messages.slice(0, 2)).toEqual([
    { role: 'user', content: first?.turn.said },
    { role: 'assistant', content: first?.turn.answer },
  ])
  expect(later?.userId).toBe(first?.userId)
})

test('the first look is fine at first, has several kinds of failure and a loop within 40 seconds, and goes on', () => {
  const runs = until(readScenario(shipped('first-look.yaml')), 30 * 60_000)
  const kindsUntil = (endMs: number): readonly string[] => [
    ...new Set(runs.filter((run) => run.atMs <= endMs).flatMap((run) => run.expected.kinds)),
  ]
  expect(kindsUntil(12_000)).toEqual([])
  expect(runs.filter((run) => run.atMs <= 12_000).length).toBeGreaterThan(10)
  expect(kindsUntil(25_000)).toEqual(expect.arrayContaining(['rate_limit', 'tool_error', 'recursion_loop', 'server_error']))
  expect(runs.length).toBeGreaterThan(1_500)
  const limited = runs.filter((run) => run.atMs > 180_000 && run.atMs < 220_000 && run.story.startsWith('busy'))
  expect(limited.length).toBeGreaterThan(15)
})

test('the month has quiet nights, an outage, a parser that a release breaks and a loop that the next one ends', () => {
  const dayMs = 86_400_000
  const runs = until(readScenario(shipped('month.yaml')), Infinity)
  const share = (fromDay: number, toDay: number, kind: string): number => {
    const some = runs.filter((run) => run.atMs >= fromDay * dayMs && run.atMs < toDay * dayMs)
    return some.filter((run) => run.expected.kinds.includes(kind)).length / some.length
  }
  const atHour = (from: number, to: number): number =>
    runs.filter((run) => (run.atMs % dayMs) / 3_600_000 >= from && (run.atMs % dayMs) / 3_600_000 < to).length
  expect(atHour(13, 17)).toBeGreaterThan(4 * atHour(1, 5))
  expect(share(5.5, 5.5 + 5 / 24, 'server_error')).toBeGreaterThan(0.5)
  expect(share(0, 9, 'parse_error')).toBeLessThan(0.03)
  expect(share(14, 19, 'parse_error')).toBeGreaterThan(0.1)
  expect(share(20, 30, 'parse_error')).toBeLessThan(0.03)
  expect(share(20, 30, 'recursion_loop')).toBe(0)
  expect(share(11, 19, 'recursion_loop')).toBeGreaterThan(0.005)
})

test('a bad file is told with file, field, what was expected and what came', () => {
  const bad = `
name: bad
seed: -1
users: 3
sped: 2
phases:
  - { name: one, for: soon, rate: 2/s, releases: { 9.9.9: 1 }, failures: { busy: 2 } }
`
  const complaint = (): unknown => parseScenario(bad, 'bad.yaml')
  expect(complaint).toThrow(ScenarioError)
  expect(complaint).toThrow(
    [
      'bad.yaml:',
      '  seed: Too small: expected number to be >=0, got -1',
      '  phases.0.for: expected a time such as 20s, 5min, 3h, 2d or forever, got "soon"',
      '  phases.0.releases.9.9.9: expected one of 1.4.0, 1.5.0, 1.6.0, got "9.9.9"',
      '  phases.0.failures.busy: Too big: expected number to be <=1, got 2',
      '  sped: expected no such field',
    ].join('\n'),
  )
  expect(() => parseScenario('name: [', 'broken.yaml')).toThrow(/^broken\.yaml: expected YAML/)
  expect(() => readScenario('/nowhere/none.yaml')).toThrow('/nowhere/none.yaml: expected a scenario file that can be read.')
})
