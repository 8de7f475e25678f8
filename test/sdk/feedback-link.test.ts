import { diag, type DiagLogger } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { agent, currentTraceId, feedbackLink, feedbackToken, withContext, withdrawFeedback } from '../../src/sdk/index.ts'
import { verifyToken } from '../../src/sdk/feedback-token.ts'
import { startReceiver } from './receiver.ts'
import { startSdk } from './run-sdk.ts'

const secret = 'a-secret-of-the-processor-long-enough'
const nowMs = Date.UTC(2026, 0, 31, 12)
const target = { traceId: '0af7651916cd43dd8448eb211c80319c' }

const said = (token: string | null, atMs = nowMs): unknown => {
  const check = verifyToken(token ?? '', [secret], atMs)
  return check.kind === 'valid' ? check.claims : check.kind
}

let warnings: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] })
  warnings = []
  const silent = (): void => undefined
  const logger: DiagLogger = { error: silent, warn: (line) => warnings.push(line), info: silent, debug: silent, verbose: silent }
  diag.setLogger(logger, { suppressOverrideMessage: true })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  diag.disable()
})

describe('feedbackToken', () => {
  test('says who is asked what, for 30 days', () => {
    expect(said(feedbackToken({ target }, { secret }))).toEqual({
      target,
      name: 'user_rating',
      userId: null,
      from: null,
      expiresAt: nowMs / 1_000 + 30 * 86_400,
    })
    const all = { target: { messageId: 'm-1' }, name: 'tone', userId: 'u-1', from: 'Shop', expiresInMs: 1_500 }
    expect(said(feedbackToken(all, { secret }))).toEqual({
      target: { messageId: 'm-1' },
      name: 'tone',
      userId: 'u-1',
      from: 'Shop',
      expiresAt: nowMs / 1_000 + 2,
    })
    expect(said(feedbackToken(all, { secret }), nowMs + 2_000)).toBe('expired')
  })

  test('is about the run being served and its user, else about the conversation', async () => {
    await startSdk({ feedbackSecret: secret })
    const [traceId, inside] = await withContext({ conversationId: 'chat-7', userId: 'u-9' }, () =>
      agent('support', async () => [currentTraceId(), feedbackToken()]),
    )
    expect(said(inside ?? null)).toMatchObject({ target: { traceId }, userId: 'u-9' })
    const outside = withContext({ conversationId: 'chat-7' }, () => feedbackToken())
    expect(said(outside)).toMatchObject({ target: { conversationId: 'chat-7' }, userId: null })
  })

  test('is signed with the first secret of the environment', () => {
    vi.stubEnv('FLYWHEEL_FEEDBACK_SECRET', `${secret}, the-one-before-that-is-long-enough-too`)
    expect(said(feedbackToken({ target }))).toMatchObject({ target })
  })

  test.each<[string, () => string | null, string]>([
    ['no secret', () => feedbackToken({ target }), 'secret: expected the FLYWHEEL_FEEDBACK_SECRET of the processor, got none'],
    ['a short one', () => feedbackToken({ target }, { secret: 'short' }), 'secret: expected at least 32 characters, got 5'],
    [
      'nothing to judge',
      () => feedbackToken({}, { secret }),
      'target: expected what is judged; outside of a run there is no default',
    ],
    [
      'a trace id that is none',
      () => feedbackToken({ target: { traceId: 'x' } }, { secret }),
      'target.traceId: expected 32 hexadecimal digits that are not all 0, got "x"',
    ],
    [
      'a link without a secret',
      () => feedbackLink({ target }),
      'secret: expected the FLYWHEEL_FEEDBACK_SECRET of the processor, got none',
    ],
    ['no subject', () => feedbackToken(null as never, { secret }), ''],
  ])('with %s there is none, and the diagnostics say why', async (_, make, why) => {
    vi.stubEnv('FLYWHEEL_FEEDBACK_SECRET', '')
    await startSdk({})
    expect(make()).toBeNull()
    expect(warnings).toEqual([expect.stringContaining(`agent-flywheel: feedbackToken: ${why}`)])
  })
})

describe('feedbackLink', () => {
  test.each<[string, string]>([
    ['https://feedback.shop.example', 'https://feedback.shop.example/f/'],
    ['https://shop.example/flywheel/', 'https://shop.example/flywheel/f/'],
  ])('is a page below %s', (url, prefix) => {
    const link = feedbackLink({ target }, { secret, url })
    expect(link?.startsWith(prefix)).toBe(true)
    expect(said(link?.slice(prefix.length) ?? null)).toMatchObject({ target })
  })

  test('leads to where people reach the processor: option, environment, else where feedback is sent', async () => {
    await startSdk({ url: 'http://collector:4318', feedbackUrl: 'http://processor:4319', feedbackSecret: secret })
    expect(feedbackLink({ target })).toMatch(/^http:\/\/processor:4319\/f\/\S+$/)
    vi.stubEnv('FLYWHEEL_PUBLIC_URL', 'https://environment.example')
    expect(feedbackLink({ target })).toMatch(/^https:\/\/environment\.example\/f\/\S+$/)
    expect(feedbackLink({ target }, { url: 'https://option.example' })).toMatch(/^https:\/\/option\.example\/f\/\S+$/)
    expect([feedbackLink({ target }, { url: 'shop' }), warnings]).toEqual([
      null,
      ['agent-flywheel: feedbackLink: url: expected an address such as https://feedback.shop.example, got "shop"'],
    ])
  })
})

describe('withdrawFeedback', () => {
  const problem = { 'content-type': 'application/problem+json' }

  test.each<[number, Record<string, string>, object]>([
    [200, {}, { ok: true, id: 'thumb 1/2' }],
    [404, problem, { ok: false, id: 'thumb 1/2', reason: 'unknown' }],
    [404, {}, { ok: false, id: 'thumb 1/2', reason: 'unsupported' }],
    [401, problem, { ok: false, id: 'thumb 1/2', reason: 'unauthorized' }],
    [500, {}, { ok: false, id: 'thumb 1/2', reason: 'unavailable' }],
  ])('an answer of %i is %j', async (status, headers, result) => {
    vi.useRealTimers()
    const receiver = await startReceiver()
    receiver.answer = (response) => response.writeHead(status, headers).end('{}')
    expect(await withdrawFeedback('thumb 1/2', { url: receiver.url, token: 't' })).toMatchObject(result)
    expect(receiver.received.map(({ path, headers: sent }) => [path, sent.authorization])).toEqual([
      ['/v1/feedback/thumb%201%2F2', 'Bearer t'],
    ])
  })

  test.each(['', '.', '..'])('"%s" is no id', async (id) => {
    expect(await withdrawFeedback(id)).toMatchObject({ ok: false, reason: 'invalid' })
  })
})
