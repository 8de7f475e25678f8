import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { type CaptureName, captureNames, truthNames } from '../helpers/captures.ts'
import { DELIVERY_START_MS, entriesOf, interleave, oneByOne, type Parcel, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { agentTotals, bestTotals, type ModelTotals, modelTotals } from '../helpers/totals.ts'

interface Counted {
  readonly totals: ReturnType<typeof agentTotals>
  readonly models: ReturnType<typeof modelTotals>
  /** Trace id -> outcome, failures, and how many steps came with content. */
  readonly verdicts: Readonly<Record<string, string>>
}

/** All at once are more runs than are stored in a second. */
const settings = { ...testSettings, runRowsPerSecond: 5_000 }

async function count(parcels: readonly Parcel[], perSecond?: number): Promise<Counted> {
  const fold = await applyAll(new Fold(settings, emptyArchive), entriesOf(parcels, perSecond === undefined ? {} : { perSecond }))
  const { runs } = fold.takeCheckpoint()
  return { totals: agentTotals(fold), models: modelTotals(fold), verdicts: Object.fromEntries(runs.map(verdictOf)) }
}

function verdictOf(run: RunRecord): readonly [string, string] {
  return [
    run.traceId,
    `${run.outcome} ${run.failures.map(({ kind, impact, step }) => `${kind} ${impact} at ${step}`).join(', ')}, ${run.steps.filter(({ hasContent }) => hasContent).length} with content`,
  ]
}

describe.each(captureNames)('%s', (name) => {
  const asSent = requestsOf(name)

  test('per model the calls and tokens are exactly those that the bytes hold', async () => {
    expect((await count(asSent)).models).toEqual(bestTotals(name))
  })

  test.each<readonly [string, readonly Parcel[]]>([
    ['sent twice', [...asSent, ...asSent]],
    ['reversed', asSent.toReversed()],
    ['one span a request', oneByOne(asSent)],
    ['one span a request, last span first', oneByOne(asSent).toReversed()],
    ['one span a request, each twice', oneByOne(asSent).flatMap((parcel) => [parcel, parcel])],
  ])('totals and verdicts are the same when %s', async (_, parcels) => {
    expect(await count(parcels)).toEqual(await count(asSent))
  })

  test('order, splitting and repetition change nothing', async () => {
    const truth = await count(asSent)
    const spans = oneByOne(asSent)
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        expect(await count(shuffle([...spans, ...spans.filter((_, at) => (at * 7 + seed) % 5 === 0)], seed))).toEqual(truth)
      }),
      { numRuns: 20 },
    )
  })
})

describe('copies that come after their runs were settled', () => {
  test.each(captureNames)('%s: change nothing but the count of duplicates', async (name) => {
    const asSent = requestsOf(name)
    const first = entriesOf(asSent)
    const fold = await applyAll(new Fold(testSettings, emptyArchive), first)
    const totals = agentTotals(fold)
    const resumeAtMs = (first.at(-1)?.atMs ?? 0) + 1_000
    const again = entriesOf(asSent.toReversed()).map((entry) => ({
      ...entry,
      seq: entry.seq + first.length,
      atMs: entry.atMs - DELIVERY_START_MS + resumeAtMs,
    }))
    await applyAll(fold, again)
    expect(agentTotals(fold)).toEqual(totals)
    const spans = asSent.reduce((sum, { content }) => sum + (content.type === 'spans' ? content.steps.length : 0), 0)
    expect(
      fold.series.snapshot().series.find(({ metric }) => metric === 'flywheel_duplicate_spans_total')?.values ?? [0],
    ).toEqual([spans])
  })
})

/**
 * Several captures have services and conversations of one name: there they are one conversation, the first of their runs is the first, and what one says after
 * the other sounds like a question that is asked again.
 */
const joined = /^flywheel_(?:conversations_total|release_first_run_timestamp_seconds|feedback_total|feedback_received_total) /

test.each<[what: string, names: readonly CaptureName[], isMixed: (series: string) => boolean]>([
  ['those of different services', truthNames, () => true],
  ['all emitters', captureNames, (series) => !joined.test(series)],
])('%s mixed span by span count what each counts alone', async (_what, names, isMixed) => {
  const alone = await Promise.all(names.map((name) => count(requestsOf(name))))
  const mixed = await count(interleave(names.map((name) => oneByOne(requestsOf(name)))))
  const sum: Record<string, readonly number[]> = {}
  for (const { totals } of alone)
    for (const [series, values] of Object.entries(totals))
      sum[series] = values.map((value, at) => value + (sum[series]?.[at] ?? 0))
  const shown = (totals: Counted['totals']): Counted['totals'] =>
    Object.fromEntries(Object.entries(totals).filter(([series]) => isMixed(series)))
  expect(shown(mixed.totals)).toEqual(shown(sum))
  expect(mixed.verdicts).toEqual(Object.assign({}, ...alone.map(({ verdicts }) => verdicts)))
})

/**
 * What is late cannot be taken back from a counter. Strands' client reports calls in traces of their own: those can only be put where they belong while
 * the other trace is open. DSPy and LlamaIndex have two spans of a call, and the outer one does not know its tokens.
 */
const knowLate: ReadonlySet<CaptureName> = new Set(['strands', 'python-dspy', 'python-llamaindex'])

/** Agents here sum up their calls, so that tokens count at the agent, under the model that it asked, when it comes so long before them. */
const sumUp: ReadonlySet<CaptureName> = new Set(['ai-sdk-7', 'python-agent-framework', 'python-langfuse', 'python-smolagents'])

describe('spans that trickle in slower than runs settle', () => {
  test.each(captureNames.filter((name) => !knowLate.has(name)))('%s: calls and tokens still count once', async (name) => {
    const spans = oneByOne(requestsOf(name))
    // Parents first and a span every five seconds: every run settles with its root alone and grows by late spans.
    const slow = await count(spans.toReversed(), 0.2)
    if (sumUp.has(name)) expect(tokensOf(slow.models)).toEqual(tokensOf(bestTotals(name)))
    else expect(slow.models).toEqual(bestTotals(name))
  })
})

function tokensOf(models: Readonly<Record<string, ModelTotals>>): readonly number[] {
  const types = ['input', 'output'] as const
  return types.map((type) => Object.values(models).reduce((sum, model) => sum + model[type], 0))
}
