/** Spans that Anthropic's own clients send (Python 2.14, JavaScript 1.14): plain conventions, with the stop reason under a name of its own. */
import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import { failed, span, usage } from '../helpers/steps.ts'

const scope = { name: 'com.anthropic.sdk.python', version: '2.14.0' }
const call = {
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'claude-haiku-4-5',
  'http.request.method': 'POST',
}

test('a call: its input includes what a cache served and took', () => {
  const attributes = {
    ...call,
    'http.response.status_code': 200,
    'gen_ai.response.id': 'msg_1',
    'gen_ai.response.model': 'claude-haiku-4-5-20251001',
    'gen_ai.response.time_to_first_chunk': 0.0035,
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 28,
    'gen_ai.usage.cache_read.input_tokens': 80,
    'gen_ai.usage.cache_write.input_tokens': 10,
    'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 4,
    'anthropic.response.service_tier': 'standard',
    'anthropic.message.stop_reason': 'max_tokens',
  }
  const it = span({ scope, name: 'anthropic.messages.create', kind: 3, attributes })
  expect(dialectOf(it).name).toBe('otel-genai')
  expect(readStep(it)).toMatchObject({
    kind: 'llm',
    provider: 'anthropic',
    responseModel: 'claude-haiku-4-5-20251001',
    responseId: 'msg_1',
    usage: usage({ input: 100, output: 28, cacheRead: 80, cacheWrite: 10 }),
    cacheWrite1hTokens: 4,
    serviceTier: 'standard',
    finishReasons: ['length'],
    timeToFirstTokenUs: 3_500,
    error: null,
  })
})

test('a failure is an error type and a status, without a word more', () => {
  const attributes = { ...call, 'http.response.status_code': 429, 'error.type': 'rate_limit_error' }
  const step = readStep(span({ scope, attributes, statusCode: 2 }))
  expect([step.error, step.usage]).toEqual([failed(null, 'rate_limit_error', 429), usage({})])
})
