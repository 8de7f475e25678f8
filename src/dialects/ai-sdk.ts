/**
 * Vercel AI SDK 4 to 6 (`experimental_telemetry`): `ai.*` attributes. Outer spans (`ai.generateText`) repeat the sum of the inner ones
 * (`ai.generateText.doGenerate`), so only `.do*` spans are calls. AI SDK 7 speaks the conventions and is read by otel-genai.
 * Seen on the wire: 4.3, 5.0 and 6.0, with the providers of OpenAI and Anthropic.
 */
import type { Answer, ParseFormat, StepKind } from '../model/step.ts'
import type { Usage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { answerOf } from './messages/answer.ts'
import { otelKeys } from './otel-genai.ts'
import { canonicalProvider } from './provider.ts'
import { finishReasons, firstCount, firstString, jsonObject, path, saysSomething, toCount } from './read.ts'

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
  totalTokens: ['ai.usage.totalTokens'],
  conversationId: [
    ...metadata('sessionId', 'conversationId', 'threadId', 'chatId', 'session_id', 'conversation_id', 'thread_id', 'chat_id'),
    'session.id',
    'gen_ai.conversation.id',
  ],
  userId: [...metadata('userId', 'user_id'), 'user.id', 'enduser.id'],
  tags: [...metadata('tags'), ...otelKeys.tags],
  agent: ['gen_ai.agent.name'],
  node: ['ai.telemetry.functionId', 'resource.name'],
  outerNode: [],
  toolName: ['ai.toolCall.name'],
  toolCallId: ['ai.toolCall.id'],
  toolArguments: ['ai.toolCall.args', 'ai.toolCall.input'],
  toolResult: ['ai.toolCall.result', 'ai.toolCall.output'],
  finishReasons: ['gen_ai.response.finish_reasons', 'ai.response.finishReason', 'ai.finishReason'],
  timeToFirstTokenSeconds: [],
  timeToFirstTokenMs: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
  inputMessages: ['ai.prompt.messages'],
  outputMessages: [],
  offeredTools: ['ai.prompt.tools', ...otelKeys.offeredTools],
  indexedInput: null,
  indexedOutput: null,
  outputText: ['ai.response.text', 'ai.response.object'],
  outputToolCalls: ['ai.response.toolCalls'],
  outputThoughts: ['ai.response.reasoning'],
  stepInput: ['ai.prompt', 'ai.prompt.messages', 'ai.value', 'ai.documents'],
  stepOutput: ['ai.response.text', 'ai.response.object', 'ai.ranking'],
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
    const operationId = span.attributes.string('ai.operationId') ?? ''
    const { kind, operation } = operationOf(operationId)
    const call = kind === 'llm' ? callOf(span.attributes, operationId) : {}
    const error = isStampedOn(span) ? { error: null } : {}
    return { kind, operation, provider: providerOf(span), usage: usageOf(span.attributes), ...call, ...error }
  },
  // A list of texts, each as JSON.
  words: ({ attributes }, kind) =>
    kind === 'llm' || kind === 'tool' || !attributes.has('ai.values')
      ? {}
      : { input: `[${attributes.strings('ai.values').join()}]` },
}

/**
 * OpenInference's processor of these spans (2.8) stamps the first error of a trace on the spans around it that had no status, also on those that went
 * well. The SDK itself records an exception with each of its errors.
 */
function isStampedOn({ attributes, events }: Span): boolean {
  return (
    attributes.has('openinference.span.kind') &&
    finishReasons(attributes, keys.finishReasons).length > 0 &&
    !events.some(({ name }) => name === 'exception')
  )
}

function operationOf(operationId: string): { readonly kind: StepKind; readonly operation: string } {
  if (operationId.endsWith('.doGenerate') || operationId.endsWith('.doStream')) return { kind: 'llm', operation: 'chat' }
  if (operationId.endsWith('.doEmbed')) return { kind: 'embedding', operation: 'embeddings' }
  if (operationId.endsWith('.doRerank')) return { kind: 'rerank', operation: 'rerank' }
  if (operationId === 'ai.toolCall') return { kind: 'tool', operation: 'execute_tool' }
  return { kind: 'workflow', operation: 'invoke_workflow' }
}

function callOf(attributes: Attributes, operationId: string): Partial<Reading> {
  const askedFormat: ParseFormat | null = objectOperation.test(operationId) ? 'json' : null
  return isSilent(attributes) ? { askedFormat, answer: noWords } : { askedFormat }
}

const objectOperation = /^ai\.(?:generate|stream)Object\./

const noWords: Answer = answerOf([], null)
const outputs = [...keys.outputText, ...keys.outputToolCalls]

/**
 * An answer without a text has no attribute for it, as one whose recording is switched off: then it is the tokens that tell, and where inputs are
 * recorded an API may count one for the end of the answer.
 */
function isSilent(attributes: Attributes): boolean {
  const tokens = firstCount(attributes, keys.outputTokens)
  return (
    tokens !== null &&
    tokens <= (attributes.has('ai.prompt.messages') ? 1 : 0) &&
    finishReasons(attributes, keys.finishReasons).includes('stop') &&
    !saysSomething(attributes, outputs)
  )
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
  const told = { input, output, cacheRead, cacheWrite, reasoning }
  const isGoogle = provider.startsWith('google')
  const isRaw = isGoogle || providersThatExcludeCache.test(provider)
  if (saysTotals || (cacheRead !== null && reasoning !== null && !isRaw)) return told
  const details = jsonObject(attributes, 'ai.response.providerMetadata')
  if (isGoogle) return withThoughts({ ...told, ...detailsOf(told, details) }, attributes, details)
  if (!isRaw) return { ...told, ...detailsOf(told, details) }
  const read = cacheRead ?? firstKnown(details, readPlaces)
  const write = cacheWrite ?? firstKnown(details, writePlaces)
  // generateObject of SDK 6 has no details and reports a total all the same: then the API's own count differs from it.
  const raw = firstKnown(details, [['anthropic', 'usage', 'input_tokens']])
  const isTotal = input === null || (raw !== null && raw !== input)
  return { input: isTotal ? input : input + (read ?? 0) + (write ?? 0), output, cacheRead: read, cacheWrite: write, reasoning }
}

/**
 * Google's API counts thoughts beside the answer, and up to SDK 5 its provider passes both counts on as they are; SDK 6 adds them up and is recognised
 * by its `outputTokenDetails`, or where it has none by an output that is not the API's own count of the answer.
 */
function withThoughts(told: Usage, attributes: Attributes, details: ReturnType<typeof jsonObject>): Usage {
  const answer = firstKnown(details, inGoogle('candidatesTokenCount'))
  const isTotal = outputDetails.some((key) => attributes.has(key)) || (answer !== null && answer !== told.output)
  return isTotal || told.reasoning === null ? told : { ...told, output: (told.output ?? 0) + told.reasoning }
}

const outputDetails: readonly string[] = ['ai.usage.outputTokenDetails.textTokens', 'ai.usage.outputTokenDetails.reasoningTokens']

type Places = readonly (readonly string[])[]

const readPlaces: Places = [
  ['anthropic', 'cacheReadInputTokens'],
  ['anthropic', 'usage', 'cache_read_input_tokens'],
  ['bedrock', 'usage', 'cacheReadInputTokens'],
]
const writePlaces: Places = [
  ['anthropic', 'cacheCreationInputTokens'],
  ['anthropic', 'usage', 'cache_creation_input_tokens'],
  ['bedrock', 'usage', 'cacheWriteInputTokens'],
]

/** The provider for Vertex has a name of its own for the same since SDK 6. */
function inGoogle(count: string): Places {
  return ['google', 'vertex'].map((name) => [name, 'usageMetadata', count])
}

/** SDK 4 has no attributes for cached and reasoning tokens: OpenAI's and Google's stand in the provider's metadata. */
function detailsOf(told: Usage, details: ReturnType<typeof jsonObject>): Pick<Usage, 'cacheRead' | 'reasoning'> {
  const cached: Places = [['openai', 'cachedPromptTokens'], ...inGoogle('cachedContentTokenCount')]
  const thought: Places = [['openai', 'reasoningTokens'], ...inGoogle('thoughtsTokenCount')]
  return { cacheRead: told.cacheRead ?? firstKnown(details, cached), reasoning: told.reasoning ?? firstKnown(details, thought) }
}

function firstKnown(details: ReturnType<typeof jsonObject>, places: readonly (readonly string[])[]): number | null {
  for (const place of places) {
    const count = toCount(path(details ?? undefined, ...place))
    if (count !== null) return count
  }
  return null
}
