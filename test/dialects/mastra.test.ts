import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(span({ scope: { name: '@mastra/otel-exporter', version: '1.4.0' }, ...over, attributes }))
}

test.each<[type: string, operation: string, name: string, kind: StepKind, node: string | null]>([
  ['agent_run', 'invoke_agent', 'invoke_agent support', 'agent', null],
  ['model_generation', 'model_generation', 'model_generation gpt-4o-mini', 'other', null],
  ['model_step', 'agent_step', 'agent_step support', 'workflow', null],
  ['model_inference', 'chat', 'chat gpt-4o-mini', 'llm', null],
  ['model_chunk', 'model_chunk', 'model_chunk support', 'other', null],
  ['tool_call', 'execute_tool', 'execute_tool get_weather', 'tool', null],
  ['client_tool_call', 'client_tool_call', 'client_tool_call get_weather', 'other', null],
  ['workflow_run', 'invoke_workflow', 'invoke_workflow order-flow', 'workflow', 'order-flow'],
  ['workflow_step', 'workflow_step', 'workflow_step fetch-order', 'workflow', 'fetch-order'],
])('%s (operation %s, "%s") is of the kind %s', (type, operation, name, kind, node) => {
  const step = read({ 'mastra.span.type': type, 'gen_ai.operation.name': operation }, { name })
  expect([step.kind, step.node]).toEqual([kind, node])
})

const inference = { 'mastra.span.type': 'model_inference', 'gen_ai.operation.name': 'chat' }

test('a call', () => {
  const step = read({
    ...inference,
    'gen_ai.provider.name': 'openai.chat',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.response.finish_reasons': '["stop"]',
    'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Hello"}]}]',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.cache_read.input_tokens': 80,
    'gen_ai.usage.reasoning_tokens': 30,
    'gen_ai.agent.name': 'support',
    'gen_ai.conversation.id': 'conv-1',
    'mastra.metadata.userId': 'user-42',
  })
  const { provider, responseModel, finishReasons, agent, conversationId, userId, answer } = step
  expect({
    provider,
    responseModel,
    finishReasons,
    agent,
    conversationId,
    userId,
    form: answer?.form,
    usage: step.usage,
  }).toEqual({
    provider: 'openai',
    responseModel: 'gpt-4o-mini-2024-07-18',
    finishReasons: ['stop'],
    agent: 'support',
    conversationId: 'conv-1',
    userId: 'user-42',
    form: 'text',
    usage: usage({ input: 100, output: 50, cacheRead: 80, reasoning: 30 }),
  })
})

test('an answer that asks for tools is sent without them: it is not an empty one', () => {
  const messages = '[{"role":"assistant","parts":[{"type":"text","content":""}]}]'
  const answered = (reason: string): ReturnType<typeof readStep>['answer'] =>
    read({ ...inference, 'gen_ai.response.finish_reasons': `["${reason}"]`, 'gen_ai.output.messages': messages }).answer
  expect(answered('tool-calls')).toBeNull()
  expect(answered('stop')).toMatchObject({ form: 'empty' })
})

function toolThatAnswered(result: string): ReturnType<typeof readStep>['error'] {
  return read({
    'mastra.span.type': 'tool_call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'get_weather',
    'gen_ai.tool.call.result': result,
  }).error
}

test('arguments that did not fit are answered with a result of its own, and the status says OK', () => {
  const message = 'Tool input validation failed for get_weather. Please fix the following errors'
  expect(toolThatAnswered(JSON.stringify({ error: true, message, validationErrors: { errors: [] } }))?.message).toBe(message)
  expect(toolThatAnswered('{"error":true,"message":"no such city"}')).toBeNull()
  expect(toolThatAnswered('{"city":"Paris","error":true}')).toBeNull()
})

test('a run that its caller aborted says so in its output only', () => {
  const run = { 'mastra.span.type': 'agent_run', 'gen_ai.operation.name': 'invoke_agent' }
  expect(read({ ...run, 'mastra.agent_run.output': '{"status":"aborted","reason":"abort"}' }).error?.type).toBe('AbortError')
  expect(read({ ...run, 'mastra.agent_run.output': '{"text":"aborted"}' }).error).toBeNull()
})
