/** What an emitter passes on of an API's answer as it is: the API's own usage, counted our way. */
import { expect, test } from 'vitest'
import { apiAnswerOf, apiUsageOf } from '../../src/dialects/api-answer.ts'
import type { Usage } from '../../src/model/usage.ts'
import type { PlainValue } from '../../src/otlp/span.ts'
import { usage } from '../helpers/steps.ts'

test.each<[api: string, sent: PlainValue, counted: Usage]>([
  [
    'chat completions of OpenAI: cached within the input, reasoning within the output',
    {
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 80 },
      completion_tokens_details: { reasoning_tokens: 15 },
    },
    usage({ input: 100, output: 20, cacheRead: 80, reasoning: 15 }),
  ],
  [
    'the Responses API of OpenAI: the same under other names',
    {
      input_tokens: 100,
      output_tokens: 20,
      input_tokens_details: { cached_tokens: 80 },
      output_tokens_details: { reasoning_tokens: 15 },
    },
    usage({ input: 100, output: 20, cacheRead: 80, reasoning: 15 }),
  ],
  [
    'Anthropic: cached beside the input',
    { input_tokens: 20, output_tokens: 5, cache_read_input_tokens: 70, cache_creation_input_tokens: 10 },
    usage({ input: 100, output: 5, cacheRead: 70, cacheWrite: 10 }),
  ],
  [
    'Anthropic: a little of it',
    { input_tokens: 80, output_tokens: 5, cache_read_input_tokens: 20 },
    usage({ input: 100, output: 5, cacheRead: 20 }),
  ],
  [
    'LiteLLM: Anthropic’s names beside a total in OpenAI’s',
    { prompt_tokens: 100, completion_tokens: 5, cache_read_input_tokens: 70, cache_creation_input_tokens: 10 },
    usage({ input: 100, output: 5, cacheRead: 70, cacheWrite: 10 }),
  ],
  [
    'Gemini: thoughts beside the answer',
    { promptTokenCount: 100, candidatesTokenCount: 5, thoughtsTokenCount: 15, cachedContentTokenCount: 80 },
    usage({ input: 100, output: 20, cacheRead: 80, reasoning: 15 }),
  ],
  [
    'Gemini’s client for Python',
    { prompt_token_count: 100, candidates_token_count: 5, thoughts_token_count: 15, cached_content_token_count: 80 },
    usage({ input: 100, output: 20, cacheRead: 80, reasoning: 15 }),
  ],
  ['no usage', { credits: 3 }, usage({})],
  ['nothing', null, usage({})],
])('%s', (_api, sent, counted) => {
  expect(apiUsageOf(sent)).toEqual(counted)
})

test('what is no answer of an API is none', () => {
  expect([apiAnswerOf(undefined), apiAnswerOf('text'), apiAnswerOf({ city: 'Paris' }), apiAnswerOf([])]).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test.each<[what: string, answer: PlainValue]>([
  ['Gemini', { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 6 } }],
  [
    'Gemini’s client for Python',
    { prompt_feedback: { block_reason: 'SAFETY' }, response_id: 'r-1', model_version: 'gemini-2.5-flash' },
  ],
  ['Google’s ADK', { error_code: 'SAFETY', error_message: 'blocked' }],
])('a prompt that %s blocked', (_what, answer) => {
  expect(apiAnswerOf(answer)?.finishReasons).toEqual(['content_filter'])
})

test('an error code that blocks nothing is no finish reason', () => {
  expect(apiAnswerOf({ error_code: 'UNAVAILABLE' })).toBeNull()
})
