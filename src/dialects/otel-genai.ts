/**
 * OpenTelemetry GenAI conventions, from the oldest spelling on the wire (gen_ai.system, prompt_tokens) to the newest.
 * The base of the family: other dialects extend its table. What its operations mean stands in operations.ts.
 */
import type { Span } from '../otlp/span.ts'
import type { Chain, Dialect, KeyTable } from './dialect.ts'
import { type Meaning, meaningOf, meaningOfKind, operationOfName } from './operations.ts'
import { firstString } from './read.ts'

/** What our SDK sends in place of content that is switched off: equal for equal content, so that loops are found all the same. */
export const ARGUMENTS_HASH = 'flywheel.tool.call.arguments.hash'
export const RESULT_HASH = 'flywheel.tool.call.result.hash'

/** Messages of model calls, the newest spelling first. */
export const messageKeys: Chain = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  // Before messages had a shape of their own: numbered attributes, or one text.
  'gen_ai.prompt.0.content',
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.prompt_json',
  'gen_ai.completion_json',
]

function runtimeContext(...names: readonly string[]): Chain {
  return names.map((name) => `ai.settings.context.${name}`)
}

export const otelKeys: KeyTable = {
  provider: ['gen_ai.provider.name', 'gen_ai.system', 'gen_ai.model.provider'],
  requestModel: ['gen_ai.request.model'],
  responseModel: ['gen_ai.response.model'],
  responseId: ['gen_ai.response.id', 'gen_ai.response_id'],
  // Renamed in semantic conventions 1.27; the vendor spellings of cache tokens were unified in 1.40, creation became write in 2026.
  // Semantic Kernel for .NET had them under the response in 2024.
  inputTokens: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'gen_ai.response.prompt_tokens'],
  outputTokens: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'gen_ai.response.completion_tokens'],
  cacheReadTokens: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cached_input_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'gen_ai.usage.cached_tokens',
  ],
  cacheWriteTokens: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.details.cache_write_tokens',
  ],
  reasoningTokens: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
    // AI SDK 7, with its `usage` option.
    'ai.usage.outputTokenDetails.reasoningTokens',
  ],
  totalTokens: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  conversationId: [
    'gen_ai.conversation.id',
    'session.id',
    'langfuse.session.id',
    'conversation.id',
    'lmnr.association.properties.session_id',
    // AI SDK 7 passes on what the application puts into its runtime context.
    ...runtimeContext('sessionId', 'conversationId', 'threadId', 'chatId'),
  ],
  userId: [
    'user.id',
    'enduser.id',
    'langfuse.user.id',
    'gen_ai.user',
    'gen_ai.request.user',
    'llm.user',
    'mastra.metadata.userId',
    'gen_ai.user.id',
    'lmnr.association.properties.user_id',
    ...runtimeContext('userId'),
  ],
  // No convention; platforms have their own names, which applications set whatever instrumentation they use.
  tags: [
    'tag.tags',
    'langfuse.trace.tags',
    'langfuse.tags',
    'langsmith.span.tags',
    'logfire.tags',
    'mastra.tags',
    'braintrust.tags',
    'opik.tags',
    'lmnr.association.properties.tags',
  ],
  environment: [],
  release: ['gen_ai.agent.version'],
  agent: ['gen_ai.agent.name', 'agent_name'],
  node: ['gen_ai.workflow.name'],
  outerNode: ['gen_ai.prompt.name'],
  toolName: ['gen_ai.tool.name'],
  toolCallId: ['gen_ai.tool.call.id', 'gen_ai.tool.call_id', 'tool_call_id', 'tool_use_id', 'tool.id'],
  toolArguments: ['gen_ai.tool.call.arguments', 'tool_arguments', ARGUMENTS_HASH],
  toolResult: ['gen_ai.tool.call.result', 'tool_response', 'anthropic.tool_result.content', RESULT_HASH],
  finishReasons: [
    'gen_ai.response.finish_reasons',
    'gen_ai.response.finish_reason',
    'gen_ai.response.stop_reason',
    'anthropic.message.stop_reason',
  ],
  timeToFirstTokenSeconds: ['gen_ai.response.time_to_first_chunk', 'gen_ai.client.operation.time_to_first_chunk'],
  timeToFirstTokenMs: ['copilot_chat.time_to_first_token', 'ttft_ms'],
  content: [...messageKeys, 'gcp.vertex.agent.llm_request'],
  inputMessages: ['gen_ai.input.messages', 'gen_ai.prompt', 'gen_ai.prompt_json'],
  outputMessages: ['gen_ai.output.messages', 'gen_ai.completion', 'gen_ai.completion_json'],
  indexedInput: { prefix: 'gen_ai.prompt', infix: '' },
  indexedOutput: { prefix: 'gen_ai.completion', infix: '' },
  // Sentry
  outputText: ['gen_ai.response.text'],
  outputToolCalls: ['gen_ai.response.tool_calls'],
  outputThoughts: ['gen_ai.response.reasoning', 'gen_ai.reasoning'],
  instructions: ['gen_ai.system_instructions', 'system_prompt'],
  stepInput: ['gen_ai.input.messages', 'gen_ai.retrieval.query.text', 'gen_ai.memory.query.text', 'gen_ai.prompt'],
  stepOutput: ['gen_ai.output.messages', 'gen_ai.retrieval.documents', 'gen_ai.memory.records', 'gen_ai.completion'],
  offeredTools: ['gen_ai.tool.definitions', 'gen_ai.request.available_tools'],
  indexedTools: { prefix: 'llm.request.functions', suffix: 'name' },
  askedFormat: ['gen_ai.output.type', 'gen_ai.openai.request.response_format', 'gen_ai.request.response_format'],
  askedSchema: ['gen_ai.request.structured_output_schema', 'gen_ai.request.response_format', 'model_request_parameters'],
  documents: ['gen_ai.retrieval.documents'],
  documentCount: ['flywheel.retrieval.document.count'],
  // No convention yet: each emitter has its own name, and a sum of parts is never among them.
  statedCostUsd: [
    'gen_ai.usage.cost.amount',
    'litellm.cost.total',
    'gen_ai.cost.total_cost',
    'operation.cost',
    'gen_ai.usage.cost',
    'gen_ai.usage.total_cost',
  ],
  serviceTier: [
    'openai.response.service_tier',
    'gen_ai.openai.response.service_tier',
    'gen_ai.response.service_tier',
    'anthropic.response.service_tier',
    'openai.request.service_tier',
    'gen_ai.openai.request.service_tier',
  ],
  cacheWrite1hTokens: ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens', 'gen_ai.usage.cache_creation.1h_input_tokens'],
}

export const otelGenai: Dialect = {
  name: 'otel-genai',
  keys: otelKeys,
  matches: (span) =>
    span.attributes.has('gen_ai.operation.name') ||
    span.attributes.has('gen_ai.provider.name') ||
    span.attributes.has('gen_ai.system') ||
    span.attributes.has('gen_ai.request.model') ||
    span.attributes.has('gen_ai.tool.name') ||
    kindKeys.some((key) => span.attributes.has(key)) ||
    span.attributes.string('mcp.method.name') === 'tools/call',
  read: (span) => (isEndlessAnswer(span) ? { ...readOperation(span), finishReasons: [] } : readOperation(span)),
}

const STATUS_UNSET = 0

/**
 * The official instrumentation of LangChain says that an answer of the Responses API ended in an error, since it finds no finish reason in it. What
 * really failed has a status.
 */
function isEndlessAnswer({ attributes, scope, statusCode }: Span): boolean {
  return (
    scope.name === 'opentelemetry.instrumentation.genai.langchain' &&
    statusCode === STATUS_UNSET &&
    attributes.has('gen_ai.usage.output_tokens') &&
    attributes.strings('gen_ai.response.finish_reasons').join() === 'error'
  )
}

/** A kind in an attribute of its own: of LoongSuite and Dify, of Laminar's decorators. */
const kindKeys: Chain = ['gen_ai.span.kind', 'lmnr.span.type']

/** The span's operation, and for spans that do not name one, what their other attributes leave no doubt about. */
export function readOperation(span: Span): Meaning {
  const operation = span.attributes.string('gen_ai.operation.name') ?? ''
  const said = meaningOf(operation)
  if (said.kind !== 'other') return said
  const ofKind = meaningOfKind(firstString(span.attributes, kindKeys) ?? '')
  if (ofKind !== null) return ofKind
  if (operation !== '') return said
  const named = operationOfName(span.name)
  if (named !== null) return named
  if (span.attributes.string('mcp.method.name') === 'tools/call' || span.attributes.has('gen_ai.tool.name')) {
    return { kind: 'tool', operation: 'execute_tool' }
  }
  // Before operation names existed (conventions 1.26) a model and its token counts or finish reason were all a call had.
  const isCall = span.attributes.has('gen_ai.request.model') && callEvidence.some((key) => span.attributes.has(key))
  return isCall ? { kind: 'llm', operation: 'chat' } : { kind: 'other', operation: '' }
}

const callEvidence: readonly string[] = [
  ...otelKeys.inputTokens,
  ...otelKeys.outputTokens,
  ...otelKeys.finishReasons,
  'gen_ai.request.temperature',
  'gen_ai.request.max_tokens',
]
