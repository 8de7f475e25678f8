/** Whether a call offered the tools that its answer asks for, by what emitters send of both. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, span } from '../helpers/steps.ts'

const asking = (name: string): AttributeValues => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.output.messages': JSON.stringify([
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name, arguments: '{}' }] },
  ]),
})
const definitions = (value: unknown): AttributeValues => ({
  ...asking('search'),
  'gen_ai.tool.definitions': typeof value === 'string' ? value : JSON.stringify(value),
})
const schema = { type: 'object', properties: {} }

const isOffered = (attributes: AttributeValues): boolean | null | undefined =>
  readStep(span({ attributes })).answer?.toolCalls[0]?.isOffered

test.each<[what: string, attributes: AttributeValues, offered: boolean | null]>([
  ['no list', asking('search'), null],
  ['the conventions', definitions([{ type: 'function', name: 'search', parameters: schema }]), true],
  ['the conventions, another tool', definitions([{ type: 'function', name: 'lookup', parameters: schema }]), false],
  ['OpenAI', definitions([{ type: 'function', function: { name: 'lookup', parameters: schema } }]), false],
  ['Gemini', definitions([{ functionDeclarations: [{ name: 'lookup' }, { name: 'search' }] }]), true],
  ['Gemini in Python', definitions([{ function_declarations: [{ name: 'lookup' }] }]), false],
  ['names alone', definitions(['lookup', 'refund']), false],
  ['a plugin before the name', definitions([{ name: 'shop-search' }]), true],
  ['a tool of the provider, which has no name', definitions([{ type: 'web_search' }, { name: 'lookup' }]), null],
  ['a list that was cut', definitions('[{"name":"lookup"},{"na'), null],
  ['an empty list', definitions([]), null],
  [
    'AI SDK',
    {
      ...asking('search'),
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.response.toolCalls': '[{"toolCallId":"c1","toolName":"search","input":"{}"}]',
      'ai.prompt.tools': ['{"type":"function","name":"lookup","inputSchema":{}}'],
    },
    false,
  ],
  [
    'OpenInference',
    {
      'openinference.span.kind': 'LLM',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'search',
      'llm.tools.0.tool.json_schema': '{"type":"function","function":{"name":"lookup"}}',
      'llm.tools.1.tool.json_schema': '{"name":"refund","input_schema":{}}',
    },
    false,
  ],
  [
    'Traceloop',
    { ...asking('search'), 'llm.request.functions.0.name': 'lookup', 'llm.request.functions.1.name': 'search' },
    true,
  ],
])('%s', (_, attributes, offered) => {
  expect(isOffered(attributes)).toBe(offered)
})
