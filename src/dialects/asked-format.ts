/** The format that a call was asked to answer in. Asked for as a word (`json`), or as the response format of an API. */
import type { ParseFormat } from '../model/step.ts'
import type { Attributes, PlainValue } from '../otlp/span.ts'
import type { Chain } from './dialect.ts'
import { path } from './read.ts'

export function askedFormatOf(attributes: Attributes, chain: Chain): ParseFormat | null {
  for (const key of chain) {
    const asked = formatOf(attributes.text(key))
    if (asked !== null) return asked
  }
  return null
}

const MAX_CHARACTERS = 65_536

function formatOf(text: string | null): ParseFormat | null {
  if (text === null || text.length > MAX_CHARACTERS) return null
  const trimmed = text.trim()
  return trimmed.startsWith('{') ? formatOfObject(trimmed) : formatOfWord(trimmed)
}

const words: ReadonlyMap<string, ParseFormat> = new Map([
  ['json', 'json'],
  ['json_object', 'json'],
  ['json_schema', 'json'],
  ['application/json', 'json'],
  ['text', 'text'],
])

function formatOfWord(word: string): ParseFormat | null {
  return words.get(word.toLowerCase()) ?? null
}

/** `{"type": "json_schema", ...}`, or the parameters of a call with such a response format in them. */
function formatOfObject(text: string): ParseFormat | null {
  try {
    const value: PlainValue = JSON.parse(text)
    return responseFormatOf(value)
  } catch {
    return null
  }
}

/** Of chat completions, AI SDKs, the Responses API and Anthropic. */
const places: readonly (readonly string[])[] = [
  ['response_format'],
  ['responseFormat'],
  ['text', 'format'],
  ['output_config', 'format'],
  [],
]

/** The response format in the parameters of a call; Gemini's is a media type. */
function responseFormatOf(value: PlainValue | undefined): ParseFormat | null {
  for (const place of places) {
    const type = path(value, ...place, 'type')
    const format = typeof type === 'string' ? formatOfWord(type) : null
    if (format !== null) return format
  }
  const mime = path(value, 'response_mime_type') ?? path(value, 'responseMimeType')
  return typeof mime === 'string' ? formatOfWord(mime) : null
}
