import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { FinishReason, StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(
    span({ scope: { name: 'genkit-tracer', version: 'v1' }, ...over, attributes: { 'genkit:type': 'action', ...attributes } }),
  )
}

function call(output: object, input: object = {}, over: SpanParts = {}): ReturnType<typeof readStep> {
  return read(
    {
      'genkit:metadata:subtype': 'model',
      'genkit:name': 'openai/gpt-4o-mini',
      'genkit:input': JSON.stringify(input),
      'genkit:output': JSON.stringify(output),
    },
    over,
  )
}

test.each<[type: string, subtype: string | null, name: string, kind: StepKind, node: string | null]>([
  ['action', 'model', 'openai/gpt-4o-mini', 'llm', null],
  ['action', 'embedder', 'openai/text-embedding-3-small', 'embedding', null],
  ['action', 'tool', 'get_weather', 'tool', null],
  ['action', 'retriever', 'docs', 'retrieval', 'docs'],
  ['action', 'reranker', 'vertexai/rerank', 'rerank', null],
  ['action', 'flow', 'supportFlow', 'workflow', 'supportFlow'],
  ['flowStep', null, 'check-stock', 'workflow', 'check-stock'],
  ['util', null, 'generate', 'workflow', null],
  ['action', 'indexer', 'docs', 'other', null],
  ['of next year', null, 'x', 'other', null],
])('%s %s "%s" is of the kind %s', (type, subtype, name, kind, node) => {
  const step = read({
    'genkit:type': type,
    'genkit:name': name,
    ...(subtype === null ? {} : { 'genkit:metadata:subtype': subtype }),
  })
  expect([step.kind, step.node]).toEqual([kind, node])
})

test('a call: the exact model, its id, cached and reasoning tokens stand in what the API returned', () => {
  const step = call({
    finishReason: 'stop',
    message: { role: 'model', content: [{ text: 'Forty-two.' }] },
    usage: { inputTokens: 100, outputTokens: 131, totalTokens: 231 },
    raw: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Forty-two.', refusal: null } }],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 131,
        prompt_tokens_details: { cached_tokens: 80 },
        completion_tokens_details: { reasoning_tokens: 128 },
      },
    },
  })
  const { provider, requestModel, responseModel, responseId, finishReasons, answer } = step
  expect({ provider, requestModel, responseModel, responseId, usage: step.usage, finishReasons, form: answer?.form }).toEqual({
    provider: 'openai',
    requestModel: 'openai/gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    responseId: 'chatcmpl-1',
    usage: usage({ input: 100, output: 131, cacheRead: 80, reasoning: 128 }),
    finishReasons: ['stop'],
    form: 'text',
  })
})

test('plugins that count for themselves need no raw answer', () => {
  const step = call({ usage: { inputTokens: 10, outputTokens: 5, cachedContentTokens: 4, thoughtsTokens: 3 } })
  expect([step.responseModel, step.usage]).toEqual([null, usage({ input: 10, output: 5, cacheRead: 4, reasoning: 3 })])
})

test('an answer that the plugin could not read leaves the usage unknown', () => {
  const step = read({ 'genkit:metadata:subtype': 'model', 'genkit:name': 'openai/gpt-4o-mini' })
  expect(step.usage).toEqual(usage({}))
})

test('a long answer, which stands in the output twice, keeps its usage', () => {
  const text = 'x'.repeat(200_000)
  expect(call({ message: { role: 'model', content: [{ text }] }, usage: { inputTokens: 7 }, raw: { text } }).usage.input).toBe(7)
})

test.each<[reason: string, raw: object, expected: FinishReason]>([
  ['stop', {}, 'stop'],
  ['length', {}, 'length'],
  ['blocked', {}, 'content_filter'],
  ['interrupted', {}, 'other'],
  ['stop', { choices: [{ finish_reason: 'stop', message: { refusal: 'I cannot help with that.' } }] }, 'refusal'],
])('finish reason %s with the raw answer %j is %s', (finishReason, raw, expected) => {
  expect(call({ finishReason, raw }).finishReasons).toEqual([expected])
})

test('an answer that was to be data comes parsed, and is checked against the schema it was asked for', () => {
  const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
  const answered = (data: object): ReturnType<typeof readStep>['answer'] =>
    call({ message: { role: 'model', content: [{ data }] } }, { output: { contentType: 'application/json', schema } }).answer
  expect(answered({ title: 'Pancakes' })).toMatchObject({ form: 'text', isReadable: true, schemaProblem: null })
  expect(answered({ name: 'Pancakes' })).toMatchObject({ form: 'text', isReadable: true, schemaProblem: expect.any(String) })
})

test.each<[type: string, message: string, expected: readonly [type: string | null, httpStatus: number | null]]>([
  ['429', 'RESOURCE_EXHAUSTED: 429 Rate limit reached for the model.', ['RESOURCE_EXHAUSTED', 429]],
  ['401', 'UNAUTHENTICATED: 401 Incorrect API key provided.', ['UNAUTHENTICATED', 401]],
  ['500', 'UNKNOWN: Request timed out.', ['UNKNOWN', null]],
  ['OrderServiceError', 'order service unavailable', ['OrderServiceError', null]],
])('an exception of the type %s', (type, message, expected) => {
  const events = [{ name: 'exception', attributes: { 'exception.type': type, 'exception.message': message } }]
  const { error } = call({}, {}, { statusCode: 2, statusMessage: message, events })
  expect([error?.type, error?.httpStatus]).toEqual(expected)
})

test('a tool by its name, arguments and result; the session of a chat', () => {
  const step = read({
    'genkit:metadata:subtype': 'tool',
    'genkit:name': 'get_weather',
    'genkit:input': '{"city":"Paris"}',
    'genkit:output': '"21 degrees"',
    'genkit:sessionId': 'chat-1',
  })
  expect([step.tool, step.conversationId]).toEqual([
    {
      name: 'get_weather',
      callId: null,
      argumentsFingerprint: expect.any(String),
      looseArguments: expect.any(String),
      resultFingerprint: expect.any(String),
    },
    'chat-1',
  ])
})
