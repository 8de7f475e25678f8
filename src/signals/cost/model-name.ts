/**
 * Reads what a model's name says besides the model: who sells it (`bedrock/…`, an ARN, `accounts/fireworks/…`) and whether it is sold at a price of
 * its own. Fine-tuned and reserved models often carry their base model's name, and never its price.
 */
import { hasPricesOfItsOwn, isGateway, isUnlisted, knownSeller } from './sellers.ts'

interface Offer {
  /** The seller's id in the table. */
  readonly seller: string
  /** The model's name at this seller. */
  readonly name: string
}

export interface ModelName {
  /** As it came, in lower case. */
  readonly full: string
  /** Without prefixes; empty when the name is a mere address. */
  readonly bare: string
  /** Who sells it as the name tells, outermost first. */
  readonly offers: readonly Offer[]
  /** Fine-tuned, imported, reserved or in a dearer zone: the price of the model it is named after does not hold. */
  readonly isSpecial: boolean
}

/** Deeper nesting of gateways has not been seen; names come from the wire. */
const MAX_PREFIXES = 6

/** What gateways put between the seller and the model: the API to use. */
const apiWords: ReadonlySet<string> = new Set(['responses', 'chat', 'converse', 'converse_like', 'invoke', 'completions'])

function readModelName(spelling: string): ModelName {
  const full = spelling.trim().toLowerCase()
  const offers: Offer[] = []
  let rest = full
  for (let i = 0; i < MAX_PREFIXES; i++) {
    const address = readAddress(rest)
    if (address !== null) return { full, ...address, offers: [...offers, ...address.offers] }
    const cut = rest.search(/[/:]/)
    const head = cut < 0 ? '' : rest.slice(0, cut)
    const seller = knownSeller(head) ?? (isUnlisted(head) ? head : null)
    const last = offers.at(-1)?.seller
    if (last === 'azure' && (head === 'eu' || head === 'us')) return { full, bare: '', offers: [], isSpecial: true }
    if (seller === null && !isGateway(head) && !isBetween(head, last)) break
    rest = rest.slice(cut + 1)
    if (seller !== null) offers.push({ seller, name: rest })
    if (seller !== null && hasPricesOfItsOwn(seller)) break
  }
  if (isBedrockId(rest)) offers.push({ seller: 'aws', name: rest })
  return { full, bare: rest.slice(rest.lastIndexOf('/') + 1), offers, isSpecial: isFineTuned(rest) }
}

function isBetween(head: string, seller: string | undefined): boolean {
  if (seller === undefined) return false
  return apiWords.has(head) || (seller === 'aws' && /^[a-z]{2}(?:-gov)?-[a-z]{4,9}-\d$/.test(head))
}

type Address = Omit<ModelName, 'full'>
const special: Address = { bare: '', offers: [], isSpecial: true }
const opaque: Address = { bare: '', offers: [], isSpecial: false }

/** Names that are paths at their seller. */
function readAddress(name: string): Address | null {
  if (name.startsWith('arn:')) return readArn(name)
  if (name.startsWith('tunedmodels/')) return special
  if (/^(?:projects|publishers|models)\//.test(name)) return readGoogle(name)
  if (name.startsWith('accounts/')) {
    const isShared = /^accounts\/fireworks\/(?:models|routers)\//.test(name) && !name.includes('#')
    return isShared ? { bare: '', offers: [{ seller: 'fireworks', name }], isSpecial: false } : special
  }
  if (name.startsWith('@cf/')) return { bare: '', offers: [{ seller: 'cloudflare', name }], isSpecial: false }
  return null
}

/** Only the ids of base models and of their profiles hold a model; other resources of Bedrock are tuned or reserved ones, or say nothing. */
function readArn(arn: string): Address {
  const [, type = '', id = ''] = /:([a-z-]+)\/(.*)$/.exec(arn) ?? []
  if (type === 'foundation-model' || type === 'inference-profile') {
    return { bare: id, offers: [{ seller: 'aws', name: id }], isSpecial: false }
  }
  return /^(?:custom-model|custom-model-deployment|provisioned-model|imported-model)$/.test(type) ? special : opaque
}

/** Without a publisher it is a tuned model or an endpoint of the user's own. */
function readGoogle(path: string): Address {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (path.startsWith('projects/') && !path.includes('/publishers/')) return special
  return { bare: name, offers: [{ seller: 'google', name }], isSpecial: false }
}

/** OpenAI's and Mistral's `ft:base:org::id`, OpenAI's old `base:ft-org`, Azure's `base.ft-id`. */
function isFineTuned(name: string): boolean {
  return name.startsWith('ft:') || name.includes(':ft-') || name.includes('.ft-')
}

/** `us.anthropic.claude-…`: nobody but Bedrock puts region and maker before a dot. */
const bedrockMaker =
  /^(?:[a-z-]{2,7}\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|nvidia|openai|qwen|writer)\.(?=[a-z])/

function isBedrockId(name: string): boolean {
  return bedrockMaker.test(name)
}

const makersOfFamilies: readonly (readonly [family: RegExp, maker: string])[] = [
  [/^(?:nova|titan)-/, 'amazon'],
  [/^claude-/, 'anthropic'],
  [/^llama/, 'meta'],
  [/^(?:mistral|mixtral|ministral|pixtral)-/, 'mistral'],
  [/^(?:command|embed|rerank)-/, 'cohere'],
  [/^jamba-/, 'ai21'],
]

/** Bedrock's id of a model that a span names without its maker, as OpenLLMetry does; null when nobody knows who made it. */
export function bedrockIdOf(name: string): string | null {
  const maker = makersOfFamilies.find(([family]) => family.test(name))?.[1]
  return maker === undefined ? null : `${maker}.${name}`
}

/** Words that model names of the known makers begin with. A name without one is an alias or a deployment. */
const families =
  /(?:^|[./])(?:chatgpt|claude|codestral|command|dall-e|deepseek|devstral|embed|falcon|gemini|gemma|glm|gpt|granite|grok|jamba|kimi|llama|magistral|meta|minimax|ministral|mistral|mixtral|moonshot|nova|o[1-9]|phi|pixtral|qwen|qwq|rerank|sonar|text-embedding|titan|voxtral|voyage|whisper|yi)(?![a-z])/

/** What to price a call by, the best first. Empty when it names no model. */
export function namesOfCall(answered: string | null, asked: string | null): readonly ModelName[] {
  const names = [answered, asked].flatMap((spelling) =>
    spelling === null || spelling.trim() === '' ? [] : [readModelName(spelling)],
  )
  // Gateways and SDKs shorten a fine-tuned name to that of its base, in the answer or in the request.
  const tuned = names.filter((name) => name.isSpecial)
  if (tuned.length > 0) return tuned
  const [answer, request] = names
  if (answer === undefined || request === undefined) return names
  if (isRegionOf(request, answer)) return [request, answer]
  // An answer of another model is never charged at the price of the one asked for.
  return !families.test(answer.bare) || isSnapshotOf(answer, request) ? names : [answer]
}

/** Bedrock answers with the maker's own name and leaves out the region, which has a price. */
function isRegionOf(request: ModelName, answer: ModelName): boolean {
  const id = request.offers.at(-1)
  if (id?.seller !== 'aws') return false
  return makersName(id.name) === makersName(answer.bare)
}

function makersName(name: string): string {
  return withoutVersion(name.replace(bedrockMaker, ''))
}

/** `grok-9-0915` is the `grok-9` that was asked for, `mistral-large-2610` the `mistral-large-latest`. */
function isSnapshotOf(answer: ModelName, request: ModelName): boolean {
  const base = request.bare.replace(/-latest$/, '')
  return base !== '' && answer.bare.startsWith(base) && /^-\d{4}[\d-]*$/.test(answer.bare.slice(base.length))
}

/** The name less what says only which build of the model it is; the same name when nothing does. */
export function withoutSnapshot(name: string): string {
  return withoutVersion(name).replace(/[-@](?:20\d\d-\d\d-\d\d|20\d{6}|0\d\d)$/, '')
}

function withoutVersion(name: string): string {
  return name.replace(/-v\d+(?::\d+)?$/, '')
}

/** Names with a count of parameters, or a tag, are weights that anybody may serve. */
export function isOpenWeights(name: string): boolean {
  return /(?:^|[-:_x])\d+(?:\.\d+)?b(?![a-z0-9])/.test(name) || name.includes(':')
}
