import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, span, usage } from '../helpers/steps.ts'

function read(kind: string, attributes: AttributeValues = {}, name = 'span'): ReturnType<typeof readStep> {
  return readStep(span({ name, attributes: { 'openinference.span.kind': kind, ...attributes } }))
}

test.each<[kind: string, expected: StepKind]>([
  ['LLM', 'llm'],
  ['llm', 'llm'],
  ['CHAIN', 'workflow'],
  ['TOOL', 'tool'],
  ['RETRIEVER', 'retrieval'],
  ['RERANKER', 'rerank'],
  ['EMBEDDING', 'embedding'],
  ['AGENT', 'agent'],
  ['GUARDRAIL', 'guardrail'],
  ['EVALUATOR', 'other'],
  ['PROMPT', 'other'],
  ['', 'other'],
])('the span kind %s is a step of kind %s', (kind, expected) => {
  expect(read(kind).kind).toBe(expected)
})

test('the metadata of LangGraph names agent, node and provider', () => {
  const metadata = '{"lc_agent_name":"shop_agent","langgraph_node":"planner","ls_provider":"amazon_bedrock","thread_id":"t"}'
  const { agent, node, provider } = read('LLM', { metadata })
  expect({ agent, node, provider }).toEqual({ agent: 'shop_agent', node: 'planner', provider: 'aws.bedrock' })
})

test('attributes of the span go before its metadata', () => {
  const own = { 'agent.name': 'support', 'graph.node.id': 'n1', 'llm.provider': 'openai' }
  const { agent, node, provider } = read('LLM', {
    ...own,
    metadata: '{"lc_agent_name":"a","langgraph_node":"b","ls_provider":"c"}',
  })
  expect({ agent, node, provider }).toEqual({ agent: 'support', node: 'n1', provider: 'openai' })
})

test.each([
  'not json',
  '[1]',
  '"text"',
  '{"langgraph_node":{"a":1}}',
  '{"__proto__":{"langgraph_node":"x"}}',
  `{"langgraph_node":"x","a":"${'x'.repeat(70_000)}"}`,
])('metadata that does not fit is no metadata (case %#)', (metadata) => {
  expect(read('LLM', { metadata }).node).toBeNull()
})

test('metadata may come as a structured value', () => {
  expect(read('LLM', { metadata: { langgraph_node: 'planner' } }).node).toBe('planner')
})

test('an agent span without a name attribute is named by its span, other spans name no agent', () => {
  expect([read('AGENT', {}, 'support').agent, read('AGENT', {}, '').agent, read('CHAIN', {}, 'support').agent]).toEqual([
    'support',
    null,
    null,
  ])
})

test('models and token counts, the older cache spelling too', () => {
  const counts = {
    'llm.model_name': 'gpt-4o-mini',
    'llm.token_count.prompt': 100,
    'llm.token_count.completion': 30,
    'llm.token_count.prompt_details.cache_input': 70,
    'llm.token_count.completion_details.reasoning': 5,
  }
  const { requestModel, responseModel, usage: counted } = read('LLM', counts)
  expect([requestModel, responseModel, counted]).toEqual([
    'gpt-4o-mini',
    null,
    usage({ input: 100, output: 30, cacheRead: 70, reasoning: 5 }),
  ])
})

test('token counts on an agent stay apart from those of calls, and on a chain are not read', () => {
  const counts = { 'llm.token_count.prompt': 100 }
  expect([read('AGENT', counts).kind, read('AGENT', counts).usage.input, read('CHAIN', counts).usage.input]).toEqual([
    'agent',
    100,
    null,
  ])
})

test.each([
  ['Anthropic', {}, 'anthropic'],
  ['langchain', { 'llm.model_name': 'gpt-4o' }, 'openai'],
  ['langchain', { 'llm.model_name': 'my-model' }, 'langchain'],
  ['vertexai', {}, 'gcp.vertex_ai'],
])('the provider %s with %o is %s', (spelling, model, provider) => {
  expect(read('LLM', { 'llm.provider': spelling, ...model }).provider).toBe(provider)
})

test('a tool is compared by what went in, not by its definition', () => {
  const definition = { 'tool.name': 'search', 'tool.parameters': '{"q":"str"}' }
  const hidden = read('TOOL', { ...definition, 'input.value': '__REDACTED__', 'output.value': '__REDACTED__' })
  expect(hidden.tool).toEqual({ name: 'search', argumentsFingerprint: null, resultFingerprint: null })
  const [tea, milk] = ['tea', 'milk'].map((q) => read('TOOL', { ...definition, 'input.value': q }).tool?.argumentsFingerprint)
  expect(tea).not.toBe(milk)
})
