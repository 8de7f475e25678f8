/** What every dialect's model calls have in common once the key table has been read. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, span, usage } from '../helpers/steps.ts'

const call = (attributes: AttributeValues): ReturnType<typeof readStep> =>
  readStep(span({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', ...attributes } }))
const tokens = (input: number, cacheRead: number, cacheWrite: number): AttributeValues => ({
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': 5,
  'gen_ai.usage.cache_read.input_tokens': cacheRead,
  'gen_ai.usage.cache_write.input_tokens': cacheWrite,
})

test.each<[what: string, input: number, read: number, write: number, counted: number]>([
  ['within the input, as the conventions have it', 100, 80, 0, 100],
  ['all of the input', 100, 100, 0, 100],
  ['read and written, all of the input', 100, 60, 40, 100],
  ['more than the input: the emitter left them out', 20, 80, 0, 100],
  ['read and written, more than the input', 20, 60, 40, 120],
  ['none', 20, 0, 0, 20],
])('cached tokens: %s', (_what, input, read, write, counted) => {
  expect(call(tokens(input, read, write)).usage).toEqual(usage({ input: counted, output: 5, cacheRead: read, cacheWrite: write }))
})

test.each([
  ['resp_68a1', 'resp_68a1'],
  ['N/A', null],
  ['0', null],
])('a response id %j is %j', (id, responseId) => {
  expect(call({ 'gen_ai.response.id': id }).responseId).toBe(responseId)
})

test('an input that nobody sent stays unknown, whatever was cached', () => {
  expect(call({ 'gen_ai.usage.cache_read.input_tokens': 80 }).usage).toEqual(usage({ cacheRead: 80 }))
})

test('a stated cost in any plausible size, in nano-USD', () => {
  const cost = (usd: number): number | null => call({ 'gen_ai.usage.cost': usd }).statedCostNanoUsd
  expect([cost(0.0125), cost(0), cost(-1), cost(1e7)]).toEqual([12_500_000, 0, null, null])
})

test('a time to first token beyond a day is a point in time', () => {
  const time = (seconds: number): number | null => call({ 'gen_ai.response.time_to_first_chunk': seconds }).timeToFirstTokenUs
  expect([time(0.25), time(1_793_491_200)]).toEqual([250_000, null])
})

test('only steps around a model have models and tokens', () => {
  const kinds = ['chat', 'invoke_agent', 'embeddings', 'execute_tool', 'invoke_workflow'].map((operation) => {
    const step = call({ 'gen_ai.operation.name': operation, ...tokens(100, 0, 0) })
    return [step.kind, step.usage.input, step.requestModel]
  })
  expect(kinds).toEqual([
    ['llm', 100, 'm'],
    ['agent', 100, 'm'],
    ['embedding', 100, 'm'],
    ['tool', null, null],
    ['workflow', null, null],
  ])
})
