/**
 * AWS Strands Agents: the conventions, with how an answer ended only in its event `gen_ai.choice` or its message, in camel case from JavaScript.
 * Seen on the wire: JavaScript 1.19.0, Python 1.62.0 with span events and with its newer attributes. Graphs of JavaScript: from its code.
 */
import type { FinishReason } from '../model/step.ts'
import { inputWithCache, unknownUsage, type Usage } from '../model/usage.ts'
import type { Span } from '../otlp/span.ts'
import { usageOf } from './counts.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { messageFinishReasons } from './finish-reasons.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { finishReasonOf, firstString, toName } from './read.ts'

const keys: KeyTable = {
  ...otelKeys,
  // The name says seconds, the value is milliseconds.
  timeToFirstTokenMs: ['gen_ai.server.time_to_first_token'],
}

export const strands: Dialect = {
  name: 'strands',
  keys,
  // The scope of JavaScript is the service's name.
  matches: (span) => span.scope.name === 'strands.telemetry.tracer' || span.attributes.has('gen_ai.event.start_time'),
  read: (span): Reading => {
    const { kind, operation } = readOperation(span)
    if (kind === 'llm') return { kind, operation, ...ownUsage(span), finishReasons: finishReasonsOf(span) }
    // An agent's usage is that of its whole life: the second turn of a conversation repeats the first.
    if (kind === 'agent') return { kind, operation, usage: unknownUsage }
    if (kind !== 'other') return { kind, operation }
    // One call without an agent's cycle around it; it reports no usage anywhere.
    if (operation === 'execute_structured_output') return { kind: 'llm', operation: 'chat' }
    if (operation === 'execute_node')
      return { kind: 'workflow', operation, node: firstString(span.attributes, ['gen_ai.agent.id']) }
    // invoke_graph, invoke_swarm: their agent's name is only what they are.
    return operation.startsWith('invoke_') ? { kind: 'workflow', operation, agent: null } : { kind, operation }
  },
}

/**
 * JavaScript passes on what Anthropic's API says, whose input leaves out what a cache served or took; Bedrock's and Python's include it. Nothing else
 * tells: the total is input and output in both.
 */
function ownUsage(span: Span): { readonly usage?: Usage } {
  const { attributes, resource } = span
  const isAnthropic = firstString(attributes, keys.requestModel)?.startsWith('claude-') === true
  if (!isAnthropic || resource.attributes.string('telemetry.sdk.language') === 'python') return {}
  const told = usageOf(attributes, keys)
  return { usage: { ...told, input: inputWithCache(told) } }
}

function finishReasonsOf(span: Span): readonly FinishReason[] {
  const choice = span.events.findLast(({ name }) => name === 'gen_ai.choice')
  if (choice === undefined) return messageFinishReasons(span.attributes, 'gen_ai.output.messages')
  const word = toName(choice.attributes.string('finish_reason') ?? undefined)
  return word === null ? [] : [finishReasonOf(word)]
}
