import { expect, test } from 'vitest'
import type { LogReading } from '../../../src/dialects/logs/log-dialect.ts'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import { type AttributeValues, failed, logRecord, note, runStartUs, usage } from '../../helpers/steps.ts'

const scope = { name: 'com.anthropic.claude_code.events', version: '1.0.0' }
const session = { 'session.id': 's-1', 'prompt.id': 'p-1', 'user.id': 'u-1' }

/** Without tracing a record has no trace. */
function read(event: string, attributes: AttributeValues, traceId = ''): LogReading | null {
  const all = { 'event.name': event, ...session, ...attributes }
  return readRecord(
    logRecord({
      scope,
      traceId,
      spanId: traceId === '' ? '' : '00000000000000aa',
      body: `claude_code.${event}`,
      attributes: all,
    }),
  )
}

const request = {
  model: 'claude-haiku-4-5-20251001',
  input_tokens: 1,
  output_tokens: 213,
  cache_read_tokens: 20,
  cache_creation_tokens: 3454,
  cache_creation_1h_tokens: 54,
  cost_usd_micros: 5384,
  duration_ms: 59,
  ttft_ms: 21,
  request_id: 'req_1',
}

test('a request is a call of its own where no trace is', () => {
  const step = read('api_request', request)?.steps[0]
  expect(step).toMatchObject({
    source: 'log',
    kind: 'llm',
    parentId: null,
    isEntry: true,
    startUs: runStartUs - 59_000,
    endUs: runStartUs,
    conversationId: 's-1',
    userId: 'u-1',
    provider: 'anthropic',
    responseModel: 'claude-haiku-4-5-20251001',
    responseId: 'req_1',
    usage: usage({ input: 3475, output: 213, cacheRead: 20, cacheWrite: 3454 }),
    cacheWrite1hTokens: 54,
    statedCostNanoUsd: 5_384_000,
    timeToFirstTokenUs: 21_000,
    error: null,
  })
  expect(step?.spanId).toMatch(/^[0-9a-f]{16}$/)
})

test('the records of one prompt are one run, whatever they are about', () => {
  const ids = [read('api_request', request), read('tool_result', { tool_name: 'Bash' })].map((reading) => reading?.traceId)
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(ids[1]).toBe(ids[0])
  expect(read('api_request', { ...request, 'prompt.id': 'p-2' })?.traceId).not.toBe(ids[0])
})

test('the same record twice is the same step, another request another', () => {
  const idOf = (attributes: AttributeValues): string | undefined => read('api_request', attributes)?.steps[0]?.spanId
  expect(idOf(request)).toBe(idOf({ ...request }))
  expect(idOf(request)).not.toBe(idOf({ ...request, request_id: 'req_2' }))
  const { request_id: _, ...unnamed } = request
  expect(idOf(unnamed)).not.toBe(idOf({ ...unnamed, output_tokens: 214 }))
})

test('a failed request has the name of the ones that answer, so that a later one recovers it', () => {
  const refused = read('api_error', { model: 'm', error: 'slow down', status_code: 429, request_id: 'req_2' })?.steps[0]
  expect([refused?.error, refused?.usage, refused?.responseModel]).toEqual([failed('slow down', null, 429), usage({}), null])
  expect(refused?.name).toBe(read('api_request', request)?.steps[0]?.name)
})

test('a refusal is how the request of that id ended', () => {
  expect(read('api_refusal', { request_id: 'req_1' })?.notes).toEqual([
    note({ key: expect.any(String), spanId: read('api_request', request)?.steps[0]?.spanId ?? '', finishReasons: ['refusal'] }),
  ])
  expect(read('api_refusal', {})).toBeNull()
})

test('a tool of a server is called by its own name, and is no entry of the run', () => {
  const step = read('tool_result', {
    tool_name: 'mcp_tool',
    tool_use_id: 't-1',
    success: false,
    error_type: 'McpToolCallError',
    error: 'order service unavailable',
    duration_ms: 43,
    tool_parameters: '{"mcp_server_name":"shop","mcp_tool_name":"charge_card"}',
    tool_input: '{"order_id":"A"}',
  })?.steps[0]
  expect(step).toMatchObject({ kind: 'tool', isEntry: false, tool: { name: 'charge_card', callId: 't-1' }, hasContent: true })
  expect(step?.tool?.argumentsFingerprint).not.toBeNull()
  expect(step?.error).toEqual(failed('order service unavailable', 'McpToolCallError'))
})

test('a subagent is named, Bedrock is the provider where it is', () => {
  const step = read('api_request', { ...request, 'agent.name': 'helper', 'anthropic.provider': 'bedrock' })?.steps[0]
  expect([step?.agent, step?.provider]).toEqual(['helper', 'aws.bedrock'])
})

const trace = 'a'.repeat(32)

test('with a trace the spans are the calls: a request adds nothing, a tool its arguments, a prompt that content came', () => {
  expect(read('api_request', request, trace)).toBeNull()
  const tool = read('tool_result', { tool_use_id: 't-1', tool_input: '{"city":"Paris"}' }, trace)
  expect(tool).toMatchObject({ traceId: trace, steps: [], notes: [{ callId: 't-1', hasContent: true }] })
  expect(tool?.notes[0]?.argumentsFingerprint).not.toBeNull()
  expect(read('user_prompt', { prompt: 'hello' }, trace)?.notes).toMatchObject([{ spanId: '00000000000000aa', hasContent: true }])
  expect(read('user_prompt', { prompt: '<REDACTED>' }, trace)).toBeNull()
})

test('without a trace a prompt is heard with the call that it led to', () => {
  const reading = read('user_prompt', { prompt: 'hello' })
  expect(reading).toMatchObject({ steps: [], notes: [{ spanId: '', said: { quote: 'hello' } }] })
  expect(read('user_prompt', { prompt: '<REDACTED>' })).toBeNull()
})

test.each(['managed_settings_resolved', 'plugin_loaded', 'tool_decision'])('%s alone is no part of a run', (event) => {
  expect(read(event, { prompt: 'hello' })).toBeNull()
})

test('a record without a session belongs to no run', () => {
  expect(readRecord(logRecord({ scope, traceId: '', attributes: { 'event.name': 'api_request', ...request } }))).toBeNull()
})
