/** A call that came in a trace of its own is counted once, in the run that it belongs to: in whatever order, and across restarts. */
import { expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import type { Step } from '../../src/model/step.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { applyAll, type Arrival, arrivalsAsEntries, type TestEntry, testSettings, TestStore } from '../helpers/fold.ts'
import { runStartUs, secondUs, step, stepId, usage } from '../helpers/steps.ts'

const HOST = 'a'.repeat(32)
const STRAY = 'b'.repeat(32)
const NEXT = 'c'.repeat(32)

const used = usage({ input: 100, output: 10 })
const agent = step({ spanId: stepId(1), kind: 'agent', name: 'support', agent: 'support', endUs: runStartUs + 3 * secondUs })
const call = (over: Partial<Step>): Step => step({ kind: 'llm', name: 'chat', requestModel: 'm', usage: used, ...over })
const host = call({ spanId: stepId(2), parentId: agent.spanId, scope: 'framework' })
const stray = call({ spanId: stepId(3), scope: 'client', responseModel: 'm-1' })
const second = { startUs: runStartUs + 2 * secondUs, endUs: runStartUs + 3 * secondUs, usage: usage({ input: 70, output: 7 }) }
const secondHost = call({ spanId: stepId(4), parentId: agent.spanId, scope: 'framework', ...second })
const secondStray = call({ spanId: stepId(5), scope: 'client', ...second })

interface Outcome {
  readonly snapshot: ReturnType<Fold['snapshot']>
  readonly runs: readonly (readonly [
    traceId: string,
    llmCalls: number,
    input: number | null,
    models: readonly (string | null)[],
  ])[]
}

/** Restarts from a checkpoint after each of the entries named. */
async function outcome(entries: readonly TestEntry[], restarts: readonly number[] = []): Promise<Outcome> {
  const store = new TestStore()
  let fold = new Fold(testSettings, store)
  let applied = 0
  for (const savedAfter of restarts) {
    await applyAll(fold, entries.slice(applied, savedAfter))
    store.save(fold.takeCheckpoint())
    fold = Fold.restore(store.restore()!, store)
    applied = fold.mark.seq
  }
  await applyAll(fold, entries.slice(applied))
  const snapshot = fold.snapshot()
  store.save(fold.takeCheckpoint())
  const runs = [...store.runs.values()].map(
    ({ traceId, llmCalls, usage: { input }, steps }) =>
      [traceId, llmCalls, input, steps.filter(({ isCounted }) => isCounted).map(({ responseModel }) => responseModel)] as const,
  )
  return { snapshot, runs: runs.sort(([a], [b]) => (a < b ? -1 : 1)) }
}

const once: Outcome['runs'] = [[HOST, 1, 100, ['m-1']]]

test.each<[what: string, arrivals: readonly Arrival[], runs: Outcome['runs']]>([
  [
    'the stray after the call',
    [
      [0, HOST, host],
      [100, STRAY, stray],
      [20_000, HOST, agent],
    ],
    once,
  ],
  [
    'the stray before the call',
    [
      [0, STRAY, stray],
      [2_000, HOST, host],
      [20_000, HOST, agent],
    ],
    once,
  ],
  [
    'all at once',
    [
      [0, STRAY, stray],
      [0, HOST, host],
      [0, HOST, agent],
    ],
    once,
  ],
  [
    'the stray last, shortly before its run settles',
    [
      [0, HOST, host],
      [0, HOST, agent],
      [2_000, STRAY, stray],
      [9_000, NEXT, secondStray],
    ],
    [...once, [NEXT, 1, 70, [null]]],
  ],
  [
    'the stray twice',
    [
      [0, HOST, host],
      [0, STRAY, stray],
      [10_000, STRAY, stray],
      [20_000, HOST, agent],
    ],
    once,
  ],
  [
    'two calls and two strays',
    [
      [0, HOST, host],
      [0, STRAY, stray],
      [8_000, NEXT, secondStray],
      [8_000, HOST, secondHost],
      [30_000, HOST, agent],
    ],
    [[HOST, 2, 170, ['m-1', null]]],
  ],
  [
    'a call for which no run was open stands alone',
    [
      [0, STRAY, stray],
      [20_000, HOST, host],
      [20_000, HOST, agent],
    ],
    [
      [HOST, 1, 100, [null]],
      [STRAY, 1, 100, ['m-1']],
    ],
  ],
])('%s', async (_what, arrivals, runs) => {
  const entries = arrivalsAsEntries(arrivals)
  const truth = await outcome(entries)
  expect(truth.runs).toEqual(runs)
  const last = entries.findLastIndex(({ kind }) => kind === 'spans') + 5
  for (let savedAfter = 1; savedAfter <= last; savedAfter++) expect(await outcome(entries, [savedAfter])).toEqual(truth)
})

test('a span that comes late in the stray’s trace stays there, also when a start reads it again', async () => {
  const late = call({
    spanId: stepId(6),
    parentId: stray.spanId,
    scope: 'client',
    usage: usage({ input: 5, output: 1 }),
    responseModel: 'late',
  })
  const entries = arrivalsAsEntries([
    [0, HOST, host],
    [0, STRAY, stray],
    [10_000, STRAY, late],
    [30_000, HOST, agent],
  ])
  const truth = await outcome(entries)
  const last = entries.findLastIndex(({ kind }) => kind === 'spans') + 5
  for (let savedAfter = 1; savedAfter <= last; savedAfter++)
    expect([savedAfter, await outcome(entries, [savedAfter])]).toEqual([savedAfter, truth])
})

test('several restarts, one after the other', async () => {
  const entries = arrivalsAsEntries([
    [0, HOST, host],
    [0, STRAY, stray],
    [8_000, NEXT, secondStray],
    [8_000, HOST, secondHost],
    [30_000, HOST, agent],
  ])
  const truth = await outcome(entries)
  for (let first = 1; first < 30; first += 2) expect(await outcome(entries, [first, first + 3, first + 9])).toEqual(truth)
})

test('the order in which spans come makes no difference', async () => {
  const spans: readonly (readonly [string, Step])[] = [
    [HOST, host],
    [HOST, secondHost],
    [STRAY, stray],
    [NEXT, secondStray],
    [HOST, agent],
  ]
  const truth = await outcome(arrivalsAsEntries(spans.map(([traceId, arrived], at): Arrival => [at * 200, traceId, arrived])))
  expect(truth.runs).toEqual([[HOST, 2, 170, ['m-1', null]]])
  for (let seed = 1; seed <= 30; seed++) {
    const arrivals = shuffle(spans, seed).map(([traceId, arrived], at): Arrival => [at * 200, traceId, arrived])
    expect((await outcome(arrivalsAsEntries(arrivals))).runs).toEqual(truth.runs)
  }
})
