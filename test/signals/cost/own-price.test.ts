/** Prices in flywheel.yaml. */
import { expect, test } from 'vitest'
import type { PriceOverride } from '../../../src/model/price.ts'
import { createPricing, type PricedCall } from '../../../src/signals/cost/price.ts'
import { pricedCall as call, usd } from './calls.ts'

const own = (over: Partial<PriceOverride>): PriceOverride => ({ model: '*', input: 1, output: 10, ...over })
const cached = { input: 1_000, cacheRead: 400, cacheWrite: 100, output: 100 }

test.each<[what: string, overrides: readonly PriceOverride[], priced: PricedCall, expectedUsd: number]>([
  ['by exact name', [own({ model: 'my-model' })], call('my-model'), 0.002],
  ['in any case', [own({ model: 'My-Model' })], call('my-MODEL'), 0.002],
  ['by a glob at the end', [own({ model: 'my-*' })], call('my-model'), 0.002],
  ['by a glob in the middle', [own({ model: 'ft:*:acme:*' })], call('ft:gpt:acme:1'), 0.002],
  ['before the table', [own({ model: 'gpt-4o*' })], call('gpt-4o-2024-08-06'), 0.002],
  ['behind a gateway’s prefix', [own({ model: 'gpt-4o*' })], call('openai/gpt-4o'), 0.002],
  ['with a gateway’s prefix', [own({ model: 'openai/*' })], call('openai/gpt-4o'), 0.002],
  [
    'for a reserved model',
    [own({ model: 'arn:*:provisioned-model/x' })],
    call('arn:aws:bedrock:eu-west-1:1:provisioned-model/x'),
    0.002,
  ],
  ['for free models', [own({ input: 0, output: 0 })], call('llama'), 0],
  ['for free models that tell half their usage', [own({ input: 0, output: 0 })], call('llama', { input: 5 }), 0],
  ['cached tokens like input', [own({})], call('m', cached), 0.002],
  ['cached tokens at their own price', [own({ cacheRead: 0.1, cacheWrite: 2 })], call('m', cached), 0.00174],
  ['an hour in the cache like five minutes', [own({ cacheWrite: 2 })], call('m', cached, { cacheWrite1hTokens: 60 }), 0.0021],
  ['an hour in the cache', [own({ cacheWrite: 2, cacheWrite1h: 4 })], call('m', cached, { cacheWrite1hTokens: 60 }), 0.00222],
  [
    'by the requested model when the answer has none',
    [own({ model: 'asked' })],
    { ...call('answered'), requestModel: 'asked' },
    0.002,
  ],
  ['for one provider', [own({ provider: 'azure.ai.openai' })], call('m', undefined, { provider: 'azure.ai.openai' }), 0.002],
  ['for a provider’s short name', [own({ provider: 'Azure' })], call('m', undefined, { provider: 'azure.ai.openai' }), 0.002],
  ['for an alias of a provider', [own({ provider: 'bedrock' })], call('m', undefined, { provider: 'aws.bedrock' }), 0.002],
  [
    'the latest that has begun',
    [own({ input: 3, from: '2026-10-01' }), own({ from: '2026-01-01' }), own({ input: 7, from: '2026-12-01' })],
    call('m'),
    0.004,
  ],
  ['the first of several that hold', [own({}), own({ input: 7 })], call('m'), 0.002],
])('an own price counts %s', (_what, overrides, priced, expectedUsd) => {
  expect(createPricing(overrides)(priced)).toEqual(usd(expectedUsd))
})

test.each<[what: string, override: PriceOverride, priced: PricedCall]>([
  ['of another model', own({ model: 'my-model' }), call('my-model-2')],
  ['of a glob that does not fit', own({ model: 'a*b*c' }), call('a-c-b')],
  ['of a glob whose ends would overlap', own({ model: 'ab*ba' }), call('aba')],
  ['of a glob with another beginning', own({ model: 'my-*' }), call('your-model')],
  ['with a dot that is no wildcard', own({ model: 'm.1' }), call('mx1')],
  ['of another provider', own({ provider: 'openai' }), call('m', undefined, { provider: 'groq' })],
  ['of another service of the same cloud', own({ provider: 'gemini' }), call('m', undefined, { provider: 'gcp.vertex_ai' })],
  ['of a provider that the call does not name', own({ provider: 'openai' }), call('m')],
  ['that begins later', own({ from: '2026-11-02' }), call('m')],
  ['of a base model', own({ model: 'gpt-4.1*' }), call('ft:gpt-4.1-2025-04-14:acme::x')],
  [
    'of the base that answers for a fine-tuned one',
    own({ model: 'gpt-4.1*' }),
    { ...call('gpt-4.1'), requestModel: 'ft:gpt-4.1:acme::x' },
  ],
])('an own price %s does not count', (_what, override, priced) => {
  expect(createPricing([override])(priced)).toEqual({ unpriced: 'unknown_model' })
})

test.each([{ input: 1_000 }, { output: 1_000 }])('an own price needs all tokens that it charges for: %o', (counts) => {
  expect(createPricing([own({})])(call('m', counts))).toEqual({ unpriced: 'no_usage' })
})

test.each<[what: string, factors: Partial<PriceOverride>, priced: PricedCall, expectedUsd: number]>([
  ['a discount', { multiplier: 0.8 }, call('gpt-4o'), 0.0028],
  [
    'a discount on cached tokens too',
    { multiplier: 0.5 },
    call('gpt-4o', { input: 1_000, cacheRead: 800, output: 100 }),
    0.00125,
  ],
  ['for one provider', { provider: 'openai', multiplier: 0.8 }, call('gpt-4o', undefined, { provider: 'openai' }), 0.0028],
  [
    'nothing for another',
    { provider: 'openai', multiplier: 0.8 },
    call('gpt-4o', undefined, { provider: 'azure.ai.openai' }),
    0.0035,
  ],
  ['nothing before its day', { multiplier: 0.8, from: '2026-11-02' }, call('gpt-4o'), 0.0035],
])('a factor on the list price is %s', (_what, factors, priced, expectedUsd) => {
  expect(createPricing([{ model: '*', ...factors }])(priced)).toEqual(usd(expectedUsd))
})

test('a factor on a list price that there is not is no price', () => {
  expect(createPricing([{ model: '*', multiplier: 0.8 }])(call('house-model'))).toEqual({ unpriced: 'unknown_model' })
})

test('many stars against a long name take no time', () => {
  const startedAt = performance.now()
  createPricing([own({ model: `${'a*'.repeat(40)}b` })])(call('a'.repeat(256)))
  expect(performance.now() - startedAt).toBeLessThan(100)
})
