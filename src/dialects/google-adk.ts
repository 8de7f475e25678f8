/**
 * Google's Agent Development Kit: the conventions, and before them `call_llm` around each call with its content in `gcp.vertex.agent.*`.
 * Seen on the wire: Python 2.13.0 with both of its schemas. JavaScript 2.0.0, whose output leaves out thoughts: from the reference.
 */
import type { StepError } from '../model/step.ts'
import type { Usage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf } from './error.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { firstCount, jsonObject, path, toCount } from './read.ts'

const REQUEST = 'gcp.vertex.agent.llm_request'
const RESPONSE = 'gcp.vertex.agent.llm_response'

const keys: KeyTable = {
  ...otelKeys,
  conversationId: [...otelKeys.conversationId, 'gcp.vertex.agent.session_id'],
  // An id that ADK makes up for itself; the messages have the provider's, or none.
  toolCallId: [],
  toolArguments: [...otelKeys.toolArguments, 'gcp.vertex.agent.tool_call_args'],
  toolResult: [...otelKeys.toolResult, 'gcp.vertex.agent.tool_response'],
  inputMessages: [...otelKeys.inputMessages, REQUEST],
  outputMessages: [...otelKeys.outputMessages, RESPONSE],
  content: [...otelKeys.content, RESPONSE],
}

export const googleAdk: Dialect = {
  name: 'google-adk',
  keys,
  matches: (span) => span.scope.name === 'gcp.vertex.agent' || span.attributes.string('gen_ai.system') === 'gcp.vertex.agent',
  read: (span): Reading => {
    const { kind, operation } = readOperation(span)
    if (kind === 'tool') return isMerged(span) ? { kind: 'other', operation } : { kind, operation, error: toolFailure(span) }
    if (span.name !== 'call_llm') return { kind, operation }
    // Its attributes come with the answer: without, it may be a call that a limit kept from being made.
    if (!span.attributes.has('gen_ai.request.model')) return { kind: 'workflow', operation: 'call_llm' }
    return { kind: 'llm', operation: 'generate_content', usage: usageOf(span.attributes) }
  },
}

/** The status of a failed tool only repeats its error type (TOOL_ERROR, ValueError): what it returned says more. */
function toolFailure(span: Span): StepError | null {
  const error = errorOf(span, [])
  return error !== null && error.message === error.type ? { ...error, message: null } : error
}

/** Stands beside tools that ran at the same time and holds their results together. */

function isMerged(span: Span): boolean {
  return span.name === 'execute_tool (merged)' || span.attributes.string('gen_ai.tool.name') === '(merged tools)'
}

/** What Gemini itself said, where content came; it counts thoughts beside the answer. */
function usageOf(attributes: Attributes): Usage {
  const response = jsonObject(attributes, RESPONSE) ?? undefined
  const said = path(response, 'usage_metadata') ?? path(response, 'usageMetadata')
  const count = (snake: string, camel: string): number | null => toCount(path(said, snake)) ?? toCount(path(said, camel))
  const answer = count('candidates_token_count', 'candidatesTokenCount')
  const reasoning = count('thoughts_token_count', 'thoughtsTokenCount')
  return {
    input: count('prompt_token_count', 'promptTokenCount') ?? firstCount(attributes, keys.inputTokens),
    output: answer === null ? firstCount(attributes, keys.outputTokens) : answer + (reasoning ?? 0),
    cacheRead: count('cached_content_token_count', 'cachedContentTokenCount') ?? firstCount(attributes, keys.cacheReadTokens),
    cacheWrite: firstCount(attributes, keys.cacheWriteTokens),
    reasoning: reasoning ?? firstCount(attributes, keys.reasoningTokens),
  }
}
