/**
 * Claude Code and the Claude Agent SDK: spans `claude_code.*` with `span.type`. Seen on the wire: Agent SDK 0.3.330, with request ids and without.
 * Their log records say the same calls again: see logs/claude-code.ts.
 */
import type { StepError, StepKind } from '../model/step.ts'
import type { Usage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import { partOf, usageOf } from './counts.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf, toHttpStatus, unexplainedError } from './error.ts'
import { otelKeys } from './otel-genai.ts'
import { firstCount, firstString } from './read.ts'
import { toolUseOf } from './tool-use.ts'

const kinds: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['interaction', ['agent', 'invoke_agent']],
  ['llm_request', ['llm', 'chat']],
  ['tool', ['tool', 'execute_tool']],
  // Lies in the span of the tool and is the one that says how it ended; both have the id of the call.
  ['tool.execution', ['tool', 'execute_tool']],
])

const keys: KeyTable = {
  ...otelKeys,
  inputTokens: [...otelKeys.inputTokens, 'input_tokens'],
  outputTokens: ['output_tokens', ...otelKeys.outputTokens],
  cacheReadTokens: ['cache_read_tokens', ...otelKeys.cacheReadTokens],
  cacheWriteTokens: ['cache_creation_tokens', ...otelKeys.cacheWriteTokens],
  requestModel: ['gen_ai.request.model', 'model'],
  responseId: ['gen_ai.response.id', 'request_id'],
  // The conversation id of a subagent's calls names the subagent.
  conversationId: ['session.id'],
  // On the tool that starts a subagent: what it calls lies below.
  agent: ['agent.name', 'subagent_type'],
  // `tool_name` adds the server: mcp__shop__get_weather.
  toolName: ['gen_ai.tool.name', 'tool_name'],
  toolCallId: ['gen_ai.tool.call.id', 'tool_use_id'],
  toolArguments: ['tool_input', 'gen_ai.tool.call.arguments'],
  finishReasons: ['gen_ai.response.finish_reasons', 'stop_reason'],
  timeToFirstTokenSeconds: [],
  timeToFirstTokenMs: ['ttft_ms'],
  content: ['user_prompt', 'new_context', 'response.model_output'],
  outputText: ['response.model_output'],
  stepInput: ['user_prompt'],
}

export const claudeCode: Dialect = {
  name: 'claude-code',
  keys,
  matches: (span) => span.attributes.has('span.type') && span.name.startsWith('claude_code.'),
  read: (span): Reading => {
    const [kind, operation] = kinds.get(span.attributes.string('span.type') ?? '') ?? ['other', '']
    const reading = { kind, operation, usage: claudeUsage(span.attributes), error: failureOf(span) }
    if (kind === 'other') return { kind, operation }
    // Only the outer one of a tool's spans knows its name.
    return kind === 'tool' ? { ...reading, tool: { ...toolUseOf(span, keys), name: nameOf(span) } } : reading
  },
  words: ({ attributes }, kind) => (kind === 'llm' ? { input: attributes.string('new_context') ?? undefined } : {}),
}

function nameOf(span: Span): string {
  return firstString(span.attributes, keys.toolName, 128) ?? ''
}

/** Newer versions repeat the counts in the words of the conventions; their own input leaves out what a cache served or took. */
export function claudeUsage(attributes: Attributes): Usage {
  const parts = [
    firstCount(attributes, ['input_tokens']),
    partOf(attributes, keys.cacheReadTokens),
    partOf(attributes, keys.cacheWriteTokens),
  ]
  const sum = parts.reduce((total, part) => (total === null || part === null ? null : total + part))
  return { ...usageOf(attributes, keys), input: firstCount(attributes, otelKeys.inputTokens) ?? sum }
}

function failureOf(span: Span): StepError | null {
  const { attributes } = span
  const error = errorOf(span, []) ?? (attributes.boolean('success') === false ? unexplainedError : null)
  if (error === null) return null
  return {
    ...error,
    type: firstString(attributes, ['error_class']) ?? error.type,
    message: error.message ?? firstString(attributes, ['error'], 1_000),
    httpStatus: error.httpStatus ?? toHttpStatus(attributes.number('status_code')),
  }
}
