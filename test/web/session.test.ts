import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sessionKeyIn } from '../../src/web/session-key.ts'
import { SessionCookies } from '../../src/web/session.ts'
import type { SessionCookieOptions } from '../../src/web/session.ts'

const key = Buffer.alloc(32, 7)
const digest = Buffer.alloc(32, 1)
const HOUR_MS = 3_600_000
const START_MS: number = Date.UTC(2026, 0, 31, 12)

/** Cookies of one instance whose clock the test sets. */
function cookiesWith(options: Partial<SessionCookieOptions> = {}): { cookies: SessionCookies; clock: { nowMs: number } } {
  const clock = { nowMs: START_MS }
  return { cookies: new SessionCookies({ key, isSecure: false, nowMs: () => clock.nowMs, ...options }), clock }
}

/** What a browser sends back for a Set-Cookie. */
function sentBack(setCookie: string): string {
  return setCookie.split(';')[0] ?? ''
}

describe('the cookie', () => {
  test('has exactly these attributes over plain http', () => {
    const { cookies } = cookiesWith()
    const [pair, ...attributes] = cookies.open('ada', digest).split('; ')
    expect(pair).toMatch(/^flywheel-[\w-]{8}=[\w-]+\.[\w-]{43}$/)
    expect(attributes).toEqual(['Max-Age=43200', 'Path=/', 'HttpOnly', 'SameSite=Strict'])
  })

  test('has exactly these attributes over https', () => {
    const { cookies } = cookiesWith({ isSecure: true })
    const [pair, ...attributes] = cookies.open('ada', digest).split('; ')
    expect(pair).toMatch(/^__Host-flywheel-[\w-]{8}=[\w-]+\.[\w-]{43}$/)
    expect(attributes).toEqual(['Max-Age=43200', 'Path=/', 'HttpOnly', 'SameSite=Strict', 'Secure'])
  })

  test('is removed with the attributes it was set with', () => {
    const { cookies } = cookiesWith({ isSecure: true })
    expect(cookies.end(null)).toBe(`${cookies.cookieName}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure`)
  })

  test('has another name on another instance, because all ports of a host share cookies', () => {
    expect(cookiesWith().cookies.cookieName).not.toBe(cookiesWith({ key: Buffer.alloc(32, 8) }).cookies.cookieName)
  })

  test('tells who it is and since when', () => {
    const { cookies } = cookiesWith()
    expect(cookies.read(sentBack(cookies.open('Ada Ł.', digest)))).toEqual({
      id: expect.stringMatching(/^[\w-]{16}$/),
      name: 'Ada Ł.',
      binding: cookies.bind(digest),
      startedMs: START_MS,
      issuedMs: START_MS,
      expiresMs: START_MS + 12 * HOUR_MS,
    })
  })

  test('is found among others, also behind a wrong one of the same name', () => {
    const { cookies } = cookiesWith()
    const mine = sentBack(cookies.open('ada', digest))
    expect(cookies.read(`a=1;${cookies.cookieName}=planted.x ;  ${mine}; z`)?.name).toBe('ada')
  })
})

describe('a cookie is refused', () => {
  test('with any bit of it flipped', () => {
    const { cookies } = cookiesWith()
    const [name = '', value = ''] = sentBack(cookies.open('ada', digest)).split('=')
    const bytes = Buffer.from(value)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      const header = `${name}=${changed.toString('latin1')}`
      expect([bit, cookies.read(header)]).toEqual([bit, null])
    }
    expect(cookies.read(`${name}=${value}`)).not.toBeNull()
  })

  test('cut off, longer, empty or with its parts exchanged', () => {
    const { cookies } = cookiesWith()
    const [name = '', value = ''] = sentBack(cookies.open('ada', digest)).split('=')
    const [payload = '', mac = ''] = value.split('.')
    const wrong = ['', '.', payload, `${payload}.`, `.${mac}`, `${mac}.${payload}`, `${value}.`, `${value}=`, `${value}A`]
    const cut = Array.from({ length: value.length }, (_, length) => value.slice(0, length))
    for (const text of [...wrong, ...cut]) expect([text, cookies.read(`${name}=${text}`)]).toEqual([text, null])
    for (const header of [undefined, '', ';', '=', name]) expect(cookies.read(header)).toBeNull()
  })

  test('signed with another key', () => {
    const other = cookiesWith({ key: Buffer.alloc(32, 8) }).cookies
    const { cookies } = cookiesWith()
    const [, value = ''] = sentBack(other.open('ada', digest)).split('=')
    expect(cookies.read(`${cookies.cookieName}=${value}`)).toBeNull()
  })

  test('whose signature was made for a form', () => {
    const { cookies } = cookiesWith()
    const payload = sentBack(cookies.open('ada', digest)).split('=')[1]?.split('.')[0] ?? ''
    expect(cookies.read(`${cookies.cookieName}=${payload}.${cookies.csrfToken(payload)}`)).toBeNull()
  })

  test('from the moment on when it expires', () => {
    const { cookies, clock } = cookiesWith()
    const cookie = sentBack(cookies.open('ada', digest))
    clock.nowMs = START_MS + 12 * HOUR_MS - 1
    expect(cookies.read(cookie)).not.toBeNull()
    clock.nowMs++
    expect(cookies.read(cookie)).toBeNull()
  })

  test('after a logout, also the one it was renewed from', () => {
    const { cookies, clock } = cookiesWith()
    const first = sentBack(cookies.open('ada', digest))
    const other = sentBack(cookies.open('ada', digest))
    clock.nowMs += HOUR_MS
    const renewed = sentBack(cookies.renew(cookies.read(first)!)!)
    cookies.end(cookies.read(renewed))
    expect([first, renewed, other].map((cookie) => cookies.read(cookie) !== null)).toEqual([false, false, true])
  })

  test('of ten thousand logouts the oldest is forgotten first', () => {
    const { cookies } = cookiesWith()
    const all = Array.from({ length: 10_001 }, () => sentBack(cookies.open('ada', digest)))
    for (const cookie of all) cookies.end(cookies.read(cookie))
    expect(all.flatMap((cookie, i) => (cookies.read(cookie) === null ? [] : [i]))).toEqual([0])
  })
})

describe('a session in use', () => {
  test('is renewed when its cookie is ten minutes old, and keeps its id and its start', () => {
    const { cookies, clock } = cookiesWith()
    const session = cookies.read(sentBack(cookies.open('ada', digest)))!
    clock.nowMs += 599_999
    expect(cookies.renew(session)).toBeNull()
    clock.nowMs++
    expect(cookies.read(sentBack(cookies.renew(session)!))).toEqual({
      ...session,
      issuedMs: START_MS + 600_000,
      expiresMs: START_MS + 600_000 + 12 * HOUR_MS,
    })
  })

  test('ends seven days after the login, however often it is renewed', () => {
    const { cookies, clock } = cookiesWith()
    let cookie = sentBack(cookies.open('ada', digest))
    let hours = 0
    for (; hours < 1_000 && cookies.read(cookie) !== null; hours++) {
      cookie = sentBack(cookies.renew(cookies.read(cookie)!) ?? cookie)
      clock.nowMs += HOUR_MS
    }
    expect(hours).toBe(7 * 24)
  })
})

describe('the key', () => {
  const folder = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'flywheel-key-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    return dir
  }

  test('is made once, random, and for its owner alone', () => {
    const dir = folder()
    const made = sessionKeyIn(dir)
    expect(made.length).toBe(32)
    expect(sessionKeyIn(dir)).toEqual(made)
    expect(readdirSync(dir)).toEqual(['session.key'])
    expect(statSync(join(dir, 'session.key')).mode & 0o777).toBe(0o600)
    expect(sessionKeyIn(folder())).not.toEqual(made)
  })

  test('is made anew when the file holds none', () => {
    const dir = folder()
    writeFileSync(join(dir, 'session.key'), 'half')
    const made = sessionKeyIn(dir)
    expect([made.length, readFileSync(join(dir, 'session.key'))]).toEqual([32, made])
  })

  test('says so when the folder cannot be written', () => {
    expect(() => sessionKeyIn(join(folder(), 'missing'))).toThrow('ENOENT')
  })
})
