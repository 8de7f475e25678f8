import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, runStartUs, secondUs, type SpanParts, span, stepId, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  const scope = { name: 'logfire.openai', version: '5.4.0' }
  return readStep(span({ scope, ...over, attributes: { ...request, ...attributes } }))
}

const request = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini',
  'logfire.span_type': 'span',
}
const inRun: SpanParts = { parentSpanId: stepId(9) }

test('what the attributes leave out of the usage stands in the API’s own', () => {
  const raw = {
    prompt_tokens: 100,
    completion_tokens: 30,
    prompt_tokens_details: { cached_tokens: 80 },
    completion_tokens_details: { reasoning_tokens: 10 },
  }
  const told = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 30, 'gen_ai.usage.raw': JSON.stringify(raw) }
  expect(read(told).usage).toEqual(usage({ input: 100, output: 30, cacheRead: 80, reasoning: 10 }))
})

test('the end of a stream is the rest of a call: it began when the stream did', () => {
  const end = {
    'logfire.span_type': 'log',
    duration: 2.5,
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 5,
    'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Hi"}],"finish_reason":"length"}]',
  }
  const { kind, isContinuation, startUs, endUs, finishReasons } = read(end, { ...inRun, startUs: runStartUs, endUs: runStartUs })
  expect({ kind, isContinuation, startUs, endUs, finishReasons }).toEqual({
    kind: 'llm',
    isContinuation: true,
    startUs: runStartUs - 2.5 * secondUs,
    endUs: runStartUs,
    finishReasons: ['length'],
  })
})

test('a stream that was left before its end has no answer to judge', () => {
  const left = { 'logfire.span_type': 'log', duration: 1, 'gen_ai.output.messages': '[{"role":"assistant","parts":[]}]' }
  expect([read(left).answer, read({ ...left, 'gen_ai.usage.output_tokens': 0 }).answer?.form]).toEqual([null, 'empty'])
})

test.each<[what: string, attributes: AttributeValues, over: SpanParts, kind: string]>([
  ['that opened a stream, without a parent', {}, {}, 'other'],
  ['that opened a stream, in a run', {}, inRun, 'llm'],
  ['that failed, without a parent', {}, { statusCode: 2 }, 'llm'],
  ['that was answered, without a parent', { 'gen_ai.response.id': 'chatcmpl-1' }, {}, 'llm'],
  ['that has just begun', { 'logfire.span_type': 'pending_span', 'gen_ai.response.id': 'x' }, inRun, 'other'],
  ['for an embedding', { 'gen_ai.operation.name': 'embeddings' }, {}, 'embedding'],
])('a request %s is of kind %s', (_what, attributes, over, kind) => {
  expect(read(attributes, over).kind).toBe(kind)
})

test('spans of the application through Logfire are plain', () => {
  expect(dialectOf(span({ scope: { name: 'logfire', version: '' }, attributes: { 'logfire.msg': 'x' } })).name).toBe('generic')
})
