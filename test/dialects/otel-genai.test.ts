import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, span, step, stepId, usage } from '../helpers/steps.ts'

const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' }

test('a chat span of the current conventions becomes one whole step', () => {
  const read = readStep(
    span({
      spanId: stepId(2),
      parentSpanId: stepId(1),
      flags: 0x101,
      name: 'chat gpt-4o-mini',
      kind: 3,
      resource: { 'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'prod' },
      attributes: {
        ...chat,
        'gen_ai.provider.name': 'openai',
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 30,
        'gen_ai.usage.cache_read.input_tokens': 70,
        'gen_ai.usage.cache_write.input_tokens': 10,
        'gen_ai.usage.reasoning.output_tokens': 5,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.time_to_first_chunk': 0.25,
        'gen_ai.conversation.id': 'conv-1',
        'gen_ai.agent.name': 'shop-assistant',
        'gen_ai.prompt.name': 'greeting',
        'user.id': 42,
      },
    }),
  )
  expect(read).toEqual(
    step({
      spanId: stepId(2),
      parentId: stepId(1),
      isEntry: false,
      parentIsLocal: true,
      kind: 'llm',
      name: 'chat gpt-4o-mini',
      environment: 'prod',
      release: '1.4.2',
      operation: 'chat',
      agent: 'shop-assistant',
      outerNode: 'greeting',
      conversationId: 'conv-1',
      userId: '42',
      provider: 'openai',
      requestModel: 'gpt-4o-mini',
      responseModel: 'gpt-4o-mini-2024-07-18',
      responseId: 'chatcmpl-1',
      usage: { input: 100, output: 30, cacheRead: 70, cacheWrite: 10, reasoning: 5 },
      timeToFirstTokenUs: 250_000,
      finishReasons: ['stop'],
    }),
  )
})

test.each<[operation: string, kind: StepKind]>([
  ['chat', 'llm'],
  ['generate_content', 'llm'],
  ['text_completion', 'llm'],
  ['acompletion', 'llm'],
  ['embeddings', 'embedding'],
  ['retrieval', 'retrieval'],
  ['execute_tool', 'tool'],
  ['invoke_agent', 'agent'],
  ['invoke_workflow', 'workflow'],
  ['agent_step', 'workflow'],
  ['plan', 'workflow'],
  ['create_agent', 'other'],
  ['fetch_response', 'other'],
  ['upsert_memory', 'other'],
  ['__proto__', 'other'],
])('the operation %s is a step of kind %s', (operation, kind) => {
  expect(readStep(span({ attributes: { 'gen_ai.operation.name': operation } })).kind).toBe(kind)
})

test.each<[what: string, name: string, attributes: AttributeValues, kind: StepKind]>([
  [
    'a model with token counts',
    'openai',
    { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    'llm',
  ],
  ['a name that starts with the operation', 'invoke_agent shop', { 'gen_ai.system': 'openai' }, 'agent'],
  ['a tool call over MCP', 'tools/call search', { 'mcp.method.name': 'tools/call' }, 'tool'],
  ['a tool name', 'running tool', { 'gen_ai.tool.name': 'search' }, 'tool'],
  ['a model alone', 'pool', { 'gen_ai.request.model': 'm' }, 'other'],
  ['MCP without a tool', 'tools/list', { 'mcp.method.name': 'tools/list' }, 'other'],
])('without an operation name, %s decides', (_what, name, attributes, kind) => {
  expect(readStep(span({ name, attributes })).kind).toBe(kind)
})

test.each<[spelling: string, attributes: AttributeValues, expected: ReturnType<typeof usage>]>([
  ['1.26', { 'gen_ai.usage.prompt_tokens': 9, 'gen_ai.usage.completion_tokens': 4 }, usage({ input: 9, output: 4 })],
  [
    '1.40',
    { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.cache_read.input_tokens': 2, 'gen_ai.usage.cache_creation.input_tokens': 1 },
    usage({ input: 9, cacheRead: 2, cacheWrite: 1 }),
  ],
  [
    'vendor',
    { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.cache_read_input_tokens': 2, 'gen_ai.usage.cache_creation_input_tokens': 1 },
    usage({ input: 9, cacheRead: 2, cacheWrite: 1 }),
  ],
  [
    'Pydantic AI',
    { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.details.cache_read_tokens': 2, 'gen_ai.usage.details.reasoning_tokens': 3 },
    usage({ input: 9, cacheRead: 2, reasoning: 3 }),
  ],
  [
    'AI SDK 7',
    { 'gen_ai.usage.output_tokens': 9, 'ai.usage.outputTokenDetails.reasoningTokens': 3 },
    usage({ output: 9, reasoning: 3 }),
  ],
  ['both, the newer first', { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.prompt_tokens': 8 }, usage({ input: 9 })],
  ['counts as text', { 'gen_ai.usage.input_tokens': '12', 'gen_ai.usage.output_tokens': '3.0' }, usage({ input: 12, output: 3 })],
  ['garbage', { 'gen_ai.usage.input_tokens': -1, 'gen_ai.usage.output_tokens': 9e15 }, usage({})],
  ['garbage before a good one', { 'gen_ai.usage.input_tokens': 'many', 'gen_ai.usage.prompt_tokens': 8 }, usage({ input: 8 })],
  ['zero', { 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 }, usage({ input: 0, output: 0 })],
])('reads token counts in the spelling: %s', (_spelling, attributes, expected) => {
  expect(readStep(span({ attributes: { ...chat, ...attributes } })).usage).toEqual(expected)
})

test.each([
  ['strands-agents', 'gpt-4o-mini', 'openai'],
  ['strands-agents', 'my-model', 'strands-agents'],
])('a framework in the place of the provider: %s with the model %s is %s', (system, model, provider) => {
  expect(readStep(span({ attributes: { ...chat, 'gen_ai.system': system, 'gen_ai.request.model': model } })).provider).toBe(
    provider,
  )
})

test.each([
  ['openai.responses', 'openai'],
  ['openai.chat', 'openai'],
  ['anthropic.messages', 'anthropic'],
  ['google.generative-ai', 'gcp.gemini'],
  ['azure.ai.openai', 'azure.ai.openai'],
])('a provider named with its API: %s is %s', (spelling, provider) => {
  expect(readStep(span({ attributes: { ...chat, 'gen_ai.provider.name': spelling } })).provider).toBe(provider)
})

test("the user in Mastra's metadata is the user", () => {
  expect(readStep(span({ attributes: { ...chat, 'mastra.metadata.userId': 'user-17' } })).userId).toBe('user-17')
})

test("a tool's result is also read where the Anthropic client puts it", () => {
  const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'lookup_order' }
  const results = ['shipped', 'lost'].map((text) =>
    readStep(span({ attributes: { ...attributes, 'anthropic.tool_result.content': `[{"type":"text","text":"${text}"}]` } })),
  )
  const [shipped, lost] = results.map(({ tool }) => tool?.resultFingerprint)
  expect(shipped).toEqual(expect.any(String))
  expect(shipped).not.toBe(lost)
})

test('more cached tokens than input tokens mean that the emitter leaves cached ones out', () => {
  const counts = {
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.cache_read.input_tokens': 70,
    'gen_ai.usage.cache_write.input_tokens': 10,
  }
  expect(readStep(span({ attributes: { ...chat, ...counts } })).usage).toEqual(
    usage({ input: 100, cacheRead: 70, cacheWrite: 10 }),
  )
})

test('as many cached tokens as input tokens are a prompt that was cached whole', () => {
  const counts = { 'gen_ai.usage.input_tokens': 80, 'gen_ai.usage.cache_read.input_tokens': 80 }
  expect(readStep(span({ attributes: { ...chat, ...counts } })).usage).toEqual(usage({ input: 80, cacheRead: 80 }))
})

test.each([
  [0.25, 250_000],
  ['0.25', 250_000],
  [-1, null],
  [1e300, null],
])('a time to first chunk of %s s is %s us', (seconds, expected) => {
  expect(readStep(span({ attributes: { ...chat, 'gen_ai.response.time_to_first_chunk': seconds } })).timeToFirstTokenUs).toBe(
    expected,
  )
})

test('ids beyond 2^53 keep every digit', () => {
  expect(readStep(span({ attributes: { ...chat, 'user.id': 9_007_199_254_740_993n } })).userId).toBe('9007199254740993')
})

test.each(['', '  ', '[REDACTED]', '<REDACTED>', "[Scrubbed due to 'session']", 'None'])(
  'the placeholder %j is no id',
  (hidden) => {
    const read = readStep(
      span({ attributes: { ...chat, 'gen_ai.conversation.id': hidden, 'session.id': 's-1', 'user.id': hidden } }),
    )
    expect([read.conversationId, read.userId]).toEqual(['s-1', null])
  },
)

test.each(['sessionId', 'conversationId', 'threadId', 'chatId'])(
  'AI SDK 7 passes on what the application puts into its runtime context: %s, userId',
  (key) => {
    const context = { [`ai.settings.context.${key}`]: 'conv-1', 'ai.settings.context.userId': 'user-1' }
    const read = readStep(span({ attributes: { 'gen_ai.operation.name': 'agent_step', ...context } }))
    expect([read.conversationId, read.userId]).toEqual(['conv-1', 'user-1'])
  },
)

test.each<[what: string, scope: string, status: number, usage: AttributeValues, failed: boolean]>([
  [
    'a whole answer through LangChain',
    'opentelemetry.instrumentation.genai.langchain',
    0,
    { 'gen_ai.usage.output_tokens': 5 },
    false,
  ],
  ['a cut one through LangChain', 'opentelemetry.instrumentation.genai.langchain', 0, {}, true],
  ['one with a status', 'opentelemetry.instrumentation.genai.langchain', 2, { 'gen_ai.usage.output_tokens': 5 }, true],
  ['one of another client', 'opentelemetry.instrumentation.genai.openai', 0, { 'gen_ai.usage.output_tokens': 5 }, true],
])('%s that is said to have ended in an error', (_what, name, statusCode, counts, failed) => {
  const attributes = { ...chat, ...counts, 'gen_ai.response.finish_reasons': ['error'] }
  const read = readStep(span({ scope: { name, version: '' }, statusCode, attributes }))
  expect([read.error !== null, read.finishReasons]).toEqual([failed, failed ? ['error'] : []])
})

test.each([
  ['default', 'default'],
  ['"flex"', 'flex'],
  ['None', null],
  ['"None"', null],
])('the service tier %s is %s', (stated, tier) => {
  expect(readStep(span({ attributes: { ...chat, 'openai.response.service_tier': stated } })).serviceTier).toBe(tier)
})
