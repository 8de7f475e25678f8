import { expect, test } from 'vitest'

import type { RunRecord } from '../../src/model/run.ts'
import { InvalidCursorError, type RunFilter, type Store } from '../../src/records/store.ts'
import { checkpoint, delta, failure, keyText, run, settledRun } from './builders.ts'
import { openStore } from './setup.ts'

async function storeWith(...runs: readonly RunRecord[]): Promise<Store> {
  const store = await openStore()
  await store.save(checkpoint(1, { runs }))
  return store
}

async function ids(store: Store, filter: Partial<RunFilter>): Promise<string[]> {
  return (await store.listRuns({ limit: 200, ...filter })).runs.map(({ traceId }) => traceId)
}

test('lists the newest first, those of the same microsecond by trace id', async () => {
  const store = await storeWith(
    run('a', { startedAtUs: 10 }),
    run('c', { startedAtUs: 20 }),
    run('b', { startedAtUs: 20 }),
    run('d', { startedAtUs: 5 }),
  )
  expect(await ids(store, {})).toEqual(['c', 'b', 'a', 'd'])
  // By another index, which has its own idea of an order.
  expect(await ids(store, { conversationId: 'conversation-1' })).toEqual(['c', 'b', 'a', 'd'])
})

test.each<[Partial<RunFilter>, string[]]>([
  [{ service: 'billing' }, ['b']],
  [{ environment: '' }, ['b']],
  [{ agent: 'planner' }, ['b']],
  [{ outcome: 'failed' }, ['b']],
  [{ kind: 'timeout' }, ['b']],
  [{ kind: 'rate_limit' }, ['c', 'b']],
  [{ kind: 'content_filter' }, []],
  [{ conversationId: 'talk' }, ['b']],
  [{ userId: 'ann' }, ['b']],
  [{ release: '2.0' }, ['b']],
  [{ tag: 'canary' }, ['b']],
  [{ tag: 'beta' }, ['c', 'a']],
  [{ tag: 'can' }, []],
  [{ sinceMs: 2000 }, ['c', 'b']],
  [{ untilMs: 2000 }, ['a']],
  [{ sinceMs: 2000, untilMs: 3000 }, ['b']],
  [{ service: 'shop', kind: 'rate_limit', sinceMs: 1000, untilMs: 9000 }, ['c']],
  [{ service: "x' OR 1=1 --" }, []],
  [{ limit: 1 }, ['c']],
])('filter %o', async (filter, expected) => {
  const store = await storeWith(
    run('a', { startedAtUs: 1_999_999 }),
    run('b', {
      startedAtUs: 2_000_000,
      service: 'billing',
      environment: '',
      agent: 'planner',
      outcome: 'failed',
      conversationId: 'talk',
      userId: 'ann',
      release: '2.0',
      tags: ['canary', 'vip'],
      failures: [failure(), failure({ kind: 'timeout', impact: 'recovered' }), failure({ kind: 'timeout', impact: 'fatal' })],
    }),
    run('c', { startedAtUs: 3_000_000, failures: [failure({ impact: 'recovered' })] }),
  )
  expect(await ids(store, filter)).toEqual(expected)
})

test('going on with the cursor gives every run once, also when newer and older ones are added meanwhile', async () => {
  const store = await storeWith(...Array.from({ length: 7 }, (_, i) => run(`t${i}`, { startedAtUs: 1000 + Math.floor(i / 2) })))
  const first = await store.listRuns({ limit: 3 })
  await store.save(checkpoint(2, { runs: [run('newer', { startedAtUs: 5000 }), run('older', { startedAtUs: 1 })] }))
  const second = await store.listRuns({ limit: 3, cursor: first.next ?? '' })
  const third = await store.listRuns({ limit: 3, cursor: second.next ?? '' })
  expect([first, second, third].map(({ runs }) => runs.map(({ traceId }) => traceId))).toEqual([
    ['t6', 't5', 't4'],
    ['t3', 't2', 't1'],
    ['t0', 'older'],
  ])
  expect(third.next).toBeNull()
})

test('a page that ends with the last run has no next one', async () => {
  const store = await storeWith(run('a'), run('b'))
  expect((await store.listRuns({ limit: 2 })).next).toBeNull()
})

test.each([
  '',
  'nonsense',
  '%%%',
  'W10',
  Buffer.from('[1]').toString('base64url'),
  Buffer.from('["1","a"]').toString('base64url'),
  Buffer.from('[1.5,"a"]').toString('base64url'),
  Buffer.from('{"a":1}').toString('base64url'),
])('cursor %j is refused', async (cursor) => {
  const store = await openStore()
  await expect(store.listRuns({ limit: 1, cursor })).rejects.toThrow(InvalidCursorError)
})

test.each([0, 201, 1.5])('limit %d is refused', async (limit) => {
  const store = await openStore()
  await expect(store.listRuns({ limit })).rejects.toThrow(`limit: expected 1 to 200, got ${limit}.`)
})

test('affected users are counted once, over all kinds and per kind: users, else conversations, else runs', async () => {
  const fatal = (traceId: string, changes: Partial<RunRecord>): RunRecord =>
    run(traceId, { failures: [failure()], settledAtMs: 5000, ...changes })
  const store = await storeWith(
    fatal('1', { userId: 'ann' }),
    fatal('2', { userId: 'ann', failures: [failure(), failure({ kind: 'timeout' })] }),
    fatal('3', { userId: null, conversationId: 'talk' }),
    fatal('4', { userId: null, conversationId: 'talk' }),
    fatal('5', { userId: null, conversationId: null }),
    fatal('6', { userId: 'bob', environment: 'test' }),
    fatal('7', { userId: 'recovered', failures: [failure({ impact: 'recovered' })] }),
    fatal('8', { userId: 'too old', settledAtMs: 4999 }),
  )
  expect(await store.affectedUsers(5000)).toEqual([
    { service: 'shop', environment: 'prod', kind: null, users: 3 },
    { service: 'shop', environment: 'test', kind: null, users: 1 },
    { service: 'shop', environment: 'prod', kind: 'rate_limit', users: 3 },
    { service: 'shop', environment: 'prod', kind: 'timeout', users: 1 },
    { service: 'shop', environment: 'test', kind: 'rate_limit', users: 1 },
  ])
  // Runs of whoever was deleted name nobody: they would be somebody each.
  await store.deletions.saveTombstones(['1', '2', '5', '6'].map((key) => ({ kind: 'trace', key, deletedAtMs: 6000 })))
  expect(await store.affectedUsers(5000)).toEqual([
    { service: 'shop', environment: 'prod', kind: null, users: 1 },
    { service: 'shop', environment: 'prod', kind: 'rate_limit', users: 1 },
  ])
})

test('a conversation is known when it had a run since then', async () => {
  const store = await openStore()
  await store.save(
    checkpoint(1, {
      conversations: [delta('old', { settledAtMs: 1_999 }), delta('new', { settledAtMs: 2_000 }), delta('elsewhere')],
    }),
  )
  const asked = [delta('old'), delta('new'), delta('never'), delta('elsewhere', { service: 'other' })]
  expect(await store.knownConversations(asked, 2000)).toEqual(new Set([keyText('new')]))
  expect(await store.knownConversations([], 0)).toEqual(new Set())
})

test('prune deletes runs and conversations settled before, and seen-sets without a row by age or number', async () => {
  const store = await openStore()
  await store.save(
    checkpoint(1, {
      runs: [
        run('ended', { settledAtMs: 1_999, failures: [failure()] }),
        run('lasted', { settledAtMs: 2_000, failures: [failure()] }),
      ],
      conversations: [delta('ended', { settledAtMs: 1_999 }), delta('lasted', { settledAtMs: 2_000 })],
      settled: [
        settledRun('ended', { isStored: true, settledAtMs: 9999, settleNumber: 99 }),
        settledRun('lasted', { isStored: true, settledAtMs: 1, settleNumber: 1 }),
        settledRun('by age', { settledAtMs: 4999, settleNumber: 50 }),
        settledRun('by number', { settledAtMs: 9000, settleNumber: 9 }),
        settledRun('kept', { settledAtMs: 5000, settleNumber: 10 }),
      ],
    }),
  )
  await store.prune({ runsBeforeMs: 2000, settledBeforeMs: 5000, settledBelow: 10 })
  expect(await ids(store, {})).toEqual(['lasted'])
  expect(await ids(store, { kind: 'rate_limit' })).toEqual(['lasted'])
  expect(await store.knownConversations([delta('ended'), delta('lasted')], 0)).toEqual(new Set([keyText('lasted')]))
  expect([...(await store.findSettled(['ended', 'lasted', 'by age', 'by number', 'kept'])).keys()].toSorted()).toEqual([
    'kept',
    'lasted',
  ])
})

test('prune deletes any number of runs', async () => {
  const store = await storeWith(...Array.from({ length: 1200 }, (_, i) => run(`t${i}`, { settledAtMs: i })), run('kept'))
  await store.prune({ runsBeforeMs: 1_600_000_000_000, settledBeforeMs: 0, settledBelow: 0 })
  expect(await ids(store, {})).toEqual(['kept'])
})
