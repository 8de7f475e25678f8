/**
 * Vercel AI SDK 4 to 6 (`experimental_telemetry`): `ai.*` attributes. Outer spans (`ai.generateText`) repeat the sum of the inner ones
 * (`ai.generateText.doGenerate`), so only `.do*` spans are calls. AI SDK 7 speaks the conventions and is read by otel-genai.
 */
import type { StepKind } from '../model/step.ts'
import type { Usage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import type { Dialect, KeyTable } from './dialect.ts'
import { otelKeys } from './otel-genai.ts'
import { canonicalProvider } from './provider.ts'
import { firstCount, firstString, jsonObject, path, toCount } from './read.ts'

const metadata = (...names: readonly string[]): readonly string[] => names.map((name) => `ai.telemetry.metadata.${name}`)

const keys: KeyTable = {
  ...otelKeys,
  provider: ['ai.model.provider', 'gen_ai.system', 'gen_ai.provider.name'],
  requestModel: ['gen_ai.request.model', 'ai.model.id'],
  responseModel: ['gen_ai.response.model', 'ai.response.model'],
  responseId: ['gen_ai.response.id', 'ai.response.id'],
  // generateObject writes only the SDK-4 spelling; embeddings write `ai.usage.tokens`.
  inputTokens: [
    'gen_ai.usage.input_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'gen_ai.usage.prompt_tokens',
    'ai.usage.tokens',
  ],
  outputTokens: [
    'gen_ai.usage.output_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
    'gen_ai.usage.completion_tokens',
  ],
  cacheReadTokens: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
  cacheWriteTokens: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
  reasoningTokens: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
  conversationId: [
    ...metadata('sessionId', 'conversationId', 'threadId', 'chatId', 'session_id', 'conversation_id', 'thread_id', 'chat_id'),
    'session.id',
    'gen_ai.conversation.id',
  ],
  userId: [...metadata('userId', 'user_id'), 'user.id', 'enduser.id'],
  agent: ['gen_ai.agent.name'],
  node: ['ai.telemetry.functionId', 'resource.name'],
  outerNode: [],
  toolName: ['ai.toolCall.name'],
  toolArguments: ['ai.toolCall.args', 'ai.toolCall.input'],
  toolResult: ['ai.toolCall.result', 'ai.toolCall.output'],
  finishReasons: ['gen_ai.response.finish_reasons', 'ai.response.finishReason', 'ai.finishReason'],
  timeToFirstTokenSeconds: [],
  timeToFirstTokenMs: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
  content: [
    'ai.prompt.messages',
    'ai.prompt',
    'ai.response.text',
    'ai.response.toolCalls',
    'ai.response.object',
    'ai.value',
    'ai.values',
    'ai.documents',
  ],
}

export const aiSdk: Dialect = {
  name: 'ai-sdk',
  keys,
  matches: (span) => span.attributes.has('ai.operationId'),
  read: (span) => {
    const { kind, operation } = operationOf(span.attributes.string('ai.operationId') ?? '')
    const provider = providerOf(span)
    return { kind, operation, provider, usage: usageOf(span.attributes) }
  },
}

function operationOf(operationId: string): { readonly kind: StepKind; readonly operation: string } {
  if (operationId.endsWith('.doGenerate') || operationId.endsWith('.doStream')) return { kind: 'llm', operation: 'chat' }
  if (operationId.endsWith('.doEmbed')) return { kind: 'embedding', operation: 'embeddings' }
  if (operationId.endsWith('.doRerank')) return { kind: 'rerank', operation: 'rerank' }
  if (operationId === 'ai.toolCall') return { kind: 'tool', operation: 'execute_tool' }
  return { kind: 'workflow', operation: 'invoke_workflow' }
}

/** The SDK names a provider with its API, for instance `openai.responses`. */
function providerOf(span: Span): string | null {
  const spelling = firstString(span.attributes, keys.provider)
  if (spelling === null) return null
  if (spelling.startsWith('google.vertex')) return 'gcp.vertex_ai'
  // "azure.ai.openai" is a whole name; "openai.chat" is a name and an API.
  return canonicalProvider(conventionNames.test(spelling) ? spelling : (spelling.split('.')[0] ?? spelling))
}

const conventionNames = /^(?:azure\.ai|aws|gcp)\./

/** By the SDK's own spelling: Anthropic's models on Vertex (`vertex.anthropic.messages`) are read by the same code. */
const providersThatExcludeCache = /anthropic|bedrock/

/**
 * Up to SDK 5 the Anthropic and Bedrock providers pass the API's raw input count, which leaves cached tokens out; SDK 6 reports totals and is
 * recognised by its `inputTokenDetails`. Cache writes of SDK 4 and 5 stand only in the provider's metadata.
 */
function usageOf(attributes: Attributes): Usage {
  const input = firstCount(attributes, keys.inputTokens)
  const output = firstCount(attributes, keys.outputTokens)
  const reasoning = firstCount(attributes, keys.reasoningTokens)
  const cacheRead = firstCount(attributes, keys.cacheReadTokens)
  const cacheWrite = firstCount(attributes, keys.cacheWriteTokens)
  const saysTotals =
    attributes.has('ai.usage.inputTokenDetails.noCacheTokens') || attributes.has('ai.usage.inputTokenDetails.cacheReadTokens')
  const provider = firstString(attributes, keys.provider) ?? ''
  if (saysTotals || !providersThatExcludeCache.test(provider)) return { input, output, cacheRead, cacheWrite, reasoning }
  const details = jsonObject(attributes, 'ai.response.providerMetadata')
  const read =
    cacheRead ??
    firstKnown(details, [
      ['anthropic', 'cacheReadInputTokens'],
      ['anthropic', 'usage', 'cache_read_input_tokens'],
      ['bedrock', 'usage', 'cacheReadInputTokens'],
    ])
  const write =
    cacheWrite ??
    firstKnown(details, [
      ['anthropic', 'cacheCreationInputTokens'],
      ['anthropic', 'usage', 'cache_creation_input_tokens'],
      ['bedrock', 'usage', 'cacheWriteInputTokens'],
    ])
  // generateObject of SDK 6 has no details and reports a total all the same: then the API's own count differs from it.
  const raw = firstKnown(details, [['anthropic', 'usage', 'input_tokens']])
  const isTotal = input === null || (raw !== null && raw !== input)
  return { input: isTotal ? input : input + (read ?? 0) + (write ?? 0), output, cacheRead: read, cacheWrite: write, reasoning }
}

function firstKnown(details: ReturnType<typeof jsonObject>, places: readonly (readonly string[])[]): number | null {
  for (const place of places) {
    const count = toCount(path(details ?? undefined, ...place))
    if (count !== null) return count
  }
  return null
}
