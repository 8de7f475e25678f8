/**
 * Finds the entry of a call's model in the table of genai-prices. The table finds more than it should (the base of a fine-tuned model, the maker's
 * price for a reseller's or one's own weights), so what is asked of it, and which of its answers count, is decided here.
 */
import { calcPrice, type ModelPrice } from '@pydantic/genai-prices'
import { bedrockIdOf, isOpenWeights, type ModelName, withoutSnapshot } from './model-name.ts'
import { hasPricesOfItsOwn, isUnlisted, sellerOf } from './sellers.ts'

/** What to ask the table for. */
export interface Listing {
  readonly seller: string
  readonly model: string
}

/** Null = nobody is known to sell this model at a list price. */
export function findListing(name: ModelName, provider: string | null): Listing | null {
  if (name.isSpecial) return tunedListing(name)
  const own = sellerOf(provider)
  const isFixed = provider !== null && (isUnlisted(provider) || hasPricesOfItsOwn(own ?? provider))
  const offers = [
    ...(own === null ? [] : [{ seller: own, name: name.full }]),
    ...name.offers.filter(({ seller }) => !isFixed || seller === own),
    ...(own === null ? [] : [{ seller: own, name: name.bare }]),
  ]
  const bedrockId = own === 'aws' ? bedrockIdOf(name.bare) : null
  if (bedrockId !== null) offers.push({ seller: 'aws', name: bedrockId })
  const isElsewhere = isFixed || name.offers.some(({ seller }) => hasPricesOfItsOwn(seller))
  for (const shorten of [asWritten, withoutSnapshot]) {
    for (const offer of offers) {
      const listing = isMadeUp(offer.seller, offer.name) ? null : ask(shorten(offer.name), offer.seller)
      if (listing !== null) return listing
    }
    const listing = isElsewhere ? null : makersListing(shorten(withoutVariant(name.bare)), provider)
    if (listing !== null) return listing
  }
  return null
}

function asWritten(name: string): string {
  return name
}

/** These variants of OpenRouter route a call differently. `:free` and others that have another price stay. */
function withoutVariant(name: string): string {
  return name.replace(/:(?:beta|thinking|nitro|floor)$/, '')
}

/** OpenAI and DeepSeek sell no weights by size: the table has these from a reseller. */
function isMadeUp(seller: string, name: string): boolean {
  return (seller === 'openai' || seller === 'deepseek') && isOpenWeights(name)
}

/** Only entries for fine-tuned models count, not those of a base model that take them in. */
function tunedListing({ full, bare }: ModelName): Listing | null {
  const start = full.indexOf('ft:')
  const found = ask(start < 0 ? bare : full.slice(start), 'openai')
  return found !== null && (found.id.startsWith('ft:') || found.id.includes('.ft-')) ? found : null
}

/** They alone sell what they make, but for clouds that take the same. */
const closedMakers: ReadonlySet<string> = new Set(['openai', 'anthropic', 'google', 'x-ai'])

/** Names that only the maker's own API has, though the weights are open. */
const apiNames = /^(?:deepseek-(?:chat|reasoner)$|moonshot-v1-|(?:mi|code|dev|magi|mini)stral-(?:[a-z0-9]+-)?latest$)/

/** By the name alone: clients for OpenAI's API talk to many sellers, and frameworks put their own name where the provider belongs. */
function makersListing(name: string, provider: string | null): Listing | null {
  if (name === '' || isOpenWeights(name)) return null
  const found = ask(name, /^(?:text-embedding-|chatgpt-|codex-mini)/.test(name) ? 'openai' : null)
  if (found === null) return null
  return provider === null || closedMakers.has(found.seller) || apiNames.test(name) ? found : null
}

/**
 * Entries without rates are of models that a plan includes, that are paid by the minute, or that are free and named so. Tokens of speech and pictures
 * cost many times those of text, and spans do not tell them apart.
 */
function isPaidByTextTokens(id: string, rates: ModelPrice): boolean {
  if (rates['output_audio_mtok'] !== undefined || rates['output_image_mtok'] !== undefined || /audio|realtime/.test(id))
    return false
  return rates['input_mtok'] !== undefined || id.endsWith(':free')
}

function ask(model: string, seller: string | null): (Listing & { readonly id: string }) | null {
  if (model === '') return null
  // Vertex writes the date of a snapshot behind an @, others behind a dash; Azure writes gpt-35.
  const name = seller === 'google' ? model : model.replace('@', '-').replace(/^gpt-35-/, 'gpt-3.5-')
  try {
    const found = calcPrice({}, name, seller === null ? {} : { providerId: seller })
    if (found === null || !isPaidByTextTokens(found.model.id, found.model_price)) return null
    return { seller: found.provider.id, model: name, id: found.model.id }
  } catch {
    return null
  }
}
