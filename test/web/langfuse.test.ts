import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { type Feedback, type FeedbackEvent, type FeedbackTarget, noTarget } from '../../src/model/feedback.ts'
import { UnavailableError } from '../../src/model/unavailable-error.ts'
import { createGuards } from '../../src/web/guards.ts'
import { langfuseRoutes } from '../../src/web/langfuse.ts'
import { problemHandler } from '../../src/web/problem.ts'
import { serve } from '../../src/web/route.ts'
import { requireSender } from '../../src/web/sender.ts'

const traceId = '5b8efff798038103d269b633813fc60c'
const spanId = 'eee19b7ec3c1b174'

interface Service {
  readonly taken: FeedbackEvent[]
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<[status: number, body: unknown]>
}

/** The routes behind the lock of whoever sends, before a desk that keeps what comes. `known` are the ids that can be withdrawn. */
async function serving({
  token = null,
  known = [],
  isAway = false,
}: { token?: string | null; known?: readonly string[]; isAway?: boolean } = {}): Promise<Service> {
  const taken: FeedbackEvent[] = []
  const take = async (events: readonly FeedbackEvent[]) => {
    if (isAway) throw new UnavailableError('The log is full.', 5)
    taken.push(...events)
    return events.map((event) =>
      event.type === 'given'
        ? { id: event.feedback.id, outcome: 'new' as const }
        : { id: event.id, outcome: known.includes(event.id) ? ('withdrawn' as const) : ('unknown' as const) },
    )
  }
  const app = express()
  app.use(requireSender(token))
  serve(app, langfuseRoutes({ desk: { take }, version: '0.1.0' }), createGuards('http://localhost'))
  app.use(problemHandler((error) => console.error(error)))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    taken,
    ask: async (method, path, body, headers = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return [response.status, await response.json()]
    },
  }
}

function given(over: Partial<Feedback>): FeedbackEvent {
  const blank = { score: null, scale: null, label: null, rating: null, comment: null, correction: null, userId: null, atMs: null }
  const feedback: Feedback = {
    id: 's-1',
    target: { ...noTarget, traceId },
    name: 'helpfulness',
    source: 'api',
    judge: 'unknown',
    ...blank,
    ...over,
  }
  return { type: 'given', feedback }
}

const score = { id: 's-1', traceId, name: 'helpfulness', value: 1 }

test.each<[what: string, score: Record<string, unknown>, expected: Partial<Feedback>]>([
  ['a number', { value: 0.25, dataType: 'NUMERIC' }, { score: 0.25 }],
  ['a number whose type is not said', { value: -3 }, { score: -3 }],
  ['a boolean as a number', { value: 0, dataType: 'BOOLEAN', comment: 'No.' }, { score: 0, comment: 'No.' }],
  ['a boolean', { value: true }, { score: 1 }],
  ['a category', { value: 'rude', dataType: 'CATEGORICAL' }, { label: 'rude' }],
  ['a text whose type is not said', { value: 'rude' }, { label: 'rude' }],
  ['what somebody wrote', { value: 'Very kind.', dataType: 'TEXT' }, { comment: 'Very kind.' }],
  [
    'what somebody wrote, and a comment',
    { value: 'Very kind.', dataType: 'TEXT', comment: 'by mail' },
    { comment: 'Very kind.\nby mail' },
  ],
  ['the right answer', { value: 'Paris', dataType: 'CORRECTION', name: 'output' }, { correction: 'Paris', name: 'output' }],
  ['a time of its own', { timestamp: '2026-11-01T12:00:00.5Z' }, { score: 1, atMs: 1_793_534_400_500 }],
  [
    'what there is no place for',
    { environment: 'production', configId: 'c', queueId: 'q', metadata: { a: [1] }, extra: true },
    { score: 1 },
  ],
  ['a reviewer', { source: 'ANNOTATION' }, { score: 1, judge: 'reviewer' }],
  ['an evaluator', { source: 'EVAL' }, { score: 1, judge: 'model' }],
  ['a question for users', { name: 'user-feedback' }, { score: 1, name: 'user-feedback', judge: 'user' }],
  ['a question for users in camel case', { name: 'customerRating' }, { score: 1, name: 'customerRating', judge: 'user' }],
  ['a question about users', { name: 'user_frustration' }, { score: 1, name: 'user_frustration' }],
])('a score: %s', async (_what, over, expected) => {
  const { ask, taken } = await serving()
  expect(await ask('POST', '/api/public/scores', { ...score, ...over })).toEqual([200, { id: 's-1' }])
  expect(taken).toEqual([given(expected)])
})

const uuid = '0b27be45-cd65-4671-ab08-c3eafd4c9613'

test.each<[what: string, ids: Record<string, unknown>, target: FeedbackTarget]>([
  ['a trace', { traceId: traceId.toUpperCase() }, { ...noTarget, traceId }],
  ['a span', { observationId: spanId }, { ...noTarget, traceId, spanId }],
  ['an observation that is no span', { observationId: uuid }, { ...noTarget, traceId }],
  ['a session', { traceId: null, sessionId: 'chat-1' }, { ...noTarget, conversationId: 'chat-1' }],
  // Ids of clients before OpenTelemetry.
  ['a UUID', { traceId: uuid, observationId: uuid }, { ...noTarget, traceId: uuid.replaceAll('-', ''), messageId: uuid }],
  ['an id of the application', { traceId: 'message-42' }, { ...noTarget, messageId: 'message-42' }],
])('a score of %s', async (_what, ids, target) => {
  const { ask, taken } = await serving()
  expect(await ask('POST', '/api/public/scores', { ...score, ...ids })).toEqual([200, { id: 's-1' }])
  expect(taken).toEqual([given({ score: 1, target })])
})

test.each<[what: string, over: Record<string, unknown>, field: string, expected: string]>([
  ['a text that should be a number', { value: 'good', dataType: 'NUMERIC' }, 'value', 'a value that is a number'],
  ['a boolean that is neither', { value: 2, dataType: 'BOOLEAN' }, 'value', 'a value that is 0, 1, true or false'],
  ['a number that should be a category', { value: 2, dataType: 'CATEGORICAL' }, 'value', 'a value that is a text'],
  ['an empty text', { value: ' ' }, 'value', 'a value that is a text'],
  ['a category too long for one', { value: 'x'.repeat(257) }, 'value', 'at most 256 characters'],
  ['no value', { value: null }, 'value', 'a number, a boolean, or a text for CATEGORICAL, TEXT and CORRECTION'],
  ['no name', { name: '' }, 'name', 'a name'],
  ['a type that is none', { dataType: 'STARS' }, 'dataType', 'one of NUMERIC, CATEGORICAL, BOOLEAN, TEXT, CORRECTION'],
  [
    'a run of a dataset',
    { traceId: null, datasetRunId: 'run-1' },
    'traceId',
    'traceId or sessionId: runs of datasets and scores without a target are not taken here',
  ],
])('no score: %s', async (_what, over, field, expected) => {
  const { ask, taken } = await serving()
  const [status, body] = await ask('POST', '/api/public/scores', { ...score, ...over })
  expect([status, body]).toEqual([422, expect.objectContaining({ errors: [expect.objectContaining({ field, expected })] })])
  expect(taken).toEqual([])
})

test('a score without an id gets one, and only the text that is kept', async () => {
  const { ask, taken } = await serving()
  const [status, body] = await ask('POST', '/api/public/scores', { ...score, id: undefined, comment: 'c'.repeat(20_000) })
  const [event] = taken
  const feedback = event?.type === 'given' ? event.feedback : null
  expect([status, body, feedback?.comment?.length]).toEqual([200, { id: feedback?.id }, 16_384])
  expect(feedback?.id).toMatch(/^[0-9a-f-]{36}$/)
})

/** As the client for Python sends them since version 5. */
test('a list of scores, all of them taken', async () => {
  const { ask, taken } = await serving()
  const list = [
    {
      id: 'b33c3ff1b245f358',
      traceId,
      name: 'helpfulness',
      value: 1,
      dataType: 'BOOLEAN',
      timestamp: '2026-11-01T12:00:00.250000Z',
    },
    { id: 'b116f02360a8f444', sessionId: 'chat-1', name: 'tone', value: 'rude' },
  ]
  expect(await ask('POST', '/api/public/scores', list)).toEqual([202, { message: 'Accepted' }])
  expect(taken).toEqual([
    given({ id: 'b33c3ff1b245f358', score: 1, atMs: 1_793_534_400_250 }),
    given({ id: 'b116f02360a8f444', name: 'tone', label: 'rude', target: { ...noTarget, conversationId: 'chat-1' } }),
  ])
})

test('a list of scores, some of them taken', async () => {
  const { ask, taken } = await serving()
  const answer = await ask('POST', '/api/public/scores', [score, { ...score, value: null }, 'no score'])
  const messages = [
    'value: expected a number, a boolean, or a text for CATEGORICAL, TEXT and CORRECTION',
    'body: expected a score',
  ]
  expect(answer).toEqual([207, { accepted: 1, rejected: 2, errors: messages.map((message) => ({ message })) }])
  expect(taken).toEqual([given({ score: 1 })])
})

/** As the clients for JavaScript send them: of version 3 also what they traced. */
const batch = {
  batch: [
    {
      id: 'e-1',
      type: 'score-create',
      timestamp: '2026-11-01T12:00:00.000Z',
      body: {
        id: 's-1',
        environment: 'default',
        traceId,
        observationId: spanId,
        name: 'user-feedback',
        value: 1,
        dataType: 'BOOLEAN',
      },
    },
    { id: 'e-2', type: 'trace-create', timestamp: '2026-11-01T12:00:00.000Z', body: { id: traceId, name: 'chat', input: 'hi' } },
    { id: 'e-3', type: 'score-create', timestamp: '2026-11-01T12:00:00.000Z', body: { traceId, name: 'tone' } },
    { id: 'e-4', type: 'score-create', body: { traceId, name: 'tone', value: 'kind' } },
  ],
  metadata: { batch_size: 4, sdk_integration: 'DEFAULT', sdk_version: '3.39.2', sdk_name: 'langfuse-js', public_key: 'pk-lf-1' },
}

test('a batch: its scores are taken, and everything else is refused by itself', async () => {
  const { ask, taken } = await serving()
  const error = 'InvalidRequestError'
  expect(await ask('POST', '/api/public/ingestion', batch)).toEqual([
    207,
    {
      successes: [
        { id: 'e-1', status: 201 },
        { id: 'e-4', status: 201 },
      ],
      errors: [
        { id: 'e-2', status: 400, message: expect.stringMatching(/^"trace-create" is not taken here, only score-create/), error },
        {
          id: 'e-3',
          status: 400,
          message: 'value: expected a number, a boolean, or a text for CATEGORICAL, TEXT and CORRECTION',
          error,
        },
      ],
    },
  ])
  expect(taken).toEqual([
    given({ name: 'user-feedback', judge: 'user', score: 1, target: { ...noTarget, traceId, spanId }, atMs: 1_793_534_400_000 }),
    // Sent again it has the same id.
    given({ id: 'e-4', name: 'tone', label: 'kind' }),
  ])
})

test('a batch of nothing that is taken leaves nothing', async () => {
  const { ask, taken } = await serving()
  const [status, body] = await ask('POST', '/api/public/ingestion', { batch: batch.batch.slice(1, 2) })
  expect([status, body]).toEqual([207, { successes: [], errors: [expect.objectContaining({ id: 'e-2' })] }])
  expect(taken).toEqual([])
})

test.each([
  ['/api/public/scores', []],
  ['/api/public/ingestion', { batch: [] }],
])('%s takes an empty list', async (path, body) => {
  const { ask, taken } = await serving()
  expect([202, 207]).toContain((await ask('POST', path, body))[0])
  expect(taken).toEqual([])
})

test.each([null, {}, { batch: {} }, { batch: [{ type: 'score-create' }] }])('%j is no batch', async (body) => {
  const { ask } = await serving()
  expect((await ask('POST', '/api/public/ingestion', body))[0]).toBe(422)
})

test('a score is withdrawn by its id', async () => {
  const { ask, taken } = await serving({ known: ['chat 1/score'] })
  expect(await ask('DELETE', '/api/public/scores/chat%201%2Fscore')).toEqual([202, { id: 'chat 1/score' }])
  expect(taken).toEqual([{ type: 'withdrawn', id: 'chat 1/score' }])
  expect((await ask('DELETE', '/api/public/scores/other'))[0]).toBe(404)
})

test('what cannot be kept is to be sent again', async () => {
  const { ask } = await serving({ isAway: true })
  const statuses = [
    await ask('POST', '/api/public/scores', score),
    await ask('POST', '/api/public/scores', [score]),
    await ask('POST', '/api/public/ingestion', batch),
  ].map(([status]) => status)
  expect(statuses).toEqual([503, 503, 503])
})

test('clients that look before they send find somebody', async () => {
  const { ask } = await serving()
  const us = { id: 'flywheel', name: 'Agent Flywheel' }
  expect(await ask('GET', '/api/public/health')).toEqual([200, { status: 'OK', version: '0.1.0' }])
  expect(await ask('GET', '/api/public/projects')).toEqual([200, { data: [{ ...us, organization: us, metadata: {} }] }])
})

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

test.each<[authorization: string, status: number]>([
  [basic('pk-lf-1:secret'), 200],
  ['Bearer secret', 200],
  [basic('pk-lf-1:secret2'), 401],
  [basic('secret:pk-lf-1'), 401],
  ['', 401],
])('the token is the secret key: %s', async (authorization, status) => {
  const { ask, taken } = await serving({ token: 'secret' })
  expect((await ask('POST', '/api/public/scores', score, { authorization }))[0]).toBe(status)
  expect(taken).toHaveLength(status === 200 ? 1 : 0)
})
