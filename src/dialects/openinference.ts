/**
 * OpenInference (Arize Phoenix and the LangChain, LlamaIndex, CrewAI, smolagents instrumentations): `openinference.span.kind` and `llm.*`.
 * LangGraph's node and agent names stand in the `metadata` JSON.
 */
import type { StepKind } from '../model/step.ts'
import type { Dialect, KeyTable } from './dialect.ts'
import { otelKeys } from './otel-genai.ts'
import { firstString, jsonObject, path, toName } from './read.ts'

/** EVALUATOR and PROMPT spans are no work of the agent. */
const kinds: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['LLM', ['llm', 'chat']],
  ['CHAIN', ['workflow', 'invoke_workflow']],
  ['TOOL', ['tool', 'execute_tool']],
  ['RETRIEVER', ['retrieval', 'retrieval']],
  ['RERANKER', ['rerank', 'rerank']],
  ['EMBEDDING', ['embedding', 'embeddings']],
  ['AGENT', ['agent', 'invoke_agent']],
  ['GUARDRAIL', ['guardrail', 'guardrail']],
])

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
    const [kind, operation] = kinds.get((span.attributes.string('openinference.span.kind') ?? '').toUpperCase()) ?? ['other', '']
    const metadata = jsonObject(span.attributes, 'metadata') ?? undefined
    const agent =
      firstString(span.attributes, keys.agent) ??
      toName(path(metadata, 'lc_agent_name')) ??
      (kind === 'agent' ? toName(span.name) : null)
    const node = firstString(span.attributes, keys.node) ?? toName(path(metadata, 'langgraph_node'))
    const provider = firstString(span.attributes, keys.provider) ?? toName(path(metadata, 'ls_provider'))
    return { kind, operation, agent, node, provider }
  },
}
