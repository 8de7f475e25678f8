import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  const scope = { name: 'mlflow.tracing.provider', version: '' }
  return readStep(span({ scope, ...over, attributes: { 'mlflow.spanType': '"CHAT_MODEL"', ...attributes } }))
}

test.each<[type: string, kind: StepKind, node: string | null, agent: string | null]>([
  ['"CHAT_MODEL"', 'llm', null, null],
  ['"LLM"', 'llm', null, null],
  ['"EMBEDDING"', 'embedding', null, null],
  ['"AGENT"', 'agent', null, 'thing'],
  ['"TOOL"', 'tool', null, null],
  ['"RETRIEVER"', 'retrieval', 'thing', null],
  ['"CHAIN"', 'workflow', 'thing', null],
  ['"PARSER"', 'workflow', 'thing', null],
  ['"MEMORY"', 'other', null, null],
  ['CHAIN', 'workflow', 'thing', null],
])('a span of the type %s is of the kind %s', (type, kind, node, agent) => {
  const step = read({ 'mlflow.spanType': type }, { name: 'thing' })
  expect([step.kind, step.node, step.agent]).toEqual([kind, node, agent])
})

test('a call of the OpenAI client: what MLflow counts, and what only the answer says', () => {
  const step = read({
    model: '"gpt-5-mini"',
    'mlflow.llm.model': '"gpt-5-mini-2025-08-07"',
    'mlflow.llm.provider': '"openai"',
    'mlflow.llm.cost': '{"input_cost": 0.001, "output_cost": 0.002, "total_cost": 0.003}',
    'mlflow.chat.tokenUsage': '{"input_tokens": 100, "output_tokens": 131, "total_tokens": 231, "cache_read_input_tokens": 80}',
    'mlflow.spanInputs': '{"messages": [{"role": "user", "content": "Think"}]}',
    'mlflow.spanOutputs': JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt-5-mini-2025-08-07',
      choices: [{ finish_reason: 'length', message: { role: 'assistant', content: 'Forty' } }],
      usage: { prompt_tokens: 100, completion_tokens: 131, completion_tokens_details: { reasoning_tokens: 128 } },
    }),
    response_format: '{"type": "json_object"}',
  })
  const { provider, requestModel, responseModel, responseId, finishReasons, statedCostNanoUsd, askedFormat, hasContent } = step
  expect({
    provider,
    requestModel,
    responseModel,
    responseId,
    finishReasons,
    statedCostNanoUsd,
    askedFormat,
    hasContent,
    usage: step.usage,
  }).toEqual({
    provider: 'openai',
    requestModel: 'gpt-5-mini',
    responseModel: 'gpt-5-mini-2025-08-07',
    responseId: 'chatcmpl-1',
    finishReasons: ['length'],
    statedCostNanoUsd: 3_000_000,
    askedFormat: 'json',
    hasContent: true,
    usage: usage({ input: 100, output: 131, cacheRead: 80, reasoning: 128 }),
  })
})

test('of LangChain only the requested model is known', () => {
  const step = read({ 'mlflow.llm.model': '"gpt-4o-mini"', metadata: '{"ls_provider": "openai"}' })
  expect([step.requestModel, step.responseModel, step.provider]).toEqual(['gpt-4o-mini', null, 'openai'])
})

test("LangGraph's names, thread and user stand in the metadata", () => {
  const metadata = { lc_agent_name: 'support', langgraph_node: 'model', thread_id: 'conv-1', user_id: 'user-42' }
  const { kind, agent, node, conversationId, userId } = read(
    { 'mlflow.spanType': '"CHAIN"', metadata: JSON.stringify(metadata) },
    { name: 'model' },
  )
  expect({ kind, agent, node, conversationId, userId }).toEqual({
    kind: 'workflow',
    agent: 'support',
    node: 'model',
    conversationId: 'conv-1',
    userId: 'user-42',
  })
  const outermost = read({ 'mlflow.spanType': '"CHAIN"', metadata: '{"lc_agent_name": "support"}' }, { name: 'support' })
  expect([outermost.kind, outermost.agent]).toEqual(['agent', 'support'])
})

test('a tool by its name and its call', () => {
  const { tool } = read(
    {
      'mlflow.spanType': '"TOOL"',
      'mlflow.spanInputs': '{"city": "Paris"}',
      'mlflow.spanOutputs': '"21 degrees"',
      tool_call_id: '"call_1"',
    },
    { name: 'get_weather' },
  )
  expect([tool?.name, tool?.callId, tool?.argumentsFingerprint]).toEqual(['get_weather', 'call_1', expect.any(String)])
})

test('the first chunk of a stream is its first token', () => {
  const events = [{ name: 'mlflow.chunk.item.0', attributes: {} }]
  expect([read({}, { events }).timeToFirstTokenUs, read({}).timeToFirstTokenUs]).toEqual([0, null])
})

test('a call that says nothing of its usage', () => {
  expect(read({ 'mlflow.chat.tokenUsage': 'many', 'mlflow.spanOutputs': '"Hello"' }).usage).toEqual(usage({}))
})
