/** Feedback in the store: written with a checkpoint, found again by the fold and by people. */
import { expect, test } from 'vitest'
import type { FeedbackRecord } from '../../src/model/feedback.ts'
import type { FeedbackState, TargetQuery } from '../../src/model/feedback-state.ts'
import type { FeedbackFilter } from '../../src/records/feedback.ts'
import { InvalidCursorError, type Store } from '../../src/records/store.ts'
import { feedbackOn } from '../helpers/feedback.ts'
import { checkpoint, run, settledRun, step } from './builders.ts'
import { openStore, storePath } from './setup.ts'

const RUN = 'a'.repeat(32)
const DAY_MS = 86_400_000

function record(id: string, over: Partial<FeedbackRecord> = {}): FeedbackRecord {
  return {
    ...feedbackOn(
      { traceId: RUN, spanId: 'b'.repeat(16) },
      { id, score: 0.25, label: 'wrong', comment: 'No.', correction: 'Yes.' },
    ),
    scale: { min: 0, max: 1, higherIsBetter: true },
    userId: 'ann',
    atMs: 900,
    receivedAtMs: 1_000,
    changedAtMs: 2_000,
    countedRating: 'negative',
    runId: RUN,
    isWithdrawn: false,
    ...over,
  }
}

function state(of: FeedbackRecord, over: Partial<FeedbackState> = {}): FeedbackState {
  return {
    id: of.id,
    target: of.target,
    source: of.source,
    judge: of.judge,
    rating: of.countedRating,
    digest: 'x.y',
    userId: of.userId,
    saidAtMs: of.atMs ?? of.receivedAtMs,
    receivedAtMs: of.receivedAtMs,
    changedAtMs: of.changedAtMs,
    run: of.runId === null ? null : { traceId: of.runId, service: 'shop', environment: 'prod', agent: 'support' },
    counted: null,
    status: 'joined',
    isWithdrawn: of.isWithdrawn,
    ...over,
  }
}

async function storeWith(...records: readonly FeedbackRecord[]): Promise<Store> {
  const store = await openStore()
  await store.save(checkpoint(1, { feedback: { records, states: records.map((item) => state(item)) }, runs: [run(RUN)] }))
  return store
}

test('comes back as it was, also after a restart', async () => {
  const path = storePath()
  const first = await openStore(path)
  const full = record('f1')
  const bare = record('f2', {
    ...feedbackOn({ conversationId: 'talk' }, { id: 'f2', rating: null, score: 3 }),
    countedRating: null,
    runId: null,
    receivedAtMs: 1_001,
  })
  const states = [state(full, { counted: 'negative', status: 'done' }), state(bare, { status: 'waiting' })]
  await first.save(checkpoint(1, { feedback: { records: [full, bare], states } }))
  await first.close()

  const store = await openStore(path)
  expect((await store.restore())?.pendingFeedback).toEqual([states[1]])
  expect(await store.findFeedback(['f1', 'f2', 'f3'])).toEqual(new Map(states.map((item) => [item.id, item])))
  expect(await store.listFeedback({ limit: 10 })).toEqual({ feedback: [bare, full], next: null })
  expect(await store.feedbackOfRuns([RUN, 'none'])).toEqual(new Map([[RUN, [full]]]))
  expect(await store.feedbackOfConversation('talk')).toEqual([bare])
})

test('what only changes its state keeps its words; who takes it back takes them back', async () => {
  const store = await storeWith(record('f1', { runId: null }))
  const joined = state(record('f1'), { changedAtMs: 2_000, counted: 'negative', status: 'done' })
  await store.save(checkpoint(2, { feedback: { records: [], states: [joined] } }))
  expect((await store.feedbackOfRuns([RUN])).get(RUN)).toEqual([record('f1')])

  await store.save(checkpoint(3, { feedback: { records: [], states: [{ ...joined, isWithdrawn: true, counted: null }] } }))
  expect(await store.listFeedback({ limit: 10 })).toEqual({ feedback: [], next: null })
  expect(await store.findFeedback(['f1'])).toEqual(new Map([['f1', { ...joined, isWithdrawn: true, counted: null }]]))
})

const other: Partial<FeedbackRecord> = {
  rating: 'positive',
  countedRating: 'positive',
  source: 'widget',
  judge: 'reviewer',
  name: 'csat',
  userId: 'bob',
  comment: null,
  correction: null,
  runId: null,
  receivedAtMs: 3_000,
}

test.each<[Partial<FeedbackFilter>, string[]]>([
  [{}, ['b', 'a']],
  [{ rating: 'positive' }, ['b']],
  [{ source: 'widget' }, ['b']],
  [{ judge: 'reviewer' }, ['b']],
  [{ name: 'csat' }, ['b']],
  [{ userId: 'bob' }, ['b']],
  [{ service: 'shop' }, ['a']],
  [{ isMatched: true }, ['a']],
  [{ isMatched: false }, ['b']],
  [{ hasText: true }, ['a']],
  [{ sinceMs: 3_000 }, ['b']],
  [{ untilMs: 3_000 }, ['a']],
  [{ limit: 1 }, ['b']],
])('filter %o', async (filter, expected) => {
  const store = await storeWith(record('a'), record('b', other))
  const page = await store.listFeedback({ limit: 10, ...filter })
  expect(page.feedback.map(({ id }) => id)).toEqual(expected)
})

test('pages neither skip nor repeat, and counts say what all of them hold', async () => {
  const records = Array.from({ length: 7 }, (_, i) =>
    record(`f${i}`, i % 2 === 0 ? {} : { ...other, receivedAtMs: 1_000 + (i >> 2) }),
  )
  const store = await storeWith(...records)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await store.listFeedback({ limit: 3, cursor })
    seen.push(...page.feedback.map(({ id }) => id))
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual(['f5', 'f6', 'f4', 'f3', 'f2', 'f1', 'f0'])
  expect(await store.countFeedback({})).toEqual({ all: 7, positive: 3, neutral: 0, negative: 4, unmatched: 3 })
  expect(await store.countFeedback({ rating: 'negative' })).toEqual({
    all: 4,
    positive: 0,
    neutral: 0,
    negative: 4,
    unmatched: 0,
  })
  await expect(store.listFeedback({ limit: 3, cursor: 'x' })).rejects.toThrow(InvalidCursorError)
})

test('runs are filtered by what was said about them', async () => {
  const store = await storeWith(record('a'))
  const ids = async (rating: 'positive' | 'negative'): Promise<string[]> =>
    (await store.listRuns({ limit: 10, rating })).runs.map(({ traceId }) => traceId)
  expect([await ids('negative'), await ids('positive')]).toEqual([[RUN], []])
})

test('a settled run is found by each of its keys, a conversation by its latest run before a time', async () => {
  const store = await openStore()
  const inner = step({ spanId: '1'.repeat(16), responseId: 'resp-1', messageId: 'msg-1', isEntry: false })
  const plain = step({ spanId: '2'.repeat(16), responseId: null, kind: 'other', isEntry: false })
  const runs = [
    run(RUN, { steps: [inner, plain], startedAtUs: 5_000_000, agent: 'first' }),
    run('b'.repeat(32), { steps: [], startedAtUs: 9_000_000, agent: 'second' }),
  ]
  const settled = runs.map(({ traceId, startedAtUs, agent }) => settledRun(traceId, { isStored: true, startedAtUs, agent }))
  await store.save(checkpoint(1, { runs, settled: [...settled, settledRun('c'.repeat(32), { outcome: null })] }))
  const ask = (type: TargetQuery['type'], value: string, beforeMs = 0): TargetQuery => ({ type, value, beforeMs })
  const found = await store.findTargets([
    ask('trace', RUN),
    ask('trace', 'c'.repeat(32)),
    ask('span', inner.spanId),
    ask('span', plain.spanId),
    ask('response', 'resp-1'),
    ask('message', 'msg-1'),
    ask('message', 'msg-2'),
    ask('conversation', 'conversation-1', 9_000),
    ask('conversation', 'conversation-1', 9_001),
    ask('conversation', 'conversation-1', 5_000),
    ask('conversation', 'conversation-1', 4_999 - 3_600_000),
  ])
  expect([...found].map(([{ type, value, beforeMs }, { agent }]) => [type, value, beforeMs, agent])).toEqual([
    ['trace', RUN, 0, 'first'],
    ['span', inner.spanId, 0, 'first'],
    ['response', 'resp-1', 0, 'first'],
    ['message', 'msg-1', 0, 'first'],
    ['conversation', 'conversation-1', 9_000, 'first'],
    ['conversation', 'conversation-1', 9_001, 'second'],
    // None had begun: the next one, if it is not long in coming.
    ['conversation', 'conversation-1', 5_000, 'first'],
  ])
})

test('what is past its retention goes, but not what still waits for its run', async () => {
  const store = await storeWith(record('old'), record('young', { receivedAtMs: 9 * DAY_MS }))
  const waiting = record('waiting', { runId: null })
  await store.save(checkpoint(2, { feedback: { records: [waiting], states: [state(waiting, { status: 'waiting' })] } }))
  const done = state(record('old'), { status: 'done' })
  await store.save(checkpoint(3, { feedback: { records: [], states: [done] } }))
  await store.prune({ runsBeforeMs: 8 * DAY_MS, settledBeforeMs: 0, settledBelow: 0 })
  expect((await store.listFeedback({ limit: 10 })).feedback.map(({ id }) => id)).toEqual(['young', 'waiting'])
})
