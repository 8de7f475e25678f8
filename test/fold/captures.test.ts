import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { type CaptureName, captureNames } from '../helpers/captures.ts'
import { DELIVERY_START_MS, entriesOf, interleave, oneByOne, type Parcel, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { agentTotals, bestTotals, modelTotals } from '../helpers/totals.ts'

interface Counted {
  readonly totals: ReturnType<typeof agentTotals>
  readonly models: ReturnType<typeof modelTotals>
  /** Trace id -> outcome, failures, and how many steps came with content. */
  readonly verdicts: Readonly<Record<string, string>>
}

async function count(parcels: readonly Parcel[], perSecond?: number): Promise<Counted> {
  const fold = await applyAll(
    new Fold(testSettings, emptyArchive),
    entriesOf(parcels, perSecond === undefined ? {} : { perSecond }),
  )
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
    expect(fold.series.snapshot().series.find(({ metric }) => metric === 'flywheel_duplicate_spans_total')?.values).toEqual([
      spans,
    ])
  })
})

test('all emitters mixed span by span count what each counts alone', async () => {
  const alone = await Promise.all(captureNames.map((name) => count(requestsOf(name))))
  const mixed = await count(interleave(captureNames.map((name) => oneByOne(requestsOf(name)))))
  const sum: Record<string, readonly number[]> = {}
  for (const { totals } of alone)
    for (const [series, values] of Object.entries(totals))
      sum[series] = values.map((value, at) => value + (sum[series]?.[at] ?? 0))
  expect(mixed.totals).toEqual(sum)
  expect(mixed.verdicts).toEqual(Object.assign({}, ...alone.map(({ verdicts }) => verdicts)))
})

/** Its client reports calls in traces of their own: those can only be put where they belong while the other trace is open. */
const withStrays: ReadonlySet<string> = new Set<CaptureName>(['strands'])

describe('spans that trickle in slower than runs settle', () => {
  test.each(captureNames.filter((name) => !withStrays.has(name)))('%s: calls and tokens still count once', async (name) => {
    const spans = oneByOne(requestsOf(name))
    // Parents first and a span every five seconds: every run settles with its root alone and grows by late spans.
    const slow = await count(spans.toReversed(), 0.2)
    expect(slow.models).toEqual(bestTotals(name))
  })
})
