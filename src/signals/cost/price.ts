/** Turns token usage into money. Prices are data; a model without a price yields a reason, never 0. */
import { calcPrice } from '@pydantic/genai-prices'
import type { UnpricedReason } from '../../model/fact.ts'
import type { PriceOverride } from '../../model/price.ts'
import { isUnknownUsage, type Usage } from '../../model/usage.ts'

interface PricedCall {
  readonly provider: string | null
  readonly responseModel: string | null
  readonly requestModel: string | null
  readonly usage: Usage
  /** When the call began: prices change. */
  readonly startUs: number
  readonly failed: boolean
}

export type Price = { readonly costNanoUsd: number } | { readonly unpriced: UnpricedReason }

export type PriceCall = (call: PricedCall) => Price

/** Builds the pricing function for a set of overrides. The same call always gets the same price. */
export function createPricing(overrides: readonly PriceOverride[]): PriceCall {
  const own = overrides.map((price) => ({
    price,
    pattern: globParts(price.model),
    fromUs: price.from === undefined ? 0 : Date.parse(price.from) * 1_000,
  }))
  return (call) => {
    const models = [call.responseModel, call.requestModel].filter((model): model is string => model !== null && model !== '')
    if (isUnknownUsage(call.usage)) return { unpriced: call.failed ? 'failed_call' : 'no_usage' }
    if (models.length === 0) return { unpriced: 'no_model' }
    for (const model of models) {
      const override = own
        .filter(
          ({ price, pattern, fromUs }) =>
            matchesGlob(pattern, model) &&
            (price.provider === undefined || price.provider.toLowerCase() === call.provider) &&
            fromUs <= call.startUs,
        )
        .reduce<(typeof own)[number] | null>((best, next) => (best === null || next.fromUs > best.fromUs ? next : best), null)
      if (override !== null) return { costNanoUsd: overrideCost(override.price, call.usage) }
    }
    for (const model of models) {
      const costNanoUsd = tableCost(model, call)
      if (costNanoUsd !== null) return { costNanoUsd }
    }
    return { unpriced: 'unknown_model' }
  }
}

/** USD per million tokens is 1,000 nano-USD per token. */
const NANO_USD_PER_TOKEN = 1_000

function overrideCost(price: PriceOverride, usage: Usage): number {
  const cacheRead = usage.cacheRead ?? 0
  const cacheWrite = usage.cacheWrite ?? 0
  const uncached = Math.max(0, (usage.input ?? 0) - cacheRead - cacheWrite)
  const cost =
    uncached * price.input +
    cacheRead * (price.cacheRead ?? price.input) +
    cacheWrite * (price.cacheWrite ?? price.input) +
    (usage.output ?? 0) * price.output
  return Math.round(cost * NANO_USD_PER_TOKEN)
}

function globParts(glob: string): readonly string[] {
  return glob.toLowerCase().split('*')
}

/** Linear, unlike a regular expression with several `.*`: model names come from the wire. */
function matchesGlob(parts: readonly string[], model: string): boolean {
  const text = model.toLowerCase()
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - at >= last.length && text.endsWith(last)
}

/** Spellings of the conventions that the table knows under another name. */
const tableProviders: ReadonlyMap<string, string> = new Map([
  ['x_ai', 'x-ai'],
  ['gcp.gen_ai', 'google'],
  ['gcp.gemini', 'google'],
  ['gcp.vertex_ai', 'google'],
  ['azure.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['aws.bedrock', 'aws'],
  ['mistral_ai', 'mistral'],
  ['moonshot_ai', 'moonshotai'],
])

/** Tries the provider's own price, then the model's name alone, then the name without a gateway's prefix (`openai/gpt-4o`). */
function tableCost(model: string, call: PricedCall): number | null {
  const provider = call.provider === null ? null : (tableProviders.get(call.provider) ?? call.provider)
  const bare = model.slice(model.lastIndexOf('/') + 1)
  return (
    (provider === null ? null : lookUp(model, provider, call)) ??
    lookUp(model, null, call) ??
    (bare === model || bare === ''
      ? null
      : ((provider === null ? null : lookUp(bare, provider, call)) ?? lookUp(bare, null, call)))
  )
}

function lookUp(model: string, providerId: string | null, call: PricedCall): number | null {
  const { usage } = call
  const cached = (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0)
  try {
    const price = calcPrice(
      {
        input_tokens: Math.max(usage.input ?? 0, cached),
        output_tokens: usage.output ?? 0,
        ...(usage.cacheRead === null ? {} : { cache_read_tokens: usage.cacheRead }),
        ...(usage.cacheWrite === null ? {} : { cache_write_tokens: usage.cacheWrite }),
      },
      model,
      { timestamp: new Date(Math.floor(call.startUs / 1_000)), ...(providerId === null ? {} : { providerId }) },
    )
    return price === null ? null : Math.round(price.total_price * 1e9)
  } catch {
    // The table throws on usage it calls impossible. Such a call has no known price; it must not stop the run.
    return null
  }
}
