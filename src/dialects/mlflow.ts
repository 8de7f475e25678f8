/**
 * MLflow tracing over OTLP (seen on the wire: Python 3.17 with its autologging of OpenAI and LangChain): `mlflow.*`, every value a JSON text. Sessions
 * and users of `update_current_trace` stay in MLflow's own store; on spans only what LangChain was given as metadata tells them.
 */
import type { StepKind, ToolUse } from '../model/step.ts'
import { unknownUsage, type Usage } from '../model/usage.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import { apiAnswerOf, filledUp } from './api-answer.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { messageIdOf } from './message-id.ts'
import { otelKeys } from './otel-genai.ts'
import { canonicalProvider } from './provider.ts'
import { firstId, firstJsonText, jsonObject, path, toCount, toName } from './read.ts'
import { toolUseOf } from './tool-use.ts'
import { wholeUsage } from './whole-usage.ts'

const keys: KeyTable = {
  ...otelKeys,
  conversationId: [...otelKeys.conversationId, 'mlflow.trace.session'],
  userId: [...otelKeys.userId, 'mlflow.trace.user'],
  toolArguments: ['mlflow.spanInputs'],
  toolResult: ['mlflow.spanOutputs'],
  content: ['mlflow.spanInputs', 'mlflow.spanOutputs'],
  inputMessages: ['mlflow.spanInputs'],
  outputMessages: ['mlflow.spanOutputs'],
  offeredTools: ['mlflow.chat.tools'],
  askedFormat: ['response_format', 'text', ...otelKeys.askedFormat],
  askedSchema: ['response_format', 'text'],
  documents: ['mlflow.spanOutputs'],
  stepInput: ['mlflow.spanInputs'],
  stepOutput: ['mlflow.spanOutputs'],
}

const kinds: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['CHAT_MODEL', ['llm', 'chat']],
  ['LLM', ['llm', 'text_completion']],
  ['EMBEDDING', ['embedding', 'embeddings']],
  ['AGENT', ['agent', 'invoke_agent']],
  ['TOOL', ['tool', 'execute_tool']],
  ['RETRIEVER', ['retrieval', 'retrieval']],
  ['RERANKER', ['rerank', 'rerank']],
  ['GUARDRAIL', ['guardrail', 'guardrail']],
  ['CHAIN', ['workflow', 'invoke_workflow']],
  ['WORKFLOW', ['workflow', 'invoke_workflow']],
  ['TASK', ['workflow', 'invoke_workflow']],
  ['PARSER', ['workflow', 'invoke_workflow']],
  // Any function that is traced and says no more.
  ['UNKNOWN', ['workflow', 'invoke_workflow']],
])

export const mlflow: Dialect = {
  name: 'mlflow',
  keys,
  matches: (span) => span.attributes.has('mlflow.spanType'),
  read: (span) => {
    const { attributes } = span
    const type = (firstJsonText(attributes, ['mlflow.spanType']) ?? '').toUpperCase()
    const [ofType, operation] = kinds.get(type) ?? ['other', '']
    const metadata = jsonObject(attributes, 'metadata') ?? undefined
    const name = toName(span.name)
    const agent = toName(path(metadata, 'lc_agent_name'))
    const node = toName(path(metadata, 'langgraph_node'))
    // An agent of LangChain is a chain, and the outermost one of its own name.
    const kind = ofType === 'workflow' && agent !== null && agent === name && node !== agent ? 'agent' : ofType
    const common: Reading = {
      kind,
      operation: kind === 'agent' ? 'invoke_agent' : operation,
      agent: agent ?? (kind === 'agent' ? name : null),
      node: node ?? (kind === 'workflow' || kind === 'retrieval' ? name : null),
      conversationId: firstId(attributes, keys.conversationId) ?? firstOf(metadata, 'thread_id', 'session_id', 'conversation_id'),
      userId: firstId(attributes, keys.userId) ?? firstOf(metadata, 'user_id'),
      messageId: messageIdOf(attributes, metadata),
      ...(kind === 'tool' ? { tool: toolOf(span) } : {}),
    }
    return kind === 'llm' || kind === 'embedding' ? { ...common, ...callOf(span, metadata) } : common
  },
}

function firstOf(metadata: PlainValue | undefined, ...names: readonly string[]): string | null {
  return names.map((name) => toName(path(metadata, name))).find((value) => value !== null) ?? null
}

/** Embeddings and long answers are long texts. */
const MAX_OUTPUT_CHARACTERS = 1_048_576

/** The parameters of a call are attributes of their own; a wrapped client's model is then the one that answered. */
function callOf(span: Span, metadata: PlainValue | undefined): Partial<Reading> {
  const { attributes } = span
  const told = apiAnswerOf(jsonObject(attributes, 'mlflow.spanOutputs', MAX_OUTPUT_CHARACTERS) ?? undefined)
  const asked = firstJsonText(attributes, ['model'])
  const model = firstJsonText(attributes, ['mlflow.llm.model'])
  const provider = firstJsonText(attributes, ['mlflow.llm.provider']) ?? toName(path(metadata, 'ls_provider'))
  const cost = path(jsonObject(attributes, 'mlflow.llm.cost') ?? undefined, 'total_cost')
  return {
    provider: provider === null ? null : canonicalProvider(provider),
    requestModel: asked ?? model,
    responseModel: told?.model ?? (asked === null ? null : model),
    responseId: told?.id ?? null,
    usage: filledUp(usageOf(attributes), told?.usage ?? unknownUsage),
    finishReasons: told?.finishReasons ?? [],
    timeToFirstTokenUs: firstChunkUs(span),
    statedCostUsd: typeof cost === 'number' && cost > 0 ? cost : null,
  }
}

/** Input includes what was cached. */
function usageOf(attributes: Attributes): Usage {
  const counts = jsonObject(attributes, 'mlflow.chat.tokenUsage') ?? undefined
  const counted: Usage = {
    input: toCount(path(counts, 'input_tokens')),
    output: toCount(path(counts, 'output_tokens')),
    cacheRead: toCount(path(counts, 'cache_read_input_tokens')),
    cacheWrite: toCount(path(counts, 'cache_creation_input_tokens')),
    reasoning: null,
  }
  return wholeUsage(counted, toCount(path(counts, 'total_tokens')))
}

/** Each chunk of a stream is an event. */
function firstChunkUs(span: Span): number | null {
  const at = span.events.find(({ name }) => name === 'mlflow.chunk.item.0')?.atUs ?? 0
  return at < span.startUs ? null : at - span.startUs
}

function toolOf(span: Span): ToolUse {
  return { ...toolUseOf(span, keys), callId: firstJsonText(span.attributes, ['tool_call_id']) }
}
