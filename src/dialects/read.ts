/** Guarded reading along key chains. A value of the wrong type reads as absent, so one odd attribute never spoils a span. */
import type { FinishReason } from '../model/step.ts'
import type { Attributes, PlainValue } from '../otlp/span.ts'
import type { Chain } from './dialect.ts'

/** Placeholders that emitters put where content or ids were hidden; they are no values. */
const placeholders: ReadonlySet<string> = new Set([
  '<REDACTED>',
  '[REDACTED]',
  '__REDACTED__',
  '<elided>',
  '[FILTERED]',
  '[Filtered]',
  '[HIDDEN]',
  '[MASKED]',
  '<masked>',
  '[object Object]',
  'None',
  'null',
  'undefined',
  'NaN',
])

const MAX_JSON_CHARACTERS = 65_536

/** More tokens than any model takes in one call: such a count is garbage and reads as absent, before it spoils a total for good. */
const MAX_TOKENS = 100_000_000

/** At most `maxLength` characters, as a copy: a plain slice would keep the megabyte it was cut from in memory for as long as itself. */
export function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : Buffer.from(text.slice(0, maxLength)).toString()
}

/** First non-empty string along the chain, cut to `maxLength` characters and trimmed. */
export function firstString(attributes: Attributes, chain: Chain, maxLength = 256): string | null {
  for (const key of chain) {
    const value = cut(attributes.string(key) ?? '', maxLength).trim()
    if (value !== '' && !isPlaceholder(value)) return value
  }
  return null
}

/** Nothing but asterisks. */
const masked = /^\*{3,}$/

function isPlaceholder(text: string): boolean {
  return placeholders.has(text) || text.startsWith('[Scrubbed') || masked.test(text)
}

/** First string along the chain, freed of the quotes of those emitters that write every value as JSON. */
export function firstJsonText(attributes: Attributes, chain: Chain): string | null {
  for (const key of chain) {
    const text = toName(firstString(attributes, [key])?.replace(/^"(.*)"$/, '$1'))
    if (text !== null) return text
  }
  return null
}

/** First string or number along the chain as text: ids of conversations and users are sent as either. */
export function firstId(attributes: Attributes, chain: Chain): string | null {
  for (const key of chain) {
    const text = firstString(attributes, [key])
    if (text !== null) return text
    // As text, since an id beyond 2^53 would lose its last digits as a number.
    const digits = attributes.number(key) === null ? null : attributes.text(key)
    if (digits !== null) return cut(digits, 256)
  }
  return null
}

/** First non-negative whole number along the chain; counts sent as text are read too. */
export function firstCount(attributes: Attributes, chain: Chain): number | null {
  for (const key of chain) {
    const value = attributes.number(key)
    if (value !== null && value >= 0 && value <= MAX_TOKENS) return Math.floor(value) + 0
  }
  return null
}

/** First finite non-negative number along the chain. */
export function firstNumber(attributes: Attributes, chain: Chain): number | null {
  for (const key of chain) {
    const value = attributes.number(key)
    if (value !== null && value >= 0) return value
  }
  return null
}

/** First present value along the chain as text for comparing. */
export function firstText(attributes: Attributes, chain: Chain): string | null {
  for (const key of chain) {
    const value = attributes.text(key)
    if (value !== null && value !== '' && !isPlaceholder(value)) return value
  }
  return null
}

/** Words that a program prints for nothing; a person or a model may say them, too. */
const emptyWords: ReadonlySet<string> = new Set(['None', 'null', 'undefined', 'NaN'])

/** True for a placeholder that stands for a text which was hidden. */
export function isHidden(text: string): boolean {
  if (text.length > MAX_PLACEHOLDER_CHARACTERS) return false
  const trimmed = text.trim()
  return isPlaceholder(trimmed) && !emptyWords.has(trimmed)
}

const MAX_PLACEHOLDER_CHARACTERS = 256

/** A placeholder with its reason (`[Scrubbed due to 'session']`) is shorter than this. */
export const MAX_PLACEHOLDER_BYTES = 64

/** What is left of content that was switched off. */
const emptyJson: ReadonlySet<string> = new Set(['', '[]', '{}', '""', '[{}]', '[""]'])

const none: ReadonlySet<string> = new Set()

/** True when one of the keys holds something other than a placeholder. What is longer than one is not decoded: it may be a megabyte of chat. */
export function saysSomething(attributes: Attributes, chain: Chain, except: ReadonlySet<string> = none): boolean {
  for (const key of chain) {
    if (isContentOrLong(attributes.brief(key, MAX_PLACEHOLDER_BYTES)) && !except.has(key)) return true
  }
  return false
}

/** Of a value as `brief` gives it: null is too long for a placeholder, undefined is absent. */
export function isContentOrLong(brief: string | null | undefined): boolean {
  return brief === null || (brief !== undefined && isContent(brief))
}

/** True for a text that is neither empty nor a placeholder. */
export function isContent(text: string): boolean {
  const trimmed = text.trim()
  return !emptyJson.has(trimmed) && !isPlaceholder(trimmed)
}

/** A JSON object that is sent as a string or as a structured value; null when it is neither or too large. */
export function jsonObject(
  attributes: Attributes,
  key: string,
  maxCharacters: number = MAX_JSON_CHARACTERS,
): { readonly [key: string]: PlainValue } | null {
  const value = attributes.value(key)
  if (typeof value === 'string') return parsedObject(value, maxCharacters)
  return isPlainObject(value) ? value : null
}

/** A JSON object in a text; null when it is none or too large. */
export function parsedObject(text: string, maxCharacters: number): { readonly [key: string]: PlainValue } | null {
  const parsed = parseJson(text, maxCharacters)
  return isPlainObject(parsed) ? parsed : null
}

/** A JSON list that is sent as a string or as a structured value; empty when it is neither or too large. */
export function jsonList(
  attributes: Attributes,
  key: string,
  maxCharacters: number = MAX_JSON_CHARACTERS,
): readonly PlainValue[] {
  const value = attributes.value(key)
  const parsed = typeof value === 'string' ? parseJson(value, maxCharacters) : value
  return Array.isArray(parsed) ? parsed : []
}

/** Walks into nested plain objects; undefined when a part is missing. */
export function path(value: PlainValue | undefined, ...keys: readonly string[]): PlainValue | undefined {
  let current = value
  for (const key of keys) {
    if (!isPlainObject(current) || !Object.hasOwn(current, key)) return undefined
    current = current[key]
  }
  return current
}

function isPlainObject(value: PlainValue | undefined): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A non-negative whole number from a plain value; null otherwise. */
export function toCount(value: PlainValue | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number <= MAX_TOKENS ? Math.floor(number) + 0 : null
}

/** A non-empty string from a plain value; null otherwise. */
export function toName(value: PlainValue | undefined): string | null {
  const text = typeof value === 'string' ? cut(value, 256).trim() : ''
  return text === '' || isPlaceholder(text) ? null : text
}

function parseJson(text: string, maxCharacters: number = MAX_JSON_CHARACTERS): PlainValue | undefined {
  if (text.length > maxCharacters) return undefined
  const first = text.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  try {
    const parsed: PlainValue = JSON.parse(text)
    return parsed
  } catch {
    // Emitters cut long JSON; half a document tells nothing we could rely on.
    return undefined
  }
}

/** How many documents a list holds, whether it is JSON, structured, or numbered attributes; null when there is no list. */
export function documentsOf(attributes: Attributes, chain: Chain): number | null {
  for (const key of chain) {
    const value = attributes.value(key)
    const list = typeof value === 'string' ? parseJson(value) : value
    if (Array.isArray(list)) return list.length
  }
  return null
}

/** One a choice; more than this is not kept. */
const MAX_FINISH_REASONS = 16
const MAX_FINISH_CHARACTERS = 1_024

/** Finish reasons come as an array, a JSON or Python text of one, a comma list or a single word, in every provider's spelling. */
export function finishReasons(attributes: Attributes, chain: Chain): readonly FinishReason[] {
  for (const key of chain) {
    const words = attributes.strings(key).slice(0, MAX_FINISH_REASONS).flatMap(splitWords).slice(0, MAX_FINISH_REASONS)
    if (words.length > 0) return words.map(finishReasonOf)
  }
  return []
}

function splitWords(text: string): readonly string[] {
  return cut(text, MAX_FINISH_CHARACTERS)
    .replaceAll(brackets, '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && !isPlaceholder(word))
}

/** What is around the words in `["stop"]` and `['stop']`. */
const brackets = /[[\]"']/g

/**
 * Provider spellings of finish reasons (OpenAI, Anthropic, Gemini, Bedrock, Cohere, Mistral, DeepSeek, AI SDK, LangChain4j), lower-cased, `-` as `_`. What
 * somebody cancelled is not here: it is no failure of the model, and who cancelled is not said.
 */
const finishReasonWords: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['complete', 'stop'],
  ['completed', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['max_length', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['incomplete', 'length'],
  ['tool_call', 'tool_call'],
  ['tool_calls', 'tool_call'],
  ['tool_use', 'tool_call'],
  ['function_call', 'tool_call'],
  ['tool_execution', 'tool_call'],
  ['content_filter', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['prohibited_content', 'content_filter'],
  ['spii', 'content_filter'],
  ['image_safety', 'content_filter'],
  ['image_prohibited_content', 'content_filter'],
  ['image_recitation', 'content_filter'],
  ['error_toxic', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
  ['refusal', 'refusal'],
  ['error', 'error'],
  ['failed', 'error'],
  ['malformed_function_call', 'error'],
  ['malformed_response', 'error'],
  ['malformed_model_output', 'error'],
  ['malformed_tool_use', 'error'],
  ['unexpected_tool_call', 'error'],
  ['too_many_tool_calls', 'error'],
  ['insufficient_system_resource', 'error'],
])

export function finishReasonOf(word: string): FinishReason {
  // Semantic Kernel for Python prints its enum (FinishReason.STOP), Strands for JavaScript writes endTurn.
  const plain = word.slice(word.lastIndexOf('.') + 1).replace(/([a-z])([A-Z])/g, '$1_$2')
  // Enums of protocol buffers repeat their own name: FINISH_REASON_STOP.
  const bare = plain
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^finish_reason_/, '')
  return finishReasonWords.get(bare) ?? 'other'
}
