import { expect, test } from 'vitest'
import type { LogReading } from '../../../src/dialects/logs/log-dialect.ts'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import { type AttributeValues, failed, logRecord, usage } from '../../helpers/steps.ts'

const common = { 'conversation.id': 'c-1', model: 'gpt-5-codex', 'user.account_id': 'u-1' }

/** The record's event name is a place in the source. */
function read(event: string, attributes: AttributeValues, traceId = ''): LogReading | null {
  const eventName = 'event otel/src/events/session_telemetry.rs:1153'
  return readRecord(logRecord({ eventName, traceId, attributes: { 'event.name': event, ...common, ...attributes } }))
}

/** Counts are text. */
const completed = {
  'event.kind': 'response.completed',
  input_token_count: '6812',
  output_token_count: '193',
  cached_token_count: '6656',
  reasoning_token_count: '192',
  tool_token_count: '7005',
  ttft_ms: '40',
}

test('the event that tells what an answer took is the call', () => {
  expect(read('codex.sse_event', completed)?.steps).toMatchObject([
    {
      source: 'log',
      kind: 'llm',
      conversationId: 'c-1',
      userId: 'u-1',
      requestModel: 'gpt-5-codex',
      usage: usage({ input: 6812, output: 193, cacheRead: 6656, reasoning: 192 }),
      timeToFirstTokenUs: 40_000,
      error: null,
    },
  ])
})

test.each([['response.created'], ['response.output_text.delta'], ['response.completed']])(
  '%s without counts is no call',
  (kind) => {
    expect(read('codex.sse_event', { 'event.kind': kind, duration_ms: '0' })).toBeNull()
  },
)

test.each<[what: string, attributes: AttributeValues, expected: object | null]>([
  ['that was answered', { 'http.response.status_code': '200', duration_ms: '33' }, null],
  ['that was refused', { 'http.response.status_code': '429', 'error.message': 'slow down' }, failed('slow down', null, 429)],
  ['that never arrived', { 'error.message': 'connection refused' }, failed('connection refused')],
])('a request %s', (_what, attributes, expected) => {
  expect(read('codex.api_request', attributes)?.steps[0]?.error ?? null).toEqual(expected)
})

test('a stream that broke is a failed call', () => {
  const step = read('codex.sse_event', { 'event.kind': 'response.failed', 'error.message': 'stream disconnected' })?.steps[0]
  expect([step?.kind, step?.usage, step?.error]).toEqual(['llm', usage({}), failed('stream disconnected')])
})

test('a tool says whether it went well, and its output why not', () => {
  const result = { tool_name: 'launch_rocket', call_id: 't-1', arguments: '{"x":1}', output: 'unsupported call: launch_rocket' }
  expect(read('codex.tool_result', { ...result, success: 'true', agent_name: '/root' })?.steps).toMatchObject([
    { kind: 'tool', isEntry: false, agent: null, tool: { name: 'launch_rocket', callId: 't-1' }, error: null, hasContent: true },
  ])
  expect(read('codex.tool_result', { ...result, success: 'false', agent_name: '/root/reviewer' })?.steps).toMatchObject([
    { agent: 'reviewer', error: failed('unsupported call: launch_rocket') },
  ])
})

test('all records of a conversation are one run, also those that name a trace of the program', () => {
  const ids = [
    read('codex.sse_event', completed),
    read('codex.tool_result', { tool_name: 'shell' }, 'b'.repeat(32)),
    read('codex.sse_event', { ...completed, 'conversation.id': 'c-2' }),
  ].map((reading) => reading?.traceId)
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
})
