import { createHash } from 'node:crypto'

import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'

import type { FeedbackRecord } from '../../src/model/feedback.ts'
import { noTarget } from '../../src/model/feedback.ts'
import type { SubjectHash } from '../../src/model/tombstone.ts'
import { saveCheckpoint } from '../../src/records/checkpoint.ts'
import { type Erasable, findErasable } from '../../src/records/erasable.ts'
import { erase, eraseConversations, eraseRuns, type Eraser } from '../../src/records/erase.ts'
import { eraseFeedback, eraseNoteLinks, eraseTranscripts, feedbackIdsOf } from '../../src/records/erase-feedback.ts'
import type { Tables } from '../../src/records/schema.ts'
import { checkpoint, delta, failure, run, settledRun, step } from './builders.ts'
import { openDatabase } from './database.ts'

const T = 1_700_000_010_000
const hash: SubjectHash = (kind, id) => createHash('sha256').update(`${kind} ${id}`).digest('base64url')
const erasers: readonly Eraser[] = [eraseRuns, eraseConversations(hash), eraseTranscripts, eraseFeedback(hash), eraseNoteLinks]

/** Who ran what: `trace user conversation`, with `-` for none. */
async function withRuns(...lines: readonly string[]): Promise<Kysely<Tables>> {
  const db = await openDatabase()
  const runs = lines.map((line) => {
    const [traceId = '', user = '-', conversation = '-', service = 'shop'] = line.split(' ')
    return run(traceId, { userId: orNull(user), conversationId: orNull(conversation), service })
  })
  await saveCheckpoint(
    db,
    checkpoint(1, {
      runs,
      settled: runs.map(({ traceId, conversationId, service }) =>
        settledRun(traceId, { conversationId, service, isStored: true }),
      ),
      conversations: runs.flatMap(({ conversationId, service }) =>
        conversationId === null ? [] : [delta(conversationId, { service })],
      ),
    }),
  )
  return db
}

function orNull(word: string): string | null {
  return word === '-' ? null : word
}

const noService = { service: null, environment: null }

test("a person's runs are erasable, and of their conversations those in which nobody else spoke", async () => {
  const db = await withRuns('a ann c1', 'b - c1', 'c ann c2', 'd bob c2', 'e - c2', 'f bob -', 'g ann -', 'h - c1 other')
  const found = await findErasable(db, { kind: 'user', userId: 'ann' }, T)
  expect({ ...found, traceIds: found.traceIds.toSorted() }).toEqual({
    traceIds: ['a', 'b', 'c', 'g'],
    userId: 'ann',
    conversations: [{ conversationId: 'c1', service: 'shop', environment: 'prod' }],
    deletedAtMs: T,
  })
})

test('a conversation is erasable with all its runs: of one service, or wherever it is', async () => {
  const db = await withRuns('a ann c1', 'b - c1 other', 'c1 - -', 'd bob c2')
  const of = async (service: string | null): Promise<readonly string[]> =>
    (await findErasable(db, { kind: 'conversation', conversationId: 'c1', service, environment: null }, T)).traceIds.toSorted()
  expect(await of('shop')).toEqual(['a', 'c1'])
  expect(await of(null)).toEqual(['a', 'b', 'c1'])
})

test('runs without a row are found by their conversation', async () => {
  const db = await openDatabase()
  await saveCheckpoint(db, checkpoint(1, { settled: [settledRun('sampled-away', { conversationId: 'c1' })] }))
  const { traceIds } = await findErasable(db, { kind: 'conversation', conversationId: 'c1', ...noService }, T)
  expect(traceIds).toEqual(['sampled-away'])
})

test('what began after the deletion is not erasable; what an emitter with a fast clock sent before is', async () => {
  const db = await openDatabase()
  const later = { startedAtUs: T * 1_000 + 1, userId: 'ann', conversationId: null }
  await saveCheckpoint(
    db,
    checkpoint(1, {
      runs: [
        run('before', { userId: 'ann', conversationId: null, settledAtMs: T + 3_000 }),
        run('fast-clock', { ...later, settledAtMs: T }),
        run('after', { ...later, settledAtMs: T + 9_000 }),
      ],
    }),
  )
  expect((await findErasable(db, { kind: 'user', userId: 'ann' }, T)).traceIds.toSorted()).toEqual(['before', 'fast-clock'])
})

test('an erased run keeps its numbers and loses every text and every id of a person', async () => {
  const db = await openDatabase()
  const text = 'canary'
  const told = run('a', {
    userId: text,
    conversationId: text,
    tags: [text],
    failures: [failure({ detail: text, stepName: text })],
    steps: [
      step({
        name: text,
        agent: text,
        node: text,
        outerNode: text,
        conversationId: text,
        userId: text,
        messageId: text,
        responseId: text,
        linkedTraceId: text,
        tags: [text],
        tool: { name: 'search', callId: text, argumentsFingerprint: text, looseArguments: text, resultFingerprint: text },
        answer: {
          form: 'text',
          format: 'json',
          isReadable: true,
          schemaProblem: text,
          toolCalls: [{ callId: text, name: 'search', argumentsFingerprint: text, hasReadableArguments: true, isOffered: null }],
        },
        toolReports: [{ kind: 'tool_error', callId: text, name: text, message: text }],
        error: { type: text, message: text, httpStatus: 429, cause: text, kind: 'rate_limit' },
      }),
    ],
  })
  await saveCheckpoint(
    db,
    checkpoint(1, {
      runs: [told],
      settled: [settledRun('a', { conversationId: text, isStored: true })],
      conversations: [delta(text)],
    }),
  )
  const what = await findErasable(db, { kind: 'user', userId: text }, T)
  expect(await erase(db, what, erasers)).toEqual({ runs: 1, conversations: 1, transcripts: 0, feedback: 0 })

  const tables = ['runs', 'run_tags', 'settled', 'conversations', 'run_failures', 'run_keys'] as const
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()))
  expect(JSON.stringify(rows)).not.toContain(text)
  const row = await db.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({ trace_id: 'a', input_tokens: 100, cost_nano_usd: 1_234_567, llm_calls: 1, service: 'shop' })
  expect(JSON.parse(row.failures)).toEqual([{ ...failure(), stepName: '', detail: '' }])
  expect(JSON.parse(row.steps)).toMatchObject([
    { spanId: 'span-1', kind: 'llm', stepLabel: 'answer', agentLabel: 'support', costNanoUsd: 1_234_567, usage: { input: 100 } },
  ])
  expect(await db.selectFrom('settled').select(['trace_id', 'seen', 'conversation_id']).execute()).toEqual([
    { trace_id: 'a', seen: settledRun('a').seen, conversation_id: null },
  ])
  expect(await db.selectFrom('conversations').select(['conversation_id', 'runs', 'llm_calls']).execute()).toEqual([
    {
      conversation_id: `deleted:${hash('conversation', `${JSON.stringify(['shop', 'prod', text])} ${delta(text).settledAtMs}`)}`,
      runs: 1,
      llm_calls: 2,
    },
  ])
})

test('erasing is done once however often it is repeated, in as many transactions as it takes, and leaves others alone', async () => {
  const own = Array.from({ length: 250 }, (_, i) => `own-${i} ann c${i % 7}`)
  const db = await withRuns(...own, 'other bob c8', 'nobody - -')
  const before = await db.selectFrom('runs').selectAll().where('trace_id', 'in', ['other', 'nobody']).execute()
  const what = await findErasable(db, { kind: 'user', userId: 'ann' }, T)
  expect(await erase(db, what, erasers)).toMatchObject({ runs: 250, conversations: 7 })
  const after = await db.selectFrom('runs').selectAll().orderBy('trace_id').execute()
  expect(after.filter((row) => row.user_id === 'ann' || row.conversation_id?.startsWith('c') === true)).toHaveLength(1)
  expect(after.filter(({ trace_id: id }) => id === 'other' || id === 'nobody')).toEqual(
    before.toSorted((a, b) => (a.trace_id < b.trace_id ? -1 : 1)),
  )
  expect(await erase(db, what, erasers)).toMatchObject({ conversations: 0 })
  expect(await db.selectFrom('runs').selectAll().orderBy('trace_id').execute()).toEqual(after)
  expect((await findErasable(db, { kind: 'user', userId: 'ann' }, T)).traceIds).toEqual([])
})

test('a conversation can be deleted again after somebody has gone on in it', async () => {
  const db = await withRuns('a ann c1')
  const what: Erasable = { traceIds: [], userId: null, conversations: [{ conversationId: 'c1', ...noService }], deletedAtMs: T }
  const named: Eraser = eraseConversations((kind, id) => `${kind} ${id.slice(-5)}`)
  await erase(db, what, [named])
  await saveCheckpoint(db, checkpoint(2, { conversations: [delta('c1', { settledAtMs: T + 5, lastAtUs: (T + 4) * 1_000 })] }))
  expect(await erase(db, what, [named])).toEqual({ conversations: 0 })
  expect(await erase(db, { ...what, deletedAtMs: T + 5 }, [named])).toEqual({ conversations: 1 })
  expect(await db.selectFrom('conversations').select(['conversation_id', 'runs']).orderBy('conversation_id').execute()).toEqual([
    { conversation_id: 'deleted:conversation 03000', runs: 1 },
    { conversation_id: 'deleted:conversation 10005', runs: 1 },
  ])
})

function feedback(id: string, changes: Partial<FeedbackRecord> = {}): FeedbackRecord {
  return {
    id,
    target: noTarget,
    name: 'canary',
    score: 1,
    scale: null,
    label: 'canary',
    rating: 'positive',
    comment: 'canary',
    correction: 'canary',
    userId: null,
    source: 'api',
    judge: 'user',
    atMs: null,
    receivedAtMs: T - 5,
    changedAtMs: T - 5,
    countedRating: 'positive',
    runId: null,
    isWithdrawn: false,
    ...changes,
  }
}

/** Feedback with its run, as the fold would have joined it. */
async function withFeedback(...all: readonly FeedbackRecord[]): Promise<Kysely<Tables>> {
  const db = await withRuns('a ann c1', 'b bob c2')
  await saveCheckpoint(
    db,
    checkpoint(2, {
      feedback: {
        records: all,
        states: all.map((record) => ({
          ...record,
          digest: 'd',
          saidAtMs: record.receivedAtMs,
          rating: record.countedRating,
          run: record.runId === null ? null : { traceId: record.runId, service: 'shop', environment: 'prod', agent: 'support' },
          counted: record.countedRating,
          status: 'done',
        })),
      },
    }),
  )
  return db
}

test('feedback of the person and about their runs loses its words and its id, and keeps its rating', async () => {
  const db = await withFeedback(
    feedback('canary-1', { runId: 'a' }),
    feedback('by-ann', { userId: 'ann', runId: 'b' }),
    feedback('waits', { target: { ...noTarget, conversationId: 'c1' } }),
    feedback('named', { target: { ...noTarget, traceId: 'a' } }),
    feedback('new', { userId: 'ann', receivedAtMs: T + 5 }),
    feedback('of-bob', { runId: 'b' }),
  )
  const what = await findErasable(db, { kind: 'user', userId: 'ann' }, T)
  expect((await feedbackIdsOf(db, what)).toSorted()).toEqual(['by-ann', 'canary-1', 'named', 'waits'])
  const ids = ['by-ann', 'canary-1', 'named', 'waits']
  expect(await erase(db, what, [eraseFeedback((_, id) => `${ids.indexOf(id)}`)])).toEqual({ feedback: 4 })
  const rows = await db.selectFrom('feedback').selectAll().orderBy('id').execute()
  expect(rows.map(({ id, run_id: runId, counted, comment }) => [id, runId, counted, comment])).toEqual([
    ['deleted:0', 'b', 'positive', null],
    ['deleted:1', 'a', 'positive', null],
    ['deleted:2', null, 'positive', null],
    ['deleted:3', null, 'positive', null],
    ['new', null, 'positive', 'canary'],
    ['of-bob', 'b', 'positive', 'canary'],
  ])
  expect(JSON.stringify(rows.filter(({ id }) => id.startsWith('deleted:')))).not.toMatch(/canary|ann|c1/)
})
