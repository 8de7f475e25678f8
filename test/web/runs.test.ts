import { describe, expect, test } from 'vitest'
import { InvalidCursorError } from '../../src/records/store.ts'
import { conversationSchema, runDetailSchema, runPageSchema } from '../../src/web/schemas.ts'
import { NOW_MS, TRACE, conversation, listeningStore, problemOf, run, started, storeWith } from './fixtures.ts'

const shownUsage = { inputTokens: 100, outputTokens: 40, cacheReadTokens: 60, cacheWriteTokens: null, reasoningTokens: 0 }

const shownRun = {
  traceId: TRACE,
  conversationId: 'c1',
  userId: 'u1',
  title: 'Where is my parcel?',
  tags: ['beta'],
  service: 'shop',
  agent: 'support',
  release: '1.4.2',
  environment: 'prod',
  startedAt: '2026-01-31T12:00:00.000Z',
  durationMs: 1234.5,
  outcome: 'failed',
  failures: [
    { kind: 'tool_error', impact: 'fatal', step: 'act', stepName: 'execute_tool search', spanId: '02', detail: 'search failed' },
  ],
  usage: shownUsage,
  costUsd: 0.00065,
  unpricedCalls: 0,
  llmCalls: 1,
  toolCalls: 1,
  ratings: [],
  settledAt: '2026-01-31T12:00:05.000Z',
  sampleRate: 1,
}

const shownDetail = {
  ...shownRun,
  steps: [
    {
      spanId: 'b7ad6b7169203331',
      parentSpanId: null,
      name: 'chat gpt-4o',
      kind: 'llm',
      agent: 'support',
      step: 'plan',
      model: 'gpt-4o-2024-08-06',
      provider: 'openai',
      startedAt: '2026-01-31T12:00:00.000Z',
      durationMs: 1234.5,
      usage: shownUsage,
      costUsd: 0.00065,
      statedCostUsd: null,
      counted: true,
      tool: null,
      finishReasons: ['stop'],
      error: null,
    },
    {
      spanId: '02',
      parentSpanId: 'b7ad6b7169203331',
      name: 'execute_tool search',
      kind: 'tool',
      agent: 'support',
      step: 'act',
      model: null,
      provider: null,
      startedAt: '2026-01-31T12:00:00.000Z',
      durationMs: 1234.5,
      usage: { inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null },
      costUsd: null,
      statedCostUsd: null,
      counted: false,
      tool: 'search',
      finishReasons: [],
      error: { type: 'Timeout', message: 'no answer', httpStatus: null, cause: null, kind: 'tool_error' },
    },
  ],
  transcript: null,
}

describe('GET /api/runs', () => {
  test('lists runs as its schema says, never cached', async () => {
    const get = await started({ store: listeningStore().store })
    const response = await get('/api/runs')
    const body: unknown = await response.json()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({ runs: [shownRun], next: 'further' })
    expect(runPageSchema.parse(body)).toEqual(body)
  })

  test('without filters asks for the newest fifty', async () => {
    const { store, filters } = listeningStore()
    const get = await started({ store })
    await get('/api/runs')
    expect(filters).toEqual([{ limit: 50 }])
  })

  test('hands every filter to the store', async () => {
    const { store, filters } = listeningStore()
    const get = await started({ store })
    await get(
      '/api/runs?since=1h&until=2026-01-31T13:00:00%2B02:00&service=s&environment=e&agent=a&outcome=failed&kind=timeout&conversation=c&user=u&release=r&tag=t&limit=200&cursor=x',
    )
    expect(filters).toEqual([
      {
        sinceMs: NOW_MS - 3_600_000,
        untilMs: Date.UTC(2026, 0, 31, 11),
        service: 's',
        environment: 'e',
        agent: 'a',
        outcome: 'failed',
        kind: 'timeout',
        conversationId: 'c',
        userId: 'u',
        release: 'r',
        tag: 't',
        limit: 200,
        cursor: 'x',
      },
    ])
  })

  test('names every parameter that is wrong, unknown, repeated or not available yet', async () => {
    const get = await started()
    const response = await get(
      '/api/runs?since=yesterday&outcome=bad&limit=201&user=a&user=b&servce=x&__proto__=y&a[b]=c&task=t&rating=good&agent=',
    )
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'Wrong query parameters: since, agent, outcome, user, rating, limit, servce, __proto__, a[b], task.',
      errors: [
        {
          field: 'since',
          expected: 'an RFC 3339 time such as 2026-01-31T12:00:00Z, or a duration back from now such as 30m, 1h or 7d',
          received: 'yesterday',
        },
        { field: 'agent', expected: 'a text that is not empty', received: '' },
        { field: 'outcome', expected: 'ok or failed', received: 'bad' },
        { field: 'user', expected: 'one text', received: '["a","b"]' },
        { field: 'rating', expected: 'one of positive, neutral, negative', received: 'good' },
        { field: 'limit', expected: 'a whole number from 1 to 200', received: '201' },
        { field: 'servce', expected: 'no such parameter', received: 'x' },
        { field: '__proto__', expected: 'no such parameter', received: 'y' },
        { field: 'a[b]', expected: 'no such parameter', received: 'c' },
        { field: 'task', expected: 'no such filter: it is not available yet', received: 't' },
      ],
    })
  })

  test.each([
    'limit=0',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'since=1w',
    'since=2026-01-31',
    'until=2026-13-01T00:00:00Z',
    'kind=nonsense',
  ])('%s is refused', async (query) => {
    const get = await started()
    expect((await get(`/api/runs?${query}`)).status).toBe(422)
  })

  test('a cursor that is not ours is the caller’s mistake', async () => {
    const get = await started({ store: storeWith({ listRuns: () => Promise.reject(new InvalidCursorError('no')) }) })
    const response = await get('/api/runs?cursor=made-up')
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({
      errors: [{ field: 'cursor', expected: '`next` of the page before', received: 'made-up' }],
    })
  })
})

describe('GET /api/runs/{traceId}', () => {
  const findRun = (traceId: string) => Promise.resolve(traceId === TRACE ? run : null)

  test('shows a run with its steps, whatever the case of the id', async () => {
    const get = await started({ store: storeWith({ findRun }) })
    const body: unknown = await (await get(`/api/runs/${TRACE.toUpperCase()}`)).json()
    expect(body).toEqual(shownDetail)
    expect(runDetailSchema.parse(body)).toEqual(body)
  })

  test('shows an open run without outcome and settle time; what is settled wins', async () => {
    const openRun = (traceId: string) => (traceId.startsWith('0') ? { ...run, outcome: 'ok' as const } : null)
    const open = await started({ openRun })
    expect(await (await open(`/api/runs/${TRACE}`)).json()).toEqual({ ...shownDetail, outcome: null, settledAt: null })
    const settled = await started({ openRun, store: storeWith({ findRun }) })
    expect(await (await settled(`/api/runs/${TRACE}`)).json()).toEqual(shownDetail)
  })

  test.each([TRACE, 'short', `${TRACE}0`, 'g'.repeat(32)])('%s is not found', async (id) => {
    const get = await started()
    const response = await get(`/api/runs/${id}`)
    expect(response.status).toBe(404)
    expect(await problemOf(response)).toMatchObject({ title: 'Not Found', status: 404 })
  })
})

describe('GET /api/conversations/{id}', () => {
  test('shows totals and runs, oldest first', async () => {
    const asked: unknown[] = []
    const store = storeWith({
      findConversation: (id) => Promise.resolve(id === conversation.conversationId ? conversation : null),
      listRuns: (filter) => {
        asked.push(filter)
        return Promise.resolve({ runs: [{ ...run, traceId: 'f'.repeat(32) }, run], next: null })
      },
    })
    const get = await started({ store })
    const body: unknown = await (await get(`/api/conversations/${encodeURIComponent('c 1/ä')}`)).json()
    expect(asked).toEqual([{ conversationId: 'c 1/ä', limit: 200 }])
    expect(body).toEqual({
      conversationId: 'c 1/ä',
      service: 'shop',
      agent: 'support',
      environment: null,
      startedAt: '2026-01-31T12:00:00.000Z',
      lastAt: '2026-01-31T12:00:05.000Z',
      runs: [shownRun, { ...shownRun, traceId: 'f'.repeat(32) }],
      next: null,
      totals: {
        runs: 2,
        failedRuns: 1,
        llmCalls: 3,
        toolCalls: 1,
        inputTokens: 100,
        outputTokens: 40,
        costUsd: 0.0013,
        unpricedCalls: 0,
      },
      ratings: [],
    })
    expect(conversationSchema.parse(body)).toEqual(body)
  })

  test('is not found when unknown', async () => {
    const get = await started()
    expect(await problemOf(await get('/api/conversations/none'))).toMatchObject({ status: 404 })
  })
})
