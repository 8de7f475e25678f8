import { expect, test } from 'vitest'
import type { LogReading } from '../../../src/dialects/logs/log-dialect.ts'
import { readStep } from '../../../src/dialects/index.ts'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import { type AttributeValues, failed, logRecord, runStartUs, span, usage } from '../../helpers/steps.ts'

function read(event: string, attributes: AttributeValues): LogReading | null {
  const common = { 'event.name': event, 'session.id': 's-1', prompt_id: 's-1########2', model: 'gemini-2.5-flash' }
  return readRecord(logRecord({ traceId: '', spanId: '', attributes: { ...common, ...attributes } }))
}

const response = {
  duration_ms: 70,
  input_token_count: 11_674,
  output_token_count: 1,
  cached_content_token_count: 11_520,
  thoughts_token_count: 192,
  finish_reasons: '["stop"]',
  role: 'main',
  response_text: '[{"candidates":[{"content":{"parts":[{"text":"done"}],"role":"model"},"finishReason":"STOP"}]}]',
}

test('a response is a call; thoughts stand beside the answer and are part of the output', () => {
  expect(read('gemini_cli.api_response', response)?.steps).toMatchObject([
    {
      source: 'log',
      kind: 'llm',
      startUs: runStartUs - 70_000,
      conversationId: 's-1',
      agent: 'gemini-cli',
      node: 'main',
      provider: 'gcp.gemini',
      responseModel: 'gemini-2.5-flash',
      usage: usage({ input: 11_674, output: 193, cacheRead: 11_520, reasoning: 192 }),
      finishReasons: ['stop'],
      answer: { form: 'text' },
      hasContent: true,
    },
  ])
})

test('an error is a call that failed', () => {
  const attributes = { 'error.message': 'not yours', 'error.type': 'ApiError', status_code: 401, duration: 22 }
  const step = read('gemini_cli.api_error', attributes)?.steps[0]
  expect([step?.kind, step?.usage, step?.error]).toEqual(['llm', usage({}), failed('not yours', 'ApiError', 401)])
})

test('a tool', () => {
  const call = { function_name: 'read_file', function_args: '{"file_path":"/x"}' }
  expect(read('gemini_cli.tool_call', { ...call, success: true })?.steps).toMatchObject([
    { kind: 'tool', isEntry: false, tool: { name: 'read_file' }, error: null },
  ])
  const failure = { success: false, 'error.message': 'no such file', 'error.type': 'file_not_found' }
  expect(read('gemini_cli.tool_call', { ...call, ...failure })?.steps[0]?.error).toEqual(failed('no such file', 'file_not_found'))
})

test('a prompt is a run', () => {
  const first = read('gemini_cli.api_response', response)?.traceId
  expect(read('gemini_cli.tool_call', { function_name: 'read_file' })?.traceId).toBe(first)
  expect(read('gemini_cli.api_response', { ...response, prompt_id: 's-1########3' })?.traceId).not.toBe(first)
})

test.each(['gemini_cli.config', 'gemini_cli.api_request', 'gemini_cli.model_routing'])('%s is no part of a run', (event) => {
  expect(read(event, { prompt: 'hello' })).toBeNull()
})

test.each(['llm_call', 'tool_call', 'schedule_tool_calls', 'agent_call'])(
  'its span %s counts nothing: the logs do',
  (operation) => {
    const attributes = {
      'gen_ai.operation.name': operation,
      'gen_ai.agent.name': 'gemini-cli',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 11_641,
      'gen_ai.tool.name': 'read_file',
    }
    expect(readStep(span({ name: operation, attributes })).kind).toBe('other')
  },
)
