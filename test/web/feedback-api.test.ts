import { describe, expect, test } from 'vitest'
import type { FeedbackDesk, FeedbackEvent, FeedbackReceipt } from '../../src/model/feedback.ts'
import { UnavailableError } from '../../src/model/unavailable-error.ts'
import { feedbackOn } from '../helpers/feedback.ts'
import { type Get, started, storeWith } from './fixtures.ts'

const RUN = 'a'.repeat(32)

/** Notes what it is given; an id is new the first time. */
function listeningDesk(): { readonly desk: FeedbackDesk; readonly events: FeedbackEvent[] } {
  const events: FeedbackEvent[] = []
  const known = new Set<string>()
  const receipt = (event: FeedbackEvent): FeedbackReceipt => {
    const id = event.type === 'given' ? event.feedback.id : event.id
    const isKnown = known.has(id)
    known.add(id)
    if (event.type === 'given') return { id, outcome: isKnown ? 'replaced' : 'new' }
    return { id, outcome: isKnown ? 'withdrawn' : 'unknown' }
  }
  return {
    events,
    desk: {
      take: (taken) => {
        events.push(...taken)
        return Promise.resolve(taken.map(receipt))
      },
    },
  }
}

function post(get: Get, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return get('/v1/feedback', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

describe('POST /v1/feedback', () => {
  test('takes one with every field', async () => {
    const { desk, events } = listeningDesk()
    const get = await started({ desk })
    const answer = await post(get, {
      id: 'f1',
      target: {
        traceId: RUN.toUpperCase(),
        spanId: 'B'.repeat(16),
        conversationId: 'talk',
        responseId: 'resp',
        messageId: 'msg',
      },
      name: 'csat',
      score: 4,
      label: 'good',
      rating: 'positive',
      comment: 'Nice.',
      correction: 'Nicer.',
      userId: 'ann',
      source: 'import',
      judge: 'reviewer',
      at: '2026-11-01T00:00:00Z',
    })
    expect([answer.status, await answer.json()]).toEqual([201, { id: 'f1', outcome: 'new' }])
    expect(events).toEqual([
      {
        type: 'given',
        feedback: {
          id: 'f1',
          target: { traceId: RUN, spanId: 'b'.repeat(16), conversationId: 'talk', responseId: 'resp', messageId: 'msg' },
          name: 'csat',
          score: 4,
          scale: null,
          label: 'good',
          rating: 'positive',
          comment: 'Nice.',
          correction: 'Nicer.',
          userId: 'ann',
          source: 'import',
          judge: 'reviewer',
          atMs: Date.parse('2026-11-01T00:00:00Z'),
        },
      },
    ])
  })

  test('one with the least gets an id, a name and a judge', async () => {
    const { desk, events } = listeningDesk()
    const get = await started({ desk })
    const answer = await post(get, { target: { traceId: RUN }, score: 0, comment: '  ' })
    const { id } = (await answer.json()) as { id: string }
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(events).toEqual([
      { type: 'given', feedback: feedbackOn({ traceId: RUN }, { id, rating: null, score: 0, judge: 'user' }) },
    ])
  })

  test('the same id again is answered with 200, also as a header', async () => {
    const { desk } = listeningDesk()
    const get = await started({ desk })
    const feedback = { target: { conversationId: 'talk' }, rating: 'positive' }
    const sent = [
      await post(get, feedback, { 'Idempotency-Key': '"k1"' }),
      await post(get, feedback, { 'Idempotency-Key': 'k1' }),
      await post(get, { ...feedback, id: 'k1' }),
    ]
    const answers = await Promise.all(sent.map(async (answer) => [answer.status, await answer.json()] as const))
    expect(answers).toEqual([
      [201, { id: 'k1', outcome: 'new' }],
      [200, { id: 'k1', outcome: 'replaced' }],
      [200, { id: 'k1', outcome: 'replaced' }],
    ])
  })

  test('a list is answered with a list', async () => {
    const { desk } = listeningDesk()
    const get = await started({ desk })
    const feedback = { target: { traceId: RUN }, rating: 'positive' }
    const answer = await post(get, [
      { ...feedback, id: 'a' },
      { ...feedback, id: 'b' },
      { ...feedback, id: 'a' },
    ])
    expect([answer.status, await answer.json()]).toEqual([
      201,
      [
        { id: 'a', outcome: 'new' },
        { id: 'b', outcome: 'new' },
        { id: 'a', outcome: 'replaced' },
      ],
    ])
  })

  test('every wrong field is named with what was expected and what came, and nothing is taken', async () => {
    const { desk, events } = listeningDesk()
    const get = await started({ desk })
    const answer = await post(get, {
      target: { traceId: 'abc', span: 'x' },
      score: 'high',
      rating: 'great',
      at: 'yesterday',
      comment: 'x'.repeat(16_385),
      stars: 5,
    })
    expect(answer.status).toBe(422)
    const { errors } = (await answer.json()) as { errors: { field: string; expected: string }[] }
    expect(errors.map(({ field, expected }) => `${field}: ${expected}`).sort()).toEqual([
      'at: an RFC 3339 time such as 2026-01-31T12:00:00Z',
      'comment: a text of at most 16384 characters',
      'rating: one of positive, neutral, negative',
      'score: a number',
      'stars: no such field',
      'target.span: no such field',
      'target.traceId: 32 hexadecimal digits, not all 0',
    ])
    expect(events).toEqual([])
  })

  test.each<[string, unknown, readonly string[]]>([
    ['no target', { rating: 'positive' }, ['target']],
    ['an empty target', { target: {}, rating: 'positive' }, ['target']],
    ['a target of empty texts', { target: { conversationId: ' ' }, rating: 'positive' }, ['target']],
    ['nothing said', { target: { traceId: RUN } }, ['rating']],
    ['nothing said in many words', { target: { traceId: RUN }, comment: '', label: ' ' }, ['rating']],
    ['an empty list', [], ['body']],
    ['a bad one in a list', [{ target: { traceId: RUN }, rating: 'positive' }, { target: { traceId: RUN } }], ['1.rating']],
    ['no object', '"hello"', ['body']],
  ])('refuses %s', async (_, body, fields) => {
    const { desk, events } = listeningDesk()
    const answer = await post(await started({ desk }), body)
    const { errors } = (await answer.json()) as { errors: { field: string }[] }
    expect([answer.status, errors.map(({ field }) => field), events]).toEqual([422, fields, []])
  })

  test('what is no JSON is refused by its type, and broken JSON by its text', async () => {
    const get = await started()
    expect((await post(get, 'x=1', { 'Content-Type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await post(get, '{')).status).toBe(400)
  })

  test('when it cannot be kept the sender is asked to come again', async () => {
    const desk: FeedbackDesk = { take: () => Promise.reject(new UnavailableError('The log cannot be written at the moment.', 5)) }
    const answer = await post(await started({ desk }), { target: { traceId: RUN }, rating: 'positive' })
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
  })
})

describe('DELETE /v1/feedback/:id', () => {
  test('withdraws what was given, once more without harm, and says when there is none', async () => {
    const { desk, events } = listeningDesk()
    const get = await started({ desk })
    await post(get, { id: 'a/b ä', target: { traceId: RUN }, rating: 'positive' })
    const withdraw = (id: string): Promise<Response> => get(`/v1/feedback/${encodeURIComponent(id)}`, { method: 'DELETE' })
    expect([(await withdraw('a/b ä')).status, (await withdraw('a/b ä')).status, (await withdraw('none')).status]).toEqual([
      200, 200, 404,
    ])
    expect(events.slice(1, 2)).toEqual([{ type: 'withdrawn', id: 'a/b ä' }])
  })
})

describe('who may send feedback', () => {
  const feedback = { target: { traceId: RUN }, rating: 'positive' }
  test('whoever may send spans, or holds a token that reads', async () => {
    const get = await started({ ...listeningDesk(), ingestToken: 'send-it', apiToken: 'read-it' })
    const statuses = await Promise.all(
      [{}, { Authorization: 'Bearer wrong' }, { Authorization: 'Bearer send-it' }, { Authorization: 'Bearer read-it' }].map(
        async (headers) => (await post(get, feedback, headers)).status,
      ),
    )
    expect(statuses).toEqual([401, 401, 201, 201])
    expect((await get('/v1/feedback/x', { method: 'DELETE' })).status).toBe(401)
    // The token that sends does not read.
    expect((await get('/api/feedback', { headers: { Authorization: 'Bearer send-it' } })).status).toBe(401)
  })

  test('everybody where spans are taken from everybody', async () => {
    const get = await started({ ...listeningDesk(), apiToken: 'read-it' })
    expect((await post(get, feedback)).status).toBe(201)
  })
})

test('GET /api/feedback passes its filters on and shows what was said', async () => {
  const record = {
    ...feedbackOn({ traceId: RUN }, { comment: 'No.', score: 1 }),
    receivedAtMs: 1_000,
    changedAtMs: 2_000,
    countedRating: 'negative' as const,
    runId: RUN,
    isWithdrawn: false,
  }
  const filters: unknown[] = []
  const store = storeWith({
    listFeedback: (filter) => {
      filters.push(filter)
      return Promise.resolve({ feedback: [record], next: 'further' })
    },
  })
  const get = await started({ store })
  const answer = await get(
    '/api/feedback?rating=negative&source=api&judge=user&name=n&user=u&service=s&matched=no&text=yes&limit=7&cursor=c',
  )
  expect(filters).toEqual([
    {
      rating: 'negative',
      source: 'api',
      judge: 'user',
      name: 'n',
      userId: 'u',
      service: 's',
      isMatched: false,
      hasText: true,
      limit: 7,
      cursor: 'c',
    },
  ])
  expect(await answer.json()).toEqual({
    feedback: [
      {
        id: 'f1',
        target: { traceId: RUN, spanId: null, conversationId: null, responseId: null, messageId: null },
        run: RUN,
        name: 'user_rating',
        rating: 'negative',
        score: 1,
        label: null,
        comment: 'No.',
        correction: null,
        userId: null,
        source: 'api',
        judge: 'user',
        at: '1970-01-01T00:00:01.000Z',
        receivedAt: '1970-01-01T00:00:01.000Z',
      },
    ],
    next: 'further',
  })
  expect((await get('/api/feedback?rating=good')).status).toBe(422)
})
