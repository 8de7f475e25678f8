import { expect, test } from 'vitest'
import { agent, currentTraceId, type FeedbackResult, sendFeedback, withContext } from '../../src/sdk/index.ts'
import { type Answer, startReceiver } from './receiver.ts'
import { startSdk } from './run-sdk.ts'

const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body)

async function sent(
  answers: readonly Answer[],
  feedback: Parameters<typeof sendFeedback>[0],
  timeoutMs = 5_000,
): Promise<{
  readonly result: FeedbackResult
  readonly bodies: Record<string, unknown>[]
  readonly paths: string[]
}> {
  const receiver = await startReceiver()
  receiver.answer = (response, received) => (answers[receiver.received.length - 1] ?? status(500))(response, received)
  const result = await sendFeedback(feedback, { url: receiver.url, timeoutMs, token: 'secret' })
  return {
    result,
    bodies: receiver.received.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>),
    paths: receiver.received.map(({ path, headers }) => `${path} ${headers.authorization ?? ''}`),
  }
}

test('feedback is one POST with an id of its own', async () => {
  const { result, bodies, paths } = await sent([status(201)], {
    target: { traceId: 't-1' },
    rating: 'negative',
    comment: 'wrong order',
  })
  expect(result).toEqual({ ok: true, id: expect.stringMatching(/^[0-9a-f-]{36}$/), isNew: true })
  expect(bodies).toEqual([
    { source: 'api', id: result.id, target: { traceId: 't-1' }, rating: 'negative', comment: 'wrong order' },
  ])
  expect(paths).toEqual(['/v1/feedback Bearer secret'])
})

test('an id that the processor knew is a replacement', async () => {
  const { result } = await sent([status(200)], { id: 'thumb-17', target: { traceId: 't-1' }, rating: 'positive' })
  expect(result).toEqual({ ok: true, id: 'thumb-17', isNew: false })
})

test('what came too early for a busy processor is sent again with the same id', async () => {
  const { result, bodies } = await sent([status(503, { 'retry-after': '0' }), status(201)], {
    target: { traceId: 't-1' },
    score: 4,
  })
  expect(result.ok).toBe(true)
  expect(bodies.map(({ id }) => id)).toEqual([result.id, result.id])
})

test('a processor that asks for more patience than there is time is not waited for', async () => {
  const { result, bodies } = await sent([status(503, { 'retry-after': '3600' })], { target: { traceId: 't-1' }, score: 4 })
  expect(result).toMatchObject({ ok: false, reason: 'unavailable', detail: expect.stringContaining('HTTP 503') as string })
  expect(bodies.length).toBe(1)
})

test.each<[string, Answer, string, string]>([
  ['something that takes no feedback', status(404), 'unsupported', 'takes no feedback'],
  ['a Collector', status(405), 'unsupported', 'Behind a Collector'],
  ['a wrong token', status(401), 'unauthorized', 'check the token'],
  ['a wrong field', status(422, {}, '{"detail":"score: expected a number"}'), 'invalid', 'score: expected a number'],
  ['a broken processor', status(500), 'unavailable', '500'],
])('%s is a result that says so', async (_, answer, reason, detail) => {
  const { result, bodies } = await sent([answer], { target: { traceId: 't-1' }, score: 4 })
  expect(result).toEqual({ ok: false, id: expect.any(String), reason, detail: expect.stringContaining(detail) })
  expect(bodies.length).toBe(1)
})

test('a processor that never answers is given up in time', async () => {
  const { result } = await sent([() => undefined], { target: { traceId: 't-1' }, score: 4 }, 200)
  expect(result).toMatchObject({
    ok: false,
    reason: 'unavailable',
    detail: expect.stringContaining('no answer in time') as string,
  })
})

test('a processor that is away is said, not thrown', async () => {
  const receiver = await startReceiver()
  await receiver.close()
  const result = await sendFeedback({ target: { traceId: 't-1' }, score: 4 }, { url: receiver.url, timeoutMs: 400 })
  expect(result).toMatchObject({ ok: false, reason: 'unavailable', detail: expect.stringContaining('ECONNREFUSED') as string })
})

test('inside of a run it is about this run and its user, and makes no span', async () => {
  const { flywheel, receiver } = await startSdk()
  receiver.answer = status(201)
  let traceId: string | null = null
  await withContext({ userId: 'u-1', conversationId: 'c-1' }, async () => {
    await agent('support', async () => {
      traceId = currentTraceId()
      await sendFeedback({ rating: 'positive' })
    })
    await sendFeedback({ label: 'after the run' })
  })
  await flywheel.flush()
  const posted = receiver.received
    .filter(({ path }) => path === '/v1/feedback')
    .map(({ body }) => JSON.parse(body.toString()) as unknown)
  expect(posted).toEqual([
    { source: 'api', rating: 'positive', id: expect.any(String), target: { traceId }, userId: 'u-1' },
    { source: 'api', label: 'after the run', id: expect.any(String), target: { conversationId: 'c-1' }, userId: 'u-1' },
  ])
  expect(receiver.spans().map(({ name }) => name)).toEqual(['invoke_agent support'])
})

test('feedback about nothing is answered here', async () => {
  expect(await sendFeedback({ rating: 'positive' })).toEqual({
    ok: false,
    id: expect.any(String),
    reason: 'invalid',
    detail: 'target: expected what is judged, for instance { traceId }; outside of a run there is no default.',
  })
})
