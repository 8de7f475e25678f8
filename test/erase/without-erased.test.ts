import { expect, test } from 'vitest'

import { createSubjectHash } from '../../src/erase/subject-hash.ts'
import { TombstoneSet, tombstonesOf } from '../../src/erase/tombstone-set.ts'
import { type OtlpBody, withoutErased, type WithoutErased } from '../../src/erase/without-erased.ts'
import { readLogRecords, readSpans } from '../../src/otlp/decode.ts'
import { capturedRequests } from '../helpers/captures.ts'
import { logsBody, read, type RecordLine, spansBody, T, traceIdOf } from './bodies.ts'

const hash = createSubjectHash('salt')
const nothingFound = { traceIds: [], conversations: [], feedbackIds: [] }
const annDeleted = (traces: readonly string[] = []): TombstoneSet =>
  new TombstoneSet(
    hash,
    tombstonesOf({ kind: 'user', userId: 'ann' }, { ...nothingFound, traceIds: traces.map(traceIdOf) }, hash, T),
  )

function filtered(body: OtlpBody, tombstones: TombstoneSet): WithoutErased | null {
  return withoutErased(body, read(body.kind, body.format, body.content), tombstones)
}

/** What is left, as names of spans or events. */
function left(body: OtlpBody, tombstones: TombstoneSet): readonly string[] {
  const content = filtered(body, tombstones)?.content ?? body.content
  const names: string[] = []
  if (body.kind === 'spans') readSpans(content, body.format, ({ name }) => void names.push(name))
  else readLogRecords(content, body.format, ({ body: text }) => void names.push(typeof text === 'string' ? text : ''))
  return names
}

const ofAnn = { 'user.id': 'ann' }
const ofBob = { 'user.id': 'bob' }

test('without tombstones, and where nothing was deleted, a body is not looked into', () => {
  const body = spansBody({ trace: 'a', attributes: ofBob })
  expect(filtered(body, new TombstoneSet(hash))).toBeNull()
  expect(filtered(body, annDeleted(['x']))).toBeNull()
})

test('a batch that is sent again in another grouping is taken without the traces that were deleted', () => {
  const body = spansBody({ trace: 'a', id: '1' }, { trace: 'b', id: '1' }, { trace: 'a', id: '2' })
  expect(left(body, annDeleted(['a']))).toEqual(['span b 1'])
})

test('one span that names a deleted person takes its trace along, and says which trace that is', () => {
  const body = spansBody(
    { trace: 'a', id: '1' },
    { trace: 'b', id: '1', attributes: ofBob },
    { trace: 'a', id: '2', attributes: ofAnn },
  )
  expect(filtered(body, annDeleted())).toMatchObject({ removed: 2, traceIds: [traceIdOf('a')] })
  expect(left(body, annDeleted())).toEqual(['span b 1'])
})

test('what the same person did after the deletion is taken', () => {
  const body = spansBody({ trace: 'a', endMs: T + 1, attributes: ofAnn }, { trace: 'b', endMs: T, attributes: ofAnn })
  expect(left(body, annDeleted())).toEqual(['span a a'])
})

test('conversations in the words of a dialect', () => {
  const conversation = { conversationId: 'c1', service: 'shop', environment: '' }
  const set = new TombstoneSet(hash, tombstonesOf({ kind: 'conversation', ...conversation }, nothingFound, hash, T))
  const named = { 'openinference.span.kind': 'CHAIN', 'session.id': 'c1' }
  const body = spansBody({ trace: 'a', attributes: named }, { trace: 'b', attributes: named, service: 'other' })
  expect(left(body, set)).toEqual(['span b b'])
})

test('a span without a valid id is no step, and is taken out all the same', () => {
  const body = spansBody({ trace: '', id: '1', attributes: ofAnn }, { trace: '', id: '2', attributes: ofBob })
  expect(left(body, annDeleted())).toEqual(['span  2'])
})

test('where a resource names the person, as browsers have it, what it sent goes once it is looked into', () => {
  const body = spansBody(
    { trace: 'a', resource: ofAnn },
    { trace: 'b', resource: ofAnn, endMs: T + 1 },
    { trace: 'c', attributes: ofAnn },
  )
  expect(left(body, annDeleted())).toEqual(['span b b'])
})

test('a span that only carries feedback about a deleted run goes with it', () => {
  const said = {
    'openinference.span.kind': 'EVALUATOR',
    'annotations.0.annotation.name': 'helpful',
    'annotations.0.annotation.score': '1',
  }
  const body = spansBody({ trace: 'e', links: ['a'], attributes: said }, { trace: 'f', links: ['b'], attributes: said })
  expect(left(body, annDeleted(['a']))).toEqual(['span f f'])
})

test('log records of a deleted trace go, also those that nobody reads, and those that only name the person', () => {
  const body = logsBody(
    { trace: 'a', body: 'plain log of a deleted run' },
    { trace: 'b', body: 'kept' },
    { body: 'names ann', attributes: ofAnn },
    { body: 'names ann later', attributes: ofAnn, atMs: T + 1 },
    { trace: 'a', event: 'gen_ai.user.message', body: 'message' },
    { body: 'no trace' },
  )
  expect(left(body, annDeleted(['a']))).toEqual(['kept', 'names ann later', 'no trace'])
})

test('a record that carries feedback about a deleted run goes with it', () => {
  const said = (trace: string): RecordLine => ({
    trace,
    event: 'gen_ai.evaluation.result',
    body: trace,
    attributes: { 'gen_ai.evaluation.name': 'helpful', 'gen_ai.evaluation.score.label': 'pass' },
  })
  expect(left(logsBody(said('a'), said('b')), annDeleted(['a']))).toEqual(['b'])
})

test.each(['claude-code-logs', 'codex-logs', 'gemini-cli'] as const)(
  'sessions of an emitter that sends no traces are taken out of its log records: %s',
  (name) => {
    const bodies = capturedRequests(name).filter(({ kind }) => kind === 'logs')
    const steps = bodies.flatMap(({ format, content }) => read('logs', format, content).steps)
    const { conversationId } = steps.find(({ step }) => step.conversationId !== null)?.step ?? { conversationId: '' }
    const deletion = { kind: 'conversation', conversationId: conversationId ?? '', service: null, environment: null } as const
    const set = new TombstoneSet(hash, tombstonesOf(deletion, nothingFound, hash, Date.now()))
    let removed = 0
    for (const { format, content } of bodies) {
      const body: OtlpBody = { kind: 'logs', format, content, atMs: Date.now() }
      const result = filtered(body, set)
      removed += result?.removed ?? 0
      expect(Buffer.from(result?.content ?? content).includes(deletion.conversationId)).toBe(false)
    }
    expect(removed).toBeGreaterThan(0)
  },
)

test('a trace that is made of a session has no id on the wire, and is found all the same', () => {
  const bodies = capturedRequests('claude-code-logs').filter(({ kind }) => kind === 'logs')
  const stepsIn = (content: Uint8Array): readonly string[] =>
    read('logs', 'protobuf', content).steps.map(({ traceId }) => traceId)
  const protobuf = bodies.filter(({ format }) => format === 'protobuf')
  const [madeUp = ''] = protobuf.flatMap(({ content }) => stepsIn(content))
  const set = new TombstoneSet(hash, [{ kind: 'trace', key: madeUp, deletedAtMs: T }])
  for (const { content } of protobuf) {
    const after = filtered({ kind: 'logs', format: 'protobuf', content, atMs: T }, set)?.content ?? content
    expect(stepsIn(after)).toEqual(stepsIn(content).filter((traceId) => traceId !== madeUp))
  }
})
