/** OpenAI's chat completions: the wire that most frameworks and compatible servers speak. */
import { type Json, contentText, count, list, record, text } from './json.ts'
import { openAiError } from './openai-errors.ts'
import { pieces } from './pieces.ts'
import {
  type Answer,
  type Finish,
  type Format,
  type Frame,
  type Message,
  type ModelRequest,
  type ToolChoice,
  type ToolDefinition,
  type Usage,
  type Wire,
  frame,
} from './wire.ts'

export const openAiChat: Wire = {
  api: 'openai.chat',
  read: (body, at) => ({
    api: 'openai.chat',
    ...at,
    model: text(body['model']) ?? '',
    isStream: body['stream'] === true,
    wantsUsage: body['stream'] !== true || record(body['stream_options'])['include_usage'] === true,
    messages: list(body['messages']).map(readMessage),
    tools: list(body['tools']).flatMap((tool) => readTool(record(tool)['function'])),
    toolChoice: readToolChoice(body['tool_choice']),
    format: readFormat(record(body['response_format'])),
    maxOutputTokens: count(body['max_completion_tokens']) ?? count(body['max_tokens']),
    reasoningEffort: text(body['reasoning_effort']),
    cachedMessages: null,
    body,
  }),
  responseId,
  finishReason: (answer) => finishReasons[answer.finish],
  whole: (_request, answer) => ({
    ...head(answer, 'chat.completion'),
    choices: [{ index: 0, message: messageOf(answer), logprobs: null, finish_reason: finishReasons[answer.finish] }],
    ...(answer.tellsUsage ? { usage: usageOf(answer.usage) } : {}),
    service_tier: 'default',
  }),
  stream: streamOf,
  error: openAiError,
  streamError: (request) => frame(openAiError('server_error', request).body).bytes,
}

/** A refusal ends like any other answer: only the message tells. */
const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  tool_calls: 'tool_calls',
  length: 'length',
  content_filter: 'content_filter',
  refusal: 'stop',
}

function responseId(answer: Answer): string {
  return `chatcmpl-${answer.id}`
}

function head(answer: Answer, object: string): Json {
  return {
    id: responseId(answer),
    object,
    created: Math.floor(answer.createdMs / 1_000),
    model: answer.model,
    system_fingerprint: 'fp_stand_in',
  }
}

function messageOf(answer: Answer): Json {
  const isRefusal = answer.finish === 'refusal'
  return {
    role: 'assistant',
    content: isRefusal || (answer.text === '' && answer.toolCalls.length > 0) ? null : answer.text,
    refusal: isRefusal ? answer.text : null,
    annotations: [],
    ...(answer.toolCalls.length === 0
      ? {}
      : {
          tool_calls: answer.toolCalls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
        }),
  }
}

function streamOf(request: ModelRequest, answer: Answer): readonly Frame[] {
  const tellsUsage = request.wantsUsage && answer.tellsUsage
  const chunk = (delta: Json, finish: string | null, tokens = 0): Frame =>
    frame(
      {
        ...head(answer, 'chat.completion.chunk'),
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
        ...(tellsUsage ? { usage: null } : {}),
      },
      { tokens },
    )
  const key = answer.finish === 'refusal' ? 'refusal' : 'content'
  const isTextual = answer.text !== '' || answer.toolCalls.length === 0
  return [
    chunk({ role: 'assistant', content: isTextual ? '' : null, refusal: null }, null),
    ...pieces(answer.text).map((piece) => chunk({ [key]: piece }, null, 1)),
    ...answer.toolCalls.flatMap((call, index) => [
      chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] }, null, 1),
      ...pieces(call.arguments).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null, 1)),
    ]),
    chunk({}, finishReasons[answer.finish]),
    ...(tellsUsage ? [frame({ ...head(answer, 'chat.completion.chunk'), choices: [], usage: usageOf(answer.usage) })] : []),
    frame('[DONE]'),
  ]
}

function usageOf(usage: Usage): Json {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

const roles: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
}

function readMessage(raw: unknown): Message {
  const message = record(raw)
  return {
    role: roles[text(message['role']) ?? ''] ?? 'user',
    text: contentText(message['content']),
    toolCalls: list(message['tool_calls']).map((call) => {
      const { id, function: called } = record(call)
      return { id: text(id) ?? '', name: text(record(called)['name']) ?? '', arguments: text(record(called)['arguments']) ?? '' }
    }),
    toolCallId: text(message['tool_call_id']),
  }
}

/** OpenAI spells the same in both of its APIs, one level apart. */
export function readTool(raw: unknown): readonly ToolDefinition[] {
  const tool = record(raw)
  const name = text(tool['name'])
  return name === null ? [] : [{ name, description: text(tool['description']) ?? '', parameters: record(tool['parameters']) }]
}

export function readToolChoice(raw: unknown): ToolChoice {
  if (raw === 'none' || raw === 'required') return { kind: raw }
  const choice = record(raw)
  const name = text(record(choice['function'])['name']) ?? text(choice['name'])
  return name === null ? { kind: 'auto' } : { kind: 'named', name }
}

function readFormat(format: Json): Format {
  if (format['type'] === 'json_object') return { kind: 'json' }
  if (format['type'] !== 'json_schema') return { kind: 'text' }
  const wanted = record(format['json_schema'])
  return { kind: 'schema', name: text(wanted['name']) ?? '', schema: record(wanted['schema']) }
}
