import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FeedbackClaims, feedbackIdOf, parseSecrets, signToken, verifyToken } from '../../src/sdk/feedback-token.ts'

const secret = 's'.repeat(32)
const nowMs = Date.UTC(2026, 0, 31, 12)
const claims: FeedbackClaims = {
  target: { traceId: '0af7651916cd43dd8448eb211c80319c' },
  name: 'user_rating',
  userId: null,
  from: null,
  expiresAt: nowMs / 1_000 + 60,
}
const many: readonly FeedbackClaims[] = [
  claims,
  { ...claims, target: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }, userId: 'u-1' },
  { ...claims, target: { conversationId: 'chat ü/🙂' }, name: 'answer quality', from: 'Shop & Söhne' },
  { ...claims, target: { responseId: 'chatcmpl-1', messageId: 'm.1' }, userId: 'a@b' },
  { ...claims, target: { messageId: 'x'.repeat(256) }, name: 'n'.repeat(128), userId: 'u'.repeat(256), from: 'f'.repeat(80) },
]

const check = (token: string, secrets: readonly string[] = [secret], atMs = nowMs): string =>
  verifyToken(token, secrets, atMs).kind

describe('a token', () => {
  test.each(many)('says what was signed: %j', (claimed) => {
    expect(verifyToken(signToken(claimed, secret), [secret], nowMs)).toEqual({ kind: 'valid', claims: claimed })
  })

  test('is short text that needs no escaping in an address', () => {
    const token = signToken(claims, secret)
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/)
    expect(token.length).toBeLessThan(130)
  })

  test('spells hexadecimal ids in one way', () => {
    const upper = { ...claims, target: { traceId: '0AF7651916CD43DD8448EB211C80319C' } }
    expect(signToken(upper, secret)).toBe(signToken(claims, secret))
  })

  test('counts to the second in which it ends', () => {
    const token = signToken(claims, secret)
    expect([0, 59_999, 60_000, 86_400_000].map((afterMs) => check(token, [secret], nowMs + afterMs))).toEqual([
      'valid',
      'valid',
      'expired',
      'expired',
    ])
  })
})

describe('nothing else is accepted', () => {
  test('no token with one bit turned', () => {
    let turned = 0
    for (const token of many.map((claimed) => signToken(claimed, secret))) {
      const bytes = Buffer.from(token)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const copy = Buffer.from(bytes)
        copy[bit >> 3]! ^= 1 << (bit & 7)
        for (const spelling of [copy.toString('latin1'), copy.toString('utf8')]) expect(check(spelling)).toBe('invalid')
        turned++
      }
    }
    expect(turned).toBeGreaterThan(5_000)
  })

  test('no other spelling of the same bytes', () => {
    const [payload = '', mac = ''] = signToken(claims, secret).split('.')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(mac.at(-1)!)
    const sameBytes = [1, 2, 3].map((bits) => mac.slice(0, -1) + alphabet[last ^ bits]!)
    for (const spelling of sameBytes) expect(Buffer.from(spelling, 'base64url')).toEqual(Buffer.from(mac, 'base64url'))
    const hex = Buffer.from(mac, 'base64url')
    for (const spelling of [...sameBytes, `${mac}=`, `${mac} `, `${mac}\n`, hex.toString('base64'), hex.toString('hex')])
      expect(check(`${payload}.${spelling}`)).toBe('invalid')
    for (const spelling of [`${payload}=`, ` ${payload}`, `${payload.slice(0, 8)} ${payload.slice(8)}`])
      expect(check(`${spelling}.${mac}`)).toBe('invalid')
  })

  test('no parts of two tokens put together, none cut, doubled or emptied', () => {
    const parts = many.map((claimed) => signToken(claimed, secret).split('.'))
    for (const [payload = ''] of parts)
      for (const [other, mac = ''] of parts) if (other !== payload) expect(check(`${payload}.${mac}`)).toBe('invalid')
    const [payload = '', mac = ''] = parts[0]!
    for (const token of [
      '',
      '.',
      `${payload}.`,
      `.${mac}`,
      payload,
      mac,
      `${payload}.${mac}.`,
      `${payload}.${mac}.${mac}`,
      `${payload}${mac}`,
    ])
      expect(check(token)).toBe('invalid')
    for (let length = 0; length < payload.length + mac.length + 1; length++)
      expect(check(`${payload}.${mac}`.slice(0, length))).toBe('invalid')
    expect(check('a.'.repeat(1_000_000))).toBe('invalid')
  })

  test('no text made up', () => {
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[\w-]{0,120}\.[\w-]{43}$/),
      fc.json().map((text) => `${Buffer.from(text).toString('base64url')}.${'A'.repeat(43)}`),
    )
    fc.assert(
      fc.property(token, (text) => check(text) === 'invalid'),
      { numRuns: 20_000 },
    )
  })

  test('no token of another secret, and none where there is no secret', () => {
    const token = signToken(claims, secret)
    expect(check(token, ['t'.repeat(32)])).toBe('invalid')
    expect(check(token, [`${secret}s`])).toBe('invalid')
    expect(check(token, [])).toBe('invalid')
  })

  test('no other use of the secret makes a token', () => {
    const [payload = ''] = signToken(claims, secret).split('.')
    for (const text of [payload, `feedback\0${payload}`]) {
      const mac = createHmac('sha256', secret).update(text).digest('base64url')
      expect(check(`${payload}.${mac}`)).toBe('invalid')
    }
  })

  test('a secret that was replaced counts until it is taken away', () => {
    const old = signToken(claims, secret)
    expect(check(old, ['t'.repeat(32), secret])).toBe('valid')
    expect(check(old, ['t'.repeat(32)])).toBe('invalid')
    expect(parseSecrets(` ${'t'.repeat(32)}, ${secret},`)).toEqual(['t'.repeat(32), secret])
  })
})

describe('signing refuses', () => {
  test.each<[string, Partial<FeedbackClaims>, string, string?]>([
    ['a short secret', {}, 'secret: expected at least 32 characters, got 31', 's'.repeat(31)],
    ['no target', { target: {} }, 'target: expected one of traceId, spanId, conversationId, responseId, messageId, got none'],
    [
      'a trace id that is none',
      { target: { traceId: 't-1' } },
      'target.traceId: expected 32 hexadecimal digits that are not all 0, got "t-1"',
    ],
    [
      'the trace id of nothing',
      { target: { traceId: '0'.repeat(32) } },
      `target.traceId: expected 32 hexadecimal digits that are not all 0, got "${'0'.repeat(32)}"`,
    ],
    [
      'a span id that is none',
      { target: { spanId: 'b7ad6b716920333' } },
      'target.spanId: expected 16 hexadecimal digits that are not all 0, got "b7ad6b716920333"',
    ],
    ['an empty key', { target: { messageId: '' } }, 'target.messageId: expected a text of 1 to 256 characters, got 0 characters'],
    ['a long user', { userId: 'u'.repeat(257) }, 'userId: expected a text of 1 to 256 characters, got 257 characters'],
    ['a nameless question', { name: '' }, 'name: expected a text of 1 to 128 characters, got 0 characters'],
    ['a user that is no text', { userId: 7 as unknown as string }, 'userId: expected a text of 1 to 256 characters, got number'],
    ['no end', { expiresAt: Number.NaN }, 'expiresAt: expected whole seconds, got NaN'],
  ])('%s', (_, changed, message, key = secret) => {
    expect(() => signToken({ ...claims, ...changed }, key)).toThrow(new TypeError(message))
  })
})

describe('the id of what is said', () => {
  test('is the same for every token of one question to one user about one thing', () => {
    const later = { ...claims, expiresAt: claims.expiresAt + 86_400, from: 'Shop' }
    expect(feedbackIdOf(later)).toBe(feedbackIdOf(claims))
    expect(feedbackIdOf(claims)).toMatch(/^link:[\w-]{32}$/)
  })

  test('differs by target, question and user', () => {
    const others: readonly Partial<FeedbackClaims>[] = [
      {},
      { target: { traceId: '1af7651916cd43dd8448eb211c80319c' } },
      { target: { conversationId: '0af7651916cd43dd8448eb211c80319c' } },
      { target: { responseId: '0af7651916cd43dd8448eb211c80319c' } },
      { name: 'tone' },
      { userId: 'u-1' },
      { userId: 'tone' },
    ]
    expect(new Set(others.map((other) => feedbackIdOf({ ...claims, ...other }))).size).toBe(others.length)
  })
})
