import { expect, test } from 'vitest'

import { findInLog, type FindOptions, ownInLog, strayTraces } from '../../src/erase/find-in-log.ts'
import { createSubjectHash } from '../../src/erase/subject-hash.ts'
import { TombstoneSet, tombstonesOf } from '../../src/erase/tombstone-set.ts'
import type { OtlpBody } from '../../src/erase/without-erased.ts'
import type { BodyFormat, LogEntry } from '../../src/model/entry.ts'
import { read, spansBody, T, traceIdOf } from './bodies.ts'

const hash = createSubjectHash('salt')
const nothingFound = { traceIds: [], conversations: [], feedbackIds: [] }
const ofAnn = { 'user.id': 'ann' }
const inC1 = { 'gen_ai.conversation.id': 'c1' }
const c1 = { conversationId: 'c1', service: 'shop', environment: '' }

function entryOf({ kind, format, content, atMs }: OtlpBody, index: number): LogEntry {
  return { seq: index + 1, atMs, version: 1, kind, format, encoding: 'identity', body: content }
}

function reading(ids: readonly string[], ...bodies: readonly OtlpBody[]): FindOptions {
  const entries = bodies.map(entryOf)
  const readLog = async function* (): AsyncGenerator<readonly LogEntry[]> {
    yield entries
  }
  return { log: { read: readLog }, upToSeq: Infinity, inflate: (body) => body, pause: () => Promise.resolve(), read, ids }
}

function tombstonesFor(userId: string): TombstoneSet {
  return new TombstoneSet(hash, tombstonesOf({ kind: 'user', userId }, nothingFound, hash, T))
}

test("a person's traces are found with the conversations that they name", async () => {
  const options = reading(
    ['ann'],
    spansBody({ trace: 'a', attributes: { ...ofAnn, ...inC1 } }, { trace: 'b', attributes: { 'user.id': 'bob' } }),
    spansBody({ trace: 'd', endMs: T + 1, attributes: ofAnn }),
    spansBody({ trace: 'e', attributes: inC1 }),
  )
  expect(await findInLog(options, tombstonesFor('ann'))).toEqual({
    traceIds: new Set([traceIdOf('a')]),
    conversations: [c1],
  })
})

test('what came before the deletion was over then, also where its emitter has a fast clock', async () => {
  const fast = { ...spansBody({ trace: 'a', endMs: T + 60_000, attributes: ofAnn }), atMs: T - 1 }
  expect([...(await findInLog(reading(['ann'], fast), tombstonesFor('ann'))).traceIds]).toEqual([traceIdOf('a')])
})

test('a conversation is own where nobody else is named in its traces', async () => {
  const here = spansBody(
    { trace: 'a', attributes: { ...ofAnn, ...inC1 } },
    { trace: 'b', attributes: inC1 },
    { trace: 'c', attributes: { 'user.id': 'bob' } },
  )
  expect(await ownInLog(reading(['c1'], here), [c1], 'ann')).toEqual([c1])
  expect(
    await ownInLog(
      reading(['c1'], here, spansBody({ trace: 'b', id: '2', attributes: { ...inC1, 'user.id': 'bob' } })),
      [c1],
      'ann',
    ),
  ).toEqual([])
  // The same id in another service is another conversation.
  const elsewhere = spansBody({ trace: 'd', service: 'other', attributes: { ...inC1, 'user.id': 'bob' } })
  expect(await ownInLog(reading(['c1'], here, elsewhere), [c1], 'ann')).toEqual([c1])
})

test('calls that a run has taken in from traces of their own are found by their spans', () => {
  const body = spansBody({ trace: 'a' }, { trace: 's', id: 'x' }, { trace: 'b' })
  const known = {
    traceIds: new Set([traceIdOf('a')]),
    spanIds: new Set(['a', 'x'].map((id) => Buffer.from(id.repeat(8)).toString('hex'))),
  }
  const unreadable = { ...entryOf(body, 1), body: new Uint8Array([255, 255]) }
  expect([...strayTraces([entryOf(body, 0), unreadable], known, (bytes) => bytes)]).toEqual([traceIdOf('s')])
})

test('entries without the ids are passed over unread', async () => {
  let readings = 0
  const options = reading(
    ['ann'],
    spansBody({ trace: 'a' }),
    spansBody({ trace: 'a', id: '2', attributes: ofAnn }),
    spansBody({ trace: 'b' }),
  )
  const counted = (kind: OtlpBody['kind'], format: BodyFormat, content: Uint8Array): ReturnType<typeof read> => {
    readings++
    return read(kind, format, content)
  }
  expect([...(await findInLog({ ...options, read: counted }, tombstonesFor('ann'))).traceIds]).toEqual([traceIdOf('a')])
  expect(readings).toBe(1)
})

test.each([
  ['a number', '42', '{"intValue":42}'],
  ['a text with an escaped slash', 'ann/1', String.raw`{"stringValue":"ann\/1"}`],
])('an id that is written otherwise on the wire is found all the same: %s', async (_name, userId, value) => {
  const span = `{"traceId":"${traceIdOf('a')}","spanId":"00000000000000aa","attributes":[{"key":"user.id","value":${value}}]}`
  const content = Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`)
  const options = reading([userId], { kind: 'spans', format: 'json', content, atMs: T })
  expect([...(await findInLog(options, tombstonesFor(userId))).traceIds]).toEqual([traceIdOf('a')])
})
