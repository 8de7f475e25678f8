import { expect, test } from 'vitest'
import type { PriceOverride } from '../../../src/model/price.ts'
import { createPricing, type Price } from '../../../src/signals/cost/price.ts'
import { pricedCall, usd } from './calls.ts'

function priceOf(model: string, provider: string, serviceTier: string | null, overrides: readonly PriceOverride[] = []): Price {
  return createPricing(overrides)(pricedCall(model, { input: 1_000, output: 100 }, { provider, serviceTier }))
}

test.each([null, '', 'default', 'standard', 'STANDARD', ' auto ', 'on_demand', 'SERVICE_TIER_UNSPECIFIED'])(
  'the tier %j is the one of the list',
  (tier) => {
    expect(priceOf('gpt-4o', 'openai', tier)).toEqual(usd(0.0035))
  },
)

test.each<[provider: string, model: string, tier: string, expectedUsd: number]>([
  ['openai', 'gpt-4o', 'flex', 0.00175],
  ['openai', 'gpt-4o', 'Batch', 0.00175],
  ['anthropic', 'claude-haiku-4-5', 'batch', 0.00075],
  ['aws.bedrock', 'amazon.nova-pro-v1:0', 'batch', 0.00056],
])('%s halves the price of %s in the tier %s', (provider, model, tier, expectedUsd) => {
  expect(priceOf(model, provider, tier)).toEqual(usd(expectedUsd))
})

test.each([
  ['openai', 'gpt-4o', 'priority'],
  ['openai', 'gpt-4o', 'scale'],
  ['anthropic', 'claude-haiku-4-5', 'priority'],
  ['groq', 'llama-3.3-70b-versatile', 'flex'],
  ['openai', 'gpt-4o', '__proto__'],
])('nobody knows what %s takes for %s in the tier %s', (provider, model, tier) => {
  expect(priceOf(model, provider, tier)).toEqual({ unpriced: 'unknown_tier' })
})

test.each<[what: string, override: Partial<PriceOverride>, tier: string, expected: Price]>([
  ['a tier has the factor the user states', { serviceTiers: { priority: 2 } }, 'Priority', usd(0.007)],
  ['a stated factor goes before a known one', { serviceTiers: { flex: 0.6 } }, 'flex', usd(0.0021)],
  ['factors are multiplied', { multiplier: 0.5, serviceTiers: { priority: 2 } }, 'priority', usd(0.0035)],
  ['a discount holds in a known tier', { multiplier: 0.8 }, 'flex', usd(0.0014)],
  ['a discount says nothing of an unknown tier', { multiplier: 0.8 }, 'priority', { unpriced: 'unknown_tier' }],
  ['own rates have factors too', { input: 1, output: 10, serviceTiers: { priority: 3 } }, 'priority', usd(0.006)],
  ['own rates hold for every other tier', { input: 1, output: 10, serviceTiers: { priority: 3 } }, 'flex', usd(0.002)],
  ['what every object has is no tier', { input: 1, output: 10, serviceTiers: {} }, 'constructor', usd(0.002)],
])('%s', (_what, override, tier, expected) => {
  expect(priceOf('gpt-4o', 'openai', tier, [{ model: 'gpt-4o', ...override }])).toEqual(expected)
})
