import { expect, test } from 'vitest'
import { createPricing, type PricedCall } from '../../../src/signals/cost/price.ts'
import type { usage } from '../../helpers/steps.ts'
import { pricedCall as call, usd } from './calls.ts'

type Counts = Parameters<typeof usage>[0]

const price = createPricing([])

test.each<[model: string, counts: Counts, expectedUsd: number]>([
  ['gpt-4o-2024-08-06', { input: 1_000, cacheRead: 800, output: 100 }, 0.0025],
  ['claude-sonnet-4-5', { input: 10_000, cacheRead: 8_000, cacheWrite: 1_000, output: 500 }, 0.01665],
  ['claude-sonnet-4-5', { input: 200_000, output: 1_000 }, 0.615],
  ['claude-sonnet-4-5', { input: 201_000, output: 1_000 }, 1.2285],
  ['gemini-2.5-pro', { input: 300_000, output: 1_000 }, 0.765],
  ['gemini-2.5-pro', { input: 300_000, cacheRead: 200_000, output: 1_000 }, 0.315],
  ['gpt-5.5', { input: 300_000, output: 1_000 }, 3.045],
  ['text-embedding-3-small', { input: 1_000 }, 0.00002],
])('%s with %o costs %d USD', (model, counts, expectedUsd) => {
  expect(price(call(model, counts))).toEqual(usd(expectedUsd))
})

test('reasoning tokens are part of the output and cost nothing extra', () => {
  expect(price(call('gpt-4o', { input: 1_000, output: 100, reasoning: 90 }))).toEqual(price(call('gpt-4o')))
})

test('a price is the one of the day the call began', () => {
  const on = (day: string): Partial<PricedCall> => ({ startUs: Date.parse(day) * 1_000 })
  expect(price(call('o3', undefined, on('2025-06-09')))).toEqual(usd(0.014))
  expect(price(call('o3', undefined, on('2025-06-10')))).toEqual(usd(0.0028))
})

test.each<[what: string, model: string, provider: string, expectedUsd: number]>([
  ['at Anthropic', 'claude-sonnet-4-5', 'anthropic', 10_000 * 6 + 5_000 * 3.75 + 5_000 * 3],
  ['on Vertex, whose list leaves it out', 'claude-sonnet-4-5@20250929', 'gcp.vertex_ai', 10_000 * 6 + 5_000 * 3.75 + 5_000 * 3],
  [
    'on Bedrock in a region',
    'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'aws.bedrock',
    (10_000 * 6 + 5_000 * 3.75 + 5_000 * 3) * 1.1,
  ],
])('what a cache keeps for an hour costs twice the input %s', (_what, model, provider, microUsd) => {
  const counts: Counts = { input: 20_000, cacheWrite: 15_000, output: 0 }
  expect(price(call(model, counts, { provider, cacheWrite1hTokens: 10_000 }))).toEqual(usd(microUsd / 1e6))
})

test.each([
  ['nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
  ['titan-embed-text-v2:0', 'amazon.titan-embed-text-v2:0'],
  ['llama3-70b-instruct-v1:0', 'meta.llama3-70b-instruct-v1:0'],
  ['mistral-large-2402-v1:0', 'mistral.mistral-large-2402-v1:0'],
])('on Bedrock %s is %s', (short, full) => {
  const [ofShort, ofFull] = [short, full].map((model) => price(call(model, undefined, { provider: 'aws.bedrock' })))
  expect(ofShort).toEqual(ofFull)
  expect(ofFull).toHaveProperty('costNanoUsd')
})

test('writes that are known by their hour alone are writes', () => {
  const known = price(call('claude-sonnet-4-5', { input: 1_000, cacheWrite: 400, output: 1 }, { cacheWrite1hTokens: 400 }))
  expect(price(call('claude-sonnet-4-5', { input: 1_000, output: 1 }, { cacheWrite1hTokens: 400 }))).toEqual(known)
})

test.each<[what: string, priced: PricedCall, unpriced: string]>([
  ['no model', call(null), 'no_model'],
  ['an empty model', call(' '), 'no_model'],
  ['no usage', call('gpt-4o', {}), 'no_usage'],
  ['zeros in place of usage', call('gpt-4o', { input: 0, output: 0, cacheRead: 0 }), 'no_usage'],
  ['a failed call without usage', call('gpt-4o', {}, { failed: true }), 'failed_call'],
  ['a failed call with zeros', call('gpt-4o', { input: 0, output: 0 }, { failed: true }), 'failed_call'],
  ['an input without its output', call('gpt-4o', { input: 1_000 }), 'no_usage'],
  ['a failed call of which half is known', call('gpt-4o', { input: 1_000 }, { failed: true }), 'no_usage'],
  ['an output without its input', call('gpt-4o', { output: 1_000 }), 'no_usage'],
  ['counts that are none', call('gpt-4o', { input: Number.NaN, output: -1 }), 'no_usage'],
  ['more tokens than there is money', call('gpt-4o', { input: Number.MAX_SAFE_INTEGER, output: 1 }), 'no_usage'],
])('%s: no price, which is not 0', (_what, priced, unpriced) => {
  expect(price(priced)).toEqual({ unpriced })
})

test('an embedding has no output that could be missing, whatever the list says', () => {
  const embedding = call('mistral-embed', { input: 1_000 }, { provider: 'mistral_ai', isEmbedding: true })
  expect(price(embedding)).toEqual(usd(0.0001))
  expect(createPricing([{ model: '*', input: 1, output: 2 }])(embedding)).toEqual(usd(0.001))
})

test('a failed call that reports usage is paid for', () => {
  expect(price(call('gpt-4o', undefined, { failed: true }))).toEqual(usd(0.0035))
})

test('cached tokens that exceed the input are input', () => {
  const priced = price(call('gpt-4o', { input: 100, cacheRead: 1_000, output: 100 }))
  expect(priced).toEqual(price(call('gpt-4o', { input: 1_000, cacheRead: 1_000, output: 100 })))
})

test('a call whose time is broken has no price and stops nothing', () => {
  expect(price(call('o3', undefined, { startUs: Number.NaN }))).toEqual({ unpriced: 'unknown_model' })
})

test('a thousand names and more are told apart', () => {
  const names = Array.from({ length: 1_500 }, (_, i) => `house-${i}`)
  expect(new Set(names.map((name) => JSON.stringify(price(call(name)))))).toEqual(new Set(['{"unpriced":"unknown_model"}']))
  expect(price(call('gpt-4o'))).toEqual(usd(0.0035))
})
