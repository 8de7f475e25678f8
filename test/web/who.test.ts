import { describe, expect, test } from 'vitest'
import type { Role } from '../../src/model/person.ts'
import type { AuthOptions } from '../../src/web/auth.ts'
import { cookieOf, probing, tokenOf, userNamed, visiting } from './visitor.ts'
import type { Ask } from './visitor.ts'

const apiToken = 'a-token-of-enough-characters'
const proxy = { userHeader: 'X-Forwarded-User', addresses: ['127.0.0.1', '10.0.0.0/8'] }
const secret: unknown = expect.stringMatching(/^[\w-]{43}$/)

/** What the routes may know of a visitor with these headers; a number is the status of who may not pass. */
async function who(ask: Ask, headers: Record<string, string | string[]>, from?: string): Promise<unknown> {
  const { status, body } = await ask('/who', { headers, ...(from !== undefined && { from }) })
  return status === 200 ? JSON.parse(body) : status
}

/** A cookie that was given to somebody when the settings were these. */
async function cookieFrom(options: Partial<AuthOptions>, token: string): Promise<string> {
  return cookieOf(await visiting({ apiToken: null, ...options } as Parameters<typeof visiting>[0]), token)
}

describe('who is asking', () => {
  const options = { apiToken, users: [userNamed('ada', 'reviewer'), userNamed('bo')] }

  test('with a session: the person, with the secrets for forms', async () => {
    const ask = await probing(options)
    const cookie = await cookieFrom(options, tokenOf('ada'))
    expect(await who(ask, { cookie })).toEqual({ person: { name: 'ada', role: 'reviewer' }, csrf: secret, logout: secret })
  })

  test('with a session of the API token: a reader without a name of their own', async () => {
    const ask = await probing(options)
    const cookie = await cookieFrom(options, apiToken)
    expect(await who(ask, { cookie })).toEqual({ person: { name: 'api-token', role: 'viewer' }, csrf: secret, logout: secret })
  })

  test('with the API token as a bearer: nobody', async () => {
    const ask = await probing(options)
    expect(await who(ask, { authorization: `Bearer ${apiToken}` })).toEqual({ person: null, csrf: null, logout: null })
  })

  test("with a user's token as a bearer: that user, who needs no secret", async () => {
    const ask = await probing(options)
    expect(await who(ask, { authorization: `Bearer ${tokenOf('bo')}` })).toEqual({
      person: { name: 'bo', role: 'viewer' },
      csrf: null,
      logout: null,
    })
  })

  test('where everybody may read: nobody, whatever they say', async () => {
    const ask = await probing()
    const nobody = { person: null, csrf: null, logout: null }
    expect(await who(ask, {})).toEqual(nobody)
    expect(await who(ask, { 'x-forwarded-user': 'ada', authorization: 'Bearer x', cookie: 'flywheel-x=y' })).toEqual(nobody)
  })
})

describe('a session ends', () => {
  const before = { apiToken, users: [userNamed('ada', 'reviewer'), userNamed('bo')] }
  const after: [string, string, Partial<AuthOptions>][] = [
    ['when the user is removed', 'ada', { ...before, users: [userNamed('bo')] }],
    ['when the user gets another token', 'ada', { ...before, users: [userNamed('ada', 'reviewer', 'another')] }],
    ['when the user loses the token', 'ada', { ...before, proxy, users: [userNamed('ada', 'reviewer', null)] }],
    ['when the token is somebody else’s from now on', 'ada', { ...before, users: [userNamed('eve', 'viewer', tokenOf('ada'))] }],
    ['when the API token changes', 'api-token', { ...before, apiToken: 'another-token-of-characters' }],
    ['when there is no API token any more', 'api-token', { ...before, apiToken: null }],
    ['when the key changes', 'ada', { ...before, sessionKey: () => Buffer.alloc(32, 8) }],
  ]
  test.each(after)('%s (%s)', async (_when, name, options) => {
    const token = name === 'api-token' ? apiToken : tokenOf(name)
    const cookie = await cookieFrom(before, token)
    expect(await who(await probing(before), { cookie })).toMatchObject({ person: { name } })
    expect(await who(await probing(options), { cookie })).toBe(401)
  })

  test('for nobody else', async () => {
    const cookie = await cookieFrom(before, tokenOf('bo'))
    for (const [, , options] of after.slice(0, 1))
      expect(await who(await probing(options), { cookie })).toMatchObject({ person: { name: 'bo' } })
  })

  test.each<[Role, Role]>([
    ['reviewer', 'viewer'],
    ['viewer', 'reviewer'],
  ])('not when the role changes from %s to %s, which takes effect at once', async (old, role) => {
    const cookie = await cookieFrom({ users: [userNamed('ada', old)] }, tokenOf('ada'))
    expect(await who(await probing({ users: [userNamed('ada', role)] }), { cookie })).toMatchObject({
      person: { name: 'ada', role },
    })
  })
})

describe('a trusted proxy', () => {
  const options = { apiToken, proxy, users: [userNamed('ada', 'reviewer', null)] }
  const through = (name: string | string[]) => ({ 'x-forwarded-user': name })

  test('names people: viewers, unless the file says otherwise; they cannot log out here', async () => {
    const ask = await probing(options)
    expect(await who(ask, through('ada'))).toEqual({ person: { name: 'ada', role: 'reviewer' }, csrf: secret, logout: null })
    expect(await who(ask, through('bo@example.com'))).toEqual({
      person: { name: 'bo@example.com', role: 'viewer' },
      csrf: secret,
      logout: null,
    })
  })

  test('writes names in UTF-8 or Latin-1', async () => {
    const ask = await probing(options)
    const utf8 = Buffer.from('Łucja').toString('latin1')
    expect(await who(ask, through(utf8))).toMatchObject({ person: { name: 'Łucja' } })
    expect(await who(ask, through('André'))).toMatchObject({ person: { name: 'André' } })
  })

  test.each<[string, string | string[]]>([
    ['empty', ''],
    ['blank', '  '],
    ['sent twice', ['ada', 'eve']],
    ['a list', 'ada, eve'],
    ['the name of the API token', 'api-token'],
    ['too long', 'a'.repeat(101)],
    ['in another header', []],
  ])('names nobody when the header is %s', async (_what, value) => {
    const ask = await probing(options)
    expect(await who(ask, { ...through(value), 'x-user': 'ada' })).toBe(401)
  })

  test('is not everybody who sends the header', async () => {
    const ask = await probing(options)
    expect(await who(ask, through('ada'), '127.0.0.2')).toBe(401)
    expect(await who(ask, { ...through('ada'), 'x-forwarded-for': '127.0.0.1' }, '127.0.0.2')).toBe(401)
  })

  test('is nobody when none is set up', async () => {
    expect(await who(await probing({ apiToken }), through('ada'))).toBe(401)
  })

  test('that passes a token of its own on does not stand in its own way', async () => {
    const ask = await probing(options)
    expect(await who(ask, { ...through('bo'), authorization: 'Bearer of.the.proxy' })).toMatchObject({ person: { name: 'bo' } })
    expect(await who(ask, { authorization: `Bearer ${apiToken}` })).toMatchObject({ person: null })
  })

  test('counts more than an older session', async () => {
    const users = [userNamed('ada', 'reviewer')]
    const cookie = await cookieFrom({ users }, tokenOf('ada'))
    const ask = await probing({ proxy, users })
    expect(await who(ask, { ...through('bo'), cookie })).toMatchObject({ person: { name: 'bo', role: 'viewer' }, logout: null })
    expect(await who(ask, { cookie }, '127.0.0.2')).toMatchObject({ person: { name: 'ada', role: 'reviewer' } })
  })
})

describe('a form', () => {
  const options = { apiToken, proxy, users: [userNamed('ada', 'reviewer'), userNamed('bo')] }
  const send = (ask: Ask, headers: Record<string, string>, form: Record<string, string>) =>
    ask('/form', { method: 'POST', headers, form })
  const csrfOf = async (ask: Ask, headers: Record<string, string>): Promise<string> =>
    ((await who(ask, headers)) as { csrf: string }).csrf
  const visitors = [
    ['a session', async () => ({ cookie: await cookieFrom(options, tokenOf('ada')) })],
    ['the proxy', () => Promise.resolve({ 'x-forwarded-user': 'ada' })],
  ] as const

  test.each(visitors)('of somebody who came through %s needs the secret that our pages hold', async (_way, headersOf) => {
    const ask = await probing(options)
    const headers = await headersOf()
    const csrf = await csrfOf(ask, headers)
    const taken = await send(ask, headers, { csrf, note: 'a&b=ä' })
    expect([taken.status, JSON.parse(taken.body)]).toEqual([200, { csrf, note: 'a&b=ä' }])
    const ofOthers = [
      await csrfOf(ask, { cookie: await cookieFrom(options, tokenOf('bo')) }),
      await csrfOf(ask, { cookie: await cookieFrom(options, tokenOf('ada')) }),
      await csrfOf(ask, { 'x-forwarded-user': 'bo' }),
    ]
    for (const wrong of ['', 'x', csrf.slice(1), `${csrf} `, csrf.toLowerCase(), ...ofOthers]) {
      const refused = await send(ask, headers, { csrf: wrong })
      expect([wrong, refused.status, JSON.parse(refused.body)]).toEqual([
        wrong,
        403,
        expect.objectContaining({ detail: expect.stringContaining('This form is out of date') as unknown }),
      ])
    }
    expect((await send(ask, headers, {})).status).toBe(403)
  })

  test.each(visitors)(
    'of somebody who came through %s is not taken from another site, even with the secret',
    async (_way, headersOf) => {
      const ask = await probing(options)
      const headers = await headersOf()
      const csrf = await csrfOf(ask, headers)
      for (const foreign of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'http://evil.example' },
        { origin: 'null' },
      ]) {
        const { status, body } = await send(ask, { ...headers, ...foreign }, { csrf })
        expect([foreign, status, body]).toEqual([foreign, 403, expect.stringContaining('not sent by a page of this service')])
      }
    },
  )

  test('where everybody may read needs no secret, but is not taken from another site', async () => {
    const ask = await probing()
    expect((await send(ask, {}, { note: 'x' })).status).toBe(200)
    expect((await send(ask, { 'sec-fetch-site': 'same-origin' }, { note: 'x' })).status).toBe(200)
    expect((await send(ask, { 'sec-fetch-site': 'cross-site' }, { note: 'x' })).status).toBe(403)
  })

  test('of a program with a token needs no secret: no other site can make a browser send the token', async () => {
    const ask = await probing(options)
    expect((await send(ask, { authorization: `Bearer ${tokenOf('ada')}` }, { note: 'x' })).status).toBe(200)
  })

  test('of somebody who is not logged in is not taken', async () => {
    expect((await send(await probing({ apiToken }), {}, { note: 'x' })).status).toBe(401)
  })

  test('names each field once, in a form', async () => {
    const ask = await probing()
    const raw = async (type: string, body: string) => {
      const { status } = await ask('/form', { method: 'POST', headers: { 'content-type': type }, raw: body })
      return status
    }
    expect(await raw('application/x-www-form-urlencoded', 'a=1&a=2')).toBe(400)
    expect(await raw('application/x-www-form-urlencoded; charset=latin-x', 'a=1')).toBe(415)
    expect(await raw('application/x-www-form-urlencoded', `a=${'x'.repeat(70_000)}`)).toBe(413)
    expect(await raw('application/x-www-form-urlencoded', '__proto__=1&a=1')).toBe(200)
  })
})
