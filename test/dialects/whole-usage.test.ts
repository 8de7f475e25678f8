/** Cached tokens beside the input and thoughts beside the output, by the signs that give them away. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { wholeUsage } from '../../src/dialects/whole-usage.ts'
import { type AttributeValues, span, usage } from '../helpers/steps.ts'

test.each<[what: string, told: ReturnType<typeof usage>, total: number | null, whole: ReturnType<typeof usage>]>([
  [
    'thoughts in the output',
    usage({ input: 100, output: 520, reasoning: 500 }),
    620,
    usage({ input: 100, output: 520, reasoning: 500 }),
  ],
  ['no total', usage({ input: 100, output: 20, reasoning: 15 }), null, usage({ input: 100, output: 20, reasoning: 15 })],
  [
    'thoughts beside the output',
    usage({ input: 100, output: 20, reasoning: 15 }),
    135,
    usage({ input: 100, output: 35, reasoning: 15 }),
  ],
  [
    'more thoughts than output',
    usage({ input: 100, output: 20, reasoning: 500 }),
    null,
    usage({ input: 100, output: 520, reasoning: 500 }),
  ],
  [
    'more thoughts than output, in the total',
    usage({ input: 100, output: 20, reasoning: 500 }),
    620,
    usage({ input: 100, output: 520, reasoning: 500 }),
  ],
  [
    'cache in the input',
    usage({ input: 2000, output: 100, cacheRead: 1500 }),
    2100,
    usage({ input: 2000, output: 100, cacheRead: 1500 }),
  ],
  [
    'more cached than sent in all',
    usage({ input: 20, output: 100, cacheRead: 1500 }),
    null,
    usage({ input: 1520, output: 100, cacheRead: 1500 }),
  ],
  [
    'cache beside the input',
    usage({ input: 2000, output: 100, cacheRead: 1500 }),
    3600,
    usage({ input: 3500, output: 100, cacheRead: 1500 }),
  ],
  [
    'read and written beside the input',
    usage({ input: 2000, output: 100, cacheRead: 1000, cacheWrite: 500 }),
    3600,
    usage({ input: 3500, output: 100, cacheRead: 1000, cacheWrite: 500 }),
  ],
  [
    'both beside',
    usage({ input: 2000, output: 100, cacheRead: 1500, reasoning: 50 }),
    3650,
    usage({ input: 3500, output: 150, cacheRead: 1500, reasoning: 50 }),
  ],
  [
    'both beside, and equally many',
    usage({ input: 2000, output: 100, cacheRead: 50, reasoning: 50 }),
    2200,
    usage({ input: 2050, output: 150, cacheRead: 50, reasoning: 50 }),
  ],
  [
    'one of two that are equally many: nobody can tell which',
    usage({ input: 2000, output: 100, cacheRead: 50, reasoning: 50 }),
    2150,
    usage({ input: 2000, output: 100, cacheRead: 50, reasoning: 50 }),
  ],
  [
    'a total that something else is part of',
    usage({ input: 2000, output: 100, cacheRead: 1500, reasoning: 50 }),
    2777,
    usage({ input: 2000, output: 100, cacheRead: 1500, reasoning: 50 }),
  ],
  [
    'a total that is less',
    usage({ input: 2000, output: 100, cacheRead: 1500 }),
    1500,
    usage({ input: 2000, output: 100, cacheRead: 1500 }),
  ],
  ['an output that nobody sent', usage({ input: 100, reasoning: 15 }), 115, usage({ input: 100, reasoning: 15 })],
])('%s', (_what, told, total, whole) => {
  expect(wholeUsage(told, total)).toEqual(whole)
})

test.each<[emitter: string, attributes: AttributeValues, expected: ReturnType<typeof usage>]>([
  [
    'the conventions',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 2000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.cache_read_input_tokens': 1500,
      'gen_ai.usage.total_tokens': 3600,
    },
    usage({ input: 3500, output: 100, cacheRead: 1500 }),
  ],
  [
    'OpenLLMetry',
    {
      'llm.request.type': 'chat',
      'gen_ai.usage.prompt_tokens': 100,
      'gen_ai.usage.completion_tokens': 20,
      'gen_ai.usage.reasoning_tokens': 15,
      'llm.usage.total_tokens': 135,
    },
    usage({ input: 100, output: 35, reasoning: 15 }),
  ],
  [
    'OpenInference',
    {
      'openinference.span.kind': 'LLM',
      'llm.token_count.prompt': 2000,
      'llm.token_count.completion': 100,
      'llm.token_count.prompt_details.cache_read': 1500,
      'llm.token_count.total': 3600,
    },
    usage({ input: 3500, output: 100, cacheRead: 1500 }),
  ],
  [
    'the AI SDK',
    {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'gateway',
      'ai.usage.inputTokens': 100,
      'ai.usage.outputTokens': 20,
      'ai.usage.reasoningTokens': 15,
      'ai.usage.totalTokens': 135,
    },
    usage({ input: 100, output: 35, reasoning: 15 }),
  ],
  [
    'MLflow',
    {
      'mlflow.spanType': '"CHAT_MODEL"',
      'mlflow.chat.tokenUsage': '{"input_tokens":2000,"output_tokens":100,"total_tokens":3600,"cache_read_input_tokens":1500}',
    },
    usage({ input: 3500, output: 100, cacheRead: 1500 }),
  ],
  [
    'Genkit',
    {
      'genkit:type': 'action',
      'genkit:metadata:subtype': 'model',
      'genkit:output': '{"usage":{"inputTokens":100,"outputTokens":20,"thoughtsTokens":15,"totalTokens":135}}',
    },
    usage({ input: 100, output: 35, reasoning: 15 }),
  ],
  [
    'an answer of xAI as its API gave it',
    {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.usage_details':
        '{"prompt_tokens":100,"completion_tokens":20,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":15}}',
    },
    usage({ input: 100, output: 35, reasoning: 15 }),
  ],
])('the total in the words of %s', (_emitter, attributes, expected) => {
  expect(readStep(span({ attributes })).usage).toEqual(expected)
})

test.each<[what: string, model: string | null, told: ReturnType<typeof usage>, total: number, whole: ReturnType<typeof usage>]>([
  ['Gemini’s', 'gemini-2.5-flash', usage({ input: 100, output: 10 }), 1310, usage({ input: 100, output: 1210, reasoning: 1200 })],
  ['Grok’s', 'x-ai/grok-4', usage({ input: 100, output: 10 }), 130, usage({ input: 100, output: 30, reasoning: 20 })],
  ['none of another model', 'claude-sonnet-4-5', usage({ input: 100, output: 10 }), 510, usage({ input: 100, output: 10 })],
  ['none of a model that nobody names', null, usage({ input: 100, output: 10 }), 130, usage({ input: 100, output: 10 })],
  [
    'none where the cache explains the rest',
    'gemini-2.5-flash',
    usage({ input: 100, output: 10, cacheRead: 80 }),
    190,
    usage({ input: 180, output: 10, cacheRead: 80 }),
  ],
  [
    'none where they are known',
    'gemini-2.5-flash',
    usage({ input: 100, output: 10, reasoning: 0 }),
    130,
    usage({ input: 100, output: 10, reasoning: 0 }),
  ],
])('thoughts that only the total tells of: %s', (_what, model, told, total, whole) => {
  expect(wholeUsage(told, total, model)).toEqual(whole)
})
