import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, span } from '../helpers/steps.ts'

const tagsOf = (attributes: AttributeValues) => readStep(span({ attributes })).tags

test.each<[string, AttributeValues, readonly string[]]>([
  ['OpenInference', { 'openinference.span.kind': 'AGENT', 'tag.tags': ['beta', 'vip'] }, ['beta', 'vip']],
  ['Langfuse', { 'langfuse.observation.type': 'generation', 'langfuse.trace.tags': ['shop'] }, ['shop']],
  ['Langfuse beside Strands', { 'gen_ai.system': 'strands-agents', 'langfuse.tags': ['shop'] }, ['shop']],
  ['LangSmith', { 'langsmith.span.kind': 'chain', 'langsmith.span.tags': 'beta, vip,beta' }, ['beta', 'vip']],
  ['Mastra', { 'mastra.span.type': 'agent_run', 'mastra.tags': '["beta","a, b"]' }, ['beta', 'a, b']],
  ['AI SDK', { 'ai.operationId': 'ai.generateText', 'ai.telemetry.metadata.tags': ['beta'] }, ['beta']],
  ['Traceloop', { 'traceloop.span.kind': 'workflow', 'traceloop.association.properties.tags': ['beta'] }, ['beta']],
  ['Laminar', { 'lmnr.association.properties.tags': ['beta'] }, ['beta']],
  ['a span without meaning of its own', { 'tag.tags': ['beta'] }, ['beta']],
  // What libraries write by themselves says nothing of a run.
  [
    'LangChain',
    { 'langsmith.span.kind': 'llm', 'langsmith.span.tags': 'seq:step:2,beta,graph:step:1,langsmith:hidden' },
    ['beta'],
  ],
  ['Logfire', { 'logfire.msg': 'chat', 'logfire.tags': ['LLM', 'beta'] }, ['beta']],
  ['nothing', { 'langsmith.span.tags': '' }, []],
  ['what is no list of words', { 'tag.tags': 7 }, []],
  ['hidden ones', { 'tag.tags': ['[REDACTED]', 'beta'] }, ['beta']],
])('%s', (_, attributes, tags) => {
  expect(tagsOf(attributes)).toEqual(tags)
})

test('at most 16 of at most 64 characters', () => {
  const many = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(80, 'x'))
  expect(tagsOf({ 'tag.tags': many })).toEqual(many.slice(0, 16).map((tag) => tag.slice(0, 64)))
  expect(tagsOf({ 'langsmith.span.tags': many.join(',') })).toHaveLength(16)
})
