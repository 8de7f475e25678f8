import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import type { FinishReason, StepKind } from '../../src/model/step.ts'
import type { Usage } from '../../src/model/usage.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  const scope = { name: 'langfuse-sdk', version: '5.0.4' }
  return readStep(span({ scope, ...over, attributes: { 'langfuse.observation.type': 'generation', ...attributes } }))
}

test.each<[type: string, name: string, kind: StepKind, agent: string | null, node: string | null]>([
  ['generation', 'ChatOpenAI', 'llm', null, null],
  ['generation', 'OpenAI.chat', 'llm', null, null],
  ['generation', 'OpenAI-generation', 'llm', null, null],
  ['generation', 'summarise-order', 'llm', null, 'summarise-order'],
  ['embedding', 'OpenAI-embedding', 'embedding', null, null],
  ['span', 'answer_question', 'workflow', null, 'answer_question'],
  ['chain', 'StrOutputParser', 'workflow', null, 'StrOutputParser'],
  ['agent', 'support_agent', 'agent', 'support_agent', null],
  ['tool', 'get_weather', 'tool', null, null],
  ['retriever', 'search_index', 'retrieval', null, 'search_index'],
  ['guardrail', 'pii', 'guardrail', null, 'pii'],
  ['evaluator', 'judge', 'other', null, null],
  ['event', 'clicked', 'other', null, null],
  ['of next year', 'x', 'other', null, null],
])('a %s called "%s" is of the kind %s', (type, name, kind, agent, node) => {
  const step = read({ 'langfuse.observation.type': type }, { name })
  expect([step.kind, step.agent, step.node]).toEqual([kind, agent, node])
})

test('the JavaScript wrapper calls embeddings generations: the model tells', () => {
  const step = read({ 'langfuse.observation.model.name': 'text-embedding-3-small' }, { name: 'OpenAI.embeddings' })
  expect([step.kind, step.requestModel]).toEqual(['embedding', 'text-embedding-3-small'])
})

test.each<[what: string, details: string, expected: Partial<Usage>]>([
  [
    'disjoint buckets (JavaScript)',
    '{"input":9,"output":28,"total":64,"input_cached_tokens":20,"input_audio_tokens":7,"output_reasoning_tokens":0}',
    { input: 36, output: 28, cacheRead: 20, reasoning: 0 },
  ],
  [
    'buckets of LangChain (Python)',
    '{"input": 37, "output": 3, "total": 168, "input_cache_read": 0, "output_reasoning": 128}',
    { input: 37, output: 131, cacheRead: 0, reasoning: 128 },
  ],
  [
    'buckets of Anthropic without a total',
    '{"input":20,"output":30,"cache_read_input_tokens":70,"cache_creation_input_tokens":10}',
    { input: 100, output: 30, cacheRead: 70, cacheWrite: 10 },
  ],
  [
    'what OpenAI chat returned (Python)',
    '{"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120, "prompt_tokens_details": {"cached_tokens": 80}, "completion_tokens_details": {"reasoning_tokens": 5}}',
    { input: 100, output: 20, cacheRead: 80, reasoning: 5 },
  ],
  [
    'what the Responses API returned (Python)',
    '{"input_tokens": 100, "input_tokens_details": {"cached_tokens": 80}, "output_tokens": 50, "output_tokens_details": {"reasoning_tokens": 30}}',
    { input: 100, output: 50, cacheRead: 80, reasoning: 30 },
  ],
  [
    'what Anthropic returned',
    '{"input_tokens": 20, "output_tokens": 30, "cache_read_input_tokens": 70, "cache_creation_input_tokens": 10}',
    { input: 100, output: 30, cacheRead: 70, cacheWrite: 10 },
  ],
  [
    'parts whose stated total counts them in',
    '{"input":100,"output":20,"total":120,"input_cached_tokens":80}',
    { input: 100, output: 20, cacheRead: 80 },
  ],
  ['input alone (embeddings)', '{"input": 5}', { input: 5 }],
  ['nothing that counts', '{"input":"many","calls":1}', {}],
  ['half a document', '{"input":1', {}],
])('usage: %s', (_what, details, expected) => {
  expect(read({ 'langfuse.observation.usage_details': details }).usage).toEqual(usage(expected))
})

test('usage that is not there is unknown', () => {
  expect(read({}).usage).toEqual(usage({}))
})

test('a call of LangGraph with all that stands in metadata, written as JSON', () => {
  const step = read(
    {
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.metadata.ls_provider': '"openai"',
      'langfuse.observation.metadata.lc_agent_name': '"support_agent"',
      'langfuse.observation.metadata.langgraph_node': '"model"',
      'langfuse.observation.metadata.thread_id': '"conv-1"',
      'langfuse.observation.completion_start_time': '"2026-11-01T00:00:00.250Z"',
      'langfuse.observation.cost_details': '{"input": 0.001, "output": 0.002, "total": 0.003}',
      'langfuse.observation.output': '{"role": "assistant", "content": "Hello"}',
      'langfuse.trace.name': 'checkout',
      'langfuse.environment': 'production',
      'langfuse.release': '1.4.0',
      'user.id': 'user-42',
    },
    { name: 'ChatOpenAI' },
  )
  const { agent, node, outerNode, provider, requestModel, conversationId, userId, environment, release } = step
  expect({ agent, node, outerNode, provider, requestModel, conversationId, userId, environment, release }).toEqual({
    agent: 'support_agent',
    node: 'model',
    outerNode: 'checkout',
    provider: 'openai',
    requestModel: 'gpt-4o-mini-2024-07-18',
    conversationId: 'conv-1',
    userId: 'user-42',
    environment: 'production',
    release: '1.4.0',
  })
  expect([step.timeToFirstTokenUs, step.statedCostNanoUsd, step.answer?.form, step.hasContent]).toEqual([
    250_000,
    3_000_000,
    'text',
    true,
  ])
})

test('the cost of 0 that failed calls are sent with is no price', () => {
  expect(read({ 'langfuse.observation.cost_details': '{"total": 0}' }).statedCostNanoUsd).toBeNull()
})

test('a first token before the call or after it is none', () => {
  const at = (iso: string): number | null => read({ 'langfuse.observation.completion_start_time': iso }).timeToFirstTokenUs
  expect([at('"2026-10-31T23:59:59Z"'), at('"2026-11-01T00:00:02Z"'), at('soon')]).toEqual([null, null, null])
})

test.each<[what: string, attributes: AttributeValues, expected: readonly FinishReason[]]>([
  ['a stream of chat (Python)', { 'langfuse.observation.metadata.finish_reason': '"stop"' }, ['stop']],
  ['a response', { 'langfuse.observation.metadata.status': 'completed' }, ['stop']],
  [
    'a response that lacks its end',
    {
      'langfuse.observation.metadata.status': 'incomplete',
      'langfuse.observation.metadata.incomplete_details': '{"reason":"content_filter"}',
    },
    ['content_filter'],
  ],
  [
    'the last item of a response that was cut (Python)',
    { 'langfuse.observation.output': '{"id": "msg_1", "role": "assistant", "content": [], "status": "incomplete"}' },
    ['length'],
  ],
  ['an answer that talks of it', { 'langfuse.observation.output': 'the "incomplete" order' }, []],
  ['chat', {}, []],
])('finish reason of %s', (_what, attributes, expected) => {
  expect(read(attributes).finishReasons).toEqual(expected)
})

test('a failed generation says so by its level, with the status unset', () => {
  const step = read({
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': 'Error: 429 Rate limit reached for the model.',
  })
  expect(step.error?.message).toBe('Error: 429 Rate limit reached for the model.')
  expect(read({ 'langfuse.observation.level': 'WARNING', 'langfuse.observation.status_message': 'slow' }).error).toBeNull()
})

test('a tool is known by its name and its call', () => {
  const { tool } = read(
    {
      'langfuse.observation.type': 'tool',
      'langfuse.observation.input': '{"city": "Paris"}',
      'langfuse.observation.output': '21 degrees',
      'langfuse.observation.metadata.tool_call_id': '"call_1"',
    },
    { name: 'get_weather' },
  )
  expect(tool).toEqual({
    name: 'get_weather',
    callId: 'call_1',
    argumentsFingerprint: expect.any(String),
    looseArguments: expect.any(String),
    resultFingerprint: expect.any(String),
  })
})

test('a retrieval tells how many documents it found', () => {
  const found = (output: string): number | null =>
    read({ 'langfuse.observation.type': 'retriever', 'langfuse.observation.output': output }).documents
  expect([found('[{"id":"d1"},{"id":"d2"}]'), found('[]'), found('none')]).toEqual([2, 0, null])
})

test('JSON that was asked for and prose that came', () => {
  const step = read({
    'langfuse.observation.metadata.response_format': '{"type":"object","properties":{"title":{"type":"string"}}}',
    'langfuse.observation.output': '{"role": "assistant", "content": "Sure, here it is"}',
  })
  expect([step.askedFormat, step.answer?.isReadable]).toEqual(['json', false])
})

test('spans of others that pass through its exporter keep their dialect', () => {
  const other = span({ attributes: { 'gen_ai.operation.name': 'chat', 'langfuse.environment': 'test', 'session.id': 'conv-1' } })
  expect([dialectOf(other).name, readStep(other).conversationId]).toEqual(['otel-genai', 'conv-1'])
})
