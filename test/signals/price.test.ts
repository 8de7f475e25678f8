import { expect, test } from 'vitest'
import type { PriceOverride } from '../../src/model/price.ts'
import { createPricing, type PriceCall } from '../../src/signals/cost/price.ts'
import { runStartUs, usage } from '../helpers/steps.ts'

type PricedCall = Parameters<PriceCall>[0]

function call(
  model: string | null,
  counts: Parameters<typeof usage>[0] = { input: 1_000, output: 100 },
  over: Partial<PricedCall> = {},
): PricedCall {
  return {
    provider: null,
    responseModel: model,
    requestModel: null,
    usage: usage(counts),
    startUs: runStartUs,
    failed: false,
    ...over,
  }
}

const price = createPricing([])
const usd = (amount: number): { readonly costNanoUsd: number } => ({ costNanoUsd: Math.round(amount * 1e9) })

test.each<[model: string, counts: Parameters<typeof usage>[0], expectedUsd: number]>([
  ['gpt-4o-2024-08-06', { input: 1_000, cacheRead: 800, output: 100 }, 0.0025],
  ['claude-sonnet-4-5', { input: 10_000, cacheRead: 8_000, cacheWrite: 1_000, output: 500 }, 0.01665],
  ['claude-sonnet-4-5', { input: 201_000, output: 1_000 }, 1.2285],
  ['gemini-2.5-pro', { input: 300_000, output: 1_000 }, 0.765],
  ['gemini-2.5-pro', { input: 300_000, cacheRead: 200_000, output: 1_000 }, 0.315],
])('%s with %o costs %d USD', (model, counts, expectedUsd) => {
  expect(price(call(model, counts))).toEqual(usd(expectedUsd))
})

test('reasoning tokens are part of the output and cost nothing extra', () => {
  expect(price(call('gpt-4o', { input: 1_000, output: 100, reasoning: 90 }))).toEqual(price(call('gpt-4o')))
})

test.each<[what: string, priced: PricedCall, unpriced: string]>([
  ['an unknown fine-tune', call('ft:my-model:acme::8x'), 'unknown_model'],
  ['a name out of Object.prototype', call('__proto__', { input: 1 }, { provider: 'constructor' }), 'unknown_model'],
  ['no model', call(null), 'no_model'],
  ['an empty model', call(''), 'no_model'],
  ['no usage', call('gpt-4o', {}), 'no_usage'],
  ['a failed call without usage', call('gpt-4o', {}, { failed: true }), 'failed_call'],
])('%s has no price, which is not 0', (_what, priced, unpriced) => {
  expect(price(priced)).toEqual({ unpriced })
})

test('a failed call that reports usage is paid for', () => {
  expect(price(call('gpt-4o', undefined, { failed: true }))).toEqual(usd(0.0035))
})

test('the model that answered goes before the one asked for, which stands in where it has no price', () => {
  const models = (responseModel: string, requestModel: string): PricedCall => ({ ...call(responseModel), requestModel })
  expect(price(models('gpt-4o-mini-2024-07-18', 'gpt-4o'))).toEqual(price(call('gpt-4o-mini')))
  expect(price(models('deployment-7', 'gpt-4o'))).toEqual(price(call('gpt-4o')))
})

test.each([
  ['x_ai', 'grok-4'],
  ['gcp.gemini', 'gemini-2.5-pro'],
  ['gcp.vertex_ai', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
  ['gcp.gen_ai', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
  ['azure.ai.openai', 'gpt-4o'],
  ['azure.ai.inference', 'phi-4'],
  ['aws.bedrock', 'amazon.nova-pro-v1:0'],
  ['mistral_ai', 'mistral-large-latest'],
  ['moonshot_ai', 'kimi-k2-0905-preview'],
  ['deepseek', 'deepseek-chat'],
  ['nobody', 'gpt-4o'],
])('the provider %s finds a price for %s', (provider, model) => {
  expect(price(call(model, undefined, { provider }))).toEqual({ costNanoUsd: expect.any(Number) })
})

test('the provider’s own price goes first: a region of Bedrock costs more', () => {
  const bedrock = price(call('eu.anthropic.claude-sonnet-4-5-20250929-v1:0', undefined, { provider: 'aws.bedrock' }))
  expect(bedrock).toEqual(usd(0.0045 * 1.1))
})

test('a gateway’s prefix is left out', () => {
  expect(price(call('openai/gpt-4o', undefined, { provider: 'gateway' }))).toEqual(price(call('gpt-4o')))
  expect(price(call('openai/'))).toEqual({ unpriced: 'unknown_model' })
})

const own = (over: Partial<PriceOverride>): PriceOverride => ({ model: '*', input: 1, output: 10, ...over })

test.each<[what: string, overrides: readonly PriceOverride[], priced: PricedCall, expectedUsd: number]>([
  ['by exact name', [own({ model: 'my-model' })], call('my-model'), 0.002],
  ['in any case', [own({ model: 'My-Model' })], call('my-MODEL'), 0.002],
  ['by a glob at the end', [own({ model: 'my-*' })], call('my-model'), 0.002],
  ['by a glob in the middle', [own({ model: 'ft:*:acme:*' })], call('ft:gpt:acme:1'), 0.002],
  ['before the table', [own({ model: 'gpt-4o*' })], call('gpt-4o-2024-08-06'), 0.002],
  ['for free models', [own({ input: 0, output: 0 })], call('llama'), 0],
  ['cached tokens like input', [own({})], call('m', { input: 1_000, cacheRead: 400, cacheWrite: 100, output: 100 }), 0.002],
  [
    'cached tokens at their own price',
    [own({ cacheRead: 0.1, cacheWrite: 2 })],
    call('m', { input: 1_000, cacheRead: 400, cacheWrite: 100, output: 100 }),
    0.00174,
  ],
  [
    'by the requested model when the answer has none',
    [own({ model: 'asked' })],
    { ...call('answered'), requestModel: 'asked' },
    0.002,
  ],
  ['for one provider', [own({ provider: 'azure.ai.openai' })], call('m', undefined, { provider: 'azure.ai.openai' }), 0.002],
  [
    'the latest that has begun',
    [own({ input: 3, from: '2026-10-01' }), own({ from: '2026-01-01' }), own({ input: 7, from: '2026-12-01' })],
    call('m'),
    0.004,
  ],
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
  ['that begins later', own({ from: '2026-11-02' }), call('m')],
])('an own price %s does not count', (_what, override, priced) => {
  expect(createPricing([override])(priced)).toEqual({ unpriced: 'unknown_model' })
})

test('many stars against a long name take no time', () => {
  const startedAt = performance.now()
  createPricing([own({ model: `${'a*'.repeat(40)}b` })])(call('a'.repeat(256)))
  expect(performance.now() - startedAt).toBeLessThan(100)
})
