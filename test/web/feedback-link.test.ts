import { Agent, request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { feedbackIdOf, signToken } from '../../src/sdk/feedback-token.ts'
import { feedbackWords, languages, reasonCodes } from '../../src/web/pages/feedback-words.ts'
import { claims, feedbackServer, secret, token } from './feedback-server.ts'
import { NOW_MS, problemOf, TRACE } from './fixtures.ts'

const path = `/f/${token}`
const id = feedbackIdOf(claims)

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers,
  body: new URLSearchParams(fields),
})
const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

const agent = new Agent({ keepAlive: true })

/** Where there are thousands of them: fetch takes ten times as long. */
function vote(url: string, rating: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } }
    const sent = request(url, options, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify({ rating }))
  })
}

const given = {
  id,
  target: { traceId: TRACE, spanId: null, conversationId: null, responseId: null, messageId: null },
  name: 'user_rating',
  score: null,
  scale: null,
  label: null,
  rating: null,
  comment: null,
  correction: null,
  userId: 'u-1',
  source: 'link',
  judge: 'user',
  atMs: null,
}

describe('the page of a link', () => {
  test('asks, works without script, and is kept by nobody', async () => {
    const { ask, events } = await feedbackServer()
    const answer = await ask(path)
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(
      Object.fromEntries([...answer.headers].filter(([name]) => !/date|connection|keep-alive|length|powered/.test(name))),
    ).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      vary: 'Origin, Accept-Language',
    })
    for (const part of [
      'Shop support asks:',
      'How was the answer?',
      'name="robots" content="noindex, nofollow"',
      'February 1, 2026',
    ])
      expect(text).toContain(part)
    expect(text).not.toMatch(/<script|style=|checked/)
    expect(events).toEqual([])
  })

  test('marks the thumb of the address, and nothing else', async () => {
    const { ask, events } = await feedbackServer()
    expect(await (await ask(`${path}?rating=negative`)).text()).toMatch(/value="negative" checked/)
    for (const query of ['rating=1', 'rating[]=negative', 'rating=negative&rating=positive', '%zz'])
      expect(await (await ask(`${path}?${query}`)).text()).not.toContain('checked')
    expect(events).toEqual([])
  })

  test('speaks the languages there are', async () => {
    const { ask } = await feedbackServer()
    for (const [accept, language] of [
      ...languages.map((each) => [each, each] as const),
      ['de-AT,en;q=0.5', 'de'],
      ['ja', 'en'],
      ['*', 'en'],
    ] as const) {
      const text = await (await ask(path, { headers: { 'accept-language': accept } })).text()
      expect([accept, /<html lang="(\w+)"/.exec(text)?.[1], text.includes(feedbackWords[language].question)]).toEqual([
        accept,
        language,
        true,
      ])
    }
  })

  test('shows what is odd in a name instead of being it', async () => {
    const { ask } = await feedbackServer()
    const from = '<script>alert(1)</script>"\u202e'
    const text = await (await ask(`/f/${signToken({ ...claims, from }, secret)}`)).text()
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;\\u{202e} asks:')
  })

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'PROPFIND'])('%s never writes', async (method) => {
    const { ask, events } = await feedbackServer()
    const headers = { purpose: 'prefetch', 'sec-purpose': 'prefetch', origin: 'https://shop.example' }
    await ask(`${path}?rating=positive&action=send&comment=x`, { method, headers })
    expect(events).toEqual([])
  })
})

describe('the form', () => {
  test('is taken whole, and the page that thanks can take it back', async () => {
    const { ask, events } = await feedbackServer()
    const sent = await ask(
      path,
      form({ rating: 'negative', reason_slow: 'on', reason_incorrect: 'on', comment: ' a\r\nb \uD83D ', action: 'send' }),
    )
    const text = await sent.text()
    expect([sent.status, text.includes('role="status">Thank you.<'), text.includes('value="withdraw"')]).toEqual([
      200,
      true,
      true,
    ])
    expect(text).toMatch(/value="negative" checked[\s\S]*name="reason_incorrect" checked[\s\S]*name="reason_slow" checked/)
    const back = await ask(path, form({ rating: 'negative', comment: 'a', action: 'withdraw' }))
    expect(await back.text()).toMatch(/Taken back\.[\s\S]*<textarea[^>]*><\/textarea>/)
    expect(events).toEqual([
      { type: 'given', feedback: { ...given, rating: 'negative', label: 'incorrect, slow', comment: 'a\nb \uFFFD' } },
      { type: 'withdrawn', id },
    ])
  })

  test('reasons for what is wrong do not stay with a thumb that was turned up', async () => {
    const { ask, events } = await feedbackServer()
    await ask(path, form({ rating: 'positive', reason_slow: 'on' }))
    expect(events).toEqual([{ type: 'given', feedback: { ...given, rating: 'positive' } }])
  })

  test('words alone are enough, nothing at all is not', async () => {
    const { ask, events } = await feedbackServer()
    await ask(path, form({ comment: 'hm' }))
    expect(events).toEqual([{ type: 'given', feedback: { ...given, comment: 'hm' } }])
    const empty = await ask(path, form({ comment: '  ', rating: 'maybe' }))
    expect([empty.status, await empty.text()]).toEqual([
      422,
      expect.stringContaining('role="alert">Choose good or bad, or write something.<'),
    ])
    expect(events.length).toBe(1)
  })

  test('may come from anywhere: whoever has the token may answer', async () => {
    const { ask, events } = await feedbackServer()
    for (const headers of [
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      expect((await ask(path, form({ rating: 'positive' }, headers as Record<string, string>))).status).toBe(200)
    expect(events.length).toBe(3)
  })

  test('is not lost when it cannot be kept at the moment', async () => {
    const server = await feedbackServer()
    server.refuse = Object.assign(new Error('full'), { name: 'UnavailableError', retryAfterSeconds: 7 })
    const answer = await server.ask(path, form({ rating: 'negative', comment: 'my words' }))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7'])
    expect(await answer.text()).toMatch(/role="alert">Not sent\. Please try again\.<[\s\S]*my words/)
  })

  test('escapes what was written', async () => {
    const { ask } = await feedbackServer()
    const text = await (await ask(path, form({ comment: '</textarea><script>alert(1)</script>' }))).text()
    expect(text).not.toContain('<script>')
    expect(text).toContain('&lt;/textarea&gt;&lt;script&gt;')
  })
})

describe('JSON', () => {
  test('is what the widget sends: 201 for the first, 200 for what replaces it', async () => {
    const { ask, events } = await feedbackServer()
    const first = await ask(path, json({ rating: 'positive' }))
    const second = await ask(path, json({ rating: 'negative', reasons: ['too long', 'slow', 'slow'], comment: ' why ' }))
    expect([first.status, await first.json(), second.status, await second.json()]).toEqual([
      201,
      { id, outcome: 'new' },
      200,
      { id, outcome: 'replaced' },
    ])
    expect(events).toEqual([
      { type: 'given', feedback: { ...given, source: 'widget', rating: 'positive' } },
      { type: 'given', feedback: { ...given, source: 'widget', rating: 'negative', label: 'slow, too long', comment: 'why' } },
    ])
  })

  test('is taken back by DELETE, also when there is nothing', async () => {
    const { ask, events } = await feedbackServer()
    await ask(path, json({ rating: 'positive' }))
    const answers = [await ask(path, { method: 'DELETE' }), await ask(path, { method: 'DELETE' })]
    expect(await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]))).toEqual([
      [200, { id, outcome: 'withdrawn' }],
      [200, { id, outcome: 'unknown' }],
    ])
    expect(events.slice(1)).toEqual([
      { type: 'withdrawn', id },
      { type: 'withdrawn', id },
    ])
  })

  test.each<[unknown, unknown]>([
    [{}, [{ field: 'rating', expected: 'rating, reasons or comment', received: null }]],
    [{ rating: 'great' }, [{ field: 'rating', expected: 'one of "positive"|"neutral"|"negative"', received: 'great' }]],
    [{ reasons: ['<b>'] }, [{ field: 'reasons.0', expected: 'at most 30 letters, digits, spaces, _ and -', received: '<b>' }]],
    [
      { comment: 'x'.repeat(4_001) },
      [{ field: 'comment', expected: 'string to have <=4000 characters', received: `${'x'.repeat(97)}...` }],
    ],
    [{ rating: 'positive', userId: 'u-2' }, [{ field: 'userId', expected: 'no such field', received: 'u-2' }]],
  ])('%j is refused with the field named', async (body, errors) => {
    const { ask, events } = await feedbackServer()
    const answer = await ask(path, json(body))
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ errors })])
    expect(events).toEqual([])
  })

  test('the longest that may be said fits', async () => {
    const { ask, kept } = await feedbackServer()
    const reasons = Array.from({ length: 8 }, (_, i) => `${i}`.padEnd(30, 'r'))
    expect((await ask(path, json({ reasons, comment: '\u0001'.repeat(4_000) }))).status).toBe(201)
    expect(kept.get(id)?.label?.length).toBe(254)
    expect((await ask(path, form({ comment: '漢'.repeat(4_000) }))).status).toBe(200)
    expect(kept.get(id)?.comment?.length).toBe(4_000)
  })
})

describe('tokens', () => {
  const [payload = '', mac = ''] = token.split('.')
  const old = 'previous-secret-of-enough-characters'

  test.each([
    ['cut', `${payload}.${mac.slice(0, -1)}`],
    ['of another payload', `${signToken({ ...claims, target: { traceId: `1${TRACE.slice(1)}` } }, secret).split('.')[0]}.${mac}`],
    ['of another secret', signToken(claims, old)],
    ['made up', 'x'],
  ])('one that is %s opens nothing and writes nothing', async (_, wrong) => {
    const { ask, events } = await feedbackServer()
    const page = await ask(`/f/${wrong}`)
    expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('This link is not complete.')])
    expect((await ask(`/f/${wrong}`, form({ rating: 'positive' }))).status).toBe(404)
    for (const init of [json({ rating: 'positive' }), { method: 'DELETE' }])
      expect(await problemOf(await ask(`/f/${wrong}`, init))).toMatchObject({
        status: 404,
        detail: expect.stringContaining('FLYWHEEL_FEEDBACK_SECRET') as string,
      })
    expect(events).toEqual([])
  })

  test('no bit of one can be turned', async () => {
    const { ask, events } = await feedbackServer()
    const bytes = Buffer.from(token)
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const copy = Buffer.from(bytes)
      copy[bit >> 3]! ^= 1 << (bit & 7)
      const answer = await ask(`/f/${encodeURIComponent(copy.toString('latin1'))}`, json({ rating: 'positive' }))
      expect([bit, answer.status]).toEqual([bit, 404])
    }
    expect(events).toEqual([])
  })

  test('one that is over says so', async () => {
    const server = await feedbackServer()
    server.nowMs = NOW_MS + 86_400_000
    const page = await server.ask(path)
    expect([page.status, await page.text()]).toEqual([410, expect.stringContaining('This link has expired.')])
    expect((await server.ask(path, form({ rating: 'positive' }))).status).toBe(410)
    expect((await problemOf(await server.ask(path, json({ rating: 'positive' })))) as object).toMatchObject({ status: 410 })
    expect(server.events).toEqual([])
  })

  test('one of the previous secret counts, for the same answer', async () => {
    const { ask, kept } = await feedbackServer({ secrets: [secret, old] })
    await ask(path, json({ rating: 'positive' }))
    await ask(`/f/${signToken({ ...claims, expiresAt: claims.expiresAt + 1 }, old)}`, json({ rating: 'negative' }))
    expect([...kept.values()].map(({ rating }) => rating)).toEqual(['negative'])
  })

  test('where no secret is set up, everything is 404 and says what to set', async () => {
    const { ask } = await feedbackServer({ secrets: [] })
    for (const [where, init] of [
      [path],
      ['/widget.js'],
      [path, form({ rating: 'positive' })],
      [path, json({})],
      [path, { method: 'DELETE' }],
    ] as const)
      expect(await problemOf(await ask(where, init))).toMatchObject({
        status: 404,
        detail: 'Feedback links are not set up: set FLYWHEEL_FEEDBACK_SECRET here and in the application that signs them.',
      })
  })
})

describe('too much of it', () => {
  test('10,000 votes with one token are one value, and 60 of them a minute are taken', { timeout: 180_000 }, async () => {
    const server = await feedbackServer()
    const counts = new Map<number, number>()
    for (let minute = 0; minute < 4; minute++) {
      for (let batch = 0; batch < 50; batch++) {
        const votes = Array.from({ length: 50 }, (_, i) => vote(server.url + path, i % 2 === 0 ? 'positive' : 'negative'))
        for (const status of await Promise.all(votes)) counts.set(status, (counts.get(status) ?? 0) + 1)
      }
      server.nowMs += 60_000
    }
    expect(Object.fromEntries(counts)).toEqual({ 200: 239, 201: 1, 429: 9_760 })
    expect(server.kept.size).toBe(1)
  })

  test('says when there is room again, to programs and to people', async () => {
    const server = await feedbackServer()
    for (let sent = 0; sent < 60; sent++) await server.ask(path, { method: 'DELETE' })
    server.nowMs += 20_500
    const refused = await server.ask(path, json({ rating: 'positive' }))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40'])
    const page = await server.ask(path, form({ comment: 'my words' }))
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '40'])
    expect(await page.text()).toMatch(/role="alert">Too many at once[\s\S]*my words/)
    expect((await server.ask(path)).status).toBe(200)
    server.nowMs += 39_500
    expect((await server.ask(path, json({ rating: 'positive' }))).status).toBe(201)
  })

  test('is counted by visitor, so that one behind the same proxy does not stop the other', async () => {
    const { ask } = await feedbackServer()
    const from = (visitor: string, run: number): Promise<Response> => {
      const traceId = `1${run.toString(16).padStart(31, '0')}`
      return ask(
        `/f/${signToken({ ...claims, target: { traceId } }, secret)}`,
        json({ rating: 'positive' }, { 'x-forwarded-for': visitor }),
      )
    }
    for (let run = 0; run < 60; run++) expect((await from('192.0.2.1', run)).status).toBe(201)
    expect((await from('192.0.2.1', 60)).status).toBe(429)
    expect((await from('192.0.2.2', 60)).status).toBe(201)
  })

  test('visitors made up one after the other end at the limit of their address', async () => {
    const { url } = await feedbackServer()
    let taken = 0
    for (let run = 0; run < 1_300; run++) {
      const other = signToken({ ...claims, target: { traceId: `1${run.toString(16).padStart(31, '0')}` } }, secret)
      const status = await vote(`${url}/f/${other}`, 'positive', { 'x-forwarded-for': `10.0.${run >> 8}.${run & 255}` })
      if (status === 201) taken++
    }
    expect(taken).toBe(1_200)
  })
})

describe('other sites', () => {
  test('a listed one may send and read, another is told where it is listed', async () => {
    const { ask, events } = await feedbackServer()
    const shop = 'https://shop.example'
    const before = await ask(path, { method: 'OPTIONS', headers: { origin: shop, 'access-control-request-method': 'DELETE' } })
    expect([
      before.status,
      before.headers.get('access-control-allow-origin'),
      before.headers.get('access-control-allow-methods'),
    ]).toEqual([204, shop, 'GET, HEAD, POST, DELETE'])
    const sent = await ask(path, json({ rating: 'positive' }, { origin: shop, 'sec-fetch-site': 'cross-site' }))
    expect([
      sent.status,
      sent.headers.get('access-control-allow-origin'),
      sent.headers.get('access-control-expose-headers'),
    ]).toEqual([201, shop, 'Retry-After'])
    for (const init of [
      json({ rating: 'negative' }, { origin: 'https://evil.example' }),
      { method: 'DELETE', headers: { origin: 'https://shop.example:444' } },
    ]) {
      const refused = await ask(path, init)
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
      expect(await problemOf(refused)).toMatchObject({
        detail: expect.stringContaining('add them to FLYWHEEL_FEEDBACK_ORIGINS') as string,
      })
    }
    expect(events.length).toBe(1)
  })

  test('"*" lists all of them, and our own needs no listing', async () => {
    const all = await feedbackServer({ origins: ['*'] })
    expect((await all.ask(path, json({ rating: 'positive' }, { origin: 'null' }))).status).toBe(201)
    const none = await feedbackServer({ origins: [] })
    expect((await none.ask(path, json({ rating: 'positive' }, { origin: none.url }))).status).toBe(201)
    expect((await none.ask(path, json({ rating: 'positive' }, { origin: 'https://shop.example' }))).status).toBe(403)
  })

  test('may load the widget and ask whether it has the newest', async () => {
    const { ask } = await feedbackServer()
    const widget = await ask('/widget.js', { headers: { origin: 'https://evil.example' } })
    expect(
      Object.fromEntries(
        ['content-type', 'cache-control', 'cross-origin-resource-policy', 'access-control-allow-origin'].map((name) => [
          name,
          widget.headers.get(name),
        ]),
      ),
    ).toEqual({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=300, must-revalidate',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    })
    const again = await ask('/widget.js', {
      headers: { 'if-none-match': widget.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await widget.arrayBuffer()).byteLength).toBeLessThan(12_288)
  })
})

test('the widget says what the page says, in every language', async () => {
  const { ask } = await feedbackServer()
  const source = await (await ask('/widget.js')).text()
  const spoken = Object.fromEntries(
    [...source.matchAll(/^ {4}(\w\w): '(.*)',$/gm)].map(([, language, words]) => [language, words?.split('|')]),
  )
  const keys = ['question', 'good', 'bad', 'why', ...reasonCodes, 'comment', 'send', 'thanks', 'withdrawn', 'failed'] as const
  expect(spoken).toEqual(
    Object.fromEntries(languages.map((language) => [language, keys.map((key) => feedbackWords[language][key])])),
  )
})
