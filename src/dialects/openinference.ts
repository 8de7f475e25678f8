/**
 * OpenInference (Arize Phoenix): `openinference.span.kind` and `llm.*`. LangGraph's node and agent names stand in the `metadata` JSON; what the
 * attributes leave out of an API's answer stands whole in `output.value`. Seen on the wire: LangChain, CrewAI, OpenAI, Anthropic, Google Gen AI, Bedrock,
 * OpenAI Agents, LiteLLM, LlamaIndex, smolagents, DSPy, Haystack, Google ADK and agno, of Python and JavaScript in autumn 2026.
 */
import type { Attributes, Span } from '../otlp/span.ts'
import { filledUp } from './api-answer.ts'
import { askedFormatOf } from './asked-format.ts'
import { usageOf } from './counts.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { answerOf } from './messages/answer.ts'
import { schemaCheckOf } from './messages/schema.ts'
import { agentNameOf, isAround, isHaystack } from './openinference-frameworks.ts'
import { toldInHaystack, type WholeAnswer, wholeAnswerOf } from './openinference-output.ts'
import { openInferenceWords } from './openinference-words.ts'
import { messageIdOf } from './message-id.ts'
import { type Meaning, meaningOfKind } from './operations.ts'
import { otelKeys } from './otel-genai.ts'
import { finishReasons, firstId, firstString, jsonObject, path, toName } from './read.ts'

const keys: KeyTable = {
  ...otelKeys,
  provider: ['llm.provider', 'llm.system', 'gen_ai.provider.name', 'gen_ai.system'],
  requestModel: [
    'llm.request.model_name',
    'llm.model_name',
    'embedding.model_name',
    'reranker.model_name',
    'gen_ai.request.model',
  ],
  responseModel: ['llm.response.model_name', 'gen_ai.response.model'],
  responseId: ['gen_ai.response.id'],
  inputTokens: ['llm.token_count.prompt', 'gen_ai.usage.input_tokens'],
  outputTokens: ['llm.token_count.completion', 'gen_ai.usage.output_tokens'],
  cacheReadTokens: [
    'llm.token_count.prompt_details.cache_read',
    'llm.token_count.prompt_details.cache_input',
    'gen_ai.usage.cache_read.input_tokens',
  ],
  cacheWriteTokens: [
    'llm.token_count.prompt_details.cache_write',
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
  ],
  reasoningTokens: ['llm.token_count.completion_details.reasoning', 'gen_ai.usage.reasoning.output_tokens'],
  totalTokens: ['llm.token_count.total', 'gen_ai.usage.total_tokens'],
  conversationId: ['session.id', 'gen_ai.conversation.id'],
  userId: ['user.id', 'enduser.id'],
  agent: ['agent.name', 'gen_ai.agent.name'],
  node: ['graph.node.name', 'graph.node.id'],
  outerNode: ['llm.prompt_template.name', 'prompt.id'],
  toolName: ['tool.name', 'gen_ai.tool.name'],
  // Not `tool.parameters`: by the specification it is the tool's definition, equal in every call.
  toolArguments: ['input.value'],
  toolResult: ['output.value'],
  finishReasons: ['llm.finish_reason', 'gen_ai.response.finish_reasons'],
  timeToFirstTokenSeconds: [],
  timeToFirstTokenMs: [],
  inputMessages: [],
  outputMessages: [],
  indexedInput: { prefix: 'llm.input_messages', infix: 'message.' },
  indexedOutput: { prefix: 'llm.output_messages', infix: 'message.' },
  offeredTools: ['llm.invocation_parameters'],
  indexedTools: { prefix: 'llm.tools', suffix: 'tool.json_schema' },
  askedFormat: ['llm.invocation_parameters'],
  askedSchema: ['llm.invocation_parameters'],
  documents: ['retrieval.documents'],
  stepInput: ['input.value'],
  stepOutput: ['output.value'],
  statedCostUsd: ['llm.cost.total'],
  content: [
    'input.value',
    'output.value',
    'llm.input_messages.0.message.content',
    'llm.input_messages.0.message.contents.0.message_content.text',
    'llm.output_messages.0.message.content',
    'llm.prompts.0.prompt.text',
    'retrieval.documents.0.document.content',
    'embedding.embeddings.0.embedding.text',
  ],
}

export const openInference: Dialect = {
  name: 'openinference',
  keys,
  matches: (span) => span.attributes.has('openinference.span.kind'),
  read: (span) => {
    const { kind, operation } = meaningOf(span)
    const metadata = jsonObject(span.attributes, 'metadata') ?? undefined
    const agent = firstString(span.attributes, keys.agent) ?? toName(path(metadata, 'lc_agent_name'))
    const node = withoutNumbers(firstString(span.attributes, keys.node)) ?? toName(path(metadata, 'langgraph_node'))
    const provider = firstString(span.attributes, keys.provider) ?? toName(path(metadata, 'ls_provider'))
    const isCall = kind === 'llm' || kind === 'embedding'
    const models: Pick<Reading, 'requestModel' | 'responseModel'> = isCall ? modelsOf(span.attributes) : {}
    const whole = isCall ? wholeAnswerOf(span.attributes) : null
    return {
      kind,
      operation,
      agent: agent ?? (kind === 'agent' ? agentNameOf(span) : null),
      node,
      provider,
      userId: firstId(span.attributes, keys.userId) ?? toName(path(metadata, 'user_id')),
      messageId: messageIdOf(span.attributes, metadata),
      timeToFirstTokenUs: firstTokenUs(span),
      ...models,
      ...(whole === null ? {} : answered(span, whole, models.responseModel ?? null)),
      ...(kind === 'llm' && isHaystack(span) ? { toolReports: toldInHaystack(span.attributes) } : {}),
    }
  },
  words: openInferenceWords,
}

/** EVALUATOR and PROMPT spans are no work of the agent. */
function meaningOf(span: Span): Meaning {
  const meaning = meaningOfKind(span.attributes.string('openinference.span.kind') ?? '') ?? { kind: 'other', operation: '' }
  return isAround(span, meaning.kind) ? { kind: 'workflow', operation: 'invoke_workflow' } : meaning
}

/** `llm.model_name` is the model that was asked for or the one that answered; beside the parameters of the call it is the latter. */
function modelsOf(attributes: Attributes): Pick<Reading, 'requestModel' | 'responseModel'> {
  const named = firstString(attributes, keys.requestModel)
  const asked = toName(path(jsonObject(attributes, 'llm.invocation_parameters') ?? undefined, 'model'))
  const told = firstString(attributes, keys.responseModel)
  return { requestModel: asked ?? named, responseModel: told ?? (asked === null || asked === named ? null : named) }
}

/** What the API's own answer adds to the attributes. */
function answered(span: Span, { api, messages }: WholeAnswer, model: string | null): Partial<Reading> {
  const { attributes } = span
  const finished = finishReasons(attributes, keys.finishReasons)
  const asked = askedFormatOf(attributes, keys.askedFormat)
  const said = answerOf(messages, asked, schemaCheckOf(attributes, keys.askedSchema))
  return {
    responseModel: model ?? api.model,
    responseId: firstString(attributes, keys.responseId) ?? api.id,
    usage: filledUp(usageOf(attributes, keys), api.usage),
    finishReasons: finished.length > 0 ? finished : api.finishReasons,
    // That there is no answer is for the numbered attributes to say: not every shape of a message is known.
    ...(said.form === 'empty' ? {} : { answer: said }),
  }
}

/** Strands numbers each node anew: `llm_3497477159625943178`. */
function withoutNumbers(node: string | null): string | null {
  return node === null || /\d{8}/.test(node) ? null : node
}

/** Streams note their first token as an event. */
function firstTokenUs(span: Span): number | null {
  const event = span.events.find(({ name }) => name === 'First Token Stream Event')
  return event === undefined || event.atUs < span.startUs ? null : event.atUs - span.startUs
}
