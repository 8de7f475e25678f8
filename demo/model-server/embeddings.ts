/** Embeddings without a model: each word falls into a few dimensions by its hash, so that texts that share words are near each other. */
import { type Json, list, text } from './json.ts'
import { tokensOf } from './usage.ts'

const MAX_DIMENSIONS = 4_096
const PLACES_PER_WORD = 4

export interface EmbeddingCall {
  readonly model: string
  readonly inputs: readonly string[]
  readonly dimensions: number
  readonly isBase64: boolean
}

export function readEmbeddingCall(body: Json): EmbeddingCall {
  const model = text(body['model']) ?? ''
  const input = body['input']
  const wanted = body['dimensions']
  const natural = model.includes('large') ? 3_072 : 1_536
  return {
    model,
    inputs: typeof input === 'string' ? [input] : inputsOf(list(input)),
    dimensions: typeof wanted === 'number' && wanted >= 1 && wanted <= MAX_DIMENSIONS ? Math.floor(wanted) : natural,
    isBase64: body['encoding_format'] === 'base64',
  }
}

/** A list of texts, of token lists, or one list of tokens. */
function inputsOf(values: readonly unknown[]): readonly string[] {
  if (values.every((value) => typeof value === 'number')) return [values.join(' ')]
  return values.map((value) => (typeof value === 'string' ? value : list(value).join(' ')))
}

export function embeddingAnswer(call: EmbeddingCall, model: string, tellsUsage: boolean): Json {
  const tokens = embeddingTokens(call)
  return {
    object: 'list',
    data: call.inputs.map((input, index) => {
      const vector = embed(input, call.dimensions)
      const embedding = call.isBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector]
      return { object: 'embedding', index, embedding }
    }),
    model,
    ...(tellsUsage ? { usage: { prompt_tokens: tokens, total_tokens: tokens } } : {}),
  }
}

export function embeddingTokens(call: EmbeddingCall): number {
  return call.inputs.reduce((total, input) => total + Math.max(1, tokensOf(input)), 0)
}

function embed(input: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  for (const word of input.toLowerCase().match(/[\p{L}\d]+/gu) ?? []) {
    // The first letters stand for the stem, so that "refund" and "refunded" meet.
    const stem = word.slice(0, 6)
    for (let place = 0; place < PLACES_PER_WORD; place++) {
      const hash = hashOf(`${place}:${stem}`)
      const at = hash % dimensions
      vector[at] = (vector[at] ?? 0) + (hash & 0x4000_0000 ? 1 : -1)
    }
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

/** FNV-1a, 32 bits. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < value.length; index++) hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193) >>> 0
  return hash
}
