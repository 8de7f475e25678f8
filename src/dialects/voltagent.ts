/**
 * VoltAgent (seen on the wire: 2.10): a vocabulary of its own, without any of the conventions. One span stands for all model calls of an agent's turn
 * and has the usage of the last one only; the agent's own has the sum, without that of the agents it hands over to.
 */
import type { Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf } from './error.ts'
import { type Meaning, meaningOfKind } from './operations.ts'
import { otelKeys } from './otel-genai.ts'

const keys: KeyTable = {
  ...otelKeys,
  requestModel: ['ai.model.name', 'llm.model'],
  provider: ['llm.provider'],
  inputTokens: ['usage.prompt_tokens'],
  outputTokens: ['usage.completion_tokens'],
  cacheReadTokens: ['usage.cached_tokens'],
  reasoningTokens: ['usage.reasoning_tokens'],
  totalTokens: ['usage.total_tokens'],
  // A sub-agent has the name of its parent for an entity.
  agent: ['subagent.name', 'entity.name'],
  toolName: ['tool.name'],
  toolCallId: ['tool.call.id'],
  toolArguments: ['input'],
  toolResult: ['output'],
  finishReasons: ['ai.response.finish_reason', 'llm.finish_reason'],
  inputMessages: ['llm.messages', 'agent.messages'],
  outputText: ['output'],
  stepInput: ['agent.messages', 'input'],
  stepOutput: ['output'],
  content: ['input', 'output', 'llm.messages'],
}

export const voltagent: Dialect = {
  name: 'voltagent',
  keys,
  matches: (span) => span.scope.name === '@voltagent/core',
  read: (span): Reading => {
    const meaning = meaningOf(span)
    // The conversation of a sub-agent is made up.
    return span.attributes.has('subagent.name') ? { ...meaning, conversationId: null } : meaning
  },
}

const other: Meaning = { kind: 'other', operation: '' }

function meaningOf(span: Span): Meaning {
  const { attributes } = span
  const type = attributes.string('span.type')
  // What it says of its calls the agent says better, unless they failed.
  if (type === 'llm') return errorOf(span, []) === null ? other : { kind: 'llm', operation: 'chat' }
  if (type !== null) return meaningOfKind(type) ?? other
  if (attributes.string('entity.type') === 'workflow') return { kind: 'workflow', operation: 'invoke_workflow' }
  if (attributes.string('entity.type') !== 'agent') return other
  return keys.inputTokens.some((key) => attributes.has(key))
    ? { kind: 'llm', operation: 'chat' }
    : { kind: 'agent', operation: 'invoke_agent' }
}
