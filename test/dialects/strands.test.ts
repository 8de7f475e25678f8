import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { Answer, Step } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

const python: SpanParts = {
  scope: { name: 'strands.telemetry.tracer', version: '' },
  resource: { 'telemetry.sdk.language': 'python' },
}
const javascript: SpanParts = { scope: { name: 'shop', version: '' }, resource: { 'telemetry.sdk.language': 'nodejs' } }

function chat(attributes: AttributeValues, over: SpanParts): Step {
  return readStep(
    span({
      name: 'chat',
      ...over,
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.event.start_time': '2026-11-25T21:42:48Z', ...attributes },
    }),
  )
}

const cached = {
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 28,
  'gen_ai.usage.cache_read.input_tokens': 27,
  'gen_ai.usage.cache_write_input_tokens': 3,
}

test.each<[what: string, model: string, over: SpanParts, input: number]>([
  ['JavaScript with Anthropic leaves cached tokens out', 'claude-haiku-4-5', javascript, 130],
  ['JavaScript with OpenAI includes them', 'gpt-4o-mini', javascript, 100],
  ['JavaScript with Bedrock includes them', 'anthropic.claude-sonnet-4-5-20250929-v1:0', javascript, 100],
  ['Python includes them with Anthropic, too', 'claude-haiku-4-5', python, 100],
])('input: %s', (_what, model, over, input) => {
  expect(chat({ 'gen_ai.request.model': model, ...cached }, over).usage).toEqual(
    usage({ input, output: 28, cacheRead: 27, cacheWrite: 3 }),
  )
})

test.each<[what: string, over: SpanParts, attributes: AttributeValues, expected: readonly string[]]>([
  ['its event', { events: [choice({ finish_reason: 'content_filtered' })] }, {}, ['content_filter']],
  ['its event in camel case', { events: [choice({ finish_reason: 'maxTokens' })] }, {}, ['length']],
  [
    'the last of its events',
    { events: [choice({ finish_reason: 'toolUse' }), choice({ finish_reason: 'endTurn' })] },
    {},
    ['stop'],
  ],
  ['its message', {}, { 'gen_ai.output.messages': '[{"role":"assistant","parts":[],"finish_reason":"max_tokens"}]' }, ['length']],
  ['nothing', {}, {}, []],
])('how the answer ended: %s', (_what, over, attributes, expected) => {
  expect(chat(attributes, { ...python, ...over }).finishReasons).toEqual(expected)
})

test.each<[what: string, message: string, form: Answer['form'] | undefined]>([
  ['no parts', '[]', 'empty'],
  ['text', '[{"text":"Hello"}]', 'text'],
  ['a tool', '[{"toolUse":{"toolUseId":"t-1","name":"search","input":{}}}]', 'tool_calls'],
])('an answer of %s', (_what, message, form) => {
  expect(chat({}, { ...python, events: [choice({ finish_reason: 'end_turn', message })] }).answer?.form).toBe(form)
})

test('the time to the first token is milliseconds, whatever its name says', () => {
  expect(chat({ 'gen_ai.server.time_to_first_token': 87 }, python).timeToFirstTokenUs).toBe(87_000)
})

test.each<[operation: string, kind: Step['kind'], node: string | null, agent: string | null]>([
  ['invoke_agent', 'agent', null, 'x'],
  ['execute_event_loop_cycle', 'other', null, null],
  ['invoke_graph', 'workflow', null, null],
  ['invoke_swarm', 'workflow', null, null],
  ['execute_node', 'workflow', 'writer', 'x'],
  ['execute_structured_output', 'llm', null, 'x'],
])('%s', (operation, kind, node, agent) => {
  const attributes = { 'gen_ai.operation.name': operation, 'gen_ai.agent.name': 'x', 'gen_ai.agent.id': 'writer' }
  const step = readStep(span({ ...python, attributes }))
  expect([step.kind, step.node, step.agent, step.usage]).toEqual([kind, node, agent, usage({})])
})

test('the usage of an agent is that of its whole life, not of its run', () => {
  const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'x', ...cached }
  expect(readStep(span({ ...python, attributes: agent })).usage).toEqual(usage({}))
  expect(chat(cached, python).usage.input).toBe(100)
})

function choice(attributes: AttributeValues): { readonly name: string; readonly attributes: AttributeValues } {
  return { name: 'gen_ai.choice', attributes }
}
