/** The list price of a call, from the table of genai-prices. */
import { calcPrice, type ModelPrice } from '@pydantic/genai-prices'
import type { Listing } from './listing.ts'
import type { PaidUsage } from './usage.ts'

/** Prices a call at what its model was listed at when it began. Null = half of its usage is missing, so that nobody can tell. */
export function listPriceUsd(listing: Listing, usage: PaidUsage, startUs: number, hasOutput: boolean): number | null {
  if (usage.input === null) return null
  const price = calcPrice(
    {
      input_tokens: usage.input,
      output_tokens: usage.output ?? 0,
      cache_read_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite,
    },
    listing.model,
    { providerId: listing.seller, timestamp: new Date(Math.floor(startUs / 1_000)) },
  )
  if (price === null) return null
  if (usage.output === null && hasOutput && price.model_price['output_mtok'] !== undefined) return null
  return price.total_price + longWriteSurchargeUsd(listing.model, price.model_price, usage)
}

/**
 * What an hour in the cache costs more than five minutes. Anthropic charges twice the input for it instead of 1.25 times, on every cloud, but the
 * table's lists of clouds have the latter only.
 */
function longWriteSurchargeUsd(model: string, rates: ModelPrice, usage: PaidUsage): number {
  if (usage.cacheWrite1h === 0 || usage.input === null) return 0
  const short = rateAt(rates['cache_write_mtok'], usage.input)
  const long =
    rateAt(rates['cache_write_1h_mtok'], usage.input) ?? (model.includes('claude') && short !== null ? short * 1.6 : null)
  return short === null || long === null ? 0 : (usage.cacheWrite1h * (long - short)) / 1e6
}

/** USD per million tokens; the size of the prompt decides in which tier all its tokens are. */
function rateAt(rate: ModelPrice[string], inputTokens: number): number | null {
  if (rate === undefined) return null
  if (typeof rate === 'number') return rate
  return rate.tiers.findLast(({ start }) => inputTokens > start)?.price ?? rate.base
}
