import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, type SpanParts, span } from '../helpers/steps.ts'

function parts(name: string, attributes: AttributeValues, message: string | null): SpanParts {
  const events = message === null ? [] : [{ name: 'exception', attributes: { 'exception.message': message } }]
  return { name, scope: { name: 'io.quarkus.opentelemetry', version: '' }, attributes, events }
}
const read = (name: string, attributes: AttributeValues, message: string | null = null): ReturnType<typeof readStep> =>
  readStep(span(parts(name, attributes, message)))

test('an AI service is an agent with the name of its interface', () => {
  const { kind, agent, error } = read('langchain4j.aiservices.Support.chat', {})
  expect([kind, agent, error]).toEqual(['agent', 'Support', null])
})

test.each([
  ['langchain4j.aiservices.Support.chat', {}],
  ['langchain4j.tools.charge_card', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'charge_card' }],
  ['completion gpt-4o-mini', { 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.usage.prompt_tokens': 7 }],
])('%s failed when it noted an exception', (name, attributes) => {
  expect(read(name, attributes, 'card service unavailable').error?.message).toBe('card service unavailable')
  expect(read(name, attributes).error).toBeNull()
})

test('a call in older words, with the cost as a text', () => {
  const call = read('completion gpt-4o-mini', {
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.prompt_tokens': 133,
    'gen_ai.usage.completion_tokens': 10,
    'gen_ai.response.finish_reasons': 'TOOL_EXECUTION',
    'gen_ai.client.estimated_cost': '0.00002595USD',
  })
  expect([call.kind, call.usage.input, call.usage.output, call.finishReasons, call.statedCostNanoUsd]).toEqual([
    'llm',
    133,
    10,
    ['tool_call'],
    25_950,
  ])
  expect(
    read('completion m', { 'gen_ai.request.model': 'm', 'gen_ai.client.estimated_cost': '1EUR' }).statedCostNanoUsd,
  ).toBeNull()
})

test('other spans of Quarkus are none of it', () => {
  expect(dialectOf(span(parts('POST /ask', {}, null))).name).toBe('generic')
})
