/** Anthropic's messages: content in blocks, input tokens without the cached ones, two kinds of cache tokens. */
import { type Json, contentText, count, isRecord, list, parsed, record, text } from './json.ts'
import { pieces } from './pieces.ts'
import { inputTokensOf } from './usage.ts'
import {
  type Answer,
  type ErrorReply,
  type Finish,
  type Format,
  type Frame,
  type Message,
  type ModelRequest,
  type ProviderError,
  type ToolChoice,
  type ToolDefinition,
  type Wire,
  frame,
} from './wire.ts'

export const anthropicMessages: Wire = {
  api: 'anthropic.messages',
  read: (body, at) => {
    const system = contentText(body['system'])
    const dialogue = list(body['messages']).map((message) => ({
      messages: readMessage(record(message)),
      isCached: isCached(message),
    }))
    return {
      api: 'anthropic.messages',
      ...at,
      model: text(body['model']) ?? '',
      isStream: body['stream'] === true,
      wantsUsage: true,
      messages: [
        ...(system === '' ? [] : [{ role: 'system' as const, text: system, toolCalls: [], toolCallId: null }]),
        ...dialogue.flatMap((entry) => entry.messages),
      ],
      tools: list(body['tools']).flatMap(readTool),
      toolChoice: readToolChoice(record(body['tool_choice'])),
      format: readFormat(body),
      maxOutputTokens: count(body['max_tokens']),
      reasoningEffort: record(body['thinking'])['type'] === 'enabled' ? 'medium' : null,
      cachedMessages: cachedMessages(body, system, dialogue),
      body,
    }
  },
  responseId,
  finishReason: (answer) => stopReasons[answer.finish],
  whole: (_request, answer) => ({
    ...head(answer),
    content: blocksOf(answer),
    stop_reason: stopReasons[answer.finish],
    ...(answer.tellsUsage ? { usage: usageOf(answer) } : {}),
  }),
  stream: (_request, answer) => streamOf(answer),
  error: anthropicError,
  streamError: () =>
    frame({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, { event: 'error' }).bytes,
}

/** There is no content filter among the reasons to stop; Anthropic's is the refusal. */
const stopReasons: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
  refusal: 'refusal',
}

function responseId(answer: Answer): string {
  return `msg_${answer.id}`
}

function head(answer: Answer): Json {
  return { id: responseId(answer), type: 'message', role: 'assistant', model: answer.model, stop_sequence: null }
}

function blocksOf(answer: Answer): readonly Json[] {
  return [
    ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
    ...answer.toolCalls.map((call) => ({
      type: 'tool_use',
      id: call.id,
      name: call.name,
      // The provider parses the arguments itself: what is no JSON cannot arrive in a whole answer.
      input: inputOf(call.arguments),
    })),
  ]
}

function inputOf(args: string): Json {
  const value = parsed(args)
  return isRecord(value) ? value : { INVALID_JSON: args }
}

function usageOf(answer: Answer): Json {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = answer.usage
  return {
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
    output_tokens: outputTokens,
    service_tier: 'standard',
  }
}

function streamOf(answer: Answer): readonly Frame[] {
  const event = (type: string, data: Json, tokens = 0): Frame => frame({ type, ...data }, { event: type, tokens })
  const usage = usageOf(answer)
  const begun = answer.tellsUsage ? { usage: { ...usage, output_tokens: 1 } } : { usage: { input_tokens: 0, output_tokens: 0 } }
  const blocks = blocksOf(answer)
  return [
    event('message_start', { message: { ...head(answer), content: [], stop_reason: null, ...begun } }),
    event('ping', {}),
    ...blocks.flatMap((block, index) => {
      const isTool = block['type'] === 'tool_use'
      const opened = isTool ? { ...block, input: {} } : { ...block, text: '' }
      const args = answer.toolCalls.find((call) => call.id === block['id'])?.arguments ?? ''
      const deltas = isTool
        ? pieces(args).map((piece) => ({ type: 'input_json_delta', partial_json: piece }))
        : pieces(answer.text).map((piece) => ({ type: 'text_delta', text: piece }))
      return [
        event('content_block_start', { index, content_block: opened }),
        ...deltas.map((delta) => event('content_block_delta', { index, delta }, 1)),
        event('content_block_stop', { index }),
      ]
    }),
    event('message_delta', {
      delta: { stop_reason: stopReasons[answer.finish], stop_sequence: null },
      usage: answer.tellsUsage ? usage : { output_tokens: 0 },
    }),
    event('message_stop', {}),
  ]
}

function readMessage(message: Json): readonly Message[] {
  const role = message['role'] === 'assistant' ? 'assistant' : 'user'
  const blocks = list(message['content']).map(record)
  const results = blocks.filter((block) => block['type'] === 'tool_result')
  const calls = blocks.filter((block) => block['type'] === 'tool_use')
  const said =
    typeof message['content'] === 'string' ? message['content'] : contentText(blocks.filter((block) => block['type'] === 'text'))
  const own: Message = {
    role,
    text: said,
    toolCalls: calls.map((call) => ({
      id: text(call['id']) ?? '',
      name: text(call['name']) ?? '',
      arguments: JSON.stringify(call['input'] ?? {}),
    })),
    toolCallId: null,
  }
  const answers = results.map((result): Message => ({
    role: 'tool',
    text: contentText(result['content']),
    toolCalls: [],
    toolCallId: text(result['tool_use_id']),
  }))
  // A message of results alone is no word of the user.
  return results.length > 0 && said === '' ? answers : [...answers, own]
}

function isCached(message: unknown): boolean {
  return list(record(message)['content']).some((block) => 'cache_control' in record(block))
}

function cachedMessages(
  body: Json,
  system: string,
  dialogue: readonly { messages: readonly Message[]; isCached: boolean }[],
): number | null {
  const systemMessages = system === '' ? 0 : 1
  const last = dialogue.findLastIndex((entry) => entry.isCached)
  if (last >= 0) return systemMessages + dialogue.slice(0, last + 1).reduce((total, entry) => total + entry.messages.length, 0)
  if (list(body['system']).some((block) => 'cache_control' in record(block))) return systemMessages
  return list(body['tools']).some((tool) => 'cache_control' in record(tool)) ? 0 : null
}

/** Tools that the provider runs itself have a type and no schema: the application is never asked to run them. */
function readTool(raw: unknown): readonly ToolDefinition[] {
  const tool = record(raw)
  const name = text(tool['name'])
  if (name === null || !isRecord(tool['input_schema'])) return []
  return [{ name, description: text(tool['description']) ?? '', parameters: tool['input_schema'] }]
}

function readToolChoice(choice: Json): ToolChoice {
  if (choice['type'] === 'none') return { kind: 'none' }
  if (choice['type'] === 'any') return { kind: 'required' }
  const name = text(choice['name'])
  return choice['type'] === 'tool' && name !== null ? { kind: 'named', name } : { kind: 'auto' }
}

function readFormat(body: Json): Format {
  const format = record(record(body['output_config'])['format'] ?? body['output_format'])
  return format['type'] === 'json_schema' ? { kind: 'schema', name: '', schema: record(format['schema']) } : { kind: 'text' }
}

function anthropicError(error: ProviderError, request: ModelRequest): ErrorReply {
  const [status, type, message] = errors[error](request)
  return { status, body: { type: 'error', error: { type, message }, request_id: 'req_stand_in' } }
}

const errors: Readonly<
  Record<ProviderError, (request: ModelRequest) => readonly [status: number, type: string, message: string]>
> = {
  rate_limit: () => [
    429,
    'rate_limit_error',
    "This request would exceed your organization's rate limit of 50,000 input tokens per minute.",
  ],
  server_error: () => [500, 'api_error', 'Internal server error'],
  unavailable: () => [503, 'api_error', 'Service unavailable'],
  overloaded: () => [529, 'overloaded_error', 'Overloaded'],
  auth_error: () => [401, 'authentication_error', 'invalid x-api-key'],
  context_length: (request) => [
    400,
    'invalid_request_error',
    `prompt is too long: ${200_000 + inputTokensOf(request)} tokens > 200000 maximum`,
  ],
  content_filter_error: () => [400, 'invalid_request_error', 'Output blocked by content filtering policy'],
}
