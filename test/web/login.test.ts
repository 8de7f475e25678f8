import { describe, expect, test } from 'vitest'
import { cookieOf, navigation, sessionKey, tokenOf, userNamed, visiting } from './visitor.ts'

const apiToken = 'a-token-of-enough-characters'
const ada = userNamed('ada', 'reviewer')

describe('the lock', () => {
  test('leads a browser to the login, and says there where it wanted to go', async () => {
    const ask = await visiting({ apiToken })
    const path = '/api/runs?kind=timeout&agent=a%26b'
    const { status, headers } = await ask(path, { headers: navigation })
    expect([status, headers.location]).toEqual([303, '/login?next=%2Fapi%2Fruns%3Fkind%3Dtimeout%26agent%3Da%2526b'])
  })

  test.each([
    ['a page that is opened', 'GET', navigation, 303],
    ['a browser that does not say what it does', 'GET', { accept: 'text/html' }, 303],
    ['a script of a page', 'GET', { ...navigation, 'sec-fetch-mode': 'cors' }, 401],
    ['an event stream', 'GET', { accept: 'text/event-stream', 'sec-fetch-mode': 'cors' }, 401],
    ['a program that takes anything', 'GET', { accept: '*/*' }, 401],
    ['HEAD', 'HEAD', navigation, 401],
    ['a form', 'POST', navigation, 401],
  ])('%s (%s) is answered as it can use it', async (_who, method, headers, status) => {
    const ask = await visiting({ apiToken })
    expect((await ask('/', { method, headers })).status).toBe(status)
  })

  test('is closed as soon as there are users, also without an API token', async () => {
    const ask = await visiting({ users: [ada] })
    for (const path of ['/', '/metrics', '/api/runs']) expect([path, (await ask(path)).status]).toEqual([path, 401])
    const bearer = { headers: { authorization: `Bearer ${tokenOf('ada')}` } }
    for (const path of ['/', '/metrics', '/api/runs']) expect([path, (await ask(path, bearer)).status]).toEqual([path, 200])
  })

  test('is closed as soon as there is a proxy', async () => {
    const ask = await visiting({ proxy: { userHeader: 'X-User', addresses: ['192.0.2.1'] } })
    expect((await ask('/metrics')).status).toBe(401)
    expect((await ask('/login', { headers: navigation })).body).toContain('lets people in through a proxy')
  })
})

describe('logging in', () => {
  test('the page asks for a token and says where it comes from', async () => {
    const ask = await visiting({ apiToken })
    const { status, headers, body } = await ask('/login?next=%2Fapi%2Fruns%3Fa%3D%22', { headers: navigation })
    expect(status).toBe(200)
    expect(headers['set-cookie']).toBeUndefined()
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toMatch(/<form class="login" method="post" action="\/login">/)
    expect(body).toMatch(/<input type="hidden" name="next" value="\/api\/runs\?a=%22" \/>/)
    expect(body).toMatch(/<label for="token">Token<\/label>/)
  })

  test.each([
    ['the API token', { apiToken }, true, false],
    ['tokens of users', { users: [ada] }, false, true],
    ['both', { apiToken, users: [ada] }, true, true],
  ])('the page names where tokens come from: %s', async (_which, options, hasApiToken, hasUsers) => {
    const { body } = await (await visiting(options))('/login', { headers: navigation })
    expect([body.includes('FLYWHEEL_API_TOKEN'), body.includes('npx agent-flywheel user')]).toEqual([hasApiToken, hasUsers])
  })

  test("with a user's token leads to where they wanted to go, and lets them in from then on", async () => {
    const ask = await visiting({ apiToken, users: [ada] })
    const { status, headers } = await ask('/login', {
      method: 'POST',
      form: { token: ` ${tokenOf('ada')}\n`, next: '/api/runs?limit=1' },
    })
    expect([status, headers.location]).toEqual([303, '/api/runs?limit=1'])
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^flywheel-[\w-]{8}=[\w-]+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect((await ask('/api/runs?limit=1', { headers: { ...navigation, cookie } })).status).toBe(200)
    expect((await ask('/login?next=%2Fmetrics', { headers: { ...navigation, cookie } })).headers.location).toBe('/metrics')
  })

  test('with the API token lets in as well', async () => {
    const ask = await visiting({ apiToken })
    const cookie = await cookieOf(ask, apiToken)
    expect((await ask('/api/runs', { headers: { cookie } })).status).toBe(200)
  })

  test('behind https gives a cookie that only https carries', async () => {
    const ask = await visiting({ apiToken, publicUrl: 'https://flywheel.example.com' })
    const { headers } = await ask('/login', { method: 'POST', form: { token: apiToken } })
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-flywheel-[\w-]{8}=[\w-]+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ])
  })

  test('at a plain address of an instance that has https says where to go', async () => {
    const ask = await visiting({ apiToken, publicUrl: 'https://flywheel.example.com' })
    const headers = { origin: 'http://10.0.0.7:4318', host: '10.0.0.7:4318' }
    const answer = await ask('/login', { method: 'POST', headers, form: { token: apiToken } })
    expect([answer.status, answer.headers['set-cookie']]).toEqual([400, undefined])
    expect(answer.body).toContain('This address cannot keep a login. Open https://flywheel.example.com instead.')
  })

  test('below the prefix of a proxy stays below it', async () => {
    const ask = await visiting({ apiToken, publicUrl: 'https://example.com/flywheel' })
    expect((await ask('/api/runs', { headers: navigation })).headers.location).toBe('/flywheel/login?next=%2Fapi%2Fruns')
    expect((await ask('/login', { headers: navigation })).body).toContain('action="/flywheel/login"')
    const { headers } = await ask('/login', { method: 'POST', form: { token: apiToken, next: '/api/runs' } })
    expect(headers.location).toBe('/flywheel/api/runs')
  })

  test.each([
    ['wrong', { token: `${apiToken}x` }],
    ['empty', { token: '' }],
    ['missing', {}],
    ['that belongs to a header', { token: `Bearer ${apiToken}` }],
    ['that is the hash of one', { token: ada.tokenDigest ?? '' }],
  ])('with a token that is %s says so on the page', async (_what, form: Record<string, string>) => {
    const ask = await visiting({ apiToken, users: [ada] })
    const { status, headers, body } = await ask('/login', { method: 'POST', form: { ...form, next: '/metrics' } })
    expect([status, headers['set-cookie']]).toEqual([401, undefined])
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('This is not a token of this service.')
    expect(body).toContain('name="next" value="/metrics"')
    expect(body).not.toContain(apiToken)
  })

  test('never happens by GET or HEAD', async () => {
    const ask = await visiting({ apiToken })
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await ask(`/login?token=${apiToken}`, { method, headers: navigation })
      expect([status, headers['set-cookie']]).toEqual([200, undefined])
    }
  })

  test.each(['PUT', 'DELETE', 'OPTIONS'])('does not happen by %s', async (method) => {
    const ask = await visiting({ apiToken })
    const { status, headers } = await ask('/login', { method })
    expect([status, headers.allow, headers['set-cookie']]).toEqual([405, 'GET, HEAD, POST', undefined])
  })

  test('is not needed where everybody may read', async () => {
    const ask = await visiting()
    expect((await ask('/login?next=%2Fmetrics', { headers: navigation })).headers.location).toBe('/metrics')
    const { status, headers } = await ask('/login', { method: 'POST', form: { token: 'x' } })
    expect([status, headers.location, headers['set-cookie']]).toEqual([303, '/', undefined])
    expect((await ask('/logout', { method: 'POST' })).headers['set-cookie']).toBeUndefined()
  })

  test('takes no more than a form', async () => {
    const ask = await visiting({ apiToken })
    const long = await ask('/login', { method: 'POST', form: { token: 'x'.repeat(70_000) } })
    expect([long.status, JSON.parse(long.body)]).toEqual([
      413,
      expect.objectContaining({ detail: 'Expected a form of at most 65536 bytes.' }),
    ])
    const twice = await ask('/login', { method: 'POST', headers: { 'content-length': '0' }, form: {} })
    expect(twice.status).toBe(401)
  })
})

describe('a login that another site sends', () => {
  const tries = [
    ['same-origin', undefined, 303],
    ['none', undefined, 303],
    ['same-site', undefined, 403],
    ['cross-site', undefined, 403],
    ['cross-site', 'http://flywheel:4318', 403],
    ['made-up', undefined, 403],
    // Without Sec-Fetch-Site: a browser at a plain http address, or a program.
    [undefined, undefined, 303],
    [undefined, 'http://flywheel:4318', 303],
    [undefined, 'https://flywheel:4318', 303],
    [undefined, 'http://people.example.com', 303],
    [undefined, 'https://people.example.com', 403],
    [undefined, 'http://flywheel:4319', 403],
    [undefined, 'http://flywheel', 403],
    [undefined, 'http://evil.example', 403],
    [undefined, 'http://flywheel:4318.evil.example', 403],
    [undefined, 'null', 403],
    [undefined, '', 403],
    [undefined, 'file://', 403],
  ] as const
  test.each(tries)('Sec-Fetch-Site %s and Origin %s: %i', async (site, origin, status) => {
    const ask = await visiting({ apiToken, publicUrl: 'http://people.example.com' })
    const headers = {
      host: 'flywheel:4318',
      ...(site !== undefined && { 'sec-fetch-site': site }),
      ...(origin !== undefined && { origin }),
    }
    const answer = await ask('/login', { method: 'POST', headers, form: { token: apiToken } })
    expect([answer.status, answer.headers['set-cookie'] !== undefined]).toEqual([status, status === 303])
  })
})

describe('attempts', () => {
  const wrong = { method: 'POST', form: { token: 'wrong' } }
  const right = { method: 'POST', form: { token: apiToken } }

  test('are limited to ten wrong tokens a minute from one address', async () => {
    const clock = { nowMs: 1_000_000 }
    const ask = await visiting({ apiToken, nowMs: () => clock.nowMs })
    for (let i = 0; i < 10; i++) expect((await ask('/login', wrong)).status).toBe(401)
    clock.nowMs += 20_500
    const { status, headers, body } = await ask('/login', right)
    expect([status, headers['retry-after'], headers['set-cookie']]).toEqual([429, '40', undefined])
    expect(body).toContain('Too many wrong tokens from your address. Try again in 40 s.')
    expect((await ask('/login', { ...right, from: '127.0.0.2' })).status).toBe(303)
    clock.nowMs += 39_500
    expect((await ask('/login', right)).status).toBe(303)
  })

  test('with the right token are not counted', async () => {
    const ask = await visiting({ apiToken })
    for (let i = 0; i < 12; i++) expect((await ask('/login', right)).status).toBe(303)
  })

  test('through a proxy count for the visitor that it names, whatever the visitor made up', async () => {
    const ask = await visiting({ apiToken, proxy: { userHeader: 'X-User', addresses: ['127.0.0.1'] } })
    const through = (...hops: string[]) => ({ headers: { 'x-forwarded-for': hops.join(', ') } })
    for (let i = 0; i < 10; i++) await ask('/login', { ...wrong, ...through(`203.0.113.${i}`, '198.51.100.1') })
    expect((await ask('/login', { ...right, ...through('198.51.100.1') })).status).toBe(429)
    expect((await ask('/login', { ...right, ...through('198.51.100.2') })).status).toBe(303)
  })

  test('with made-up visitors are limited to a hundred a minute from one address', async () => {
    const ask = await visiting({ apiToken })
    const through = (hop: string) => ({ headers: { 'x-forwarded-for': hop } })
    for (let i = 0; i < 100; i++) expect((await ask('/login', { ...wrong, ...through(`198.51.100.${i}`) })).status).toBe(401)
    expect((await ask('/login', { ...right, ...through('198.51.100.200') })).status).toBe(429)
    expect((await ask('/login', { ...right, from: '127.0.0.2' })).status).toBe(303)
  })
})

describe('logging out', () => {
  test('removes the cookie, and a copy of it lets nobody in', async () => {
    const ask = await visiting({ apiToken, users: [ada] })
    const cookie = await cookieOf(ask, tokenOf('ada'))
    const csrf = await csrfIn(ask, cookie)
    const { status, headers } = await ask('/logout', { method: 'POST', headers: { cookie }, form: { csrf } })
    expect([status, headers.location, headers['set-cookie']]).toEqual([
      303,
      '/login?direct=1',
      [expect.stringMatching(/^flywheel-[\w-]{8}=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/)],
    ])
    expect((await ask('/api/runs', { headers: { cookie } })).status).toBe(401)
  })

  test('never happens by GET or HEAD, without the secret of the form, or from another site', async () => {
    const ask = await visiting({ apiToken })
    const cookie = await cookieOf(ask, apiToken)
    const csrf = await csrfIn(ask, cookie)
    const other = await csrfIn(ask, await cookieOf(ask, apiToken))
    for (const method of ['GET', 'HEAD'])
      expect((await ask(`/logout?csrf=${csrf}`, { method, headers: { cookie } })).status).toBe(405)
    for (const form of [undefined, { csrf: '' }, { csrf: other }, { csrf: `${csrf}x` }])
      expect((await ask('/logout', { method: 'POST', headers: { cookie }, ...(form && { form }) })).status).toBe(403)
    const foreign = { cookie, 'sec-fetch-site': 'cross-site' }
    expect((await ask('/logout', { method: 'POST', headers: foreign, form: { csrf } })).status).toBe(403)
    expect((await ask('/api/runs', { headers: { cookie } })).status).toBe(200)
  })

  test('of somebody whose session is over leads to the login without a word', async () => {
    const ask = await visiting({ apiToken })
    const { status, headers } = await ask('/logout', {
      method: 'POST',
      headers: { cookie: 'flywheel-x=y' },
      form: { csrf: 'old' },
    })
    expect([status, headers.location]).toEqual([303, '/login?direct=1'])
  })
})

describe('a link from another site', () => {
  const link = { ...navigation, 'sec-fetch-site': 'cross-site' }
  const plain = { accept: 'text/html' }

  test.each([
    ['from https or loopback', link],
    ['at a plain http address, where browsers do not tell', plain],
  ])('%s is followed once more from our own site, because the cookie did not come along', async (_what, headers) => {
    const ask = await visiting({ apiToken })
    const { status, body } = await ask('/login?next=%2Fapi%2Fruns%3Fa%3D1%26b%3D2', { headers })
    expect(status).toBe(200)
    expect(body).toContain('http-equiv="refresh" content="0; url=/login?direct=1&amp;next=%2Fapi%2Fruns%3Fa%3D1%26b%3D2"')
    expect(body).not.toContain('<form')
    const again = await ask('/login?direct=1&next=%2Fapi%2Fruns', { headers })
    expect(again.body).toContain('<form class="login"')
    const cookie = await cookieOf(ask, apiToken)
    const arrived = await ask('/login?direct=1&next=%2Fapi%2Fruns', { headers: { ...headers, cookie } })
    expect([arrived.status, arrived.headers.location]).toEqual([303, '/api/runs'])
  })

  test('is not followed again when the cookie came and is not valid, or when it is our own link', async () => {
    const ask = await visiting({ apiToken })
    const cookie = `${await cookieOf(ask, apiToken)}x`
    for (const headers of [
      { ...link, cookie },
      { ...plain, cookie },
      { ...navigation, 'sec-fetch-site': 'same-origin' },
      { ...navigation, 'sec-fetch-site': 'same-site' },
      navigation,
    ])
      expect((await ask('/login', { headers })).body).toContain('<form class="login"')
  })
})

describe('a session in use', () => {
  test('is renewed when a page is opened, and by nothing else', async () => {
    const clock = { nowMs: 1_000_000 }
    const ask = await visiting({ apiToken, sessionKey, nowMs: () => clock.nowMs })
    const cookie = await cookieOf(ask, apiToken)
    clock.nowMs += 11 * 3_600_000
    const fetched = await ask('/metrics', { headers: { cookie, accept: '*/*' } })
    expect([fetched.status, fetched.headers['set-cookie']]).toEqual([200, undefined])
    const opened = await ask('/metrics', { headers: { cookie, ...navigation } })
    const renewed = opened.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    clock.nowMs += 2 * 3_600_000
    expect((await ask('/metrics', { headers: { cookie } })).status).toBe(401)
    expect((await ask('/metrics', { headers: { cookie: renewed } })).status).toBe(200)
  })
})

/** The secret that stands in the form for logging out, on the first page. */
async function csrfIn(ask: Awaited<ReturnType<typeof visiting>>, cookie: string): Promise<string> {
  const { body } = await ask('/', { headers: { ...navigation, cookie } })
  return /name="csrf" value="([\w-]+)"/.exec(body)?.[1] ?? ''
}
