import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import type { Checkpoint } from '../../src/model/checkpoint.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { parseSteps } from '../../src/records/rows.ts'
import { checkpoint, delta, failure, fold, keyText, run, series, settledRun, step, summary } from './builders.ts'
import { openStore, storePath } from './setup.ts'

const full: Checkpoint = checkpoint(7, {
  series: [
    series('flywheel_cost', ['shop', 'prod', 'a "quoted" name'], {
      values: [Number.MAX_SAFE_INTEGER],
      heldValues: [0],
      heldUntilMs: 9000,
    }),
    series('flywheel_duration', [], {
      values: [1, 0, 3, 4.5],
      exemplars: [null, { traceId: 'trace', value: 0.25, atSeconds: 1_700_000_000.5 }, null],
    }),
  ],
  labels: [{ label: 'model', value: 'gpt-4o', usedAtMs: 5 }],
  settled: [
    settledRun('stored', { isStored: true }),
    settledRun('plain', { outcome: null, conversationId: null, seen: new Uint8Array() }),
  ],
  runs: [
    run('stored', {
      outcome: 'failed',
      failures: [failure(), failure({ impact: 'recovered', kind: 'timeout', detail: 'ünïcode 🙂' })],
    }),
  ],
  conversations: [delta('conversation-1')],
})

test('a new store holds nothing', async () => {
  const store = await openStore()
  expect(await store.restore()).toBeNull()
  expect(await store.listRuns({ limit: 10 })).toEqual({ runs: [], next: null })
  expect(await store.findRun('x')).toBeNull()
  expect(await store.findConversation('x')).toBeNull()
})

test('everything of a checkpoint comes back as it was, also after a restart', async () => {
  const path = storePath()
  const first = await openStore(path)
  await first.save(full)
  await first.close()

  const store = await openStore(path)
  expect(await store.restore()).toEqual({
    fold: full.fold,
    pendingFeedback: [],
    pendingConversations: [],
    series: full.series,
    labels: full.labels,
  })
  expect(await store.findRun('stored')).toEqual(full.runs[0])
  expect(await store.listRuns({ limit: 10 })).toEqual({ runs: full.runs.map(summary), next: null })
  expect(await store.findConversation('conversation-1')).toEqual(full.conversations[0])
  expect(await store.findSettled(['stored', 'plain', 'unknown'])).toEqual(
    new Map([
      ['stored', { run: full.settled[0], steps: full.runs[0]?.steps }],
      ['plain', { run: full.settled[1], steps: null }],
    ]),
  )
})

test('a run of which little is known comes back with its nulls', async () => {
  const bare: RunRecord = run('bare', {
    conversationId: null,
    userId: null,
    environment: '',
    release: '',
    usage: { input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null },
    costNanoUsd: null,
    sampleRate: 1,
    steps: [
      step({
        usage: { input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null },
        tool: null,
        error: null,
        costNanoUsd: null,
      }),
    ],
  })
  const store = await openStore()
  await store.save(checkpoint(1, { runs: [bare] }))
  expect(await store.findRun('bare')).toEqual(bare)
})

test('a row of a version that knew less of a step is read with what says nothing', () => {
  const { scope: _scope, hasContent: _hasContent, parse: _parse, ...old } = step()
  expect(parseSteps(JSON.stringify([old, step()]))).toEqual([{ ...old, scope: '', hasContent: false, parse: null }, step()])
})

test('a later checkpoint replaces what it names and leaves the rest', async () => {
  const store = await openStore()
  await store.save(
    checkpoint(1, {
      series: [series('a', ['x']), series('b', ['x'])],
      labels: [
        { label: 'model', value: 'old', usedAtMs: 1 },
        { label: 'model', value: 'kept', usedAtMs: 1 },
        { label: 'step', value: 'old', usedAtMs: 1 },
      ],
      settled: [settledRun('t')],
      runs: [run('t', { outcome: 'failed', failures: [failure()] })],
    }),
  )
  await store.save(
    checkpoint(2, {
      series: [series('a', ['x'], { values: [2] })],
      labels: [{ label: 'model', value: 'new', usedAtMs: 2 }],
      removedLabels: [{ label: 'model', value: 'old' }],
      settled: [settledRun('t', { settleNumber: 2, seen: new Uint8Array(18) })],
      runs: [run('t', { llmCalls: 9, failures: [failure({ kind: 'timeout' })] })],
    }),
  )
  expect(await store.restore()).toEqual({
    pendingFeedback: [],
    pendingConversations: [],
    fold: fold(2),
    series: [series('a', ['x'], { values: [2] }), series('b', ['x'])],
    labels: [
      { label: 'model', value: 'kept', usedAtMs: 1 },
      { label: 'model', value: 'new', usedAtMs: 2 },
      { label: 'step', value: 'old', usedAtMs: 1 },
    ],
  })
  const replaced = run('t', { llmCalls: 9, failures: [failure({ kind: 'timeout' })] })
  expect(await store.listRuns({ limit: 10, kind: 'timeout' })).toEqual({ runs: [summary(replaced)], next: null })
  expect(await store.listRuns({ limit: 10, kind: 'rate_limit' })).toEqual({ runs: [], next: null })
  expect((await store.findSettled(['t'])).get('t')?.run).toEqual(settledRun('t', { settleNumber: 2, seen: new Uint8Array(18) }))
})

test('conversation totals are added up over checkpoints and within one', async () => {
  const store = await openStore()
  await store.save(checkpoint(1, { conversations: [delta('c'), delta('other')] }))
  await store.save(
    checkpoint(2, {
      conversations: [
        delta('c', { firstAtUs: 5, lastAtUs: 6, failedRuns: 1, agent: 'another' }),
        delta('c', { firstAtUs: 1_800_000_000_000_000, lastAtUs: 1_900_000_000_000_000, costNanoUsd: 7 }),
      ],
    }),
  )
  expect(await store.findConversation('c')).toEqual({
    conversationId: 'c',
    service: 'shop',
    environment: 'prod',
    agent: 'support',
    firstAtUs: 5,
    lastAtUs: 1_900_000_000_000_000,
    runs: 3,
    failedRuns: 1,
    llmCalls: 6,
    toolCalls: 9,
    inputTokens: 300,
    outputTokens: 60,
    settledAtMs: 1_700_000_003_000,
    costNanoUsd: 2_000_007,
    unpricedCalls: 3,
  })
  expect(await store.findConversation('other')).toEqual(delta('other'))
})

test('saving the same checkpoint again adds nothing; an older one is refused', async () => {
  const store = await openStore()
  await store.save(checkpoint(5, { conversations: [delta('c')] }))
  await store.save(checkpoint(5, { conversations: [delta('c')] }))
  await expect(store.save(checkpoint(4, { conversations: [delta('c')] }))).rejects.toThrow(
    'The checkpoint as of entry 4 is older than the stored one as of entry 5',
  )
  expect(await store.findConversation('c')).toEqual(delta('c'))
  expect((await store.restore())?.fold).toEqual(fold(5))
})

test('a save that fails on its last row leaves everything as it was, and the next one works', async () => {
  const store = await openStore()
  await store.save(
    checkpoint(1, { runs: [run('old')], conversations: [delta('c')], labels: [{ label: 'l', value: 'v', usedAtMs: 1 }] }),
  )
  const failing = checkpoint(2, {
    series: [series('a', [])],
    labels: [{ label: 'l', value: 'w', usedAtMs: 2 }],
    removedLabels: [{ label: 'l', value: 'v' }],
    settled: [settledRun('new')],
    runs: [run('old', { llmCalls: 99 }), run('new')],
    conversations: [delta('c'), delta('broken', { service: null as never })],
  })
  await expect(store.save(failing)).rejects.toThrow('NOT NULL constraint failed: conversations.service')

  expect(await store.restore()).toEqual({
    fold: fold(1),
    pendingFeedback: [],
    pendingConversations: [],
    series: [],
    labels: [{ label: 'l', value: 'v', usedAtMs: 1 }],
  })
  expect(await store.listRuns({ limit: 10 })).toEqual({ runs: [summary(run('old'))], next: null })
  expect(await store.findConversation('c')).toEqual(delta('c'))
  expect(await store.findSettled(['new'])).toEqual(new Map())
  await store.save(checkpoint(2, { conversations: [delta('c')] }))
  expect((await store.findConversation('c'))?.runs).toBe(2)
})

test('saves that overlap are done one after the other, and reading meanwhile sees whole checkpoints', async () => {
  const store = await openStore()
  const ids = Array.from({ length: 300 }, (_, i) => `trace-${i}`)
  const saves = Promise.all(
    [1, 2, 3].map((seq) =>
      store.save(checkpoint(seq, { runs: ids.map((id) => run(id, { llmCalls: seq })), conversations: [delta('c')] })),
    ),
  )
  const seen = new Set<string>()
  const progress = { isDone: false }
  void saves.then(() => (progress.isDone = true))
  while (!progress.isDone) {
    const { runs } = await store.listRuns({ limit: 200 })
    seen.add([...new Set(runs.map(({ llmCalls }) => llmCalls))].join('+'))
  }
  expect([...seen].filter((mix) => mix.includes('+'))).toEqual([])
  expect((await store.findConversation('c'))?.runs).toBe(3)
})

test('thousands of rows of every kind fit, whatever the limit of parameters is', async () => {
  const ids = Array.from({ length: 3000 }, (_, i) => `id-${String(i).padStart(5, '0')}`)
  const store = await openStore()
  await store.save(
    checkpoint(1, {
      series: ids.map((id) => series(id, [])),
      labels: ids.map((value) => ({ label: 'l', value, usedAtMs: 1 })),
      settled: ids.map((id) => settledRun(id, { isStored: true })),
      runs: ids.map((id) => run(id, { failures: [failure(), failure()] })),
      conversations: ids.map((id) => delta(id)),
    }),
  )
  const restored = await store.restore()
  expect([restored?.series.length, restored?.labels.length]).toEqual([3000, 3000])
  expect((await store.findSettled(ids)).size).toBe(3000)
  expect(
    await store.knownConversations(
      ids.map((id) => delta(id)),
      0,
    ),
  ).toEqual(new Set(ids.map(keyText)))
})

test('bytes that are part of a larger buffer are stored alone', async () => {
  const path = storePath()
  const store = await openStore(path)
  await store.save(checkpoint(1, { settled: [settledRun('t', { seen: new Uint8Array([9, 1, 2, 9]).subarray(1, 3) })] }))
  await store.close()
  const db = new DatabaseSync(path)
  expect(db.prepare('SELECT seen FROM settled').get()).toEqual({ seen: new Uint8Array([1, 2]) })
  db.close()
})
