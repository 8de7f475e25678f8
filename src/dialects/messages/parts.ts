/** One part of a message's content: text, a refusal, a tool the model asks for, what a tool answered, or media. */
import type { PlainValue } from '../../otlp/span.ts'
import type { Part, ToolCall, ToolResult } from './message.ts'
import { asObject, jsonText, type PlainObject, stringAt, textOf, valueAt } from './shapes.ts'

const nothing: Part = { type: 'nothing', source: null }

const textTypes: ReadonlySet<string> = new Set(['text', 'output_text', 'input_text', 'summary_text'])
const thoughtTypes: ReadonlySet<string> = new Set(['reasoning', 'thinking', 'redacted_thinking', 'reasoning_content'])
const callTypes: ReadonlySet<string> = new Set([
  'tool_call',
  'tool_use',
  'tool-call',
  'toolUse',
  'function_call',
  'custom_tool_call',
  'function',
])
const resultTypes: ReadonlySet<string> = new Set([
  'tool_call_response',
  'tool_result',
  'tool-result',
  'tool-error',
  'toolResult',
  'function_call_output',
  'custom_tool_call_output',
])
/** The provider ran these itself; the application has nothing to do with them. */
const serverTypes: ReadonlySet<string> = new Set(['server_tool_call', 'server_tool_call_response', 'server_tool_use'])

export function readPart(value: PlainValue): Part {
  if (typeof value === 'string') return { type: 'text', text: value }
  const part = asObject(value)
  if (part === null) return nothing
  const type = stringAt(part, 'type', 'kind', 'part_kind', 'block_type') ?? ''
  if (thoughtTypes.has(type) || part['thought'] === true) return { type: 'nothing', source: part }
  if (serverTypes.has(type)) return { type: 'media', source: part }
  if (type === 'refusal') return { type: 'refusal', text: stringAt(part, 'refusal', 'content', 'text') ?? '' }
  if (callTypes.has(type)) return { type: 'tool_call', call: readToolCall(part) }
  if (resultTypes.has(type)) return { type: 'tool_result', result: readToolResult(part, type) }
  const wrapped = readWrapped(part)
  if (wrapped !== null) return wrapped
  const text = stringAt(part, 'text') ?? (type === '' || textTypes.has(type) ? stringAt(part, 'content') : null)
  if (text !== null) return { type: 'text', text }
  // Genkit sends an answer that was to be data parsed.
  if (type === '' && asObject(part['data']) !== null) return { type: 'text', text: jsonText(part['data'] ?? null) }
  // With content switched off Pydantic AI sends the parts without their text.
  const isKnown = type === '' || (textTypes.has(type) && (Object.hasOwn(part, 'text') || Object.hasOwn(part, 'content')))
  return { type: isKnown ? 'nothing' : 'media', source: part }
}

/** Bedrock, Gemini and Genkit put the part under a key that says what it is. */
function readWrapped(part: PlainObject): Part | null {
  const call = asObject(valueAt(part, 'toolUse', 'functionCall', 'function_call', 'toolRequest', 'tool_call'))
  if (call !== null) return { type: 'tool_call', call: readToolCall(call) }
  const result = asObject(valueAt(part, 'toolResult', 'functionResponse', 'function_response', 'toolResponse'))
  if (result !== null) return { type: 'tool_result', result: readToolResult(result, '') }
  const told = asObject(part['tool_call_result'])
  if (told !== null) return { type: 'tool_result', result: readToldResult(told) }
  const isMedia =
    valueAt(part, 'image', 'media', 'inlineData', 'inline_data', 'fileData', 'file_data', 'audio', 'video') !== undefined
  return isMedia ? { type: 'media', source: part } : null
}

/** A requested tool in any spelling; OpenAI and OpenInference nest name and arguments once or twice more. */
export function readToolCall(object: PlainObject, isBroken = false): ToolCall {
  const inner = asObject(object['tool_call']) ?? object
  const body = asObject(inner['function']) ?? inner
  return {
    id: stringAt(inner, 'id', 'call_id', 'toolCallId', 'tool_call_id', 'toolUseId', 'ref'),
    name: stringAt(body, 'name', 'toolName', 'tool_name') ?? '',
    arguments: valueAt(body, 'arguments', 'args', 'input', 'tool_kwargs'),
    isBroken: isBroken || body['invalid'] === true,
  }
}

/** Haystack names the call that the result is of as its origin. */
function readToldResult(object: PlainObject): ToolResult {
  const origin = asObject(object['origin']) ?? {}
  const { text } = readToolResult(object, '')
  return { id: stringAt(origin, 'id'), name: stringAt(origin, 'tool_name'), text, isMarkedFailed: object['error'] === true }
}

export function readToolResult(object: PlainObject, type: string): ToolResult {
  const output = valueAt(object, 'output', 'response', 'result', 'content', 'error')
  const typed = asObject(output)
  // AI SDK 5 and later say what an output is: {type: 'error-text', value}.
  const outputType = typed === null ? '' : (stringAt(typed, 'type') ?? '')
  const value = typed !== null && Object.hasOwn(typed, 'value') ? typed['value'] : output
  return {
    id: stringAt(object, 'tool_call_id', 'toolCallId', 'tool_use_id', 'toolUseId', 'call_id', 'id', 'ref'),
    name: stringAt(object, 'name', 'toolName', 'tool_name'),
    text: textOf(value),
    isMarkedFailed:
      type === 'tool-error' ||
      outputType.startsWith('error') ||
      object['is_error'] === true ||
      object['isError'] === true ||
      object['status'] === 'error' ||
      typed?.['isError'] === true ||
      typed?.['is_error'] === true,
  }
}
