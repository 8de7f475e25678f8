/**
 * OpenLLMetry (Traceloop; seen on the wire: JavaScript 0.27, Python 0.44 and 0.62): model calls follow the conventions (older ones their own
 * spelling), workflows, tasks, agents and tools come from decorators as `traceloop.*`. What throws often sends no span at all: then only a parent
 * that never comes tells.
 */
import type { StepError, StepKind, ToolUse } from '../model/step.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import type { Chain, Dialect, KeyTable, Reading, StepWords } from './dialect.ts'
import { ARGUMENTS_HASH, messageKeys, otelKeys, RESULT_HASH, readOperation } from './otel-genai.ts'
import { unexplainedError } from './error.ts'
import type { Meaning } from './operations.ts'
import { firstString, firstText, jsonObject, path, toName } from './read.ts'
import { fingerprintsOf, toolUseOf } from './tool-use.ts'

const association = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `traceloop.association.properties.${name}`)

const keys: KeyTable = {
  ...otelKeys,
  inputTokens: [...otelKeys.inputTokens, 'llm.usage.prompt_tokens'],
  outputTokens: [...otelKeys.outputTokens, 'llm.usage.completion_tokens'],
  conversationId: [
    'gen_ai.conversation.id',
    'session.id',
    ...association('session_id', 'thread_id', 'chat_id', 'conversation_id'),
  ],
  tags: [...association('tags'), ...otelKeys.tags],
  userId: ['user.id', 'enduser.id', ...association('user_id'), 'gen_ai.user', 'llm.user'],
  outerNode: ['traceloop.workflow.name', 'traceloop.prompt.key'],
  toolName: ['gen_ai.tool.name', 'tool.name', 'traceloop.entity.name'],
  toolArguments: ['gen_ai.tool.call.arguments', 'tool.arguments', 'traceloop.entity.input', ARGUMENTS_HASH],
  toolResult: ['gen_ai.tool.call.result', 'traceloop.entity.output', RESULT_HASH],
  content: [...messageKeys, 'traceloop.entity.input', 'traceloop.entity.output'],
  stepInput: ['traceloop.entity.input', ...otelKeys.stepInput, 'gen_ai.task.input'],
  stepOutput: ['traceloop.entity.output', ...otelKeys.stepOutput, 'gen_ai.task.output'],
  reasoningTokens: [...otelKeys.reasoningTokens, 'llm.usage.reasoning_tokens'],
  finishReasons: [
    ...otelKeys.finishReasons,
    'gen_ai.completion.0.finish_reason',
    'llm.response.finish_reason',
    'llm.response.stop_reason',
  ],
}

/** On spans of application code without a decorator these are all there is of the dialect. */
const associations = association('session_id', 'thread_id', 'chat_id', 'conversation_id', 'user_id')

const kindOfEntity: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['workflow', ['workflow', 'invoke_workflow']],
  ['task', ['workflow', 'invoke_workflow']],
  ['session', ['workflow', 'invoke_workflow']],
  ['agent', ['agent', 'invoke_agent']],
  ['tool', ['tool', 'execute_tool']],
])

const kindOfRequest: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['chat', ['llm', 'chat']],
  ['completion', ['llm', 'text_completion']],
  ['embedding', ['embedding', 'embeddings']],
  ['rerank', ['rerank', 'rerank']],
])

export const traceloop: Dialect = {
  name: 'traceloop',
  keys,
  matches: (span) =>
    span.attributes.has('traceloop.span.kind') ||
    span.attributes.has('llm.request.type') ||
    span.attributes.has('traceloop.workflow.name') ||
    span.attributes.has('traceloop.entity.name') ||
    associations.some((key) => span.attributes.has(key)) ||
    span.scope.name.startsWith('@traceloop/') ||
    span.scope.name.startsWith(CREWAI),
  read: (span) => {
    const { kind, operation } = meaningOf(span)
    const entity = firstString(span.attributes, ['traceloop.entity.name'])
    const agent = firstString(span.attributes, keys.agent) ?? (kind === 'agent' ? entity : null)
    const node = kind === 'workflow' ? (entity ?? firstString(span.attributes, ['crewai.crew.name'])) : null
    const common: Reading = { kind, operation, agent, node }
    if (kind !== 'tool') return common
    const error = markedFailure(span)
    return { ...common, tool: toolOf(span), ...(error === null ? {} : { error }) }
  },
  words: wordsOf,
}

/** LangChain's work comes with what the framework knew when it called it, decorated functions with their arguments by place and by name. */
function wordsOf({ attributes }: Span, kind: StepKind): StepWords {
  if (kind === 'llm') return {}
  const input = path(jsonObject(attributes, 'traceloop.entity.input', MAX_CHARACTERS) ?? undefined, 'inputs')
  const output = jsonObject(attributes, 'traceloop.entity.output', MAX_CHARACTERS) ?? undefined
  // LlamaIndex' own step inside that of the tool.
  if (kind === 'workflow' && path(output, 'raw_output') !== undefined) return { input: null, output: null }
  return { input: input ?? undefined, output: path(output, 'outputs') ?? undefined }
}

const MAX_CHARACTERS = 1_048_576

/**
 * LangChain's tools come with all that the framework knew when it called them: tags, metadata with the step's number, the call's id. Two equal calls
 * would never be equal.
 */
function toolOf(span: Span): ToolUse {
  const tool = toolUseOf(span, keys)
  const call = firstObject(span.attributes, keys.toolArguments)
  const output = firstObject(span.attributes, keys.toolResult)
  const message = path(output, 'output', 'kwargs') ?? path(output, 'kwargs')
  const isOfLangChain = path(call, 'inputs') !== undefined && path(call, 'input_str') !== undefined
  if (message === undefined && !isOfLangChain) return tool
  const content = path(message, 'content')
  const args = isOfLangChain ? JSON.stringify(path(call, 'inputs')) : firstText(span.attributes, keys.toolArguments)
  return {
    // JavaScript names it after its class.
    name: tool.name.endsWith('StructuredTool') ? (toName(path(message, 'name')) ?? tool.name) : tool.name,
    callId: tool.callId ?? toName(path(message, 'tool_call_id')) ?? toName(path(call, 'kwargs', 'tool_call_id')),
    ...fingerprintsOf(args, typeof content === 'string' ? content : firstText(span.attributes, keys.toolResult)),
  }
}

function firstObject(attributes: Attributes, chain: Chain): PlainValue | undefined {
  for (const key of chain) {
    const object = jsonObject(attributes, key)
    if (object !== null) return object
  }
  return undefined
}

const CREWAI = 'opentelemetry.instrumentation.crewai'

/** LlamaIndex: a tool that raised is a step that went well, with an output that says so. */
function markedFailure({ attributes }: Span): StepError | null {
  const output = path(firstObject(attributes, keys.toolResult), 'tool_output')
  return path(output, 'is_error') === true ? { ...unexplainedError, message: toName(path(output, 'raw_output')) } : null
}

/** CrewAI: a crew and its tasks say that they invoke an agent, as the agent does below them. */
function isAroundAgent({ attributes, scope }: Span): boolean {
  return scope.name.startsWith(CREWAI) && (attributes.has('crewai.crew.id') || attributes.has('crewai.task.id'))
}

/** A decorator's word goes before what the span's name looks like: people call their workflows "chat ...". */
function meaningOf(span: Span): Meaning {
  if (isAroundAgent(span)) return { kind: 'workflow', operation: 'invoke_workflow' }
  // LlamaIndex
  if (span.attributes.has('tool.name') && span.attributes.has('tool.arguments'))
    return { kind: 'tool', operation: 'execute_tool' }
  const convention = readOperation(span)
  if (convention.kind !== 'other' && span.attributes.has('gen_ai.operation.name')) return convention
  const [kind, operation] = kindOfEntity.get(span.attributes.string('traceloop.span.kind') ?? '') ??
    kindOfRequest.get(span.attributes.string('llm.request.type') ?? '') ?? [convention.kind, convention.operation]
  return { kind, operation }
}
