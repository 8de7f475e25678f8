/** The user's own prices: which of them holds for a call, and what it makes of its tokens. */
import { globParts, matchesGlob } from '../../model/glob.ts'
import type { PriceOverride } from '../../model/price.ts'
import type { ModelName } from './model-name.ts'
import { isSameProvider } from './sellers.ts'
import type { PaidUsage } from './usage.ts'

type FindOwnPrice = (names: readonly ModelName[], provider: string | null, startUs: number) => PriceOverride | null

/** Names are tried in their order; of the prices that fit one, the latest that has begun wins, of several the first in the file. */
export function ownPrices(overrides: readonly PriceOverride[]): FindOwnPrice {
  const own = overrides.map((price) => ({
    price,
    pattern: globParts(price.model.trim()),
    fromUs: price.from === undefined ? 0 : Date.parse(price.from) * 1_000,
  }))
  return (names, provider, startUs) => {
    const begun = own.filter(
      ({ price, fromUs }) => fromUs <= startUs && (price.provider === undefined || isSameProvider(price.provider, provider)),
    )
    if (begun.length === 0) return null
    for (const name of names.flatMap(spellings)) {
      const [first, ...others] = begun.filter(({ pattern }) => matchesGlob(pattern, name))
      if (first !== undefined) return others.reduce((best, next) => (next.fromUs > best.fromUs ? next : best), first).price
    }
    return null
  }
}

/** `*` in a pattern stands for every name, also for one that is a mere address. */
function spellings({ full, bare, isSpecial }: ModelName): readonly string[] {
  return isSpecial || bare === '' || bare === full ? [full] : [full, bare]
}

interface OwnRates {
  readonly input: number
  readonly output: number
}

/** Null for a price that is a factor on the list price. */
export function ratesOf({ input, output }: PriceOverride): OwnRates | null {
  return input === undefined || output === undefined ? null : { input, output }
}

/** What the user says of a service tier; null = nothing. Tiers come from the wire, so only the keys of the file count. */
export function ownFactor(price: PriceOverride | null, tier: string | null): number | null {
  const factors = price?.serviceTiers
  return tier === null || factors === undefined || !Object.hasOwn(factors, tier) ? null : (factors[tier] ?? null)
}

/** Null = tokens that cost something are not known. */
export function ownPriceUsd(price: PriceOverride, rates: OwnRates, usage: PaidUsage, hasOutput: boolean): number | null {
  if (usage.input === null && rates.input > 0) return null
  if (usage.output === null && rates.output > 0 && hasOutput) return null
  const write = price.cacheWrite ?? rates.input
  const cost =
    Math.max(0, (usage.input ?? 0) - usage.cacheRead - usage.cacheWrite) * rates.input +
    usage.cacheRead * (price.cacheRead ?? rates.input) +
    (usage.cacheWrite - usage.cacheWrite1h) * write +
    usage.cacheWrite1h * (price.cacheWrite1h ?? write) +
    (usage.output ?? 0) * rates.output
  return cost / 1e6
}
