import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(span({ scope: { name: '@traceloop/node-server-sdk', version: '0.27.0' }, ...over, attributes }))
}

test.each<[what: string, attributes: AttributeValues, name: string, kind: StepKind]>([
  ['a workflow', { 'traceloop.span.kind': 'workflow' }, 'checkout.workflow', 'workflow'],
  [
    'a workflow called "chat ..."',
    { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'chat support' },
    'chat support.workflow',
    'workflow',
  ],
  ['a task', { 'traceloop.span.kind': 'task' }, 'plan.task', 'workflow'],
  ['an agent', { 'traceloop.span.kind': 'agent' }, 'shop.agent', 'agent'],
  ['a tool', { 'traceloop.span.kind': 'tool' }, 'search.tool', 'tool'],
  ['an old chat', { 'llm.request.type': 'chat' }, 'openai.chat', 'llm'],
  ['an old completion', { 'llm.request.type': 'completion' }, 'openai.completion', 'llm'],
  ['an old embedding', { 'llm.request.type': 'embedding' }, 'openai.embeddings', 'embedding'],
  ['an old rerank', { 'llm.request.type': 'rerank' }, 'cohere.rerank', 'rerank'],
  ['a new chat', { 'gen_ai.operation.name': 'chat' }, 'openai.chat', 'llm'],
  ['a node of LangGraph', { 'gen_ai.operation.name': 'execute_task', 'traceloop.span.kind': 'task' }, 'execute_task', 'workflow'],
  ['an unknown kind', { 'traceloop.span.kind': 'unknown' }, 'x', 'other'],
  ['a plain span of its scope', {}, 'x', 'other'],
])('%s: kind', (_what, attributes, name, kind) => {
  expect(read(attributes, { name }).kind).toBe(kind)
})

test('a model call of the old spelling (up to 0.52)', () => {
  const step = read({
    'llm.request.type': 'chat',
    'gen_ai.system': 'OpenAI',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.usage.prompt_tokens': 100,
    'gen_ai.usage.completion_tokens': 30,
    'llm.usage.total_tokens': 130,
    'gen_ai.usage.cache_read_input_tokens': 70,
    'gen_ai.completion.0.finish_reason': 'length',
    'traceloop.workflow.name': 'checkout',
    'traceloop.association.properties.chat_id': 'conv-1',
    'traceloop.association.properties.user_id': 'user-1',
  })
  const { kind, provider, requestModel, responseModel, finishReasons, outerNode, conversationId, userId } = step
  expect({
    kind,
    provider,
    requestModel,
    responseModel,
    usage: step.usage,
    finishReasons,
    outerNode,
    conversationId,
    userId,
  }).toEqual({
    kind: 'llm',
    provider: 'openai',
    requestModel: 'gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    usage: usage({ input: 100, output: 30, cacheRead: 70 }),
    finishReasons: ['length'],
    outerNode: 'checkout',
    conversationId: 'conv-1',
    userId: 'user-1',
  })
})

test('a model call of the new spelling speaks the conventions', () => {
  const step = read({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'az.ai.openai',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.reasoning_tokens': 5,
    'gen_ai.response.finish_reasons': ['tool_call'],
    'gen_ai.conversation.id': 'conv-1',
    'traceloop.association.properties.session_id': 'other',
  })
  expect([step.provider, step.usage, step.finishReasons, step.conversationId]).toEqual([
    'azure.ai.openai',
    usage({ input: 100, reasoning: 5 }),
    ['tool_call'],
    'conv-1',
  ])
})

test('a framework’s name in the provider gives way to what the model tells', () => {
  const call = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'langchain',
    'gen_ai.request.model': 'claude-sonnet-4-5',
  }
  expect(read(call).provider).toBe('anthropic')
})

test('a decorator names agent, place and tool', () => {
  const entity = (kind: string): AttributeValues => ({ 'traceloop.span.kind': kind, 'traceloop.entity.name': 'helper' })
  const agent = read(entity('agent'))
  const task = read(entity('task'))
  const tool = read({ ...entity('tool'), 'traceloop.entity.input': '{"args":["tea"]}', 'traceloop.entity.output': '"tea"' })
  expect([agent.agent, agent.node, task.agent, task.node, tool.agent, tool.node]).toEqual([
    'helper',
    null,
    null,
    'helper',
    null,
    null,
  ])
  expect(tool.tool).toEqual({
    name: 'helper',
    callId: null,
    argumentsFingerprint: expect.any(String),
    looseArguments: expect.toSatisfy(() => true),
    resultFingerprint: expect.any(String),
  })
})

test('a span with association properties alone is of this dialect, so that its session is found', () => {
  const properties = span({
    attributes: { 'gen_ai.operation.name': 'chat', 'traceloop.association.properties.thread_id': 'conv-1' },
  })
  expect([dialectOf(properties).name, readStep(properties).conversationId]).toEqual(['traceloop', 'conv-1'])
})

test('equal calls of a LangChain tool are equal, though the framework adds what it knew at each', () => {
  const tool = (step: number, callId: string): ReturnType<typeof readStep>['tool'] =>
    read({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search_docs',
      'gen_ai.tool.call.arguments': JSON.stringify({
        input_str: "{'query': 'refunds'}",
        tags: ['seq:step:1'],
        metadata: { langgraph_step: step },
        inputs: { query: 'refunds' },
        kwargs: { tool_call_id: callId },
      }),
      'gen_ai.tool.call.result': JSON.stringify({ output: { kwargs: { content: 'none', id: String(step) } }, kwargs: {} }),
    }).tool
  const [first, second] = [tool(2, 'call_1'), tool(4, 'call_2')]
  expect([first?.callId, second?.callId]).toEqual(['call_1', 'call_2'])
  expect({ ...second, callId: 'call_1' }).toEqual(first)
  expect(first?.argumentsFingerprint).toEqual(expect.any(String))
})

test('LlamaIndex: a step that ran a tool is one, and its output says when the tool failed', () => {
  const run = (isError: boolean): ReturnType<typeof readStep> =>
    read({
      'traceloop.span.kind': 'task',
      'traceloop.entity.name': 'BaseWorkflowAgent.task',
      'tool.name': 'lookup_order',
      'tool.arguments': '{"order_id": "A-1"}',
      'traceloop.entity.output': JSON.stringify({
        tool_id: 'call_1',
        tool_output: { raw_output: 'ECONNREFUSED', is_error: isError },
      }),
    })
  expect([run(true).kind, run(true).tool?.name, run(true).error?.message]).toEqual(['tool', 'lookup_order', 'ECONNREFUSED'])
  expect(run(false).error).toBeNull()
})

test.each<[what: string, attributes: AttributeValues, kind: StepKind, node: string | null]>([
  ['a crew', { 'crewai.crew.id': 'c', 'crewai.crew.name': 'support_crew' }, 'workflow', 'support_crew'],
  ['a task', { 'crewai.task.id': 't', 'traceloop.span.kind': 'task' }, 'workflow', null],
  ['an agent', { 'crewai.agent.id': 'a', 'traceloop.span.kind': 'agent', 'gen_ai.agent.name': 'Writer' }, 'agent', null],
])('CrewAI: %s', (_what, attributes, kind, node) => {
  const scope = { name: 'opentelemetry.instrumentation.crewai.instrumentation', version: '' }
  const step = readStep(span({ scope, attributes: { 'gen_ai.operation.name': 'invoke_agent', ...attributes } }))
  expect([step.kind, step.node]).toEqual([kind, node])
})

test('LangChain for JavaScript names a tool after its class, and its result knows better', () => {
  const kwargs = { status: 'success', content: 'shipped A', tool_call_id: 'call_1', name: 'lookup_order' }
  const tool = (output: string): ReturnType<typeof readStep>['tool'] =>
    read({
      'gen_ai.operation.name': 'execute_tool',
      'traceloop.span.kind': 'task',
      'traceloop.entity.name': 'DynamicStructuredTool',
      'traceloop.entity.output': output,
    }).tool
  expect(tool(JSON.stringify({ lc: 1, id: ['langchain_core', 'messages', 'ToolMessage'], kwargs }))).toMatchObject({
    name: 'lookup_order',
    callId: 'call_1',
  })
  expect(tool('"down"')?.name).toBe('DynamicStructuredTool')
})
