import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import type { Step } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, failed, span, usage } from '../helpers/steps.ts'

function read(type: string, attributes: AttributeValues, over: SpanParts = {}): Step {
  return readStep(span({ name: `claude_code.${type}`, ...over, attributes: { 'span.type': type, ...attributes } }))
}

const request = {
  'session.id': 's-1',
  'user.id': 'u-1',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-haiku-4-5',
  model: 'claude-haiku-4-5',
  input_tokens: 100,
  output_tokens: 28,
  cache_read_tokens: 27,
  cache_creation_tokens: 10,
  ttft_ms: 29,
  stop_reason: 'max_tokens',
}

test('what a cache served or took is part of the input, which its own count leaves out', () => {
  const step = read('llm_request', request)
  const { kind, provider, requestModel, conversationId, userId, finishReasons, timeToFirstTokenUs } = step
  expect({ kind, provider, requestModel, conversationId, userId, finishReasons, timeToFirstTokenUs, usage: step.usage }).toEqual({
    kind: 'llm',
    provider: 'anthropic',
    requestModel: 'claude-haiku-4-5',
    conversationId: 's-1',
    userId: 'u-1',
    finishReasons: ['length'],
    timeToFirstTokenUs: 29_000,
    usage: usage({ input: 137, output: 28, cacheRead: 27, cacheWrite: 10 }),
  })
})

test('the count in the words of the conventions is the whole input already', () => {
  const step = read('llm_request', { ...request, 'gen_ai.usage.input_tokens': 137, 'gen_ai.response.id': 'req_1' })
  expect([step.usage, step.responseId]).toEqual([usage({ input: 137, output: 28, cacheRead: 27, cacheWrite: 10 }), 'req_1'])
})

test('a request without counts has unknown usage, not 0', () => {
  expect(read('llm_request', { model: 'claude-haiku-4-5' }).usage).toEqual(usage({}))
})

test('the conversation of a subagent is the session, not the subagent', () => {
  expect(read('llm_request', { 'session.id': 's-1', 'gen_ai.conversation.id': 'ab9c906df15cd9b9e' }).conversationId).toBe('s-1')
})

test('a failed request says its class and its HTTP status', () => {
  const attributes = { success: false, error: 'slow down', error_class: 'rate_limit', status_code: 429 }
  expect(read('llm_request', attributes).error).toEqual(failed('slow down', 'rate_limit', 429))
  expect(read('llm_request', { ...attributes, status_code: 20 }, { statusCode: 2, statusMessage: 'no' }).error).toEqual(
    failed('no', 'rate_limit'),
  )
})

test.each<[type: string, kind: Step['kind']]>([
  ['interaction', 'agent'],
  ['llm_request', 'llm'],
  ['tool', 'tool'],
  ['tool.execution', 'tool'],
  ['tool.blocked_on_user', 'other'],
  ['hook', 'other'],
])('a span of type %s is of kind %s', (type, kind) => {
  expect(read(type, { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', input_tokens: 3 }).kind).toBe(kind)
})

test('a tool is called by its name without the server; its execution has none, and the id of the same call', () => {
  const tool = read('tool', { tool_name: 'mcp__shop__get_weather', 'gen_ai.tool.name': 'get_weather', tool_use_id: 't-1' })
  const execution = read(
    'tool.execution',
    { tool_use_id: 't-1', success: false, 'error.type': 'tool_error', error_class: 'McpToolCallError' },
    { statusCode: 2, statusMessage: 'order service unavailable' },
  )
  expect([tool.tool?.name, tool.tool?.callId, tool.error]).toEqual(['get_weather', 't-1', null])
  expect([execution.tool?.name, execution.tool?.callId]).toEqual(['', 't-1'])
  expect(execution.error).toEqual(failed('order service unavailable', 'McpToolCallError'))
})

test('the tool that starts a subagent names the agent of what lies below', () => {
  expect(read('tool', { 'gen_ai.tool.name': 'Agent', subagent_type: 'helper' }).agent).toBe('helper')
})

test('a span of another emitter with a type of its own is none of its', () => {
  expect(dialectOf(span({ name: 'GET /', attributes: { 'span.type': 'web' } })).name).toBe('generic')
})
