import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { meaningOf, meaningOfKind } from '../../src/dialects/operations.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, span, usage } from '../helpers/steps.ts'

test.each<[operation: string, kind: StepKind]>([
  ['anthropic_messages', 'llm'],
  ['aanthropic_messages', 'llm'],
  ['text_completion', 'llm'],
  ['atext_completion', 'llm'],
  ['generate_content_stream', 'llm'],
  ['agenerate_content', 'llm'],
  ['agenerate_content_stream', 'llm'],
  ['responses', 'llm'],
  ['aresponses', 'llm'],
  ['chat.completions', 'llm'],
  ['text.completions', 'llm'],
  ['chat_completion', 'llm'],
  ['response', 'llm'],
  ['messages', 'llm'],
  ['generate_text', 'llm'],
  ['chat_streaming', 'llm'],
  ['interactions', 'llm'],
  ['interactions_streaming', 'llm'],
  ['interactions.create', 'llm'],
  ['aembedding', 'embedding'],
  ['embed', 'embedding'],
  ['arerank', 'rerank'],
  ['process_thread_run', 'agent'],
  ['start_thread_run', 'agent'],
  ['get_thread_run', 'other'],
  ['create_message', 'other'],
  ['image_generation', 'other'],
  ['aspeech', 'other'],
  ['call_mcp_tool', 'other'],
  ['constructor', 'other'],
])('%s is a step of kind %s', (operation, kind) => {
  expect(meaningOf(operation)).toEqual({ kind, operation })
})

test.each([
  ['Chat', 'chat'],
  ['EXECUTE_TOOL', 'execute_tool'],
  [' embeddings ', 'embeddings'],
])('%s is written %s', (spelling, operation) => {
  expect(meaningOf(spelling).operation).toBe(operation)
})

test('what means nothing keeps its spelling, up to 128 characters', () => {
  expect(meaningOf('MyOwn')).toEqual({ kind: 'other', operation: 'MyOwn' })
  expect(meaningOf('X'.repeat(1_000)).operation).toHaveLength(128)
})

test('Semantic Kernel for .NET in 2024', () => {
  const step = readStep(
    span({
      name: 'chat.completions gpt-4o',
      scope: { name: 'Microsoft.SemanticKernel.Diagnostics', version: '' },
      attributes: {
        'gen_ai.operation.name': 'chat.completions',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.prompt_tokens': 100,
        'gen_ai.response.completion_tokens': 10,
        'gen_ai.response.finish_reason': '[Stop]',
      },
    }),
  )
  expect([step.kind, step.usage, step.finishReasons]).toEqual(['llm', usage({ input: 100, output: 10 }), ['stop']])
})

test('a thread that Azure’s agent service ran has the usage of its calls', () => {
  const attributes = {
    'gen_ai.operation.name': 'process_thread_run',
    'gen_ai.system': 'az.ai.agents',
    'gen_ai.response.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 10,
  }
  const step = readStep(span({ attributes }))
  expect([step.kind, step.usage]).toEqual(['agent', usage({ input: 100, output: 10 })])
})

test.each<[word: string, kind: StepKind | null]>([
  ['LLM', 'llm'],
  ['tool', 'tool'],
  ['Retriever', 'retrieval'],
  ['TASK', 'workflow'],
  ['EVALUATOR', null],
  ['DEFAULT', null],
  ['', null],
  ['constructor', null],
])('the kind %j is %s', (word, kind) => {
  expect(meaningOfKind(word)?.kind ?? null).toBe(kind)
})

test.each<[what: string, attributes: AttributeValues, kind: StepKind, operation: string]>([
  ['Dify: a model call that failed names no model', { 'gen_ai.span.kind': 'LLM' }, 'llm', 'chat'],
  ['Laminar: a decorated tool', { 'lmnr.span.type': 'TOOL' }, 'tool', 'execute_tool'],
  ['an operation goes before the kind', { 'gen_ai.span.kind': 'CHAIN', 'gen_ai.operation.name': 'chat' }, 'llm', 'chat'],
  [
    'a kind goes before an unknown operation',
    { 'gen_ai.span.kind': 'TOOL', 'gen_ai.operation.name': 'x' },
    'tool',
    'execute_tool',
  ],
  ['neither is known', { 'gen_ai.span.kind': 'ENTRY', 'gen_ai.operation.name': 'x' }, 'other', 'x'],
])('a kind in an attribute of its own: %s', (_what, attributes, kind, operation) => {
  const step = readStep(span({ attributes }))
  expect([step.kind, step.operation]).toEqual([kind, operation])
})

test.each<[model: string, kind: StepKind]>([
  ['amazon.titan-embed-text-v2:0', 'embedding'],
  ['cohere.embed-english-v3', 'embedding'],
  ['text-embedding-3-small', 'embedding'],
  ['nomic-embed-text', 'embedding'],
  ['embedded-llama', 'llm'],
  ['gpt-4o', 'llm'],
])('a text completion of %s is one of kind %s', (model, kind) => {
  const attributes = { 'gen_ai.operation.name': 'text_completion', 'gen_ai.request.model': model }
  expect(readStep(span({ attributes })).kind).toBe(kind)
})
