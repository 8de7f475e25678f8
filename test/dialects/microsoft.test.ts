/** Agent Framework, Semantic Kernel and AutoGen. */
import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import type { Step } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, failed, span } from '../helpers/steps.ts'

function read(scope: string, attributes: AttributeValues, over: SpanParts = {}): Step {
  return readStep(span({ scope: { name: scope, version: '' }, ...over, attributes }))
}

test.each<[what: string, attributes: AttributeValues, expected: string | null]>([
  ['the id of the answer before is none', { 'gen_ai.conversation.id': 'resp_c3ebb0313a54' }, null],
  ['the session of the application', { 'session.id': 's-1', 'gen_ai.conversation.id': 'resp_c3ebb0313a54' }, 's-1'],
  ['a thread of the service', { 'gen_ai.conversation.id': 'thread_1' }, 'thread_1'],
])('conversation in Agent Framework: %s', (_what, attributes, expected) => {
  expect(read('agent_framework', { 'gen_ai.operation.name': 'chat', ...attributes }).conversationId).toBe(expected)
})

test.each<[name: string, attributes: AttributeValues, kind: Step['kind'], node: string | null]>([
  ['workflow.run', { 'workflow.name': 'WorkflowBuilder-cad75d15-0c29-4546-aa4e-efe0bc817817' }, 'workflow', null],
  ['workflow.run', { 'workflow.name': 'refunds' }, 'workflow', 'refunds'],
  ['executor.process writer', { 'executor.id': 'writer' }, 'workflow', 'writer'],
  ['workflow.build', { 'workflow.id': 'b0c92588' }, 'other', null],
  ['edge_group.process SingleEdgeGroup', {}, 'other', null],
  ['message.send', {}, 'other', null],
  ['chat gpt-4o-mini', { 'gen_ai.operation.name': 'chat' }, 'llm', null],
])('Agent Framework: %s %j', (name, attributes, kind, node) => {
  const step = read('agent_framework', attributes, { name })
  expect([step.kind, step.node]).toEqual([kind, node])
})

test('the provider of an agent is not the framework', () => {
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'microsoft.agent_framework',
    'gen_ai.request.model': 'gpt-4o-mini',
  }
  expect(read('agent_framework', attributes).provider).toBe('openai')
})

const functions = 'semantic_kernel.functions.kernel_function'

test.each<[what: string, tool: string, kind: Step['kind'], node: string | null]>([
  ['a function of a plugin', 'Orders-lookup_order', 'tool', null],
  ['a prompt', 'summarise', 'workflow', 'summarise'],
  ['a prompt that nobody named', 'fZVIZjrgQgriqcWv', 'workflow', null],
])('Semantic Kernel for Python: %s', (_what, tool, kind, node) => {
  const step = read(functions, { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool })
  expect([step.kind, step.node]).toEqual([kind, node])
})

test('Semantic Kernel: a class as Python prints it, and a finish reason as an enum', () => {
  const scope = 'semantic_kernel.utils.telemetry.model_diagnostics.decorators'
  const call = { 'gen_ai.operation.name': 'chat', 'gen_ai.response.finish_reason': 'FinishReason.LENGTH' }
  expect(read(scope, call).finishReasons).toEqual(['length'])
  const error = read(
    scope,
    { ...call, 'error.type': "<class 'openai.RateLimitError'>" },
    { statusCode: 2, statusMessage: 'no' },
  ).error
  expect(error).toEqual(failed('no', 'openai.RateLimitError'))
})

test.each<[name: string, attributes: AttributeValues, kind: Step['kind'], agent: string | null]>([
  ['create_agent support', { 'gen_ai.operation.name': 'create_agent', 'gen_ai.agent.name': 'support' }, 'other', null],
  ['invoke_agent support', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support' }, 'agent', 'support'],
  ['execute_tool search', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }, 'tool', null],
  ['autogen process writer_6fd1.(6fd1)-A', { 'messaging.operation': 'process' }, 'other', null],
])('AutoGen: %s', (name, attributes, kind, agent) => {
  const step = read('autogen-core', { ...attributes, ...(kind === 'other' ? {} : { 'gen_ai.system': 'autogen' }) }, { name })
  expect([step.kind, step.agent]).toEqual([kind, agent])
})

test('a scope that only looks alike is another', () => {
  expect(dialectOf(span({ scope: { name: 'semantic_kernels', version: '' } })).name).toBe('generic')
})

test.each<[what: string, tool: string, kind: Step['kind'], node: string | null]>([
  ['a function', 'GetWeather', 'tool', null],
  ['a function of sixteen letters', 'GetOrderDetailsX', 'tool', null],
  ['a prompt that nobody named', 'InvokePromptAsync_0d2f6a1c4b8e4f0f9a7c2b1d3e5f6a7b', 'workflow', null],
])('Semantic Kernel for .NET: %s', (_what, tool, kind, node) => {
  const step = read('Microsoft.SemanticKernel', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool })
  expect([step.kind, step.node]).toEqual([kind, node])
})

test('Microsoft.Extensions.AI passes on the id of the answer before, which is no conversation', () => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': 'resp_68abc0123456789' }
  expect(read('Experimental.Microsoft.Extensions.AI', attributes).conversationId).toBeNull()
})

test('Azure’s clients put whole messages into events', () => {
  const step = read(
    'azure.ai.inference',
    { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'az.ai.inference', 'gen_ai.request.model': 'gpt-4o' },
    {
      events: [
        {
          name: 'gen_ai.tool.message',
          attributes: {
            'gen_ai.event.content': '{"role":"tool","tool_call_id":"call_1","content":"Error: tool execution failed: boom"}',
          },
        },
        {
          name: 'gen_ai.choice',
          attributes: {
            'gen_ai.event.content': '{"message":{"content":"I am sorry, but I can\'t assist with that."},"finish_reason":"stop"}',
          },
        },
      ],
    },
  )
  expect([step.answer?.form, step.toolReports.map(({ kind, callId }) => [kind, callId])]).toEqual([
    'refusal',
    [['tool_error', 'call_1']],
  ])
})
