import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { type FoldSettings, settingsText } from '../../src/fold/settings.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { truthNames } from '../helpers/captures.ts'
import { entriesOf, interleave, oneByOne, type Parcel, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, type TestEntry, testSettings, TestStore } from '../helpers/fold.ts'

/** Everything that must be the same however often the process was restarted. */
interface Outcome {
  readonly snapshot: ReturnType<Fold['snapshot']>
  readonly runs: ReadonlyMap<string, RunRecord>
  readonly settled: ReadonlyMap<string, unknown>
}

async function uninterrupted(entries: readonly TestEntry[], settings: FoldSettings): Promise<Outcome> {
  const store = new TestStore()
  const fold = await applyAll(new Fold(settings, store), entries)
  const snapshot = fold.snapshot()
  store.save(fold.takeCheckpoint())
  return { snapshot, runs: store.runs, settled: store.settled }
}

interface Restart {
  /** A checkpoint is saved after this entry. */
  readonly savedAfter: number
  /** So many entries are applied after the checkpoint before the process is killed. */
  readonly lost: number
}

/** Restarts from the last checkpoint as often as told; what was applied after it is read from the log again. */
async function interrupted(
  entries: readonly TestEntry[],
  settings: FoldSettings,
  restarts: readonly Restart[],
): Promise<Outcome> {
  const store = new TestStore()
  let fold = new Fold(settings, store)
  let applied = 0
  for (const { savedAfter, lost } of restarts) {
    if (savedAfter <= applied || savedAfter > entries.length) continue
    await applyAll(fold, entries.slice(applied, savedAfter))
    store.save(fold.takeCheckpoint())
    fold.checkpointSaved()
    await applyAll(fold, entries.slice(savedAfter, savedAfter + lost))
    const restored = store.restore()
    if (restored === null) throw new Error('nothing was saved')
    fold = Fold.restore(restored, store)
    applied = fold.mark.seq
    await applyAll(fold, entries.slice(applied, savedAfter + lost))
    applied = Math.min(entries.length, savedAfter + lost)
  }
  await applyAll(fold, entries.slice(applied))
  const snapshot = fold.snapshot()
  store.save(fold.takeCheckpoint())
  return { snapshot, runs: store.runs, settled: store.settled }
}

const mixed: readonly Parcel[] = interleave(truthNames.map((name) => oneByOne(requestsOf(name))))
/** Few values a label and few lines, so that the caps are part of what has to come out the same; few rows, so that sampling is too. */
const tight: FoldSettings = {
  ...testSettings,
  series: { ...testSettings.series, maxLabelValues: 5, maxSampleLines: 2_000 },
  runRowsPerSecond: 1,
}

const logs: Readonly<Record<string, readonly TestEntry[]>> = {
  'runs that settle while others are open': entriesOf(mixed, { perSecond: 20 }),
  'runs that late spans open again': entriesOf([...oneByOne(requestsOf('vercel-ai6')).toReversed(), ...mixed], {
    perSecond: 0.5,
  }),
  'deliveries that are repeated': entriesOf([...mixed, ...mixed.toReversed()], { perSecond: 40 }),
}

const restartsWithin = (entries: readonly TestEntry[]): fc.Arbitrary<Restart[]> =>
  fc
    .array(fc.record({ savedAfter: fc.integer({ min: 1, max: entries.length }), lost: fc.integer({ min: 0, max: 40 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((restarts) => restarts.toSorted((a, b) => a.savedAfter - b.savedAfter))

test.each(Object.entries(logs))('%s: a checkpoint at any entry followed by a replay equals no checkpoint', async (_, entries) => {
  for (const settings of [testSettings, tight]) {
    const truth = await uninterrupted(entries, settings)
    await fc.assert(
      fc.asyncProperty(restartsWithin(entries), async (restarts) => {
        expect(await interrupted(entries, settings, restarts)).toEqual(truth)
      }),
      { numRuns: 25 },
    )
  }
})

test('a run that was settled, forgotten and came again is rebuilt from its second coming only', async () => {
  const spansOf = (traceId: string): readonly Parcel[] =>
    oneByOne(requestsOf('otel-openai')).filter(
      ({ content }) => content.type === 'spans' && content.steps[0]?.traceId.startsWith(traceId) === true,
    )
  const isEntry = ({ content }: Parcel): boolean => content.type === 'spans' && content.steps[0]?.step.isEntry === true
  // Parts of a run that miss their parent pin the log at its beginning, one every five minutes.
  const [pin, ...pins] = spansOf('3b1078c3').filter((parcel) => !isEntry(parcel))
  // The other run settles at once; twenty-five minutes later its root alone comes again and is open when the checkpoint is taken.
  const whole = spansOf('2d3421e4')
  const root = whole.find(isEntry)
  if (pin === undefined || root === undefined || pins.length < 5) throw new Error('the capture is too small')
  const entries = [...entriesOf([pin, ...whole], { quietMs: 300_000 })]
  let atMs = entries.at(-1)?.atMs ?? 0
  const add = (parcel: Parcel, quietMs: number): void => {
    entries.push({ seq: entries.length + 1, atMs, kind: parcel.kind, bytes: 100, content: parcel.content })
    for (let passed = 0; passed < quietMs; passed += 5_000) {
      atMs += 5_000
      entries.push({ seq: entries.length + 1, atMs, kind: 'tick', bytes: 0, content: { type: 'tick', door: [] } })
    }
  }
  for (const next of pins.slice(0, 4)) add(next, 300_000)
  add(root, 0)
  const savedAfter = entries.length
  add(pins[4] ?? root, 700_000)
  const settings = { ...testSettings, runRowsPerSecond: 0 }
  const truth = await uninterrupted(entries, settings)
  expect(await interrupted(entries, settings, [{ savedAfter, lost: 2 }])).toEqual(truth)
})

test('a checkpoint names the oldest memory that a reopened run relies on, so that it is not pruned under it', async () => {
  const spansOf = oneByOne(requestsOf('otel-openai')).filter(
    ({ content }) => content.type === 'spans' && content.steps[0]?.traceId.startsWith('2d3421e4') === true,
  )
  const [child, root] = spansOf.toSorted((a) =>
    a.content.type === 'spans' && a.content.steps[0]?.step.isEntry === true ? 1 : -1,
  )
  if (child === undefined || root === undefined) throw new Error('the capture is too small')
  const first = entriesOf([root], { quietMs: 10_000 })
  const fold = await applyAll(new Fold(testSettings, new TestStore()), first)
  expect(fold.snapshot().open).toEqual([])
  const settledAtMs = (first[0]?.atMs ?? 0) + 5_000
  const late: TestEntry = { seq: first.length + 1, atMs: settledAtMs + 60_000, kind: 'spans', bytes: 1, content: child.content }
  await applyAll(fold, [late])
  expect(fold.takeCheckpoint().fold.oldestPast).toEqual({ settledAtMs, settleNumber: 1 })
})

test('the same log gives the same state twice, byte for byte', async () => {
  const entries = logs['deliveries that are repeated'] ?? []
  const [first, second] = [await uninterrupted(entries, tight), await uninterrupted(entries, tight)]
  expect(JSON.stringify(second.snapshot)).toBe(JSON.stringify(first.snapshot))
})

test('a replay prices with the settings that were in force, not with those of the new start', async () => {
  const price = (input: number): FoldSettings => ({ ...testSettings, prices: [{ model: '*', input, output: 0 }] })
  const [cheap, dear] = [price(1), price(100)]
  const before = entriesOf(requestsOf('otel-openai'), { quietMs: 10_000 })
  const entries: readonly TestEntry[] = [
    { seq: 1, atMs: before[0]?.atMs ?? 0, kind: 'config', bytes: 0, content: { type: 'config', settings: settingsText(cheap) } },
    ...before.map((entry) => ({ ...entry, seq: entry.seq + 1 })),
  ]
  const live = await uninterrupted(entries, cheap)
  const replayed = await uninterrupted(entries, dear)
  expect(replayed).toEqual(live)
})

test('downtime settles nothing: after a start an open run has its quiet time again', async () => {
  const [first] = oneByOne(requestsOf('otel-openai'))
  if (first === undefined) throw new Error('the capture is empty')
  const entries = [...entriesOf([first], { quietMs: 0 })]
  const openedAtMs = entries[0]?.atMs ?? 0
  entries.push({ seq: 2, atMs: openedAtMs + 86_400_000, kind: 'start', bytes: 0, content: { type: 'start' } })
  entries.push({ seq: 3, atMs: openedAtMs + 86_401_000, kind: 'tick', bytes: 0, content: { type: 'tick', door: [] } })
  const fold = await applyAll(new Fold(testSettings, new TestStore()), entries)
  expect(fold.openRuns.size).toBe(1)
  entries.push({ seq: 4, atMs: openedAtMs + 86_404_000, kind: 'tick', bytes: 0, content: { type: 'tick', door: [] } })
  expect((await applyAll(new Fold(testSettings, new TestStore()), entries)).openRuns.size).toBe(0)
})
