/** One call from its body to its answer: which wire format, which fault, what is said, and the record of it. */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { anthropicMessages } from './anthropic.ts'
import { Delivery, type Pace } from './deliver.ts'
import { embeddingAnswer, embeddingTokens, readEmbeddingCall } from './embeddings.ts'
import { type Fault, type FaultOrder, isProviderError, readFaultOrder } from './faults.ts'
import { geminiGenerate, isGeminiPath, isSse } from './gemini.ts'
import { type Json, list, text } from './json.ts'
import { responseModelOf } from './models.ts'
import { openAiChat } from './openai-chat.ts'
import { openAiError } from './openai-errors.ts'
import { ResponseMemory, openAiResponses } from './openai-responses.ts'
import { type ReplyPlan, type Script, draftOf } from './plan.ts'
import type { Ending, ServedCall, ServedCalls } from './served-calls.ts'
import { inputTokensOf, usageOf } from './usage.ts'
import type { Answer, Arrival, ErrorReply, ModelRequest, ProviderError, Usage, Wire } from './wire.ts'

const DEFAULT_SLOW_MS = 3_000
const DEFAULT_RETRY_AFTER_SECONDS = 1

/** What is known about a call while it is served. */
interface Call {
  readonly number: number
  readonly atMs: number
  readonly request: ModelRequest
  readonly plan: ReplyPlan
  readonly fault: Fault
  readonly delivery: Delivery
}

export class Generation {
  readonly #script: Script
  readonly #served: ServedCalls
  readonly #responses: Wire = openAiResponses(new ResponseMemory())
  /** How many calls each order of a fault has seen, for its `times` and `after`. */
  readonly #hits = new Map<string, number>()

  constructor(script: Script, served: ServedCalls) {
    this.#script = script
    this.#served = served
  }

  forgetHits(): void {
    this.#hits.clear()
  }

  /** False: no such path. */
  async serve(arrival: Arrival, body: Json, defaultFault: FaultOrder | null, response: ServerResponse): Promise<boolean> {
    if (arrival.path.endsWith('/count_tokens')) {
      respond(response, { input_tokens: inputTokensOf(anthropicMessages.read(body, arrival)) })
      return true
    }
    const wire = this.#wireOf(arrival.path)
    const isEmbedding = arrival.path.endsWith('/embeddings')
    if (wire === null && !isEmbedding) return false
    const request = wire === null ? embeddingRequest(body, arrival) : wire.read(body, arrival)
    const complaint = complaintAbout(request)
    if (complaint !== null) {
      respond(response, { error: { message: complaint, type: 'invalid_request_error', param: null, code: null } }, 400)
      return true
    }
    const number = this.#served.nextNumber()
    const plan = await this.#planOf(request, defaultFault)
    const call: Call = { number, atMs: Date.now(), request, plan, fault: plan.fault ?? 'none', delivery: new Delivery(response) }
    const record = await (wire === null ? serveEmbedding(call) : serveGeneration(call, wire))
    this.#served.add(record)
    return true
  }

  #wireOf(path: string): Wire | null {
    if (path.endsWith('/chat/completions')) return openAiChat
    if (path.endsWith('/responses')) return this.#responses
    if (path.endsWith('/messages')) return anthropicMessages
    return isGeminiPath(path) ? geminiGenerate : null
  }

  /** A header goes before the script, the script before the default: the nearest to the call wins. */
  async #planOf(request: ModelRequest, defaultFault: FaultOrder | null): Promise<ReplyPlan> {
    const header = request.headers['x-stand-in']
    if (header !== undefined) return this.#ordered(readFaultOrder(header), header)
    const scripted = await this.#script(request)
    if (scripted !== null && scripted !== undefined) return scripted
    return defaultFault === null ? {} : this.#ordered(defaultFault, '')
  }

  #ordered(order: FaultOrder, key: string): ReplyPlan {
    const seen = this.#hits.get(key) ?? 0
    this.#hits.set(key, seen + 1)
    const isHit = seen >= order.after && (order.times === null || seen < order.after + order.times)
    if (!isHit) return {}
    return {
      fault: order.fault,
      usage: order.usage,
      ...(order.ms === null ? {} : { firstTokenMs: order.ms }),
      ...(order.retryAfterSeconds === null ? {} : { retryAfterSeconds: order.retryAfterSeconds }),
    }
  }
}

async function serveGeneration(call: Call, wire: Wire): Promise<ServedCall> {
  const { request, plan, fault, delivery } = call
  const early = await failEarly(call, (error) => wire.error(error, request))
  if (early !== null) return early
  const answer = answerOf(call)
  const pace: Pace = {
    firstTokenMs: plan.firstTokenMs ?? (fault === 'slow' ? DEFAULT_SLOW_MS : 0),
    tokensPerSecond: plan.tokensPerSecond ?? 0,
  }
  const headers = headersOf(call)
  await delivery.pause(pace.firstTokenMs + (request.isStream ? 0 : thinkingMs(answer, pace)))
  const ending = request.isStream
    ? await delivery.stream(wire.stream(request, answer), {
        type: isSse(request) ? 'text/event-stream; charset=utf-8' : 'application/json',
        headers,
        pace,
        fault,
        errorFrame: wire.streamError(request),
      })
    : await delivery.json(200, wire.whole(request, answer), headers, fault)
  const isWhole = ending === 'complete' && fault !== 'stream_error'
  return recordOf(call, ending, {
    responseModel: answer.model,
    responseId: wire.responseId(answer),
    toolCalls: answer.toolCalls,
    finishReason: isWhole ? wire.finishReason(answer) : null,
    usage: isWhole && answer.tellsUsage && request.wantsUsage ? answer.usage : null,
  })
}

async function serveEmbedding(call: Call): Promise<ServedCall> {
  const early = await failEarly(call, (error) => openAiError(error, call.request))
  if (early !== null) return early
  const embedding = readEmbeddingCall(call.request.body)
  const model = call.plan.model ?? responseModelOf(embedding.model)
  const tellsUsage = call.fault !== 'no_usage'
  await call.delivery.pause(call.plan.firstTokenMs ?? (call.fault === 'slow' ? DEFAULT_SLOW_MS : 0))
  const ending = await call.delivery.json(200, embeddingAnswer(embedding, model, tellsUsage), headersOf(call), call.fault)
  const usage: Usage = {
    inputTokens: embeddingTokens(embedding),
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  }
  return recordOf(call, ending, { responseModel: model, usage: tellsUsage && ending === 'complete' ? usage : null })
}

/** What ends a call before the model says anything; null where nothing does. */
async function failEarly(call: Call, errorReply: (error: ProviderError) => ErrorReply): Promise<ServedCall | null> {
  const { fault, delivery, plan, request } = call
  const asked = fault === 'stream_error' && !request.isStream ? 'server_error' : fault
  if (isProviderError(asked)) {
    await delivery.pause(plan.firstTokenMs ?? 0)
    const { status, body } = errorReply(asked)
    const retryAfter = plan.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS
    const isRetryable = asked === 'rate_limit' || asked === 'overloaded' || plan.retryAfterSeconds !== undefined
    const ending = await delivery.json(
      status,
      body,
      { ...headersOf(call), ...(isRetryable ? { 'retry-after': String(retryAfter) } : {}) },
      asked,
    )
    return recordOf(call, ending, {})
  }
  if (fault === 'timeout') return recordOf(call, await delivery.silence(), {})
  if (fault === 'reset') return recordOf(call, delivery.reset(), {})
  return null
}

function answerOf(call: Call): Answer {
  const { request, plan, fault, atMs } = call
  const draft = draftOf(request, plan)
  const id = randomUUID().replaceAll('-', '').slice(0, 24)
  return {
    id,
    createdMs: atMs,
    model: plan.model ?? responseModelOf(request.model),
    text: draft.text,
    toolCalls: draft.toolCalls.map((toolCall, index) => ({ ...toolCall, id: `call_${id.slice(0, 12)}${index}` })),
    finish: draft.finish,
    usage: usageOf(request, draft, plan.usage),
    tellsUsage: fault !== 'no_usage',
  }
}

/** A whole answer comes when its last token is there. */
function thinkingMs(answer: Answer, pace: Pace): number {
  return pace.tokensPerSecond > 0 ? (answer.usage.outputTokens / pace.tokensPerSecond) * 1_000 : 0
}

function recordOf(
  call: Call,
  ending: Ending,
  said: Partial<Pick<ServedCall, 'responseModel' | 'responseId' | 'usage' | 'toolCalls' | 'finishReason'>>,
): ServedCall {
  return {
    number: call.number,
    at: new Date(call.atMs).toISOString(),
    api: call.request.api,
    path: call.request.path,
    requestModel: call.request.model,
    responseModel: said.responseModel ?? null,
    responseId: said.responseId ?? null,
    stream: call.request.isStream,
    usage: said.usage ?? null,
    toolCalls: said.toolCalls ?? [],
    finishReason: said.finishReason ?? null,
    status: call.delivery.status,
    fault: call.fault,
    label: call.plan.label ?? null,
    ending,
  }
}

function headersOf(call: Call): Readonly<Record<string, string>> {
  const id = `req_${call.atMs.toString(36)}${call.number}`
  return { 'x-request-id': id, 'request-id': id }
}

function embeddingRequest(body: Json, arrival: Arrival): ModelRequest {
  const { model, inputs } = readEmbeddingCall(body)
  return {
    api: 'openai.embeddings',
    ...arrival,
    model,
    isStream: false,
    wantsUsage: true,
    messages: inputs.map((input) => ({ role: 'user', text: input, toolCalls: [], toolCallId: null })),
    tools: [],
    toolChoice: { kind: 'none' },
    format: { kind: 'text' },
    maxOutputTokens: null,
    reasoningEffort: null,
    cachedMessages: null,
    body,
  }
}

/** What the providers refuse as well; null where all is well. */
function complaintAbout(request: ModelRequest): string | null {
  if (request.model === '') return 'you must provide a model parameter'
  if (request.messages.length === 0) return 'expected at least one message or input, got none'
  const n = request.body['n']
  if (typeof n === 'number' && n !== 1) return `expected n = 1, got ${n}: this stand-in gives one choice`
  const badTool = list(request.body['tools']).find(
    (tool) => text((tool as Json | null)?.['type']) === null && request.api.startsWith('openai'),
  )
  return badTool === undefined ? null : 'expected a type in each tool'
}

function respond(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
