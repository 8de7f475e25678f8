import { diag, DiagLogLevel, trace } from '@opentelemetry/api'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { boundedText } from '../../src/sdk/content.ts'
import { agent, FlywheelSpanProcessor, parse, retrieval, sendFeedback, step, tool, withContext } from '../../src/sdk/index.ts'
import { startSdk } from './run-sdk.ts'

const circular: Record<string, unknown> = { id: 1 }
circular['self'] = circular

const deep: unknown[] = []
let innermost = deep
for (let level = 0; level < 100; level += 1) {
  const next: unknown[] = []
  innermost.push(next)
  innermost = next
}

const hostile = {
  get id(): number {
    throw new Error('no id')
  },
}
const unreadable = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error('no keys')
    },
  },
)

test.each<[string, unknown, string]>([
  ['a string', 'as it is', 'as it is'],
  ['an object', { a: 1, b: [true, null, 'x'], c: undefined, d: () => 1 }, '{"a":1,"b":[true,null,"x"]}'],
  ['an empty object', {}, '{}'],
  ['numbers that JSON has not', [Number.NaN, Number.POSITIVE_INFINITY, 12n], '[null,null,12]'],
  ['a date', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ['a map and a set', [new Map([['a', 1]]), new Set([1, 2])], '[[["a",1]],[1,2]]'],
  ['an error', new TypeError('no'), '{"name":"TypeError","message":"no"}'],
  ['bytes', { image: new Uint8Array(3) }, '{"image":"[3 bytes]"}'],
  ['a circle', circular, '{"id":1,"self":"[circular]"}'],
  ['a getter that throws', hostile, '{"id":"[unreadable]"}'],
  ['an object that shows nothing', { unreadable }, '{"unreadable":"[unreadable]"}'],
  [
    'a toJSON that throws',
    {
      toJSON: () => {
        throw new Error('no')
      },
    },
    '"[unreadable]"',
  ],
  ['one object twice side by side', [{ a: 1 }, { a: 1 }], '[{"a":1},{"a":1}]'],
])('content of %s becomes text', (_, value, expected) => {
  expect(boundedText(value, 1_000)).toBe(expected)
})

test('plain data becomes what JSON.stringify makes of it, whichever way it takes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const expected = typeof value === 'string' ? value : JSON.stringify(value)
      expect(boundedText(value, 100_000)).toBe(expected)
      // A map takes the long way; its entries are written as a list of pairs.
      expect(boundedText(new Map([['a', value]]), 100_000)).toBe(`[["a",${JSON.stringify(value)}]]`)
    }),
  )
})

test.each<[string, unknown]>([
  ['a long string', 'x'.repeat(1_000_000)],
  ['an array of many', Array.from({ length: 1_000_000 }, (_, index) => index)],
  ['an object of many', Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field ${index}`, index]))],
  ['something very deep', deep],
])('content of %s is cut', (_, value) => {
  expect(boundedText(value, 1_000).length).toBeLessThan(1_100)
})

test('two long texts of different length with one beginning do not look equal', () => {
  expect(boundedText('x'.repeat(5_000), 1_000)).not.toBe(boundedText('x'.repeat(5_001), 1_000))
})

const values: unknown[] = [undefined, null, 0, '', 'text', Symbol('s'), circular, hostile, unreadable, deep, () => 1, []]
type Loose = (first: unknown, fn: unknown) => unknown
const helpers = { agent, step, tool, retrieval, parse, withContext } as unknown as Record<string, Loose>

test.each(Object.keys(helpers))('%s survives every argument and still runs its function', async (name) => {
  const { flywheel, receiver } = await startSdk({ captureContent: true })
  const helper = helpers[name] as Loose
  for (const value of values) {
    expect(helper(value, () => 'ran')).toBe('ran')
    expect(
      helper(
        { name: value, source: value, format: value, arguments: value, query: value, callId: value, agent: value },
        () => value,
      ),
    ).toBe(value)
    expect(helper('name', value === undefined ? undefined : Object.freeze([value]))).toEqual(
      value === undefined ? undefined : [value],
    )
  }
  expect(await flywheel.flush()).toBe(true)
  expect(receiver.spans().length).toBe(name === 'withContext' ? 0 : 2 * values.length)
})

test('without a set-up the helpers are calls of their functions and nothing else', async () => {
  expect(trace.getTracer('any').startSpan('probe').isRecording()).toBe(false)
  expect(
    withContext({ userId: 'u' }, () =>
      agent('a', () => step('s', () => tool({ name: 't' }, () => parse({ format: 'json' }, () => 7)))),
    ),
  ).toBe(7)
  await expect(agent('a', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
})

test('a span processor of somebody else that throws does not reach the application', async () => {
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  const broken = {
    onStart: () => {
      throw new Error('broken processor')
    },
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  const sdk = new NodeSDK({ spanProcessors: [new FlywheelSpanProcessor(), broken], metricReaders: [], logRecordProcessors: [] })
  sdk.start()
  onTestFinished(async () => {
    await sdk.shutdown()
    trace.disable()
  })
  expect(agent('support', () => 'ran')).toBe('ran')
})

test('a diagnostics logger that throws does not reach the application', () => {
  const fail = (): never => {
    throw new Error('broken logger')
  }
  diag.setLogger(
    { error: fail, warn: fail, info: () => undefined, debug: () => undefined, verbose: () => undefined },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  )
  onTestFinished(() => diag.disable())
  expect(agent('support', 'not a function' as unknown as () => string)).toBe('not a function')
})

test('feedback that cannot be written is an answer, not an exception', async () => {
  expect(await sendFeedback({ target: { traceId: 'x' }, comment: circular as unknown as string })).toMatchObject({
    ok: false,
    reason: 'invalid',
  })
  expect(await sendFeedback(null as unknown as { comment: string })).toMatchObject({ ok: false, reason: 'invalid' })
})
