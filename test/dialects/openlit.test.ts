import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span } from '../helpers/steps.ts'

function read(scope: string, attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(span({ scope: { name: scope, version: '1.45.0' }, ...over, attributes }))
}

const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' }
const openai = 'openlit.instrumentation.openai'

test.each<[what: string, scope: string, attributes: AttributeValues, kind: StepKind, agent: string | null, node: string | null]>([
  ['a function of the application', 'openlit', {}, 'workflow', null, 'thing'],
  ['a call', openai, chat, 'llm', null, null],
  [
    'an agent of LangChain',
    'openlit.instrumentation.langchain',
    { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support' },
    'agent',
    'support',
    null,
  ],
  [
    'a node of LangGraph, which it calls an agent',
    'openlit.instrumentation.langgraph',
    { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'model' },
    'workflow',
    null,
    'model',
  ],
  [
    'a graph, with the usage of its last call',
    'openlit.instrumentation.langgraph',
    { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'support', 'gen_ai.usage.input_tokens': 119 },
    'workflow',
    null,
    'support',
  ],
  ['an agent that is made', openai, { 'gen_ai.operation.name': 'create_agent', 'gen_ai.agent.name': 'a' }, 'other', null, null],
])('%s', (_what, scope, attributes, kind, agent, node) => {
  const step = read(scope, attributes, { name: 'thing' })
  expect([step.kind, step.agent, step.node]).toEqual([kind, agent, node])
})

test('without a price its cost is 0, which is none', () => {
  const cost = (usd: number): number | null => read(openai, { ...chat, 'gen_ai.usage.cost': usd }).statedCostNanoUsd
  expect([cost(0), cost(0.002)]).toEqual([null, 2_000_000])
})

test('it says "text" also where JSON was asked for', () => {
  const asked = (type: string): string | null => read(openai, { ...chat, 'gen_ai.output.type': type }).askedFormat
  expect([asked('text'), asked('json')]).toEqual([null, 'json'])
})

test('only a stream has a first token before its last', () => {
  const firstToken = (stream: boolean): number | null =>
    read(openai, { ...chat, 'gen_ai.request.stream': stream, 'gen_ai.server.time_to_first_token': 0.25 }).timeToFirstTokenUs
  expect([firstToken(true), firstToken(false)]).toEqual([250_000, null])
})

test('equal results of a tool are equal whatever call they belong to', () => {
  const result = (callId: string): string | null | undefined =>
    read('openlit.instrumentation.langchain', {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search_docs',
      'gen_ai.tool.call.arguments': "{'query': 'refunds'}",
      'gen_ai.tool.call.result': `content='no documents found' name='search_docs' tool_call_id='${callId}'`,
    }).tool?.resultFingerprint
  expect(result('call_1')).toEqual(expect.any(String))
  expect(result('call_2')).toBe(result('call_1'))
})

test('the span that once made the agent is no earlier turn of the conversation', () => {
  const links = [{ traceId: 'e'.repeat(32), spanId: '0'.repeat(15) + '1' }]
  const attributes = { 'gen_ai.operation.name': 'invoke_workflow' }
  expect(read('openlit.instrumentation.langgraph', attributes, { links }).linkedTraceId).toBeNull()
})

test('JavaScript leaves what an answer asked for out of its messages', () => {
  const asked = (over: AttributeValues): readonly [string | undefined, string | undefined] => {
    const { answer } = read('@openlit/instrumentation-openai', {
      ...chat,
      'gen_ai.output.messages': '[{"role":"assistant","parts":[],"finish_reason":"completed"}]',
      ...over,
    })
    return [answer?.form, answer?.toolCalls[0]?.name]
  }
  expect(asked({ 'gen_ai.tool.name': 'lookup_order', 'gen_ai.response.finish_reasons': ['completed'] })).toEqual([
    'tool_calls',
    'lookup_order',
  ])
  expect(asked({})).toEqual(['empty', undefined])
})
