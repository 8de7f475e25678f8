/**
 * OpenAI's Agents SDK, which has no OpenTelemetry of its own: three instrumentations translate its traces, and each hands on its habits. A failure is a
 * sentence with a dictionary behind it, a trace that nobody named is called "Agent workflow", a hand-off may look like a tool, and what ends the run
 * (an answer that does not parse, a tool that nobody defined) may stand on its turn alone: a turn that failed is read as the agent's failure.
 * Seen on the wire: Python 0.24 with OpenTelemetry, OpenInference and Logfire, JavaScript 0.20 with OpenInference.
 */
import type { StepKind } from '../model/step.ts'
import type { Attributes, PlainValue } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { agentsFailure } from './openai-agents-error.ts'
import { logfire } from './logfire.ts'
import { openInference } from './openinference.ts'
import { openInferenceWords } from './openinference-words.ts'
import { otelGenai, otelKeys } from './otel-genai.ts'
import { firstString, jsonList, jsonObject, path, toName } from './read.ts'

const DEFAULT_WORKFLOW = 'Agent workflow'

export const openAiAgentsOtel: Dialect = {
  name: 'openai-agents-otel',
  keys: otelKeys,
  matches: (span) => span.scope.name === 'opentelemetry.instrumentation.genai.openai_agents',
  read: (span) => {
    const node = firstString(span.attributes, otelKeys.node, 128)
    return { ...otelGenai.read(span), error: agentsFailure(span), node: node === DEFAULT_WORKFLOW ? null : node }
  },
}

export const openAiAgentsOpenInference: Dialect = {
  name: 'openai-agents-openinference',
  keys: openInference.keys,
  matches: (span) => openInference.matches(span) && /[-_.]openai[-_]agents$/.test(span.scope.name),
  words: openInferenceWords,
  read: (span): Reading => {
    const reading = openInference.read(span)
    const error = agentsFailure(span)
    const { attributes } = span
    // The trace is of kind AGENT, with the name of the workflow.
    if (reading.kind === 'agent' && !attributes.has('agent.name') && !attributes.has('graph.node.id'))
      return { ...reading, kind: 'workflow', operation: 'invoke_workflow', agent: null, error }
    if (reading.kind === 'workflow' && span.name === 'turn' && error !== null) return { ...reading, kind: 'agent', error }
    const isHandoff = reading.kind === 'tool' && /^handoff[ _]to[ _]/.test(attributes.string('tool.name') ?? span.name)
    return isHandoff ? { kind: 'other', operation: '' } : { ...reading, error }
  },
}

/** Their spans are named by what they hold, and the name is a template. */
const templates: readonly (readonly [start: string, kind: StepKind, operation: string])[] = [
  ['Responses API with ', 'llm', 'chat'],
  ['Chat completion with ', 'llm', 'chat'],
  ['Function: ', 'tool', 'execute_tool'],
  ['Agent run: ', 'agent', 'invoke_agent'],
  ['Turn ', 'workflow', 'turn'],
  ['Task: ', 'workflow', 'invoke_workflow'],
  ['OpenAI Agents trace: ', 'workflow', 'invoke_workflow'],
  ['Guardrail ', 'guardrail', 'guardrail'],
]

const logfireKeys: KeyTable = {
  ...logfire.keys,
  conversationId: ['group_id', ...logfire.keys.conversationId],
  agent: ['agent_name', ...otelKeys.agent.filter((key) => key !== 'agent_name')],
  toolName: ['name'],
  toolArguments: ['input'],
  toolResult: ['output'],
  inputMessages: ['gen_ai.input.messages', 'raw_input', 'input'],
  outputMessages: ['gen_ai.output.messages', 'response', 'output'],
  content: [...logfire.keys.content, 'raw_input', 'input', 'response', 'output'],
}

export const openAiAgentsLogfire: Dialect = {
  name: 'openai-agents-logfire',
  keys: logfireKeys,
  matches: (span) => span.scope.name === 'logfire.openai_agents',
  read: (span): Reading => {
    const template = span.attributes.string('logfire.msg_template') ?? span.name
    const [, kind, operation] = templates.find(([start]) => template.startsWith(start)) ?? ['', 'other', '']
    const isPending = span.attributes.string('logfire.span_type') === 'pending_span'
    if (kind === 'other' || isPending) return { kind: 'other', operation: '' }
    const reading: Reading = { kind, operation, error: agentsFailure(span) }
    if (kind === 'llm') return { ...logfire.read(span), ...reading }
    if (operation === 'turn' && reading.error !== null) return { ...reading, kind: 'agent' }
    return kind === 'agent' ? { ...reading, agent: toName(span.attributes.string('name') ?? undefined) } : reading
  },
  words: ({ attributes }, kind) => (kind === 'llm' ? { input: withInstructions(attributes) } : {}),
}

const MAX_CHARACTERS = 1_048_576

/** The Responses API repeats the instructions in its answer; the input leaves them out. */
function withInstructions(attributes: Attributes): PlainValue | undefined {
  const told = attributes.value('raw_input')
  const instructions = path(jsonObject(attributes, 'response', MAX_CHARACTERS) ?? undefined, 'instructions')
  if (typeof told !== 'string' || typeof instructions !== 'string') return undefined
  return { instructions, input: jsonList(attributes, 'raw_input', MAX_CHARACTERS) }
}
