/** Whether message content came with a step: every emitter's places for it, and what stands there when it is switched off. */
import { expect, test } from 'vitest'
import { hasContent } from '../../src/dialects/content.ts'
import { readStep } from '../../src/dialects/index.ts'
import { otelKeys } from '../../src/dialects/otel-genai.ts'
import { TableAttributes } from '../../src/otlp/attributes.ts'
import { type AttributeValues, span, type SpanParts } from '../helpers/steps.ts'

const chat = { 'gen_ai.operation.name': 'chat' }
const tool = { 'gen_ai.operation.name': 'execute_tool' }
const retrieval = { 'gen_ai.operation.name': 'retrieval' }
const aiCall = { 'ai.operationId': 'ai.generateText.doGenerate' }
const aiTool = { 'ai.operationId': 'ai.toolCall' }
const openInferenceCall = { 'openinference.span.kind': 'LLM' }
const openInferenceTool = { 'openinference.span.kind': 'TOOL' }
const traceloopCall = { 'llm.request.type': 'chat' }
const traceloopTask = { 'traceloop.span.kind': 'task' }

test.each<[own: AttributeValues, content: AttributeValues]>([
  [chat, { 'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]' }],
  [chat, { 'gen_ai.output.messages': [{ role: 'assistant' }] }],
  [{ 'gen_ai.operation.name': 'invoke_agent' }, { user_prompt: 'Hi' }],
  [chat, { 'gen_ai.prompt': 'Hi' }],
  [chat, { 'gen_ai.completion': 'Hello' }],
  [chat, { 'gen_ai.prompt.0.content': 'Hi' }],
  [retrieval, { 'gen_ai.retrieval.query.text': 'returns' }],
  [tool, { 'gen_ai.tool.call.arguments': { city: 'Paris' } }],
  [tool, { 'gen_ai.tool.call.result': 21 }],
  [tool, { tool_arguments: '{"city":"Paris"}' }],
  [aiCall, { 'ai.prompt.messages': '[{"role":"user"}]' }],
  [aiCall, { 'ai.response.text': 'Hello' }],
  [{ 'ai.operationId': 'ai.generateText' }, { 'ai.prompt': '{"prompt":"Hi"}' }],
  [{ 'ai.operationId': 'ai.embed.doEmbed' }, { 'ai.values': ['"Hi"'] }],
  [aiTool, { 'ai.toolCall.args': '{"city":"Paris"}' }],
  [openInferenceCall, { 'llm.input_messages.0.message.content': 'Hi' }],
  [openInferenceCall, { 'input.value': 'Hi', 'output.value': '__REDACTED__' }],
  [openInferenceTool, { 'output.value': 'rain' }],
  [traceloopCall, { 'gen_ai.prompt.0.content': 'Hi' }],
  [traceloopTask, { 'traceloop.entity.output': '{"ok":true}' }],
])('%o holds content with %o', (own, content) => {
  expect([own, { ...own, ...content }].map((attributes) => readStep(span({ attributes })).hasContent)).toEqual([false, true])
})

test.each<[content: AttributeValues]>([
  [{ 'gen_ai.input.messages': '' }],
  [{ 'gen_ai.input.messages': ' ' }],
  [{ 'gen_ai.input.messages': '[]' }],
  [{ 'gen_ai.input.messages': [] }],
  [{ 'gen_ai.input.messages': {} }],
  [{ 'gen_ai.input.messages': null }],
  [{ 'gen_ai.prompt': '<REDACTED>' }],
  [{ 'gen_ai.prompt': '__REDACTED__', 'gen_ai.completion': '[REDACTED]' }],
  [{ 'gen_ai.prompt.0.content': "[Scrubbed due to 'session']" }],
  [{ 'gen_ai.prompt.0.role': 'user' }],
  [{ 'gen_ai.tool.definitions': '[{"name":"search"}]' }],
])('%o is no content', (content) => {
  expect(readStep(span({ attributes: { ...chat, ...content } })).hasContent).toBe(false)
})

test.each<[name: string, attributes: AttributeValues, expected: boolean]>([
  ['gen_ai.content.prompt', { 'gen_ai.prompt': '[{"role":"user","content":"Hi"}]' }, true],
  ['gen_ai.content.completion', { 'gen_ai.completion': 'Hello' }, true],
  ['gen_ai.content.completion.chunk', {}, false],
  ['gen_ai.user.message', { content: '[{"text":"Hi"}]' }, true],
  ['gen_ai.user.message', { content: '<REDACTED>' }, false],
  ['gen_ai.choice', { finish_reason: 'stop', message: '[{"text":"Hello"}]' }, true],
  ['gen_ai.client.inference.operation.details', { 'gen_ai.output.messages': '[{"role":"assistant"}]' }, true],
  ['exception', { 'exception.message': 'timed out' }, false],
])('a span event %s with %o', (name, attributes, expected) => {
  const parts: SpanParts = {
    events: [
      { name: 'exception', attributes: {} },
      { name, attributes },
    ],
  }
  expect([chat, tool].map((own) => readStep(span({ ...parts, attributes: own })).hasContent)).toEqual([expected, expected])
})

test('a span without GenAI meaning holds no message content, whatever its attributes are called', () => {
  const attributes = { 'http.request.method': 'POST', 'input.value': 'Hi', 'gen_ai.prompt': 'Hi' }
  expect(readStep(span({ attributes })).hasContent).toBe(false)
})

test('a long text is not decoded to see that it is there', () => {
  const attributes = new TableAttributes({
    has: (key) => key === 'gen_ai.input.messages',
    get: () => {
      throw new Error('decoded')
    },
    keys: () => new Map<string, never>().keys(),
    brief: (key) => (key === 'gen_ai.input.messages' ? null : undefined),
  })
  expect(hasContent({ ...span(), attributes }, 'llm', otelKeys)).toBe(true)
})

test('the scope is the library that made the span', () => {
  const scopeOf = (name: string): string => readStep(span({ scope: { name, version: '1.0.0' } })).scope
  expect([scopeOf('@opentelemetry/instrumentation-openai'), scopeOf(''), scopeOf('x'.repeat(129))]).toEqual([
    '@opentelemetry/instrumentation-openai',
    '',
    'x'.repeat(128),
  ])
})
