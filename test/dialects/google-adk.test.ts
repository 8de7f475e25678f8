import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, type SpanParts, failed, span, usage } from '../helpers/steps.ts'

const scope = { name: 'gcp.vertex.agent', version: '2.13.0' }

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(span({ scope, ...over, attributes }))
}

const legacy = {
  'gen_ai.system': 'gcp.vertex.agent',
  'gen_ai.request.model': 'gemini-2.5-flash',
  'gcp.vertex.agent.session_id': 's-1',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 16,
}

test('a call of the old schema, whose content tells of thoughts and cache', () => {
  const response = {
    content: { role: 'model', parts: [{ text: 'shipped' }] },
    usage_metadata: {
      prompt_token_count: 100,
      candidates_token_count: 16,
      thoughts_token_count: 64,
      cached_content_token_count: 80,
    },
  }
  const step = read({ ...legacy, 'gcp.vertex.agent.llm_response': JSON.stringify(response) }, { name: 'call_llm' })
  const { kind, provider, conversationId, answer } = step
  expect({ kind, provider, conversationId, form: answer?.form, usage: step.usage }).toEqual({
    kind: 'llm',
    provider: 'gcp.vertex_ai',
    conversationId: 's-1',
    form: 'text',
    usage: usage({ input: 100, output: 80, cacheRead: 80, reasoning: 64 }),
  })
})

test('JavaScript spells the same in camel case', () => {
  const response = { usageMetadata: { promptTokenCount: 90, candidatesTokenCount: 10, thoughtsTokenCount: 5 } }
  expect(read({ ...legacy, 'gcp.vertex.agent.llm_response': JSON.stringify(response) }, { name: 'call_llm' }).usage).toEqual(
    usage({ input: 90, output: 15, reasoning: 5 }),
  )
})

test('without content the attributes are all there is', () => {
  const step = read({ ...legacy, 'gcp.vertex.agent.llm_response': '{}' }, { name: 'call_llm' })
  expect([step.usage, step.answer, step.hasContent]).toEqual([usage({ input: 100, output: 16 }), null, false])
})

test('a call that was never made is no call', () => {
  expect(read({}, { name: 'call_llm', statusCode: 2 }).kind).toBe('workflow')
})

test('what holds the results of parallel tools together is no tool', () => {
  const merged = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': '(merged tools)' }
  expect(read(merged, { name: 'execute_tool (merged)' }).kind).toBe('other')
  expect(read({ ...merged, 'gen_ai.tool.name': 'lookup_order' }, { name: 'execute_tool lookup_order' }).kind).toBe('tool')
})

test('the id of a tool call is its own invention, and a failed tool is explained by what it returned', () => {
  const tool = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'charge_card',
    'gen_ai.tool.call.id': 'adk-97de1131',
    'gcp.vertex.agent.tool_response': '{"error": "card declined"}',
    'error.type': 'TOOL_ERROR',
  }
  const step = read(tool, { statusCode: 2, statusMessage: 'TOOL_ERROR' })
  expect([step.tool?.callId, step.error]).toEqual([null, failed('{"error": "card declined"}', 'TOOL_ERROR')])
})

test('calls of other scopes are plain conventions', () => {
  expect(dialectOf(span({ attributes: { 'gen_ai.operation.name': 'generate_content' } })).name).toBe('otel-genai')
})
