import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

const scope = { name: 'litellm', version: '' }

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(span({ name: 'litellm_request', scope, ...over, attributes: { 'litellm.call_id': 'c-1', ...attributes } }))
}

function readRaw(attributes: AttributeValues): ReturnType<typeof readStep> {
  return readStep(span({ name: 'raw_gen_ai_request', scope, attributes }))
}

const chat = {
  'gen_ai.operation.name': 'acompletion',
  'llm.request.type': 'acompletion',
  'gen_ai.system': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
}

test('cached and reasoning tokens stand in a Python dict', () => {
  const details =
    "{'completion_tokens': 30, 'prompt_tokens': 100, 'prompt_tokens_details': {'audio_tokens': None, 'cached_tokens': 80, 'cache_creation_tokens': 10}, 'cache_read_input_tokens': 80, 'completion_tokens_details': {'reasoning_tokens': 12}}"
  expect(read({ ...chat, 'metadata.usage_object': details }).usage).toEqual(
    usage({ input: 100, output: 30, cacheRead: 80, cacheWrite: 10, reasoning: 12 }),
  )
})

test('a stream that told no usage is sent with zeros, which are unknown', () => {
  expect(read({ ...chat, 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 }).usage).toEqual(usage({}))
})

test.each<[what: string, id: string, expected: string | null]>([
  ['the provider’s', 'chatcmpl-1', 'chatcmpl-1'],
  ['the call’s own, where there is no answer', 'c-1', null],
  [
    'one that packs the provider’s',
    `resp_${Buffer.from('litellm:custom_llm_provider:openai;model_id:None;response_id:resp_915645').toString('base64')}`,
    'resp_915645',
  ],
])('the response id is %s', (_what, id, expected) => {
  expect(read({ ...chat, 'gen_ai.response.id': id }).responseId).toBe(expected)
})

test('tools that an answer asks for are numbered beside its empty messages', () => {
  const { answer } = read({
    ...chat,
    'gen_ai.output.messages': '[{"role":"assistant","parts":[],"finish_reason":"tool_calls"}]',
    'gen_ai.completion.0.function_call.name': 'lookup_order',
    'gen_ai.completion.0.function_call.arguments': '{"order_id":',
  })
  expect([answer?.form, answer?.toolCalls.map(({ name, hasReadableArguments }) => [name, hasReadableArguments])]).toEqual([
    'tool_calls',
    [['lookup_order', false]],
  ])
})

test.each([
  ['invoke_agent support', 'agent'],
  ['execute_tool search', 'tool'],
  ['POST /chat', 'llm'],
])('an application’s span %s that LiteLLM wrote upon is of kind %s', (name, kind) => {
  expect(read(chat, { name, scope: { name: 'shop', version: '' } }).kind).toBe(kind)
})

test.each([
  ['acompletion', 'llm'],
  ['anthropic_messages', 'llm'],
  ['aembedding', 'embedding'],
  ['arerank', 'rerank'],
  ['aimage_generation', 'other'],
])('without content only the type of the call tells that %s is of kind %s', (type, kind) => {
  const { 'gen_ai.operation.name': _, ...quiet } = { ...chat, 'llm.request.type': type }
  expect(read(quiet).kind).toBe(kind)
})

test('the raw request below tells what the API answered', () => {
  const step = readRaw({
    'llm.openai.messages': "[{'role': 'user', 'content': 'hi'}]",
    'llm.openai.id': 'chatcmpl-1',
    'llm.openai.model': 'gpt-4o-mini-2024-07-18',
    'llm.openai.choices':
      "[{'finish_reason': 'length', 'index': 0, 'message': {'content': 'It is', 'refusal': None, 'role': 'assistant'}}]",
    'llm.openai.usage': "{'completion_tokens': 3, 'prompt_tokens': 7, 'prompt_tokens_details': {'cached_tokens': 0}}",
  })
  expect({
    kind: step.kind,
    provider: step.provider,
    model: step.responseModel,
    id: step.responseId,
    usage: step.usage,
    finishReasons: step.finishReasons,
    form: step.answer?.form,
  }).toEqual({
    kind: 'llm',
    provider: 'openai',
    model: 'gpt-4o-mini-2024-07-18',
    id: 'chatcmpl-1',
    usage: usage({ input: 7, output: 3, cacheRead: 0 }),
    finishReasons: ['length'],
    form: 'text',
  })
})

test('a raw answer of Anthropic counts its cache beside its input, and LiteLLM does not keep its id', () => {
  const { usage: counted, responseId } = readRaw({
    'llm.anthropic.id': 'msg_1',
    'llm.anthropic.model': 'claude-sonnet-4-5-20250929',
    'llm.anthropic.stop_reason': 'end_turn',
    'llm.anthropic.usage':
      "{'input_tokens': 10, 'cache_creation_input_tokens': 10, 'cache_read_input_tokens': 80, 'output_tokens': 5}",
  })
  expect([counted, responseId]).toEqual([usage({ input: 100, output: 5, cacheRead: 80, cacheWrite: 10 }), null])
})

test('a total in OpenAI’s name holds the cache that stands beside it', () => {
  const printed =
    "{'prompt_tokens': 100, 'completion_tokens': 5, 'cache_read_input_tokens': 80, 'cache_creation_input_tokens': 10}"
  expect(readRaw({ 'llm.azure.usage': printed }).usage).toEqual(usage({ input: 100, output: 5, cacheRead: 80, cacheWrite: 10 }))
})

test.each<[what: string, attributes: AttributeValues]>([
  ['of a stream', {}],
  ['of an embedding', { 'llm.None.model': 'text-embedding-3-small', 'llm.None.input': "['hi']" }],
  ['with usage that cannot be read', { 'llm.openai.model': 'm', 'llm.openai.usage': "{'completion_tokens': " }],
])('a raw request %s is no call', (_what, attributes) => {
  expect(readRaw(attributes).kind).toBe('other')
})

test('it goes before OpenLLMetry, whose request type it sends, too', () => {
  expect(dialectOf(span({ attributes: { 'litellm.call_id': 'c-1', 'llm.request.type': 'completion' } })).name).toBe('litellm')
})

test('its second version speaks the conventions, with a user of its own', () => {
  const v2 = {
    'litellm.call_type': 'acompletion',
    'gen_ai.operation.name': 'chat',
    'litellm.end_user.id': 'user-1',
    'litellm.cost.total': 0.001,
  }
  const { kind, userId, statedCostNanoUsd } = readStep(span({ name: 'chat gpt-4o-mini', scope, attributes: v2 }))
  expect({ kind, userId, statedCostNanoUsd }).toEqual({ kind: 'llm', userId: 'user-1', statedCostNanoUsd: 1_000_000 })
})
