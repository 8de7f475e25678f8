import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(span({ scope: { name: 'pydantic-ai', version: '2.68.0' }, ...over, attributes }))
}

const run = '01a206ea-577f-75cf-9109-be232d468209'

test.each<[what: string, id: string, expected: string | null]>([
  ['made up with the run', '01a206ea-577f-75cf-9109-be24a461f675', null],
  ['made up a millisecond after the run', '01a206ea-5780-7113-8020-be24a461f675', null],
  ['of an earlier run', '01a206ea-577e-75cf-9109-be24a461f675', '01a206ea-577e-75cf-9109-be24a461f675'],
  [
    'of the application, made in the same millisecond',
    '01a206ea-577f-7113-8020-be24a461f675',
    '01a206ea-577f-7113-8020-be24a461f675',
  ],
  ['of the application', 'conv-1', 'conv-1'],
])('a conversation id %s', (_what, id, expected) => {
  const step = read({ 'gen_ai.operation.name': 'chat', 'gen_ai.agent.call.id': run, 'gen_ai.conversation.id': id })
  expect(step.conversationId).toBe(expected)
})

test('the sum that an agent has of its calls is not read, under whatever name', () => {
  const { kind, usage: counted } = read({
    'gen_ai.operation.name': 'invoke_agent',
    model_name: 'gpt-4o-mini',
    'gen_ai.aggregated_usage.input_tokens': 100,
    'gen_ai.aggregated_usage.output_tokens': 30,
  })
  expect([kind, counted]).toEqual(['agent', usage({})])
})

test('a call has its stated cost, and its reasoning among details', () => {
  const { usage: counted, statedCostNanoUsd } = read({
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.usage.details.reasoning_tokens': 16,
    'operation.cost': 0.0000126,
  })
  expect([counted, statedCostNanoUsd]).toEqual([usage({ input: 7, output: 20, reasoning: 16 }), 12_600])
})

test.each<[name: string, attributes: AttributeValues, kind: StepKind]>([
  ['agent run', { agent_name: 'support' }, 'agent'],
  ['support run', { agent_name: 'support' }, 'agent'],
  ['running 2 tools', { tools: ['a', 'b'] }, 'workflow'],
  ['running tool', { 'gen_ai.tool.name': 'search' }, 'tool'],
  ['chat gpt-4o-mini', { 'gen_ai.request.model': 'gpt-4o-mini' }, 'llm'],
  ['preparing model request params', {}, 'other'],
])('before operations, %s', (name, attributes, kind) => {
  expect(read(attributes, { name }).kind).toBe(kind)
})
