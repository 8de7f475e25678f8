/** OpenAI's Responses API: items instead of messages, and a server that remembers earlier responses. */
import { type Json, contentText, count, list, record, text } from './json.ts'
import { readTool, readToolChoice } from './openai-chat.ts'
import { openAiError } from './openai-errors.ts'
import { pieces } from './pieces.ts'
import {
  type Answer,
  type Finish,
  type Format,
  type Frame,
  type Message,
  type ModelRequest,
  type Usage,
  type Wire,
  frame,
} from './wire.ts'

/** What `previous_response_id` leads to; the oldest is forgotten first. */
export class ResponseMemory {
  readonly #dialogues = new Map<string, readonly Message[]>()
  readonly #limit: number

  constructor(limit = 1_000) {
    this.#limit = limit
  }

  remember(id: string, messages: readonly Message[]): void {
    this.#dialogues.set(id, messages)
    const [oldest] = this.#dialogues.keys()
    if (this.#dialogues.size > this.#limit && oldest !== undefined) this.#dialogues.delete(oldest)
  }

  recall(id: string): readonly Message[] {
    return this.#dialogues.get(id) ?? []
  }
}

export function openAiResponses(memory: ResponseMemory): Wire {
  return {
    api: 'openai.responses',
    read: (body, at) => ({
      api: 'openai.responses',
      ...at,
      model: text(body['model']) ?? '',
      isStream: body['stream'] === true,
      wantsUsage: true,
      messages: dialogueOf(body, memory),
      tools: list(body['tools']).flatMap((tool) => (record(tool)['type'] === 'function' ? readTool(tool) : [])),
      toolChoice: readToolChoice(body['tool_choice']),
      format: readFormat(record(record(body['text'])['format'])),
      maxOutputTokens: count(body['max_output_tokens']),
      reasoningEffort: text(record(body['reasoning'])['effort']),
      cachedMessages: null,
      body,
    }),
    responseId,
    finishReason: (answer) => incompleteReason(answer.finish) ?? 'completed',
    whole: (request, answer) => {
      remember(memory, request, answer)
      return responseOf(request, answer)
    },
    stream: (request, answer) => {
      remember(memory, request, answer)
      return streamOf(request, answer)
    },
    error: openAiError,
    streamError: () =>
      frame(
        {
          type: 'error',
          code: 'server_error',
          message: 'The server had an error while processing your request.',
          param: null,
          sequence_number: 99,
        },
        { event: 'error' },
      ).bytes,
  }
}

function remember(memory: ResponseMemory, request: ModelRequest, answer: Answer): void {
  const said: Message = { role: 'assistant', text: answer.text, toolCalls: answer.toolCalls, toolCallId: null }
  // Instructions are not carried over to the next response.
  const dialogue = request.messages.filter((message) => message.role !== 'system')
  memory.remember(responseId(answer), [...dialogue, said])
}

function responseId(answer: Answer): string {
  return `resp_${answer.id}`
}

/** Why a response is incomplete; null where it is complete. */
function incompleteReason(finish: Finish): string | null {
  return finish === 'length' ? 'max_output_tokens' : finish === 'content_filter' ? 'content_filter' : null
}

function responseOf(request: ModelRequest, answer: Answer): Json {
  const reason = incompleteReason(answer.finish)
  return {
    ...shell(request, answer, reason === null ? 'completed' : 'incomplete'),
    incomplete_details: reason === null ? null : { reason },
    output: itemsOf(answer),
    usage: answer.tellsUsage ? usageOf(answer.usage) : null,
  }
}

function shell(request: ModelRequest, answer: Answer, status: string): Json {
  return {
    id: responseId(answer),
    object: 'response',
    created_at: Math.floor(answer.createdMs / 1_000),
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.body['instructions'] ?? null,
    max_output_tokens: request.maxOutputTokens,
    metadata: request.body['metadata'] ?? {},
    model: answer.model,
    output: [],
    parallel_tool_calls: request.body['parallel_tool_calls'] ?? true,
    previous_response_id: request.body['previous_response_id'] ?? null,
    reasoning: { effort: request.reasoningEffort, summary: null },
    service_tier: 'default',
    store: request.body['store'] ?? true,
    temperature: request.body['temperature'] ?? 1,
    text: request.body['text'] ?? { format: { type: 'text' } },
    tool_choice: request.body['tool_choice'] ?? 'auto',
    tools: request.body['tools'] ?? [],
    top_p: request.body['top_p'] ?? 1,
    truncation: 'disabled',
    usage: null,
  }
}

function itemsOf(answer: Answer): readonly Json[] {
  const thinks = answer.usage.reasoningTokens > 0
  const speaks = answer.text !== '' || answer.toolCalls.length === 0
  const status = incompleteReason(answer.finish) === null ? 'completed' : 'incomplete'
  return [
    ...(thinks ? [{ id: `rs_${answer.id}`, type: 'reasoning', summary: [] }] : []),
    ...(speaks ? [{ id: `msg_${answer.id}`, type: 'message', status, role: 'assistant', content: [partOf(answer)] }] : []),
    ...answer.toolCalls.map((call, index) => ({
      id: `fc_${answer.id}${index}`,
      type: 'function_call',
      status,
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
    })),
  ]
}

function partOf(answer: Answer): Json {
  return answer.finish === 'refusal'
    ? { type: 'refusal', refusal: answer.text }
    : { type: 'output_text', text: answer.text, annotations: [], logprobs: [] }
}

function streamOf(request: ModelRequest, answer: Answer): readonly Frame[] {
  let number = 0
  const event = (type: string, data: Json, tokens = 0): Frame =>
    frame({ type, sequence_number: number++, ...data }, { event: type, tokens })
  const running = shell(request, answer, 'in_progress')
  const items = itemsOf(answer)
  const events = [event('response.created', { response: running }), event('response.in_progress', { response: running })]
  items.forEach((item, index) => {
    const at = { output_index: index, item_id: item['id'] }
    const opened = {
      ...item,
      status: 'in_progress',
      ...('content' in item ? { content: [] } : {}),
      ...('arguments' in item ? { arguments: '' } : {}),
    }
    events.push(event('response.output_item.added', { output_index: index, item: item['type'] === 'reasoning' ? item : opened }))
    if (item['type'] === 'message') events.push(...messageEvents(answer, at, event))
    if (item['type'] === 'function_call') events.push(...argumentEvents(text(item['arguments']) ?? '', at, event))
    events.push(event('response.output_item.done', { output_index: index, item }))
  })
  const isWhole = incompleteReason(answer.finish) === null
  events.push(event(isWhole ? 'response.completed' : 'response.incomplete', { response: responseOf(request, answer) }))
  return events
}

type MakeEvent = (type: string, data: Json, tokens?: number) => Frame

function messageEvents(answer: Answer, at: Json, event: MakeEvent): readonly Frame[] {
  const part = { ...at, content_index: 0 }
  const isRefusal = answer.finish === 'refusal'
  const kind = isRefusal ? 'refusal' : 'output_text'
  const opened = isRefusal ? { type: kind, refusal: '' } : { type: kind, text: '', annotations: [], logprobs: [] }
  return [
    event('response.content_part.added', { ...part, part: opened }),
    ...pieces(answer.text).map((piece) =>
      event(`response.${kind}.delta`, { ...part, delta: piece, ...(isRefusal ? {} : { logprobs: [] }) }, 1),
    ),
    event(`response.${kind}.done`, { ...part, ...(isRefusal ? { refusal: answer.text } : { text: answer.text, logprobs: [] }) }),
    event('response.content_part.done', { ...part, part: partOf(answer) }),
  ]
}

function argumentEvents(args: string, at: Json, event: MakeEvent): readonly Frame[] {
  return [
    ...pieces(args).map((piece) => event('response.function_call_arguments.delta', { ...at, delta: piece }, 1)),
    event('response.function_call_arguments.done', { ...at, arguments: args }),
  ]
}

function usageOf(usage: Usage): Json {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  }
}

function dialogueOf(body: Json, memory: ResponseMemory): readonly Message[] {
  const instructions = text(body['instructions'])
  const previous = text(body['previous_response_id'])
  const input = body['input']
  return [
    ...(instructions === null ? [] : [plain('system', instructions)]),
    ...(previous === null ? [] : memory.recall(previous)),
    ...(typeof input === 'string' ? [plain('user', input)] : list(input).flatMap((item) => readItem(record(item)))),
  ]
}

function plain(role: Message['role'], said: string): Message {
  return { role, text: said, toolCalls: [], toolCallId: null }
}

function readItem(item: Json): readonly Message[] {
  switch (item['type']) {
    case 'function_call': {
      const call = { id: text(item['call_id']) ?? '', name: text(item['name']) ?? '', arguments: text(item['arguments']) ?? '' }
      return [{ role: 'assistant', text: '', toolCalls: [call], toolCallId: null }]
    }
    case 'function_call_output':
      return [{ ...plain('tool', contentText(item['output'])), toolCallId: text(item['call_id']) }]
    case 'reasoning':
    case 'item_reference':
      return []
    default: {
      const role = item['role'] === 'developer' ? 'system' : item['role']
      return [plain(role === 'system' || role === 'assistant' ? role : 'user', contentText(item['content']))]
    }
  }
}

function readFormat(format: Json): Format {
  if (format['type'] === 'json_object') return { kind: 'json' }
  if (format['type'] !== 'json_schema') return { kind: 'text' }
  return { kind: 'schema', name: text(format['name']) ?? '', schema: record(format['schema']) }
}
