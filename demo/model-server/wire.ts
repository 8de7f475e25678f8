/** What all providers' requests and answers have in common. A wire format reads the one and writes the other; everything between knows no provider. */
import type { Json } from './json.ts'

export type Api = 'openai.chat' | 'openai.responses' | 'openai.embeddings' | 'anthropic.messages' | 'gemini.generate'

export interface ToolDefinition {
  readonly name: string
  readonly description: string
  /** JSON schema of the arguments. */
  readonly parameters: Json
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** As text, because a model may send what is no JSON. */
  readonly arguments: string
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  /** Of a tool's result: the call that it answers. */
  readonly toolCallId: string | null
}

export type Format =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly name: string; readonly schema: Json }

export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'named'; readonly name: string }

/** What a request brings beside its body. */
export interface Arrival {
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

export interface ModelRequest extends Arrival {
  readonly api: Api
  readonly model: string
  readonly isStream: boolean
  /** Whether a streamed answer may tell usage: OpenAI's chat does so only when asked. */
  readonly wantsUsage: boolean
  readonly messages: readonly Message[]
  readonly tools: readonly ToolDefinition[]
  readonly toolChoice: ToolChoice
  readonly format: Format
  readonly maxOutputTokens: number | null
  /** How much a reasoning model may think; null where the request does not say. */
  readonly reasoningEffort: string | null
  /** Messages up to which the request asks the provider to cache; null where it does not ask. */
  readonly cachedMessages: number | null
  /** The body as it came, for scripts that steer by something unusual. */
  readonly body: Json
}

/** As the OpenTelemetry conventions count: input includes both cache kinds, output includes reasoning. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly reasoningTokens: number
}

export type Finish = 'stop' | 'tool_calls' | 'length' | 'content_filter' | 'refusal'

export interface Answer {
  /** Random part of the response id; each wire format puts its own prefix before it. */
  readonly id: string
  readonly createdMs: number
  readonly model: string
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly finish: Finish
  readonly usage: Usage
  /** False: the answer says nothing about tokens. */
  readonly tellsUsage: boolean
}

/** One event of a stream as it goes over the wire. */
export interface Frame {
  readonly bytes: string
  /** Tokens of output that it carries: what the pace goes by. */
  readonly tokens: number
}

export type ProviderError =
  | 'rate_limit'
  | 'server_error'
  | 'unavailable'
  | 'overloaded'
  | 'auth_error'
  | 'context_length'
  | 'content_filter_error'

export interface ErrorReply {
  readonly status: number
  readonly body: object
}

/** One provider's way to spell a generation call. */
export interface Wire {
  readonly api: Api
  readonly read: (body: Json, at: Arrival) => ModelRequest
  readonly responseId: (answer: Answer) => string
  /** The finish reason as the provider spells it. */
  readonly finishReason: (answer: Answer) => string
  readonly whole: (request: ModelRequest, answer: Answer) => object
  readonly stream: (request: ModelRequest, answer: Answer) => readonly Frame[]
  readonly error: (error: ProviderError, request: ModelRequest) => ErrorReply
  /** How an error is said in the middle of a stream. */
  readonly streamError: (request: ModelRequest) => string
}

export function frame(data: object | string, options: { event?: string; tokens?: number } = {}): Frame {
  const payload = typeof data === 'string' ? data : JSON.stringify(data)
  const head = options.event === undefined ? '' : `event: ${options.event}\n`
  return { bytes: `${head}data: ${payload}\n\n`, tokens: options.tokens ?? 0 }
}
