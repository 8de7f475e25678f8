/** The captured bytes of real emitters, from the wire to the verdict, against what a perfect reader could know of them (best.json). */
import { beforeAll, describe, expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { hasGenAiMeaning, modelOf } from '../../src/model/step.ts'
import { bestReading, captureNames } from '../helpers/captures.ts'
import { entriesOf, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'
import { toolRunsOf } from '../helpers/tool-runs.ts'

type BestScenario = ReturnType<typeof bestReading>['scenarios'][string]

/** Two classes of the truth are spelled differently there. */
const ourSpelling: Readonly<Record<string, string>> = {
  malformed_output_unparsed: 'malformed_output',
  schema_violation_unchecked: 'schema_violation',
}

function classesOf({ expected_class: expected, acceptable_classes: acceptable = [] }: BestScenario): readonly string[] {
  return [expected ?? '', ...acceptable].map((kind) => ourSpelling[kind] ?? kind)
}

describe.each(captureNames)('the capture %s', (name) => {
  const best = bestReading(name)
  const scenarios = Object.entries(best.scenarios)
  let runs: ReadonlyMap<string, RunRecord>
  /** Those that say something of a call, an agent or a tool. */
  let spansOf: ReadonlyMap<string, readonly string[]>

  beforeAll(async () => {
    const requests = requestsOf(name)
    const steps = requests.flatMap(({ content }) => (content.type === 'spans' ? content.steps : []))
    const byTrace = Map.groupBy(steps, ({ traceId }) => traceId)
    spansOf = new Map(
      [...byTrace].map(([id, list]) => [id, list.flatMap(({ step }) => (hasGenAiMeaning(step) ? step.spanId : []))]),
    )
    const fold = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(requests))
    runs = new Map(fold.takeCheckpoint().runs.map((run) => [run.traceId, run]))
  })

  const runsOf = (scenario: BestScenario): readonly RunRecord[] => scenario.trace_ids.flatMap((id) => runs.get(id) ?? [])
  const kindsOf = (scenario: BestScenario): readonly string[] =>
    runsOf(scenario).flatMap((run) => run.failures.map(({ kind }) => kind))

  test('every trace of a scenario is a run, or calls that belong into one, or says nothing of either', () => {
    const traceIds = scenarios.flatMap(([, scenario]) => scenario.trace_ids)
    const inRuns = new Set([...runs.values()].flatMap((run) => run.steps.map(({ spanId }) => spanId)))
    const outside = traceIds.filter((id) => !runs.has(id) && !(spansOf.get(id) ?? []).every((spanId) => inRuns.has(spanId)))
    expect([outside, [...runs.keys()].filter((id) => !traceIds.includes(id))]).toEqual([[], []])
  })

  test.each(scenarios.filter(([, { expected_class: kind, class_knowable: known }]) => kind !== null && known === true))(
    'finds the failure of %s',
    (_name, scenario) => {
      const kinds = kindsOf(scenario)
      expect([kinds, kinds.some((kind) => classesOf(scenario).includes(kind))]).toEqual([kinds, true])
    },
  )

  test.each(scenarios.filter(([, scenario]) => scenario.outcome_knowable))(
    'tells whether the user of %s got an answer',
    (_name, scenario) => {
      expect(runsOf(scenario).some((run) => run.outcome === 'failed')).toBe(scenario.user_visible_failure)
    },
  )

  test('finds nothing wrong in what went well', () => {
    const clean = scenarios.filter(([, scenario]) => scenario.expected_class === null)
    expect(clean.length).toBeGreaterThan(0)
    expect(clean.filter(([, scenario]) => kindsOf(scenario).length > 0)).toEqual([])
  })

  test('blames a failed run on one thing', () => {
    const several = [...runs.values()].filter((run) => run.failures.filter(({ impact }) => impact === 'fatal').length > 1)
    expect(several).toEqual([])
  })

  test('knows conversation and user of every run', () => {
    const found = scenarios.map(([key, scenario]) => [
      key,
      runsOf(scenario).map(({ conversationId, userId }) => [conversationId, userId]),
    ])
    const expected = scenarios.map(([key, scenario]) => [
      key,
      runsOf(scenario).map(() => [scenario.conversation_id, scenario.user_id]),
    ])
    expect(found).toEqual(expected)
  })

  test('counts tool runs as they ended', () => {
    const found = scenarios.map(([key, scenario]) => [key, toolRunsOf(runsOf(scenario))])
    expect(found).toEqual(scenarios.map(([key, scenario]) => [key, scenario.tools]))
  })

  test('counts calls and tokens per model', () => {
    const found = Object.fromEntries(Object.keys(best.tokens_by_model).map((model) => [model, tokensOf(runs.values(), model)]))
    const expected = Object.entries(best.tokens_by_model).map(([model, { calls, calls_without_usage, ...tokens }]) => [
      model,
      { calls, calls_without_usage, ...zeroForUnknown(tokens) },
    ])
    expect(found).toEqual(Object.fromEntries(expected))
  })
})

/** The wire often leaves out what is zero; a sum over calls cannot tell the two apart. */
function zeroForUnknown(tokens: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(tokens).map(([type, count]) => [type, count ?? 0]))
}

function tokensOf(runs: Iterable<RunRecord>, model: string): Readonly<Record<string, number>> {
  const sum = { calls: 0, calls_without_usage: 0, input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 }
  for (const step of [...runs].flatMap((run) => run.steps)) {
    if (!step.isCounted || step.kind !== 'llm' || modelOf(step) !== model) continue
    sum.calls++
    if (step.usage.input === null && step.usage.output === null) sum.calls_without_usage++
    sum.input += step.usage.input ?? 0
    sum.cache_read += step.usage.cacheRead ?? 0
    sum.cache_write += step.usage.cacheWrite ?? 0
    sum.output += step.usage.output ?? 0
    sum.reasoning += step.usage.reasoning ?? 0
  }
  return sum
}
