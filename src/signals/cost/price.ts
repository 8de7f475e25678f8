/** Turns token usage into money. Prices are data; a call without a price yields a reason, never 0. */
import type { UnpricedReason } from '../../model/fact.ts'
import type { PriceOverride } from '../../model/price.ts'
import type { Usage } from '../../model/usage.ts'
import { listPriceUsd } from './list-price.ts'
import { findListing, type Listing } from './listing.ts'
import { type ModelName, namesOfCall } from './model-name.ts'
import { ownFactor, ownPrices, ownPriceUsd, ratesOf } from './own-price.ts'
import { publishedFactor, tierOf } from './service-tier.ts'
import { paidUsage } from './usage.ts'

export interface PricedCall {
  readonly provider: string | null
  readonly responseModel: string | null
  readonly requestModel: string | null
  readonly usage: Usage
  /** When the call began: prices change. */
  readonly startUs: number
  readonly failed: boolean
  /** The tier that served the call, as it is stated. Absent = the standard one. */
  readonly serviceTier?: string | null
  /** Part of the cache writes that is kept for an hour, at another price. Absent = none. */
  readonly cacheWrite1hTokens?: number | null
  /** Embeddings have no output that could be missing. Absent = false. */
  readonly isEmbedding?: boolean
}

export type Price = { readonly costNanoUsd: number } | { readonly unpriced: UnpricedReason }

export type PriceCall = (call: PricedCall) => Price

/** Builds the pricing function for a set of overrides. The same call always gets the same price. */
export function createPricing(overrides: readonly PriceOverride[]): PriceCall {
  const findOwn = ownPrices(overrides)
  const listingOf = rememberListings()
  return (call) => {
    const usage = paidUsage(call.usage, call.cacheWrite1hTokens ?? null)
    if (usage === null) return { unpriced: call.failed ? 'failed_call' : 'no_usage' }
    const names = namesOfCall(call.responseModel, call.requestModel)
    if (names.length === 0) return { unpriced: 'no_model' }
    const tier = tierOf(call.serviceTier ?? null)
    const hasOutput = call.isEmbedding !== true
    const own = findOwn(names, call.provider, call.startUs)
    const rates = own === null ? null : ratesOf(own)
    // Own rates are the user's word for all calls they fit: a tier changes them only where they say so.
    if (own !== null && rates !== null) return toPrice(ownPriceUsd(own, rates, usage, hasOutput), ownFactor(own, tier) ?? 1)
    const listing = listingOf(names, call.provider)
    if (listing === null) return { unpriced: 'unknown_model' }
    const factor = ownFactor(own, tier) ?? publishedFactor(listing.seller, tier)
    if (factor === null) return { unpriced: 'unknown_tier' }
    try {
      const usd = listPriceUsd(listing, usage, call.startUs, hasOutput)
      return toPrice(usd, factor * (own?.multiplier ?? 1))
    } catch {
      // The table throws on what it calls impossible. Such a call has no known price; it must not stop the run.
      return { unpriced: 'unknown_model' }
    }
  }
}

/** Without an amount, or with one that no call costs, the usage is not to be believed. */
function toPrice(usd: number | null, factor: number): Price {
  const costNanoUsd = usd === null ? Number.NaN : Math.round(usd * factor * 1e9)
  return Number.isSafeInteger(costNanoUsd) && costNanoUsd >= 0 ? { costNanoUsd } : { unpriced: 'no_usage' }
}

/** Names that are kept; there are few, and what is on the wire must not fill the memory. */
const MAX_REMEMBERED = 1_000

/** Searching the table costs more than all the rest, and the same few models come again and again. */
function rememberListings(): (names: readonly ModelName[], provider: string | null) => Listing | null {
  const known = new Map<string, Listing | null>()
  return (names, provider) => {
    const key = JSON.stringify([provider, ...names.map(({ full }) => full)])
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const listing = names.reduce<Listing | null>((found, name) => found ?? findListing(name, provider), null)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(key, listing)
    return listing
  }
}
