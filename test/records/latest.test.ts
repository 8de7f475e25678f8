import { expect, test } from 'vitest'
import type { RunRecord } from '../../src/model/run.ts'
import type { LatestFilter, Store } from '../../src/records/store.ts'
import { checkpoint, failure, run, step } from './builders.ts'
import { openStore } from './setup.ts'

async function storeWith(...runs: readonly RunRecord[]): Promise<Store> {
  const store = await openStore()
  await store.save(checkpoint(1, { runs }))
  return store
}

async function ids(store: Store, filter: LatestFilter): Promise<readonly string[]> {
  return (await store.latestRuns(filter)).map(({ traceId }) => traceId)
}

test('the last to settle come first, whenever they began, those of the same time by trace id', async () => {
  const store = await storeWith(
    run('a', { settledAtMs: 2_000, startedAtUs: 9 }),
    run('d', { settledAtMs: 1_000, startedAtUs: 8 }),
    run('b', { settledAtMs: 3_000, startedAtUs: 7 }),
    run('c', { settledAtMs: 2_000, startedAtUs: 6 }),
  )
  expect(await ids(store, { settledSinceMs: 0, limit: 10 })).toEqual(['b', 'c', 'a', 'd'])
})

test('only runs that settled then or later, and at most as many as were asked for', async () => {
  const store = await storeWith(...['a', 'b', 'c', 'd'].map((id, index) => run(id, { settledAtMs: 1_000 + index })))
  expect(await ids(store, { settledSinceMs: 1_001, limit: 10 })).toEqual(['d', 'c', 'b'])
  expect(await ids(store, { settledSinceMs: 1_001, limit: 2 })).toEqual(['d', 'c'])
  expect(await ids(store, { settledSinceMs: 1_004, limit: 10 })).toEqual([])
})

test('going on from the last run of a page gives every run once, also where many settled at the same time', async () => {
  const store = await storeWith(
    run('old', { settledAtMs: 1 }),
    run('last', { settledAtMs: 1_000 }),
    ...Array.from({ length: 5 }, (_, index) => run(`t${index}`, { settledAtMs: 2_000 })),
    // Its id is beyond those that settled after it.
    run('z', { settledAtMs: 1_500 }),
    run('first', { settledAtMs: 3_000 }),
  )
  const pages: (readonly string[])[] = []
  let before: RunRecord | undefined
  for (let number = 1; number <= 4; number++) {
    const page = await store.latestRuns({ settledSinceMs: 1_000, limit: 3, before })
    pages.push(page.map(({ traceId }) => traceId))
    before = page.at(-1)
  }
  expect(pages).toEqual([['first', 't4', 't3'], ['t2', 't1', 't0'], ['z', 'last'], []])
})

test('a run comes as it was saved, with its steps and failures', async () => {
  const saved = run('a', {
    outcome: 'failed',
    failures: [failure()],
    steps: [step(), step({ spanId: 'span-2', kind: 'tool', isCounted: false, costNanoUsd: null })],
  })
  const store = await storeWith(saved)
  expect(await store.latestRuns({ settledSinceMs: 0, limit: 1 })).toEqual([saved])
})
