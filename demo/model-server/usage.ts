/**
 * Token counts derived from the request and the answer alone, so that the same call always costs the same:
 *
 * - text: one token for each four characters begun;
 * - a message: its text, plus 4, plus name and arguments of the tool calls in it; a tool definition: its JSON, plus 4;
 * - output: the text, plus name, arguments and 4 for each tool call, plus reasoning;
 * - reasoning (models that think by themselves, or requests that ask for it): 64, 192 or 512 by the effort asked for, default 192;
 * - cache reads of OpenAI and Gemini: what stands before the last user message, where the dialogue has earlier answers, in whole blocks of 128 from
 *   1,024 tokens on;
 * - cache of Anthropic: the tools and messages up to the last cache_control, written the first time in a dialogue (no earlier answer), read later.
 */
import { isReasoningModel } from './models.ts'
import type { Message, ModelRequest, ToolCall, ToolDefinition, Usage } from './wire.ts'

const MESSAGE_OVERHEAD = 4
const CACHE_MINIMUM = 1_024
const CACHE_BLOCK = 128
const reasoningByEffort: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 16,
  low: 64,
  medium: 192,
  high: 512,
  xhigh: 1_024,
}
const DEFAULT_REASONING_TOKENS = 192

type Called = Pick<ToolCall, 'name' | 'arguments'>

export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}

export function usageOf(
  request: ModelRequest,
  answer: { readonly text: string; readonly toolCalls: readonly Called[] },
  override: Partial<Usage> = {},
): Usage {
  const cache = cacheOf(request)
  const cacheReadTokens = override.cacheReadTokens ?? cache.read
  const cacheWriteTokens = override.cacheWriteTokens ?? cache.write
  const reasoningTokens = override.reasoningTokens ?? reasoningOf(request)
  const spoken = tokensOf(answer.text) + sum(answer.toolCalls.map((call) => tokensOfCall(call) + MESSAGE_OVERHEAD))
  return {
    // A cache that was asked for by override may be larger than the small request: the total then grows with it.
    inputTokens: override.inputTokens ?? Math.max(inputTokensOf(request), cacheReadTokens + cacheWriteTokens + 1),
    outputTokens: override.outputTokens ?? spoken + reasoningTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
  }
}

export function inputTokensOf(request: Pick<ModelRequest, 'messages' | 'tools' | 'format'>): number {
  const schema = request.format.kind === 'schema' ? tokensOf(JSON.stringify(request.format.schema)) : 0
  return Math.max(1, toolTokens(request.tools) + messageTokens(request.messages) + schema)
}

function cacheOf(request: ModelRequest): { read: number; write: number } {
  const hasEarlierAnswer = request.messages.some((message) => message.role === 'assistant')
  if (request.api === 'anthropic.messages') {
    if (request.cachedMessages === null) return { read: 0, write: 0 }
    const tokens = toolTokens(request.tools) + messageTokens(request.messages.slice(0, request.cachedMessages))
    return hasEarlierAnswer ? { read: tokens, write: 0 } : { read: 0, write: tokens }
  }
  const lastUser = request.messages.findLastIndex((message) => message.role === 'user')
  if (!hasEarlierAnswer || lastUser <= 0) return { read: 0, write: 0 }
  const prefix = toolTokens(request.tools) + messageTokens(request.messages.slice(0, lastUser))
  return { read: prefix < CACHE_MINIMUM ? 0 : prefix - (prefix % CACHE_BLOCK), write: 0 }
}

function reasoningOf(request: ModelRequest): number {
  if (request.api === 'openai.embeddings') return 0
  if (request.reasoningEffort !== null) return reasoningByEffort[request.reasoningEffort] ?? DEFAULT_REASONING_TOKENS
  return isReasoningModel(request.model) ? DEFAULT_REASONING_TOKENS : 0
}

function messageTokens(messages: readonly Message[]): number {
  return sum(messages.map((message) => tokensOf(message.text) + MESSAGE_OVERHEAD + sum(message.toolCalls.map(tokensOfCall))))
}

function toolTokens(tools: readonly ToolDefinition[]): number {
  return sum(tools.map((tool) => tokensOf(JSON.stringify(tool)) + MESSAGE_OVERHEAD))
}

function tokensOfCall(call: Called): number {
  return tokensOf(call.name) + tokensOf(call.arguments)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
