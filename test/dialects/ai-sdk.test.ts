import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues): ReturnType<typeof readStep> {
  return readStep(span({ attributes: { 'ai.operationId': 'ai.generateText.doGenerate', ...attributes } }))
}

test.each<[operationId: string, kind: StepKind]>([
  ['ai.generateText', 'workflow'],
  ['ai.generateText.doGenerate', 'llm'],
  ['ai.streamText.doStream', 'llm'],
  ['ai.generateObject.doGenerate', 'llm'],
  ['ai.embed', 'workflow'],
  ['ai.embedMany.doEmbed', 'embedding'],
  ['ai.rerank.doRerank', 'rerank'],
  ['ai.toolCall', 'tool'],
  ['ai.somethingNew', 'workflow'],
])('%s is a step of kind %s', (operationId, kind) => {
  expect(read({ 'ai.operationId': operationId }).kind).toBe(kind)
})

const cached = 'ai.usage.cachedInputTokens'
const metadata = 'ai.response.providerMetadata'
const anthropic = { 'ai.model.provider': 'anthropic.messages' }
const anthropicUsage = (inputTokens: number): string =>
  JSON.stringify({
    anthropic: { usage: { input_tokens: inputTokens, cache_read_input_tokens: 70, cache_creation_input_tokens: 10 } },
  })

test.each<[what: string, attributes: AttributeValues, expected: ReturnType<typeof usage>]>([
  [
    'SDK 4 and OpenAI: cached tokens are inside',
    { 'ai.model.provider': 'openai.chat', 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 30 },
    usage({ input: 100, output: 30 }),
  ],
  [
    'SDK 4 and Anthropic: cache counts only in the metadata, outside the input',
    {
      ...anthropic,
      'ai.usage.promptTokens': 200,
      [metadata]: '{"anthropic":{"cacheReadInputTokens":70,"cacheCreationInputTokens":10}}',
    },
    usage({ input: 280, cacheRead: 70, cacheWrite: 10 }),
  ],
  [
    'SDK 5 and OpenAI: cached tokens are inside',
    { 'ai.model.provider': 'openai.responses', 'ai.usage.inputTokens': 100, [cached]: 70, 'ai.usage.reasoningTokens': 5 },
    usage({ input: 100, cacheRead: 70, reasoning: 5 }),
  ],
  [
    'SDK 5 and Anthropic: cached tokens are outside',
    { ...anthropic, 'ai.usage.inputTokens': 200, 'ai.usage.outputTokens': 30, [cached]: 70, [metadata]: anthropicUsage(200) },
    usage({ input: 280, output: 30, cacheRead: 70, cacheWrite: 10 }),
  ],
  [
    'SDK 5 and Anthropic on Vertex: the same code reads it',
    { 'ai.model.provider': 'vertex.anthropic.messages', 'ai.usage.inputTokens': 200, [cached]: 70 },
    usage({ input: 270, cacheRead: 70 }),
  ],
  [
    'SDK 5 and Bedrock: cached tokens are outside',
    {
      'ai.model.provider': 'amazon-bedrock',
      'ai.usage.inputTokens': 200,
      [cached]: 70,
      [metadata]: '{"bedrock":{"usage":{"cacheWriteInputTokens":10}}}',
    },
    usage({ input: 280, cacheRead: 70, cacheWrite: 10 }),
  ],
  [
    'SDK 6 and Anthropic: a total with details',
    {
      ...anthropic,
      'ai.usage.inputTokens': 100,
      'ai.usage.inputTokenDetails.noCacheTokens': 20,
      'ai.usage.inputTokenDetails.cacheReadTokens': 70,
      'ai.usage.inputTokenDetails.cacheWriteTokens': 10,
      'ai.usage.outputTokenDetails.reasoningTokens': 5,
    },
    usage({ input: 100, cacheRead: 70, cacheWrite: 10, reasoning: 5 }),
  ],
  [
    'SDK 6 and generateObject: a total in the spelling of SDK 4',
    {
      ...anthropic,
      'ai.operationId': 'ai.generateObject.doGenerate',
      'ai.usage.promptTokens': 100,
      [metadata]: anthropicUsage(20),
    },
    usage({ input: 100, cacheRead: 70, cacheWrite: 10 }),
  ],
  ['metadata that is no JSON', { ...anthropic, 'ai.usage.inputTokens': 20, [metadata]: '{"anthropic":' }, usage({ input: 20 })],
  [
    'embeddings',
    { 'ai.operationId': 'ai.embed.doEmbed', 'ai.model.provider': 'openai.embedding', 'ai.usage.tokens': 7 },
    usage({ input: 7 }),
  ],
])('%s', (_what, attributes, expected) => {
  expect(read(attributes).usage).toEqual(expected)
})

test('an outer span repeats the sum of its calls and has no usage of its own', () => {
  expect(read({ 'ai.operationId': 'ai.generateText', 'ai.usage.inputTokens': 200 }).usage).toEqual(usage({}))
})

test.each([
  ['openai.responses', 'openai'],
  ['anthropic.messages', 'anthropic'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['vertex.anthropic.messages', 'gcp.vertex_ai'],
  ['azure.chat', 'azure.ai.openai'],
  ['azure.ai.openai', 'azure.ai.openai'],
  ['gcp.gemini', 'gcp.gemini'],
  ['mistral.chat', 'mistral_ai'],
  ['xai.chat', 'x_ai'],
  ['gateway', 'gateway'],
])('the provider %s is %s', (spelling, provider) => {
  expect(read({ 'ai.model.provider': spelling }).provider).toBe(provider)
})

test('names, ids, times and finish reasons stand in the SDK’s own attributes', () => {
  const step = read({
    'ai.model.id': 'gpt-4o-mini',
    'ai.response.model': 'gpt-4o-mini-2024-07-18',
    'ai.response.id': 'chatcmpl-1',
    'ai.response.finishReason': 'tool-calls',
    'ai.response.msToFirstChunk': 120.5,
    'ai.telemetry.functionId': 'answer',
    'ai.telemetry.metadata.sessionId': 'conv-1',
    'ai.telemetry.metadata.userId': 'user-1',
  })
  const { requestModel, responseModel, responseId, finishReasons, timeToFirstTokenUs, node, conversationId, userId } = step
  expect({ requestModel, responseModel, responseId, finishReasons, timeToFirstTokenUs, node, conversationId, userId }).toEqual({
    requestModel: 'gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    responseId: 'chatcmpl-1',
    finishReasons: ['tool_call'],
    timeToFirstTokenUs: 120_500,
    node: 'answer',
    conversationId: 'conv-1',
    userId: 'user-1',
  })
})

test.each(['args', 'input'])('a tool call with its arguments as %s', (key) => {
  const tool = {
    'ai.operationId': 'ai.toolCall',
    'ai.toolCall.name': 'search',
    [`ai.toolCall.${key}`]: '{"q":"tea"}',
    'ai.toolCall.result': '"tea"',
  }
  expect(read(tool).tool).toEqual({
    name: 'search',
    callId: null,
    argumentsFingerprint: expect.any(String),
    looseArguments: expect.any(String),
    resultFingerprint: expect.any(String),
  })
})

test.each<[provider: string, metadata: unknown, output: number]>([
  ['openai.chat', { openai: { reasoningTokens: 16, cachedPromptTokens: 80 } }, 30],
  ['google.generative-ai', { google: { usageMetadata: { thoughtsTokenCount: 16, cachedContentTokenCount: 80 } } }, 46],
])('SDK 4 has cached and reasoning tokens of %s only in the provider’s metadata', (provider, details, output) => {
  const step = read({
    'ai.model.provider': provider,
    'ai.usage.promptTokens': 100,
    'ai.usage.completionTokens': 30,
    'ai.response.providerMetadata': JSON.stringify(details),
  })
  expect(step.usage).toEqual(usage({ input: 100, output, cacheRead: 80, reasoning: 16 }))
})

const gemini = (candidatesTokenCount: number): string =>
  JSON.stringify({ google: { usageMetadata: { promptTokenCount: 100, candidatesTokenCount, thoughtsTokenCount: 15 } } })

test.each<[what: string, attributes: AttributeValues, output: number]>([
  ['SDK 4', { 'ai.usage.completionTokens': 20, [metadata]: gemini(20) }, 35],
  ['SDK 5', { 'ai.usage.outputTokens': 20, 'ai.usage.reasoningTokens': 15, [metadata]: gemini(20) }, 35],
  ['SDK 5 with a cache', { 'ai.usage.outputTokens': 20, 'ai.usage.reasoningTokens': 15, [cached]: 70 }, 35],
  [
    'SDK 5 with tools in the total',
    { 'ai.usage.outputTokens': 20, 'ai.usage.reasoningTokens': 15, 'ai.usage.totalTokens': 180, [metadata]: gemini(20) },
    35,
  ],
  ['SDK 5, thoughts alone', { 'ai.usage.reasoningTokens': 15 }, 15],
  [
    'SDK 6, a total',
    { 'ai.usage.outputTokens': 35, 'ai.usage.outputTokenDetails.reasoningTokens': 15, 'ai.usage.totalTokens': 135 },
    35,
  ],
  ['SDK 6 and generateObject, a total', { 'ai.usage.completionTokens': 35, [metadata]: gemini(20) }, 35],
])('Google counts thoughts beside the answer: %s', (_what, attributes, output) => {
  const step = read({ 'ai.model.provider': 'google.generative-ai', 'ai.usage.inputTokens': 100, ...attributes })
  expect([step.usage.output, step.usage.reasoning]).toEqual([output, 15])
})

const stopped = { 'ai.response.finishReason': 'stop' }

test.each<[what: string, attributes: AttributeValues, form: string | null]>([
  ['a text', { 'ai.usage.outputTokens': 3, 'ai.response.text': 'Hi' }, 'text'],
  ['a text of one token', { 'ai.usage.outputTokens': 1, 'ai.prompt.messages': '[]', 'ai.response.text': 'Hi' }, 'text'],
  ['an object', { 'ai.usage.outputTokens': 3, 'ai.response.object': '{"a":1}' }, 'text'],
  [
    'tools to run',
    { 'ai.usage.outputTokens': 3, 'ai.response.toolCalls': '[{"toolCallId":"1","toolName":"a","input":"{}"}]' },
    'tool_calls',
  ],
  ['no token', { 'ai.usage.outputTokens': 0 }, 'empty'],
  ['the token of an end, with its input recorded', { 'ai.usage.outputTokens': 1, 'ai.prompt.messages': '[]' }, 'empty'],
  ['a token that is not recorded', { 'ai.usage.outputTokens': 1 }, null],
  ['tokens that are not recorded', { 'ai.usage.outputTokens': 9, 'ai.prompt.messages': '[]' }, null],
  ['unknown tokens', {}, null],
])('an answer of %s', (_what, attributes, form) => {
  expect(read({ ...stopped, ...attributes }).answer?.form ?? null).toBe(form)
})

test('an answer without a token that was cut is not empty by itself', () => {
  expect(read({ 'ai.response.finishReason': 'length', 'ai.usage.outputTokens': 0 }).answer).toBeNull()
})

test('an object was asked for as JSON', () => {
  const asked = (operation: string): unknown => read({ 'ai.operationId': operation }).askedFormat
  expect([asked('ai.generateObject.doGenerate'), asked('ai.streamObject.doStream'), asked('ai.generateText.doGenerate')]).toEqual(
    ['json', 'json', null],
  )
})

test('a tool that could not run is told in the messages of the next call', () => {
  const output = { type: 'error-text', value: "Model tried to call unavailable tool 'x'. Available tools: a." }
  const messages = [
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'x', input: {} }] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'x', output }] },
  ]
  const { toolReports } = read({ 'ai.prompt.messages': JSON.stringify(messages) })
  expect(toolReports.map(({ kind, name, callId }) => [kind, name, callId])).toEqual([['unknown_tool', 'x', 'c1']])
})

test.each<[what: string, over: SpanParts, isFailed: boolean]>([
  ['an error that OpenInference’s processor stamped on it', {}, false],
  ['an error of its own', { events: [{ name: 'exception', attributes: { 'exception.message': 'down' } }] }, true],
])('a call that ended and has %s: failed %s', (_what, over, isFailed) => {
  const attributes = {
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.response.finishReason': 'stop',
    'ai.response.text': 'sorry',
    'openinference.span.kind': 'LLM',
  }
  const stamped = span({ statusCode: 2, statusMessage: 'card service unavailable', ...over, attributes })
  expect(readStep(stamped).error !== null).toBe(isFailed)
  const { 'openinference.span.kind': _kind, ...own } = attributes
  expect(readStep(span({ statusCode: 2, statusMessage: 'x', attributes: own })).error).not.toBeNull()
})
