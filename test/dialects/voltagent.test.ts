import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

const ofSupport = { 'entity.type': 'agent', 'entity.name': 'support', 'conversation.id': 'c-1', 'user.id': 'u-1' }

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(
    span({ scope: { name: '@voltagent/core', version: '1.0.0' }, ...over, attributes: { ...ofSupport, ...attributes } }),
  )
}

test('an agent’s turn stands for its calls, with the sum of their usage', () => {
  const step = read({
    'ai.model.name': 'gpt-4o-mini',
    'usage.prompt_tokens': 424,
    'usage.completion_tokens': 12,
    'usage.cached_tokens': 80,
    'usage.reasoning_tokens': 4,
    'ai.response.finish_reason': 'stop',
    output: 'sorry',
  })
  expect(step).toMatchObject({
    kind: 'llm',
    agent: 'support',
    conversationId: 'c-1',
    userId: 'u-1',
    requestModel: 'gpt-4o-mini',
    usage: usage({ input: 424, output: 12, cacheRead: 80, reasoning: 4 }),
    finishReasons: ['stop'],
    answer: { form: 'text' },
  })
})

test('a sub-agent has its own name, and a conversation that is made up', () => {
  const { agent, conversationId } = read({ 'subagent.name': 'billing' })
  expect([agent, conversationId]).toEqual(['billing', null])
})

test.each<[what: string, attributes: AttributeValues, over: SpanParts, kind: StepKind]>([
  ['calls that went well', { 'span.type': 'llm', 'llm.usage.prompt_tokens': 353 }, { statusCode: 1 }, 'other'],
  ['a call that failed', { 'span.type': 'llm', 'llm.model': 'gpt-4o-mini' }, { statusCode: 2 }, 'llm'],
  ['a tool', { 'span.type': 'tool', 'tool.name': 'charge_card' }, {}, 'tool'],
  ['a search', { 'span.type': 'retriever' }, {}, 'retrieval'],
  ['memory', { 'span.type': 'memory' }, {}, 'other'],
  ['an agent whose turn failed', {}, { statusCode: 2 }, 'agent'],
  ['a workflow', { 'entity.type': 'workflow' }, {}, 'workflow'],
])('%s', (_what, attributes, over, kind) => {
  expect(read(attributes, over).kind).toBe(kind)
})

test('a tool with its id, and what went in and came out', () => {
  const { tool } = read({ 'span.type': 'tool', 'tool.name': 'charge_card', 'tool.call.id': 'call_1', input: '{"amount":1}' })
  expect(tool).toMatchObject({ name: 'charge_card', callId: 'call_1', argumentsFingerprint: expect.any(String) })
})
