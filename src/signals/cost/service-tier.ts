/** What a service tier does to a price. The table knows standard prices only. */

const standard: ReadonlySet<string> = new Set(['', 'default', 'standard', 'standard_only', 'auto', 'on_demand', 'unspecified'])

/**
 * Factors that the sellers publish for all their models: half price for what may wait. Priority and reserved capacity cost what the model or the
 * contract says.
 */
const published: ReadonlyMap<string, number> = new Map([
  ['openai flex', 0.5],
  ['openai batch', 0.5],
  ['anthropic batch', 0.5],
  ['aws batch', 0.5],
])

/** A tier as it is looked up; null = the standard one, or none stated. */
export function tierOf(stated: string | null): string | null {
  const tier =
    stated
      ?.trim()
      .toLowerCase()
      .replace(/^service_tier_/, '') ?? ''
  return standard.has(tier) ? null : tier
}

/** Null = nobody knows. */
export function publishedFactor(seller: string, tier: string | null): number | null {
  return tier === null ? 1 : (published.get(`${seller} ${tier}`) ?? null)
}
