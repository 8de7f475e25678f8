/** Messages as transcripts show them: every part in the order of the wire, thoughts and media with what the wire calls them. */
import type { MessagePart, MessageRole, TranscriptMessage } from '../../model/transcript.ts'
import type { PlainValue } from '../../otlp/span.ts'
import { isHidden } from '../read.ts'
import type { Message, Part, ToolCall, ToolResult } from './message.ts'
import { asObject, jsonText, type PlainObject, stringAt, textOf, valueAt } from './shapes.ts'

/** Messages that hold something; `otherwise` is the role of those that name none. */
export function shownMessages(messages: readonly Message[], otherwise: MessageRole): readonly TranscriptMessage[] {
  return messages.flatMap((message) => {
    const parts = partsOf(message)
    return parts.length === 0 ? [] : [{ role: roleOf(message, parts, otherwise), parts }]
  })
}

/** Whoever asks for tools is the model, whoever brings their results is a tool. */
function roleOf({ role }: Message, parts: readonly MessagePart[], otherwise: MessageRole): MessageRole {
  if (parts.every(({ type }) => type === 'tool_result')) return 'tool'
  if (role !== 'other') return role
  return parts.some(({ type }) => type === 'tool_call' || type === 'thought') ? 'assistant' : otherwise
}

function partsOf(message: Message): readonly MessagePart[] {
  const inContent = message.parts?.filter(({ type }) => type === 'tool_result').length ?? 0
  const results = message.toolResults.slice(inContent)
  // The text of a tool's message is its result.
  const content = message.role === 'tool' && results.length > 0 ? [] : (message.parts ?? [{ type: 'text', text: message.text }])
  const parts = content.flatMap(shownPart)
  const beside = [...refusalOf(message, parts), ...listedCalls(message, parts), ...results.map(shownResult)]
  return [...thoughtBeside(message.source), ...parts, ...beside]
}

function shownPart(part: Part): readonly MessagePart[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return emptyTexts.has(part.text) || isHidden(part.text) ? [] : [part]
    case 'tool_call':
      return [shownCall(part.call)]
    case 'tool_result':
      return [shownResult(part.result)]
    case 'media':
      return media(part.source)
    case 'nothing':
      return part.source === null ? [] : thought(part.source)
    default:
      return part satisfies never
  }
}

/** Some write an answer that asks for tools as an empty text in JSON. */
const emptyTexts: ReadonlySet<string> = new Set(['', '""'])

export function shownCall({ id, name, arguments: args }: Pick<ToolCall, 'id' | 'name' | 'arguments'>): MessagePart {
  return { type: 'tool_call', id, name, arguments: args === undefined ? null : (visible(writtenText(args)) ?? null) }
}

export function shownResult({ id, name, text, isMarkedFailed }: ToolResult): MessagePart {
  return { type: 'tool_result', id, name, text: visible(text) ?? '', isError: isMarkedFailed }
}

/** Data as its JSON. What is nested too deep to be written is said to be there. */
export function writtenText(value: PlainValue): string {
  if (typeof value === 'string') return value
  const text = jsonText(value)
  return text === '' ? '… (nested too deep to be shown)' : text
}

function visible(text: string): string | null {
  return isHidden(text) ? null : text
}

/** A field of its own for the model's thoughts: DeepSeek's, vLLM's and LiteLLM's, LangChain's. */
function thoughtBeside(source: PlainObject | null): readonly MessagePart[] {
  if (source === null) return []
  const keys = ['reasoning_content', 'reasoning', 'reasoningText', 'thinking']
  const text = stringAt(source, ...keys) ?? stringAt(asObject(source['additional_kwargs']) ?? {}, ...keys)
  return text === null || isHidden(text) ? [] : [{ type: 'thought', text }]
}

/** Empty where there are no thoughts in it: they may be encrypted. */
function thought(source: PlainObject): readonly MessagePart[] {
  const inner = asObject(valueAt(source, 'reasoningContent', 'reasoning_content')) ?? source
  const wrapped = asObject(valueAt(inner, 'reasoningText', 'reasoning_text')) ?? inner
  const text =
    stringAt(wrapped, 'thinking', 'reasoning', 'text', 'content') ?? textOfParts(valueAt(wrapped, 'summary', 'content'))
  return text === '' || isHidden(text) ? [] : [{ type: 'thought', text }]
}

function textOfParts(value: PlainValue | undefined): string {
  return Array.isArray(value) && value.length === 0 ? '' : textOf(value)
}

/** Unknown parts with a text are a text: what a conversation was compacted to, parts that are newer than this. */
function media(source: PlainObject): readonly MessagePart[] {
  const type = stringAt(source, 'type') ?? Object.keys(source)[0] ?? ''
  const text = blobs.test(type) ? null : stringAt(source, 'text', 'content')
  if (text !== null && !isHidden(text)) return [{ type: 'text', text }]
  if (type.endsWith('text')) return []
  const inner = asObject(source[type]) ?? source
  const details = [
    stringAt(source, 'modality'),
    stringAt(inner, 'mime_type', 'mimeType', 'mediaType', 'media_type', 'contentType', 'format', 'name'),
  ]
  const what = [type, ...details.filter((detail) => detail !== null && detail !== type)].join(' ')
  return [{ type: 'media', what: what.slice(0, MAX_WHAT) }]
}

const MAX_WHAT = 200
const blobs = /blob|image|audio|video|file|document|uri|url|data/i

function refusalOf({ refusal }: Message, parts: readonly MessagePart[]): readonly MessagePart[] {
  if (refusal === null || refusal === '' || parts.some(({ type }) => type === 'refusal')) return []
  return [{ type: 'refusal', text: refusal }]
}

/** Calls in a list beside the content; some emitters have them in both. */
function listedCalls({ toolCalls, parts, source }: Message, shown: readonly MessagePart[]): readonly MessagePart[] {
  const inContent = parts?.filter(({ type }) => type === 'tool_call').length ?? 0
  const ids = new Set(shown.flatMap((part) => (part.type === 'tool_call' && part.id !== null ? [part.id] : [])))
  // An item of the Responses API has an id of its own beside that of the call.
  const callId = source === null || toolCalls.length !== 1 ? null : stringAt(source, 'call_id', 'callId')
  if (callId !== null && parts === null) return toolCalls.map((call) => shownCall({ ...call, id: callId }))
  return toolCalls.slice(inContent).flatMap((call) => (call.id !== null && ids.has(call.id) ? [] : [shownCall(call)]))
}
