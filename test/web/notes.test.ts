import { describe, expect, test } from 'vitest'
import { NOW_MS, TRACE } from './fixtures.ts'
import { notesApp, recentRun } from './notes-app.ts'
import { userNamed, tokenOf } from './visitor.ts'

const ticket = {
  kind: 'ticket',
  text: 'The search failed again and again.',
  author: { role: 'customer' },
  userId: 'u1',
  at: new Date(NOW_MS).toISOString(),
  source: { system: 'zendesk', externalId: '1881' },
}

async function idOf(answer: Promise<{ json: unknown }>): Promise<string> {
  const { notes } = (await answer).json as { notes: { id: string }[] }
  return notes[0]?.id ?? ''
}

describe('adding', () => {
  test('one note, the same again, and a list with one that has changed', async () => {
    const { post } = await notesApp()
    const first = await post('/api/notes', ticket)
    expect(first).toEqual({
      status: 201,
      json: { notes: [{ id: expect.stringMatching(/^[0-9a-f]{24}$/) as string, outcome: 'new' }] },
    })
    expect(await post('/api/notes', ticket)).toMatchObject({ status: 200, json: { notes: [{ outcome: 'known' }] } })
    expect(await post('/api/notes', [{ ...ticket, text: 'Now it works.' }, { text: 'Another' }])).toMatchObject({
      status: 201,
      json: { notes: [{ outcome: 'changed' }, { outcome: 'new' }] },
    })
  })

  test('every field that does not fit is named', async () => {
    const { post } = await notesApp()
    const { status, json } = await post('/api/notes', {
      kind: 'gossip',
      at: 'someday',
      author: { weight: 11 },
      quotes: [{ text: '' }],
      mood: 'x',
    })
    expect(status).toBe(422)
    expect((json as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual([
      'kind',
      'author.weight',
      'at',
      'quotes.0.text',
      'mood',
    ])
    expect((await post('/api/notes', {})).json).toMatchObject({
      errors: [{ field: 'text', expected: 'a text, a quote or a rating: one of them at least', received: null }],
    })
    expect((await post('/api/notes', [])).status).toBe(422)
  })
})

describe('reading', () => {
  test('the note as it was given, with the run that it could be about', async () => {
    const { post, json } = await notesApp({ runs: [recentRun] })
    const id = await idOf(post('/api/notes', ticket))
    const at = new Date(NOW_MS).toISOString()
    expect(await json(`/api/notes/${id}`)).toEqual({
      status: 200,
      json: {
        id,
        kind: 'ticket',
        title: '',
        text: ticket.text,
        author: { name: null, role: 'customer', weight: 1 },
        userId: 'u1',
        at,
        about: { text: null, task: null, tags: [] },
        rating: null,
        source: { system: 'zendesk', externalId: '1881', file: null, url: null },
        createdAt: at,
        createdBy: null,
        changedAt: at,
        quotes: [
          {
            id: 'q1',
            speaker: { name: null, role: null },
            text: ticket.text,
            offsetMs: null,
            links: [
              {
                type: 'run',
                id: TRACE,
                state: 'suggested',
                score: expect.closeTo(0.78, 1) as number,
                why: 'same user; 15 minutes before; both speak of search, failed; the run failed',
                by: null,
                at: null,
              },
            ],
          },
        ],
      },
    })
    expect((await json('/api/notes/none')).status).toBe(404)
  })

  test('the list with its filters; a filter that does not exist is refused', async () => {
    const { post, json } = await notesApp()
    await post('/api/notes', [
      ticket,
      { kind: 'review', text: 'Fine', conversationId: 'chat-1', at: '2026-01-30' },
      { text: 'Old', at: '2025-01-01' },
    ])
    const texts = async (query: string): Promise<unknown> =>
      ((await json(`/api/notes${query}`)).json as { notes: { text: string }[] }).notes.map(({ text }) => text)
    expect(await texts('')).toEqual([ticket.text, 'Fine', 'Old'])
    expect(await texts('?since=7d')).toEqual([ticket.text, 'Fine'])
    expect(await texts('?kind=review')).toEqual(['Fine'])
    expect(await texts('?linked=no&user=u1')).toEqual([ticket.text])
    expect(await texts('?conversation=chat-1')).toEqual(['Fine'])
    expect(await texts('?q=AGAIN')).toEqual([ticket.text])
    const page = (await json('/api/notes?limit=2')).json as { next: string }
    expect(await texts(`?limit=2&cursor=${page.next}`)).toEqual(['Old'])
    expect((await json('/api/notes?color=red&limit=0&cursor=x')).json).toMatchObject({
      errors: [{ field: 'limit' }, { field: 'color' }],
    })
    expect((await json('/api/notes?cursor=x')).json).toMatchObject({ errors: [{ field: 'cursor' }] })
    expect((await json('/api/notes?run=a&conversation=b')).json).toMatchObject({ errors: [{ field: 'conversation' }] })
  })
})

describe('deciding', () => {
  test('a confirmed suggestion keeps why it was made and who decided; a rejected one does not come again', async () => {
    const reviewer = { users: [userNamed('rita', 'reviewer')], bearer: tokenOf('rita') }
    const { post } = await notesApp({ runs: [recentRun], ...reviewer })
    const id = await idOf(post('/api/notes', ticket))
    const decide = async (action: string, target = TRACE.toUpperCase()): Promise<unknown> => {
      const { json } = await post(`/api/notes/${id}/links`, { changes: [{ quoteId: 'q1', type: 'run', id: target, action }] })
      return (json as { quotes: { links: unknown }[] }).quotes[0]?.links
    }
    const at = new Date(NOW_MS).toISOString()
    const why = 'same user; 15 minutes before; both speak of search, failed; the run failed'
    const link = { type: 'run', id: TRACE, why, score: expect.any(Number) as number, by: 'rita', at }
    expect(await decide('confirm')).toEqual([{ ...link, state: 'confirmed' }])
    expect(await decide('reject')).toMatchObject([{ state: 'rejected', by: 'rita' }])
    expect(await decide('remove')).toMatchObject([{ state: 'suggested', by: null }])
    const other = '1bf7651916cd43dd8448eb211c80319d'
    expect(await decide('confirm', other)).toMatchObject([{ id: other, state: 'confirmed', score: null, why: 'named by hand' }])
  })

  test('wrong quotes, ids and actions are refused', async () => {
    const { post } = await notesApp()
    const id = await idOf(post('/api/notes', ticket))
    const links = (changes: unknown): Promise<{ status: number; json: unknown }> => post(`/api/notes/${id}/links`, { changes })
    const change = { quoteId: 'q1', type: 'task', id: 'refund', action: 'confirm' }
    expect(await links([{ ...change, quoteId: 'q7' }])).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'quoteId', received: 'q7' }] },
    })
    expect(await links([{ ...change, type: 'run' }])).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'id', received: 'refund' }] },
    })
    expect(await links([{ ...change, action: 'like' }, {}])).toMatchObject({ status: 422 })
    expect(await links([])).toMatchObject({ status: 422 })
    expect((await post('/api/notes/none/links', { changes: [change] })).status).toBe(404)
  })

  test('a rated note counts as feedback from the moment its run is confirmed until it is deleted', async () => {
    const { post, json, ledger, send } = await notesApp()
    const id = await idOf(post('/api/notes', { ...ticket, rating: { score: 1, min: 1, max: 5 } }))
    await post(`/api/notes/${id}/links`, { changes: [{ quoteId: 'q1', type: 'run', id: TRACE, action: 'confirm' }] })
    expect(await json(`/api/notes/${id}`, 'DELETE')).toEqual({ status: 200, json: { notes: [{ id, outcome: 'deleted' }] } })
    expect(ledger.map((event) => [event.type, event.type === 'given' ? event.feedback.id : event.id])).toEqual([
      ['given', `note:${id}:q1`],
      ['withdrawn', `note:${id}:q1`],
    ])
    expect((await json(`/api/notes/${id}`, 'DELETE')).status).toBe(404)
    expect((await send('?system=zendesk', 'id,text\n1881,back')).json).toMatchObject({ new: 0, deleted: 1 })
    expect((await send('?system=zendesk&restore=1', 'id,text\n1881,back')).json).toMatchObject({ new: 1, deleted: 0 })
  })

  test('a viewer reads and adds, and decides nothing', async () => {
    const { post, json } = await notesApp({ users: [userNamed('vic')], bearer: tokenOf('vic') })
    const id = await idOf(post('/api/notes', ticket))
    expect((await json(`/api/notes/${id}`)).json).toMatchObject({ createdBy: 'vic' })
    expect((await json(`/api/notes/${id}`, 'DELETE')).status).toBe(403)
    expect((await post(`/api/notes/${id}/links`, { changes: [] })).status).toBe(403)
  })

  test('nobody comes in without a token', async () => {
    const { post, json, send } = await notesApp({ apiToken: 'secret' })
    expect([
      (await json('/api/notes')).status,
      (await post('/api/notes', ticket)).status,
      (await send('', 'text\na')).status,
    ]).toEqual([401, 401, 401])
  })
})

describe('importing', () => {
  test('a file: what is new, what was known, which rows are wrong; the same file again adds nothing', async () => {
    const { send } = await notesApp()
    const file = 'id,comment,date,shop\n1,One,2026-01-30,x\n2,Two,someday,x\n3,Three,,x\n3,Three,,x'
    const report = await send('?system=survey&kind=interview&file=a.csv', file)
    expect(report).toEqual({
      status: 200,
      json: {
        format: 'csv',
        new: 2,
        changed: 0,
        known: 0,
        repeated: 1,
        deleted: 0,
        wrongRows: 1,
        wrong: [
          {
            line: 3,
            field: 'date',
            expected: 'a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 31.01.2026 12:00',
            received: 'someday',
          },
        ],
        columns: { text: ['comment'], externalId: ['id'], at: ['date'] },
        ignored: ['shop'],
        notes: expect.any(Array) as unknown,
      },
    })
    expect((await send('?system=survey&kind=interview&file=a.csv', file.replace('One', '1'))).json).toMatchObject({
      new: 0,
      changed: 1,
      known: 1,
      repeated: 1,
    })
  })

  test('all or nothing, and a trial', async () => {
    const { send, notes } = await notesApp()
    const strict = await send('?strict=1', 'comment,date\nOne,\nTwo,someday')
    expect(strict).toMatchObject({
      status: 422,
      json: { detail: 'Nothing was taken: 1 of the rows are wrong.', errors: [{ field: 'line 3, date', received: 'someday' }] },
    })
    expect((await send('?try=1', 'comment\nOne')).json).toMatchObject({ new: 1 })
    expect(await notes.count({})).toBe(0)
  })

  test.each([
    ['', 'application/x-ndjson', '{"text":"a"}', 'jsonl'],
    ['', 'text/markdown; charset=utf-8', 'a', 'markdown'],
    ['', 'text/vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\na', 'vtt'],
    ['?file=a.srt', 'application/octet-stream', '1\n00:00:01,000 --> 00:00:02,000\na', 'srt'],
    ['?format=csv', 'application/x-www-form-urlencoded', 'text\na', 'csv'],
  ])('%s of %s is read as it should be', async (query, type, body, format) => {
    const { send } = await notesApp()
    expect(await send(query, body, type)).toMatchObject({ status: 200, json: { format, new: 1 } })
  })

  test.each([
    ['', 'text/plain', 'a', 415, 'Expected a Content-Type of text/csv'],
    ['?formt=csv', 'text/csv', 'text\na', 422, 'Wrong query parameters: formt.'],
    ['?scale=5', 'text/csv', 'text\na', 422, 'Wrong query parameters: scale.'],
    ['?roles=a', 'text/vtt', 'WEBVTT', 422, 'Wrong query parameters: roles.'],
    ['', 'text/csv', 'a,b\n1,2', 422, 'None of the columns is known to be the text.'],
    ['?map=text:c', 'text/csv', 'a,b\n1,2', 422, 'map=text:c: no such column. There are: a, b.'],
    ['', 'text/vtt', 'nothing', 422, 'Expected WebVTT'],
  ])('%s of %s with %j is refused', async (query, type, body, status, detail) => {
    const { send } = await notesApp()
    expect(await send(query, body, type)).toMatchObject({ status, json: { detail: expect.stringContaining(detail) as string } })
  })

  test('a file that is too large is refused', async () => {
    const { send } = await notesApp()
    expect(await send('', `text\n${'a'.repeat(16_777_216)}`)).toMatchObject({
      status: 413,
      json: { detail: 'Expected a file of at most 16777216 bytes. Split it.' },
    })
  })

  test('another site cannot make a browser send one', async () => {
    const { ask, notes } = await notesApp()
    const { status } = await ask('/api/notes/import?format=csv', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      raw: 'text\na',
    })
    expect([status, await notes.count({})]).toEqual([403, 0])
  })

  test('a scale and an order of days are taken as they are said', async () => {
    const { send, json } = await notesApp()
    await send('?scale=6..1&dates=mdy&map=rating:Note', 'text,Note,date\na,2,01/02/2026')
    expect((await json('/api/notes')).json).toMatchObject({
      notes: [{ at: '2026-01-02T00:00:00.000Z', rating: { score: 2, scale: { min: 1, max: 6, higherIsBetter: false } } }],
    })
  })
})

test('openapi.json describes the routes', async () => {
  const { json } = await notesApp()
  const { paths } = (await json('/openapi.json')).json as {
    paths: Record<string, Record<string, { requestBody?: { content: object } }>>
  }
  expect(
    Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/notes'))
      .map(([path, methods]) => [path, Object.keys(methods)]),
  ).toEqual([
    ['/api/notes/import', ['post']],
    ['/api/notes', ['get', 'post']],
    ['/api/notes/{id}', ['get', 'delete']],
    ['/api/notes/{id}/links', ['post']],
  ])
  expect(Object.keys(paths['/api/notes/import']?.['post']?.requestBody?.content ?? {})).toContain('text/vtt')
})
