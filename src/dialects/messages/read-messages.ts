/** Plain data -> messages. Takes lists, single messages and the envelopes of APIs and frameworks around them; what it does not know it leaves out. */
import type { PlainValue } from '../../otlp/span.ts'
import type { Message, ToolCall, ToolResult } from './message.ts'
import { readPart, readToolCall, readToolResult } from './parts.ts'
import { asList, asObject, type PlainObject, roleOf, stringAt, textOf, valueAt } from './shapes.ts'

/** Envelopes lie in one another: LangChain's generations hold lists of lists of objects with a message that has its fields in `kwargs`. */
const MAX_DEPTH = 8
/** A conversation of weeks is a few thousand messages. */
const MAX_MESSAGES = 10_000

/** Keys under which APIs and frameworks keep the messages, in the order in which they are looked for. */
export const envelopeKeys = [
  'messages',
  'choices',
  'candidates',
  'generations',
  'contents',
  'message',
  'output',
  'input',
  'response',
] as const

export function readMessages(value: PlainValue | undefined): readonly Message[] {
  const found: Message[] = []
  collect(value, found, 0, null)
  return found
}

/** What transcripts look for and detectors do not. */
export interface Besides {
  /** More keys under which messages lie. */
  readonly envelopeKeys: readonly string[]
  /** What lies beside the messages of an envelope and is said before them, such as instructions. */
  before(envelope: PlainObject): readonly Message[]
  /** An object that is no message to a detector. */
  item(object: PlainObject): Message | null
}

/** Everything that was said, also what no detector asks for. */
export function readAllMessages(value: PlainValue | undefined, besides: Besides): readonly Message[] {
  const found: Message[] = []
  collect(value, found, 0, besides)
  return found
}

function collect(value: PlainValue | undefined, found: Message[], depth: number, besides: Besides | null): void {
  if (value === undefined || value === null || depth > MAX_DEPTH || found.length >= MAX_MESSAGES) return
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found, depth + 1, besides)
    return
  }
  const object = asObject(value)
  if (object === null) {
    if (typeof value === 'string') found.push({ ...emptyMessage, text: value })
    return
  }
  const message = readMessage(object) ?? besides?.item(object) ?? null
  if (message !== null) {
    found.push(message)
    return
  }
  if (besides !== null) found.push(...besides.before(object))
  for (const key of besides?.envelopeKeys ?? envelopeKeys) {
    const inner = valueAt(object, key)
    if (inner !== undefined) return collect(inner, found, depth + 1, besides)
  }
}

export const emptyMessage: Message = {
  role: 'other',
  text: '',
  refusal: null,
  toolCalls: [],
  toolResults: [],
  hasMedia: false,
  parts: null,
  source: null,
}

/** One message; null when the object is none. */
function readMessage(object: PlainObject): Message | null {
  const item = readItem(object)
  if (item !== null) return item
  // LangChain serialises a message's fields into `kwargs` (constructor) or `data` (dict).
  const inner = asObject(object['kwargs']) ?? asObject(object['data'])
  const word = classOf(object) ?? stringAt(object, 'type')
  if (inner !== null && (isMessage(inner) || roleOf(word) !== 'other')) return readFields(inner, word)
  // Gemini's candidates hold a content with role and parts.
  const content = asObject(object['content'])
  if (content !== null && Array.isArray(content['parts'])) return readFields(content, stringAt(content, 'role') ?? 'model')
  return isMessage(object) ? readFields(object, stringAt(object, 'role', 'type', 'kind')) : null
}

/** Items of OpenAI's Responses API, which are no messages but stand among them. */
function readItem(object: PlainObject): Message | null {
  const type = stringAt(object, 'type')
  if (type === 'function_call' || type === 'custom_tool_call')
    return { ...emptyMessage, role: 'assistant', toolCalls: [readToolCall(object)], source: object }
  if (type === 'function_call_output' || type === 'custom_tool_call_output')
    return { ...emptyMessage, role: 'tool', toolResults: [readToolResult(object, type)], source: object }
  return null
}

function isMessage(object: PlainObject): boolean {
  if (Array.isArray(object['parts'])) return true
  const isRole = typeof object['role'] === 'string' || roleOf(stringAt(object, 'type')) !== 'other'
  return isRole && ['content', 'tool_calls', 'toolCalls', 'refusal', 'role'].some((key) => Object.hasOwn(object, key))
}

/** `["langchain_core", "messages", "AIMessage"]` */
function classOf(object: PlainObject): string | null {
  const last = asList(object['id']).at(-1)
  return typeof last === 'string' ? last : null
}

function readFields(object: PlainObject, word: string | null): Message {
  const role = roleOf(word)
  const content = valueAt(object, 'parts', 'content', 'blocks')
  const body = readBody(content)
  const calls = [...body.toolCalls, ...listedCalls(object)]
  if (role === 'tool' && body.toolResults.length === 0) {
    const result: ToolResult = { ...readToolResult(object, ''), text: textOf(content) }
    return { ...emptyMessage, role, toolResults: [result], source: object }
  }
  const refusal = stringAt(object, 'refusal') ?? stringAt(asObject(object['additional_kwargs']) ?? {}, 'refusal') ?? body.refusal
  return { ...body, role: role === 'user' && isAllResults(body) ? 'tool' : role, refusal, toolCalls: calls, source: object }
}

/** Anthropic and Pydantic AI send what tools answered in the user's name. */
function isAllResults(body: Message): boolean {
  return body.toolResults.length > 0 && body.text === ''
}

function listedCalls(object: PlainObject): readonly ToolCall[] {
  const good = asList(valueAt(object, 'tool_calls', 'toolCalls')).flatMap((item) => toolCallOf(item, false))
  const broken = asList(valueAt(object, 'invalid_tool_calls')).flatMap((item) => toolCallOf(item, true))
  return [...good, ...broken]
}

function toolCallOf(item: PlainValue, isBroken: boolean): readonly ToolCall[] {
  const object = asObject(item)
  return object === null ? [] : [readToolCall(object, isBroken)]
}

function readBody(content: PlainValue | undefined): Message {
  if (typeof content === 'string') return { ...emptyMessage, text: content }
  const parts = Array.isArray(content) ? content.map(readPart) : content === undefined ? [] : [readPart(content)]
  return {
    role: 'other',
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    refusal: parts.find((part) => part.type === 'refusal')?.text ?? null,
    toolCalls: parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : [])),
    toolResults: parts.flatMap((part) => (part.type === 'tool_result' ? [part.result] : [])),
    hasMedia: parts.some((part) => part.type === 'media'),
    parts,
    source: null,
  }
}
