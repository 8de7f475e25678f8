import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues): ReturnType<typeof readStep> {
  return readStep(span({ scope: { name: 'org.springframework.boot', version: '4.0.7' }, attributes }))
}
const framework = { 'gen_ai.operation.name': 'framework', 'gen_ai.system': 'spring_ai' }

test.each<[what: string, attributes: AttributeValues, kind: StepKind]>([
  ['the chat client', { ...framework, 'spring.ai.kind': 'chat_client' }, 'workflow'],
  ['an advisor', { ...framework, 'spring.ai.kind': 'advisor', 'spring.ai.advisor.name': 'call' }, 'workflow'],
  ['a tool in 1.x', { ...framework, 'spring.ai.kind': 'tool_call' }, 'tool'],
  ['a tool in 2.0', { 'gen_ai.operation.name': 'execute_tool', 'spring.ai.kind': 'tool_call' }, 'tool'],
  ['a search', { 'spring.ai.kind': 'vector_store', 'db.operation.name': 'query' }, 'retrieval'],
  ['documents that are added', { 'spring.ai.kind': 'vector_store', 'db.operation.name': 'add' }, 'other'],
  ['a call', { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' }, 'llm'],
])('%s', (_what, attributes, kind) => {
  expect(read(attributes).kind).toBe(kind)
})

test('a tool and a conversation have names of their own', () => {
  const { tool } = read({
    ...framework,
    'spring.ai.kind': 'tool_call',
    'spring.ai.tool.definition.name': 'lookup_order',
    'spring.ai.tool.call.id': 'call_1',
    'spring.ai.tool.call.arguments': '{"order_id":"A"}',
    'spring.ai.tool.call.result': '"shipped A"',
  })
  expect(tool).toEqual({
    name: 'lookup_order',
    callId: 'call_1',
    argumentsFingerprint: expect.any(String),
    looseArguments: expect.any(String),
    resultFingerprint: expect.any(String),
  })
  const client = read({ 'spring.ai.kind': 'chat_client', 'spring.ai.chat.client.conversation.id': 'conv-1' })
  expect(client.conversationId).toBe('conv-1')
})

test('counts come as text, and a call that failed has the model "none"', () => {
  const call = { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' }
  const answered = read({ ...call, 'gen_ai.usage.input_tokens': '100', 'gen_ai.usage.output_tokens': '10' })
  expect([answered.usage, answered.unreadable]).toEqual([usage({ input: 100, output: 10 }), []])
  expect(read({ ...call, 'gen_ai.response.model': 'none' }).responseModel).toBeNull()
})

test.each([
  ['"shipped A"', null],
  ['card service unavailable', null],
  ['Unexpected end-of-input: was expecting closing quote', 'Unexpected end-of-input: was expecting closing quote'],
  [
    'Cannot deserialize value of type `double` from String "much"',
    'Cannot deserialize value of type `double` from String "much"',
  ],
])('a tool that ended well with %j says of a failure: %j', (result, message) => {
  const { error } = read({ ...framework, 'spring.ai.kind': 'tool_call', 'spring.ai.tool.call.result': result })
  expect(error?.message ?? null).toBe(message)
})
