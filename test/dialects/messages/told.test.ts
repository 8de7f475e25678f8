/** Failed tools that a model is told of, in the shapes of APIs and frameworks as they are on the wire. */
import { expect, test } from 'vitest'
import { newReports } from '../../../src/dialects/messages/tool-reports.ts'
import { readIndexed } from '../../../src/dialects/messages/indexed.ts'
import { type AttributeValues, type Json, span } from '../../helpers/steps.ts'
import { reportLine, toldIn } from './reading.ts'

const gone = 'Error: order service unavailable'
const line = `tool_error lookup(c1): ${gone}`

test.each<[shape: string, input: Json]>([
  [
    'the conventions',
    [
      { role: 'user', parts: [{ type: 'text', content: 'Where is A-17?' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'lookup', arguments: {} }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: gone }] },
    ],
  ],
  [
    'the conventions with the older `result`',
    [
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'lookup' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', result: gone }] },
    ],
  ],
  [
    'OpenAI chat',
    {
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: gone },
      ],
    },
  ],
  [
    'items of the Responses API',
    {
      input: [
        { role: 'user', content: 'Where is A-17?' },
        { type: 'function_call', call_id: 'c1', name: 'lookup', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: gone },
      ],
    },
  ],
  [
    'blocks of Anthropic, marked as an error',
    [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'lookup', input: {} }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'c1', is_error: true, content: [{ type: 'text', text: gone }] }],
      },
    ],
  ],
  [
    'Bedrock Converse',
    [
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'c1', name: 'lookup', input: {} } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'c1', status: 'error', content: [{ text: gone }] } }] },
    ],
  ],
  [
    'a LangChain constructor',
    {
      messages: [
        [
          {
            id: ['langchain_core', 'messages', 'AIMessage'],
            kwargs: { content: '', tool_calls: [{ id: 'c1', name: 'lookup', args: {} }] },
          },
          { id: ['langchain_core', 'messages', 'ToolMessage'], kwargs: { content: gone, tool_call_id: 'c1', status: 'error' } },
        ],
      ],
    },
  ],
  [
    'a LangChain dictionary',
    {
      messages: [
        { type: 'ai', data: { content: '', type: 'ai', tool_calls: [{ id: 'c1', name: 'lookup', args: {} }] } },
        { type: 'tool', data: { content: gone, type: 'tool', tool_call_id: 'c1', name: 'lookup' } },
      ],
    },
  ],
  [
    'the AI SDK, error-text',
    [
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'lookup', input: {} }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'lookup', output: { type: 'error-text', value: gone } }],
      },
    ],
  ],
  [
    'the AI SDK, error-json',
    [
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'lookup', output: { type: 'error-json', value: gone } }],
      },
    ],
  ],
  [
    'the AI SDK 4',
    [{ role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'lookup', isError: true, result: gone }] }],
  ],
  [
    'messages beside their tools, as Langfuse has them',
    { tools: [{ name: 'lookup' }], messages: [{ role: 'tool', tool_call_id: 'c1', name: 'lookup', content: gone }] },
  ],
])('%s', (_shape, input) => {
  expect(toldIn(input)).toEqual([line])
})

test.each<[shape: string, input: Json, told: string]>([
  [
    'Gemini, whose response is an object',
    [
      { role: 'model', parts: [{ functionCall: { name: 'lookup', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'lookup', response: { error: 'no connection' } } }] },
    ],
    'tool_error lookup(): {"error":"no connection"}',
  ],
  [
    'Genkit',
    [
      { role: 'model', content: [{ toolRequest: { ref: 'c1', name: 'lookup', input: {} } }] },
      { role: 'tool', content: [{ toolResponse: { ref: 'c1', name: 'lookup', output: gone } }] },
    ],
    line,
  ],
  [
    'findings of Pydantic',
    [
      {
        role: 'user',
        parts: [
          {
            type: 'tool_call_response',
            id: 'c1',
            name: 'lookup',
            result: [{ type: 'json_invalid', loc: [], msg: 'Invalid JSON: EOF while parsing a string', input: '{"o' }],
          },
        ],
      },
    ],
    'tool_bad_arguments lookup(c1): [{"type":"json_invalid","loc":[],"msg":"Invalid JSON: EOF while parsing a string","input":"{\\"o"}]',
  ],
  [
    'a tool that nobody defined, named by the call that asked for it',
    [
      { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'teleport', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'Tool not found' },
    ],
    'unknown_tool teleport(c1): Tool not found',
  ],
  [
    'without an id, named by the only call there is',
    [
      { role: 'assistant', tool_calls: [{ function: { name: 'teleport', arguments: '{}' } }] },
      { role: 'function', content: 'Unknown tool: teleport' },
    ],
    'unknown_tool teleport(): Unknown tool: teleport',
  ],
])('%s', (_shape, input, told) => {
  expect(toldIn(input)).toEqual([told])
})

const failedTool: Json = { role: 'tool', tool_call_id: 'c1', name: 'lookup', content: gone }

test('what the model had answered already was told in an earlier call', () => {
  expect(toldIn([failedTool, { role: 'assistant', content: 'It is down.' }, { role: 'user', content: 'And now?' }])).toEqual([])
})

test.each<[what: string, part: Json]>([
  ['the conventions', { type: 'tool_call_response', id: 'c1', response: 'on its way' }],
  ['Anthropic', { type: 'tool_result', tool_use_id: 'c1', is_error: false, content: [{ type: 'text', text: 'on its way' }] }],
  ['Bedrock', { toolResult: { toolUseId: 'c1', status: 'success', content: [{ text: 'on its way' }] } }],
  ['the AI SDK', { type: 'tool-result', toolCallId: 'c1', toolName: 'lookup', output: { type: 'text', value: 'on its way' } }],
  ['data', { type: 'tool_call_response', id: 'c1', response: { order: 'A-17', status: 'sent' } }],
])('a tool that went well is not told of: %s', (_what, part) => {
  expect(toldIn([{ role: 'tool', parts: [part] }])).toEqual([])
})

test('of several calls the one with the id says the name', () => {
  const calls = ['a', 'b'].map((id) => ({ id, function: { name: `tool ${id}`, arguments: '{}' } }))
  const input = [
    { role: 'assistant', tool_calls: calls },
    { role: 'tool', tool_call_id: 'b', content: gone },
    { role: 'tool', content: gone },
  ]
  expect(toldIn(input)).toEqual([`tool_error tool b(b): ${gone}`, `tool_error ?(): ${gone}`])
})

test('the user may have added something', () => {
  expect(toldIn([failedTool, { role: 'user', content: 'Please hurry.' }])).toEqual([line])
})

test('a customer who writes an error, and a model that quotes one, tell of no tool', () => {
  expect(toldIn([{ role: 'user', content: gone }])).toEqual([])
  expect(toldIn([{ role: 'assistant', content: gone }])).toEqual([])
  expect(toldIn([{ role: 'system', content: 'Tool not found' }])).toEqual([])
})

test('of a long message the first line is kept, 300 characters at most', () => {
  const [told] = toldIn([{ ...failedTool, content: `Error: ${'x'.repeat(500)}\n    at run (index.js)` }])
  expect(told).toBe(`tool_error lookup(c1): Error: ${'x'.repeat(293)}`)
})

const indexedReports = (attributes: AttributeValues, prefix: string, infix: string): readonly string[] =>
  newReports(readIndexed(span({ attributes }).attributes, { prefix, infix }, true) ?? []).map(reportLine)

test('numbered attributes of OpenInference', () => {
  const attributes = {
    'llm.input_messages.0.message.role': 'user',
    'llm.input_messages.0.message.content': 'Where is A-17?',
    'llm.input_messages.1.message.role': 'assistant',
    'llm.input_messages.1.message.tool_calls.0.tool_call.id': 'c1',
    'llm.input_messages.1.message.tool_calls.0.tool_call.function.name': 'lookup',
    'llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments': '{}',
    'llm.input_messages.2.message.role': 'tool',
    'llm.input_messages.2.message.tool_call_id': 'c1',
    'llm.input_messages.2.message.content': gone,
  }
  expect(indexedReports(attributes, 'llm.input_messages', 'message.')).toEqual([line])
})

test('numbered attributes of older OpenLLMetry', () => {
  const attributes = {
    'gen_ai.prompt.0.role': 'assistant',
    'gen_ai.prompt.0.tool_calls.0.id': 'c1',
    'gen_ai.prompt.0.tool_calls.0.name': 'lookup',
    'gen_ai.prompt.1.role': 'tool',
    'gen_ai.prompt.1.tool_call_id': 'c1',
    'gen_ai.prompt.1.content': gone,
  }
  expect(indexedReports(attributes, 'gen_ai.prompt', '')).toEqual([line])
})
