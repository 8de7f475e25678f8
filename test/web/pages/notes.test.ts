/** The pages of notes as text: what they say, what their forms do without script, and that nothing foreign becomes markup. */
import { describe, expect, test } from 'vitest'
import { NOW_MS, TRACE } from '../fixtures.ts'
import { notesApp, type NotesApp, recentRun } from '../notes-app.ts'
import { cookieOf, navigation, tokenOf, userNamed } from '../visitor.ts'

const ticket = {
  kind: 'ticket',
  text: 'The search failed again.',
  author: { role: 'customer' },
  userId: 'u1',
  at: new Date(NOW_MS).toISOString(),
}

async function add(app: NotesApp, body: unknown): Promise<string> {
  const { notes } = (await app.post('/api/notes', body)).json as { notes: { id: string }[] }
  return notes[0]?.id ?? ''
}

async function textOf(app: NotesApp, path: string): Promise<string> {
  const { body } = await app.ask(path, { headers: navigation })
  return body
    .replaceAll(/<dialog[\s\S]*?<\/dialog>|<head>[\s\S]*?<\/head>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

const submit = (app: NotesApp, path: string, form: Readonly<Record<string, string>>, headers = {}) =>
  app.ask(path, { method: 'POST', form, headers: { 'sec-fetch-site': 'same-origin', ...headers } })

describe('the list', () => {
  test('says how notes come in while there are none', async () => {
    const app = await notesApp()
    const text = await textOf(app, '/notes')
    expect(text).toContain('No notes yet')
    expect(text).toContain('npx agent-flywheel import --url http://127.0.0.1:4318 reviews.csv meeting.vtt interview.md')
    expect(await textOf(app, '/notes?kind=review')).toContain('No note fits all of these filters.')
  })

  test('shows who said what, when, and how much of it is linked', async () => {
    const app = await notesApp()
    await add(app, [
      {
        ...ticket,
        title: 'Broken',
        rating: { score: 2, min: 1, max: 5 },
        quotes: [{ text: 'The search failed.', links: [{ type: 'run', id: TRACE }] }, { text: 'b' }],
      },
      { text: 'No time' },
    ])
    const text = await textOf(app, '/notes')
    expect(text).toContain('2 notes Said Kind Who What Rating Linked quotes 2026-01-31 12:00:00 UTC')
    expect(text).toContain('ticket customer Broken The search failed. 2 on 1 to 5 1 of 2')
    expect(text).toContain('added other not said No time')
    expect(await textOf(app, '/notes?linked=yes')).toContain('1 note Said')
    expect((await app.ask('/notes?color=red', { headers: navigation })).status).toBe(422)
  })

  test('goes on where a page ends, and keeps its filters', async () => {
    const app = await notesApp()
    await add(
      app,
      Array.from({ length: 5 }, (_, index) => ({ text: `Note ${index}`, kind: 'review' })),
    )
    const { body } = await app.ask('/notes?kind=review&limit=2', { headers: navigation })
    expect(body).toContain('5 notes, 2 shown')
    expect(body).toMatch(/href="\/notes\?kind=review&amp;limit=2&amp;cursor=[\w-]+" rel="next"/)
  })
})

describe('a note', () => {
  test('suggests a run, and confirms, rejects and takes back by forms', async () => {
    const app = await notesApp({ runs: [recentRun] })
    const id = await add(app, ticket)
    const text = await textOf(app, `/notes/${id}`)
    expect(text).toContain('perhaps about run 0af76519')
    expect(text).toContain('same user; 15 minutes before; both speak of search, failed; the run failed · several hints')
    const decide = async (action: string): Promise<unknown> => {
      const { status, headers } = await submit(app, `/notes/${id}/links`, { quote: 'q1', type: 'run', id: TRACE, action })
      expect([status, headers.location]).toEqual([303, `/notes/${id}#q1`])
      return (await app.notes.find(id))?.quotes[0]?.links.map(({ state }) => state)
    }
    expect(await decide('confirm')).toEqual(['confirmed'])
    expect(await textOf(app, `/notes/${id}`)).toContain('about run 0af76519')
    expect(await decide('reject')).toEqual(['rejected'])
    expect(await textOf(app, `/notes/${id}`)).not.toContain('perhaps about')
    expect(await decide('remove')).toEqual([])
  })

  test('takes the address of a page as well as an id', async () => {
    const app = await notesApp()
    const id = await add(app, ticket)
    const link = (target: string) =>
      submit(app, `/notes/${id}/links`, { quote: 'q1', type: 'task', id: target, action: 'confirm' })
    await link(`http://127.0.0.1:4318/runs/${TRACE}?step=02#step-02`)
    await link('http://127.0.0.1:4318/conversations/chat%201')
    await link('refund')
    expect((await app.notes.find(id))?.quotes[0]?.links.map((one) => [one.type, one.id])).toEqual([
      ['run', TRACE],
      ['conversation', 'chat 1'],
      ['task', 'refund'],
    ])
    expect((await link('')).status).toBe(422)
    expect((await link('/runs/%E0%A4%A')).status).toBe(422)
  })

  test('a long transcript is shown page by page', async () => {
    const app = await notesApp()
    const id = await add(app, {
      text: '',
      kind: 'meeting',
      quotes: Array.from({ length: 250 }, (_, index) => ({ text: `Turn ${index + 1}.`, offsetMs: index * 60_000 })),
    })
    const [first, last] = [await textOf(app, `/notes/${id}`), await textOf(app, `/notes/${id}?from=200`)]
    expect([
      first.includes('Turn 100.'),
      first.includes('Turn 101.'),
      last.includes('Turn 201.'),
      last.includes('Turn 250.'),
    ]).toEqual([true, false, true, true])
    expect(last).toContain('3:20:00 Turn 201.')
    expect(last).toContain('1 to 100 101 to 200 201 to 250')
    const { headers } = await submit(app, `/notes/${id}/links`, {
      quote: 'q201',
      type: 'task',
      id: 'x',
      action: 'confirm',
      from: '200',
    })
    expect(headers.location).toBe(`/notes/${id}?from=200#q201`)
  })

  test('is deleted by a form', async () => {
    const app = await notesApp()
    const id = await add(app, ticket)
    const { status, headers } = await submit(app, `/notes/${id}/delete`, {})
    expect([status, headers.location, await app.notes.find(id)]).toEqual([303, '/notes', null])
    expect((await app.ask(`/notes/${id}`)).status).toBe(404)
  })

  test('an address that is none of the web is no link', async () => {
    const app = await notesApp()
    const id = await add(app, { text: 'x', source: { url: 'javascript:alert(1)' } })
    const safe = await add(app, { text: 'x', source: { url: 'https://desk.example/1' } })
    expect((await app.ask(`/notes/${id}`)).body).not.toContain('javascript:')
    expect((await app.ask(`/notes/${safe}`)).body).toContain('href="https://desk.example/1" rel="noopener noreferrer"')
  })
})

describe('a new note', () => {
  test('comes from a run with what is known, and leads to the note', async () => {
    const app = await notesApp()
    const { body } = await app.ask(`/notes/new?run=${TRACE}&quote=It%20said%20%3Cb%3E`)
    expect(body).toContain('About <a href="/runs/0af7651916cd43dd8448eb211c80319c">run 0af76519</a>')
    expect(body).toContain('It said &lt;b&gt;</textarea>')
    expect(body).toMatch(/name="user"\s+value="u1"/)
    const form = {
      text: 'Went in circles',
      title: '',
      kind: 'interview',
      role: 'customer',
      rating: '2',
      at: '2026-01-30T10:00',
      user: 'u1',
      tags: 'a, b',
      run: TRACE,
      conversation: '',
    }
    const { status, headers } = await submit(app, '/notes/new', form)
    expect([status, headers.location]).toEqual([303, expect.stringMatching(/^\/notes\/[0-9a-f]{24}$/)])
    expect(await app.notes.find(headers.location?.slice(7) ?? '')).toMatchObject({
      kind: 'interview',
      text: 'Went in circles',
      author: { role: 'customer' },
      rating: { score: 2, scale: { min: 1, max: 5 } },
      atMs: Date.UTC(2026, 0, 30, 10),
      about: { tags: ['a', 'b'] },
      quotes: [{ links: [{ type: 'run', id: TRACE, state: 'confirmed' }] }],
    })
    expect(app.ledger.length).toBe(1)
    expect((await submit(app, '/notes/new', form)).headers.location).toBe(headers.location)
    expect(await app.notes.count({})).toBe(1)
  })

  test('says at the field what does not fit, and keeps what was written', async () => {
    const app = await notesApp()
    const { status, body } = await submit(app, '/notes/new', { text: 'Kept', kind: 'gossip', rating: '9', run: 'abc' })
    expect(status).toBe(422)
    expect(body).toContain('The note was not added: look at run, rating, kind.')
    expect(body).toContain('aria-describedby="run-error"')
    expect(body).toContain('expected a trace id: 32 hexadecimal digits')
    expect(body).toContain('Kept</textarea>')
    expect((await submit(app, '/notes/new', {})).body).toContain('expected a text, a quote or a rating: one of them at least')
  })
})

describe('who may', () => {
  test('a viewer sees no buttons and is refused; forms need the secret of their page', async () => {
    const app = await notesApp({ users: [userNamed('vic'), userNamed('rita', 'reviewer')], runs: [recentRun], logins: true })
    const vic = { cookie: await cookieOf(app.ask, tokenOf('vic')) }
    const rita = { cookie: await cookieOf(app.ask, tokenOf('rita')) }
    const csrfOf = async (headers: Readonly<Record<string, string>>): Promise<string> =>
      /name="csrf" value="([^"]+)"/.exec((await app.ask('/notes/new', { headers })).body)?.[1] ?? ''
    const { headers } = await submit(
      app,
      '/notes/new',
      { kind: 'ticket', text: ticket.text, at: '2026-01-31T12:00', user: 'u1', csrf: await csrfOf(vic) },
      vic,
    )
    const path = headers.location ?? ''
    const seen = await app.ask(path, { headers: vic })
    expect([seen.body.includes('perhaps about'), seen.body.includes('/links"'), seen.body.includes('/delete"')]).toEqual([
      true,
      false,
      false,
    ])
    const change = { quote: 'q1', type: 'run', id: TRACE, action: 'confirm' }
    expect((await submit(app, `${path}/links`, { ...change, csrf: await csrfOf(vic) }, vic)).status).toBe(403)
    expect((await submit(app, `${path}/delete`, { csrf: await csrfOf(vic) }, vic)).status).toBe(403)
    expect((await submit(app, `${path}/links`, change, rita)).status).toBe(403)
    expect((await submit(app, `${path}/links`, { ...change, csrf: await csrfOf(rita) }, rita)).status).toBe(303)
    expect((await app.ask(path, { headers: rita })).body).toContain('confirmed by rita')
  })

  test('another site sends nothing', async () => {
    const app = await notesApp()
    const id = await add(app, ticket)
    const answer = await app.ask(`/notes/${id}/delete`, { method: 'POST', form: {}, headers: { 'sec-fetch-site': 'cross-site' } })
    expect([answer.status, await app.notes.count({})]).toEqual([403, 1])
  })
})

test('hostile texts in every field stay text', async () => {
  const app = await notesApp({ runs: [recentRun] })
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e'
  const body = {
    title: hostile,
    text: hostile,
    author: { name: hostile, role: hostile },
    userId: hostile,
    about: { text: hostile, task: hostile, tags: [hostile] },
    rating: { label: hostile },
    source: { system: hostile, externalId: hostile, file: hostile, url: `https://x/${hostile}` },
    quotes: [
      {
        text: hostile,
        speaker: { name: hostile, role: hostile },
        links: [
          { type: 'task', id: hostile },
          { type: 'conversation', id: hostile },
        ],
      },
    ],
  }
  const id = await add(app, body)
  expect(id).not.toBe('')
  for (const path of [
    '/notes',
    `/notes/${id}`,
    `/notes?q=${encodeURIComponent(hostile)}`,
    `/notes?user=${encodeURIComponent(hostile)}`,
    `/notes/new?quote=${encodeURIComponent(hostile)}&conversation=${encodeURIComponent(hostile)}`,
  ]) {
    const { body: page } = await app.ask(path, { headers: navigation })
    expect(page.match(/<script(?! src="\/assets)|<img|onerror=alert\(1\)>(?!&)/g)).toBeNull()
    expect(page).toContain('&lt;script&gt;')
  }
})

test('below the prefix of a proxy all addresses have it', async () => {
  const app = await notesApp({ runs: [recentRun], publicUrl: 'https://tools.example/flywheel' })
  const id = await add(app, ticket)
  for (const path of ['/notes', `/notes/${id}`, '/notes/new']) {
    const { body } = await app.ask(path)
    const targets = [...body.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, target]) => target ?? '')
    expect(targets.filter((target) => !target.startsWith('/flywheel/') && target !== '#main')).toEqual([])
  }
})
