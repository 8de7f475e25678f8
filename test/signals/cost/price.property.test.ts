/** What holds for every price, whatever was on the wire. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PriceOverride } from '../../../src/model/price.ts'
import type { Usage } from '../../../src/model/usage.ts'
import { createPricing, type Price, type PricedCall } from '../../../src/signals/cost/price.ts'
import { pricedCall } from './calls.ts'

const models = [
  'gpt-4o',
  'gpt-4o-mini',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
  'gemini-2.5-flash',
  'gemini-2.5-pro',
  'gpt-5.5',
  'o3',
]
const overrides: readonly PriceOverride[] = [
  { model: 'mine*', input: 1, output: 10, cacheRead: 0.5, cacheWrite: 2, cacheWrite1h: 3 },
]
const price = createPricing(overrides)

const anyCount = fc.oneof(
  fc.constant(null),
  fc.nat(),
  fc.double(),
  fc.constantFrom(-1, 0, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER),
)
const anyUsage: fc.Arbitrary<Usage> = fc.record({
  input: anyCount,
  output: anyCount,
  cacheRead: anyCount,
  cacheWrite: anyCount,
  reasoning: anyCount,
})
const piece = fc.constantFrom(
  'ft:',
  'arn:aws:bedrock:',
  'openai/',
  'bedrock/',
  'accounts/',
  'models/',
  ':',
  '/',
  '@',
  '#',
  '-v1:0',
  ...models,
)
const anyName = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join('')),
)
const anyCall: fc.Arbitrary<PricedCall> = fc.record({
  provider: anyName,
  responseModel: anyName,
  requestModel: anyName,
  usage: anyUsage,
  startUs: fc.oneof(fc.maxSafeInteger(), fc.double()),
  failed: fc.boolean(),
  serviceTier: anyName,
  cacheWrite1hTokens: anyCount,
  isEmbedding: fc.boolean(),
})

test('whatever comes, there is a whole number of nano-USD or a reason, and the same again', () => {
  fc.assert(
    fc.property(anyCall, (call) => {
      const priced = price(call)
      if ('costNanoUsd' in priced) {
        expect(Number.isSafeInteger(priced.costNanoUsd)).toBe(true)
        expect(priced.costNanoUsd).toBeGreaterThanOrEqual(0)
      } else {
        expect(['no_usage', 'unknown_model', 'unknown_tier', 'no_model', 'failed_call']).toContain(priced.unpriced)
      }
      expect(createPricing(overrides)(call)).toEqual(priced)
    }),
    { numRuns: 500 },
  )
})

/** Tokens in buckets that do not overlap, so that any change of one leaves the others. */
interface Buckets {
  readonly plain: number
  readonly read: number
  readonly short: number
  readonly long: number
  readonly output: number
}

const count = fc.integer({ min: 0, max: 40_000 })
const buckets: fc.Arbitrary<Buckets> = fc.record({ plain: count, read: count, short: count, long: count, output: count })

function costOf(model: string, { plain, read, short, long, output }: Buckets): number {
  const cacheWrite = short + long
  const counts = { input: plain + read + cacheWrite, cacheRead: read, cacheWrite, output }
  return nanoUsd(price(pricedCall(model, counts, { cacheWrite1hTokens: long })))
}

function nanoUsd(priced: Price): number {
  return 'costNanoUsd' in priced ? priced.costNanoUsd : 0
}

test('more tokens never cost less', () => {
  fc.assert(
    fc.property(fc.constantFrom(...models, 'mine'), buckets, buckets, (model, some, more) => {
      expect(costOf(model, sum(some, more))).toBeGreaterThanOrEqual(costOf(model, some))
    }),
  )
})

test('two calls cost what one of all their tokens costs, where no price steps up with the size of a prompt', () => {
  fc.assert(
    fc.property(fc.constantFrom('gpt-4o', 'claude-haiku-4-5', 'gemini-2.5-flash', 'mine'), buckets, buckets, (model, a, b) => {
      const apart = costOf(model, a) + costOf(model, b)
      expect(Math.abs(costOf(model, sum(a, b)) - apart)).toBeLessThanOrEqual(2)
    }),
  )
})

test('a token from a cache never costs more than one that is not, a token into it never less', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('claude-sonnet-4-5', 'claude-haiku-4-5'),
      buckets,
      fc.integer({ min: 1, max: 10_000 }),
      (model, some, n) => {
        const read = costOf(model, { ...some, read: some.read + n })
        const plain = costOf(model, { ...some, plain: some.plain + n })
        const short = costOf(model, { ...some, short: some.short + n })
        const long = costOf(model, { ...some, long: some.long + n })
        expect([read, plain, short, long].toSorted((a, b) => a - b)).toEqual([read, plain, short, long])
        expect(new Set([read, plain, short, long]).size).toBe(4)
      },
    ),
  )
})

function sum(a: Buckets, b: Buckets): Buckets {
  return {
    plain: a.plain + b.plain,
    read: a.read + b.read,
    short: a.short + b.short,
    long: a.long + b.long,
    output: a.output + b.output,
  }
}
