/**
 * LiteLLM's OpenTelemetry callback, of the SDK and the proxy: `litellm_request` in plain conventions, with cached and reasoning tokens only in a
 * Python dict, and below it `raw_gen_ai_request` with the API's own answer. Seen on the wire: SDK 1.110. Its second version, which follows the
 * conventions (`litellm.call_type`), is from the reference, not yet seen on the wire.
 *
 * Where the application has a span open, LiteLLM writes what `litellm_request` would say onto that span, and only of its first call: the
 * application's span stays what its name says, and the raw requests are the calls.
 */
import type { Answer, StepKind } from '../model/step.ts'
import { unknownUsage, type Usage } from '../model/usage.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import { apiAnswerOf, apiUsageOf, filledUp } from './api-answer.ts'
import { usageOf } from './counts.ts'
import type { Dialect, KeyTable, Reading, StepWords } from './dialect.ts'
import { answerOf } from './messages/answer.ts'
import type { ToolCall } from './messages/message.ts'
import { emptyMessage, readMessages } from './messages/read-messages.ts'
import { type Meaning, meaningOf, operationOfName } from './operations.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { readPython } from './python-repr.ts'
import { firstString, jsonList } from './read.ts'

const SCOPE = 'litellm'
const RAW_REQUEST = 'raw_gen_ai_request'

const keys: KeyTable = {
  ...otelKeys,
  conversationId: [...otelKeys.conversationId, 'metadata.session_id', 'metadata.litellm_session_id'],
  userId: [
    ...otelKeys.userId,
    'litellm.end_user.id',
    'metadata.user_api_key_end_user_id',
    'metadata.user_api_key_user_id',
    'metadata.user_id',
  ],
}

export const litellm: Dialect = {
  name: 'litellm',
  keys,
  matches: (span) =>
    span.attributes.has('litellm.call_id') ||
    span.attributes.has('litellm.call_type') ||
    (span.scope.name === SCOPE && span.name === RAW_REQUEST),
  read: (span) => {
    if (isRawRequest(span)) return readRawRequest(span)
    const named = span.scope.name === SCOPE || span.name === 'litellm_request' ? null : operationOfName(span.name)
    return {
      ...(named ?? callTypeOf(span.attributes) ?? readOperation(span)),
      usage: usageWithDetails(span.attributes),
      responseId: responseIdOf(span.attributes),
      ...calledTools(span),
    }
  },
  words: wordsOf,
}

function isRawRequest(span: Span): boolean {
  return span.name === RAW_REQUEST && !span.attributes.has('litellm.call_id')
}

/** Without content it leaves out the operation, but never the type of the call: an embedding looks like a chat otherwise. */
function callTypeOf(attributes: Attributes): Meaning | null {
  const type = attributes.has('gen_ai.operation.name')
    ? null
    : firstString(attributes, ['llm.request.type', 'litellm.call_type'], 128)
  return type === null ? null : meaningOf(type)
}

function usageWithDetails(attributes: Attributes): Usage {
  const text = attributes.text('metadata.usage_object')
  const usage = filledUp(usageOf(attributes, keys), apiUsageOf(text === null ? undefined : readPython(text)))
  // A stream that told no usage is sent with nothing for both.
  return usage.input === 0 && usage.output === 0 ? unknownUsage : usage
}

/** Where there is no answer the call's own id stands in for its; ids of responses hold the provider's, with what the router needs to know. */
function responseIdOf(attributes: Attributes): string | null {
  const id = firstString(attributes, ['gen_ai.response.id'], 1_024)
  if (id === null || id === attributes.string('litellm.call_id')) return null
  const packed = /^resp_([A-Za-z0-9+/=_-]{32,})$/.exec(id)?.[1]
  const inner =
    packed === undefined ? null : /^litellm:.*response_id:([\w-]{1,200})$/.exec(Buffer.from(packed, 'base64').toString())
  return inner?.[1] ?? id
}

const MAX_TOOL_CALLS = 64

/** The messages of an answer leave out the tools it asks for; they are numbered beside them. */
function calledTools({ attributes }: Span): { readonly answer?: Answer } {
  const toolCalls = numberedCalls(attributes)
  return toolCalls.length === 0 ? {} : { answer: answerOf([{ ...emptyMessage, role: 'assistant', toolCalls }], null) }
}

function numberedCalls(attributes: Attributes): readonly ToolCall[] {
  const toolCalls: ToolCall[] = []
  for (let at = 0; at < MAX_TOOL_CALLS; at++) {
    const name = attributes.string(`gen_ai.completion.${at}.function_call.name`)
    if (name === null) break
    const args = attributes.text(`gen_ai.completion.${at}.function_call.arguments`) ?? undefined
    toolCalls.push({ id: null, name, arguments: args, isBroken: false })
  }
  return toolCalls
}

function wordsOf(span: Span, kind: StepKind): StepWords {
  if (kind !== 'llm') return {}
  const { attributes } = span
  if (isRawRequest(span)) return rawWords(attributes)
  const calls = numberedCalls(attributes).map(({ name, arguments: args }) => ({ function: { name, arguments: args ?? null } }))
  if (calls.length === 0) return {}
  return {
    output: [
      ...jsonList(attributes, 'gen_ai.output.messages', MAX_CHARACTERS),
      { role: 'assistant', content: null, tool_calls: calls },
    ],
  }
}

const rawField = /^llm\.([^.]+)\.(\w+)$/

/** `llm.openai.usage`: fields of the request and of the answer, printed by Python, under the provider's name. */
function readRawRequest({ attributes }: Span): Reading {
  const fields = new Map<string, PlainValue>()
  let provider: string | null = null
  for (const key of attributes.keys()) {
    const [, name, field] = rawField.exec(key) ?? []
    if (name === undefined || field === undefined || !answerFields.has(field)) continue
    provider = name === 'None' ? null : name
    const text = attributes.text(key)
    if (text !== null) fields.set(field, printed.has(field) ? (readPython(text) ?? null) : text)
  }
  const whole = Object.fromEntries(fields)
  const api = apiAnswerOf(whole)
  if (api === null || (api.usage.input === null && api.usage.output === null)) return { kind: 'other', operation: '' }
  const { usage, finishReasons, model } = api
  // LiteLLM gives answers of other APIs an id of its own: then it is the model and the place that tell twins.
  const id = fields.has('choices') || fields.get('object') === 'response' ? api.id : null
  const messages = readMessages(whole)
  const said = messages.length === 0 ? null : answerOf(messages, null)
  return { kind: 'llm', operation: 'chat', provider, usage, finishReasons, responseModel: model, responseId: id, answer: said }
}

const printed: ReadonlySet<string> = new Set(['usage', 'choices', 'content', 'output', 'incomplete_details'])
const answerFields: ReadonlySet<string> = new Set([...printed, 'model', 'id', 'object', 'type', 'role', 'stop_reason', 'status'])

/** The same fields as plain data, with what the model was told. */
function rawWords(attributes: Attributes): StepWords {
  const fields = new Map<string, PlainValue>()
  for (const key of attributes.keys()) {
    const field = rawField.exec(key)?.[2]
    const text = field === undefined || !wordFields.has(field) ? null : attributes.text(key)
    if (field !== undefined && text !== null) fields.set(field, readPython(text, MAX_CHARACTERS) ?? text)
  }
  const part = (...names: readonly string[]): PlainValue | undefined => {
    const found = names.flatMap((name): readonly (readonly [string, PlainValue])[] => {
      const value = fields.get(name)
      return value === undefined || value === null ? [] : [[name, value]]
    })
    return found.length === 0 ? undefined : Object.fromEntries(found)
  }
  return { input: part('messages', 'input', 'contents', 'system', 'instructions'), output: part('choices', 'content', 'output') }
}

const MAX_CHARACTERS = 1_048_576
const wordFields: ReadonlySet<string> = new Set('messages input contents system instructions choices content output'.split(' '))
