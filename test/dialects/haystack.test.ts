import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  const name = 'haystack.component.run'
  return readStep(span({ name, scope: { name: 'haystack', version: '' }, ...over, attributes }))
}

const reply = {
  role: 'assistant',
  meta: {
    model: 'gpt-4o-mini-2024-07-18',
    finish_reason: 'stop',
    usage: {
      prompt_tokens: 100,
      completion_tokens: 30,
      prompt_tokens_details: { cached_tokens: 80 },
      completion_tokens_details: { reasoning_tokens: 10 },
    },
  },
  content: [{ text: 'It is shipped.' }],
}

function toolMessage(result: string, error: boolean): object {
  const origin = { tool_name: 'lookup_order', arguments: { order_id: 'A-1' }, id: 'call_1' }
  return { role: 'tool', meta: {}, content: [{ tool_call_result: { result, origin, error } }] }
}

test.each<[name: string, type: string, kind: StepKind]>([
  ['haystack.component.run', 'OpenAIChatGenerator', 'llm'],
  ['haystack.component.run', 'AmazonBedrockGenerator', 'llm'],
  ['haystack.component.run', 'OpenAITextEmbedder', 'embedding'],
  ['haystack.component.run', 'InMemoryBM25Retriever', 'retrieval'],
  ['haystack.component.run', 'CohereRanker', 'rerank'],
  ['haystack.component.run', 'Agent', 'agent'],
  ['haystack.component.run', 'ChatPromptBuilder', 'workflow'],
  ['haystack.component.run', 'ToolInvoker', 'workflow'],
  ['haystack.chat_generator.run', 'Anything', 'llm'],
  ['haystack.agent.run', '', 'agent'],
  ['haystack.agent.step', '', 'workflow'],
  ['haystack.agent.step.llm', '', 'llm'],
  ['haystack.agent.step.tool', '', 'tool'],
  ['haystack.pipeline.run', '', 'workflow'],
  ['haystack.tracing.auto_enable', '', 'other'],
])('%s of a %s is a step of kind %s', (name, type, kind) => {
  expect(read(type === '' ? {} : { 'haystack.component.type': type }, { name }).kind).toBe(kind)
})

test.each<[what: string, over: SpanParts, attributes: AttributeValues]>([
  [
    'a component of a pipeline',
    {},
    {
      'haystack.component.name': 'writer',
      'haystack.component.type': 'OpenAIChatGenerator',
      'haystack.component.output': JSON.stringify({ replies: [reply] }),
    },
  ],
  [
    'the model of an agent (Haystack 3)',
    { name: 'haystack.agent.step.llm' },
    { 'haystack.agent.step.llm.output': JSON.stringify({ replies: [reply] }) },
  ],
])('%s tells model, tokens, end and answer in its output', (_what, over, attributes) => {
  const step = read(attributes, over)
  expect({
    model: step.responseModel,
    provider: step.provider,
    usage: step.usage,
    finishReasons: step.finishReasons,
    answer: step.answer?.form,
  }).toEqual({
    model: 'gpt-4o-mini-2024-07-18',
    provider: 'openai',
    usage: usage({ input: 100, output: 30, cacheRead: 80, reasoning: 10 }),
    finishReasons: ['stop'],
    answer: 'text',
  })
})

test('without content a call is a call of which nothing is known', () => {
  const { kind, usage: counted, responseModel, answer } = read({ 'haystack.component.type': 'OpenAIChatGenerator' })
  expect({ kind, counted, responseModel, answer }).toEqual({ kind: 'llm', counted: usage({}), responseModel: null, answer: null })
})

test('an agent is named by its component, a step by its component unless all are called so', () => {
  const named = (type: string, name: string): readonly (string | null)[] => {
    const { agent, node } = read({ 'haystack.component.type': type, 'haystack.component.name': name })
    return [agent, node]
  }
  expect([
    named('Agent', 'support'),
    named('OpenAIChatGenerator', 'writer'),
    named('OpenAIChatGenerator', 'chat_generator'),
  ]).toEqual([
    ['support', 'support'],
    [null, 'writer'],
    [null, null],
  ])
})

test('what a component raised is taken out of what the pipeline says about it', () => {
  const statusMessage =
    "PipelineRuntimeError: The following component failed to run:\nComponent name: 'llm'\nComponent type: 'X'\nError: Error code: 429 - Rate limit"
  expect(read({ 'haystack.component.type': 'OpenAIChatGenerator' }, { statusCode: 2, statusMessage }).error?.message).toBe(
    'Error code: 429 - Rate limit',
  )
})

test('a failed tool of an agent says so by itself (Haystack 3)', () => {
  const attributes = {
    'haystack.tool.name': 'lookup_order',
    'haystack.tool.error': true,
    'haystack.agent.step.tool.output': 'down',
  }
  const { tool, error } = read(attributes, { name: 'haystack.agent.step.tool' })
  expect([tool?.name, error?.message]).toEqual(['lookup_order', 'down'])
})

test.each<[what: string, messages: readonly object[], expected: readonly unknown[]]>([
  ['one tool that ran', [toolMessage('shipped', false)], ['tool', 'lookup_order', 'call_1', null]],
  ['one tool that failed', [toolMessage('Error: down', true)], ['tool', 'lookup_order', 'call_1', 'Error: down']],
  ['several tools', [toolMessage('a', false), toolMessage('b', true)], ['workflow', undefined, undefined, undefined]],
  ['a tool that nobody defined', [toolMessage("Tool 'x' not found.", true)], ['workflow', undefined, undefined, undefined]],
])('a tool invoker with %s (Haystack 2)', (_what, messages, expected) => {
  const step = read({
    'haystack.component.type': 'ToolInvoker',
    'haystack.component.output': JSON.stringify({ tool_messages: messages }),
  })
  expect([step.kind, step.tool?.name, step.tool?.callId, step.tool === null ? undefined : (step.error?.message ?? null)]).toEqual(
    expected,
  )
})

test('a call reports the failed tools that it was told of, and only those since the last answer', () => {
  const old = [toolMessage('Error: long ago', true), { role: 'assistant', meta: {}, content: [{ text: 'x' }] }]
  const step = read({
    'haystack.component.type': 'OpenAIChatGenerator',
    'haystack.component.input': JSON.stringify({
      messages: [...old, toolMessage('fine', false), toolMessage('Error: down', true)],
    }),
  })
  expect(step.toolReports).toEqual([{ kind: 'tool_error', callId: 'call_1', name: 'lookup_order', message: 'Error: down' }])
})
