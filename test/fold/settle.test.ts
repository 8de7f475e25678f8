import { expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import { entriesOf, oneByOne, type Parcel, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'

const asSent = requestsOf('otel-openai')

test('a run that our code cannot count is said and counted as such, and the others at the same tick are counted', async () => {
  const spoiled = asSent.map((parcel): Parcel => {
    if (parcel.content.type !== 'spans') return parcel
    const steps = parcel.content.steps.map(({ traceId, step }) => ({
      traceId,
      // Half a token: no reader of ours gives one, so this stands for a mistake in our own code.
      step: step.responseId === 'chatcmpl-7eada9e7be900154125f9739' ? { ...step, usage: { ...step.usage, input: 0.5 } } : step,
    }))
    return { ...parcel, content: { ...parcel.content, steps } }
  })
  const reports: string[] = []
  const fold = await applyAll(
    new Fold(testSettings, emptyArchive, { report: (message) => reports.push(message), pause: () => Promise.resolve() }),
    entriesOf(spoiled),
  )
  const total = (name: string): number =>
    fold.series.snapshot().series.reduce((sum, { metric, values }) => sum + (metric === name ? (values[0] ?? 0) : 0), 0)
  expect(reports).toEqual(['run 619f8d7012134294959be9cce93f70dd could not be judged or counted whole'])
  expect([total('flywheel_quarantined_entries_total'), total('flywheel_runs_total')]).toEqual([1, 36])
})

test('rows of ok runs are sampled evenly above the budget, and each says for how many it stands', async () => {
  const runs = await rowsWith({ ...testSettings, runRowsPerSecond: 6 })
  const ok = runs.filter(({ outcome }) => outcome === 'ok')
  expect([ok.length, new Set(ok.map(({ sampleRate }) => sampleRate))]).toEqual([6, new Set([6 / 24])])
})

test('failed runs always get a row', async () => {
  const runs = await rowsWith({ ...testSettings, runRowsPerSecond: 0 })
  expect(runs.map(({ outcome, sampleRate }) => `${outcome} ${sampleRate}`)).toEqual(Array.from({ length: 13 }, () => 'failed 1'))
})

test('late spans that turn the outcome leave what was counted, correct the record and are counted as a correction', async () => {
  const entry = oneByOne(asSent).find(
    ({ content }) => content.type === 'spans' && content.steps[0]?.step.isEntry && content.steps[0].step.error !== null,
  )
  if (entry?.content.type !== 'spans') throw new Error('the capture has no failed entry span')
  // The agent's span as it would look had it caught the error, and a second root that did not, ten seconds later.
  const caught: Parcel = {
    ...entry,
    content: {
      ...entry.content,
      steps: entry.content.steps.map(({ step, ...rest }) => ({ ...rest, step: { ...step, error: null } })),
    },
  }
  const failedLate: Parcel = {
    ...entry,
    content: {
      ...entry.content,
      steps: entry.content.steps.map(({ step, ...rest }) => ({
        ...rest,
        step: { ...step, spanId: 'aaaaaaaaaaaaaaaa', name: 'second try' },
      })),
    },
  }
  const first = entriesOf([caught], { quietMs: 10_000 })
  const second = entriesOf([failedLate], { quietMs: 10_000 }).map((item) => ({
    ...item,
    seq: item.seq + first.length,
    atMs: item.atMs + 60_000,
  }))
  const fold = await applyAll(new Fold(testSettings, emptyArchive), [...first, ...second])
  const shown = fold.series
    .snapshot()
    .series.filter(({ metric }) => metric === 'flywheel_runs_total' || metric === 'flywheel_corrections_total')
  expect(shown.map(({ metric, labels, values }) => [metric, ...labels, ...values])).toEqual([
    ['flywheel_runs_total', 'shop-assistant', 'test', 'shop-assistant', 'failed', 0],
    ['flywheel_runs_total', 'shop-assistant', 'test', 'shop-assistant', 'ok', 1],
    ['flywheel_corrections_total', 'flywheel_runs_total', 'ok_to_failed', 1],
  ])
  expect(fold.takeCheckpoint().runs.map(({ outcome }) => outcome)).toEqual(['ok', 'failed'])
})

async function rowsWith(settings: FoldSettings): Promise<ReturnType<Fold['takeCheckpoint']>['runs']> {
  const fold = await applyAll(new Fold(settings, emptyArchive), entriesOf(asSent))
  return fold.takeCheckpoint().runs
}
