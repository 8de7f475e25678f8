/** An answer is read by the shape it has, whoever sent it: the shapes of APIs and frameworks as they are on the wire. */
import { expect, test } from 'vitest'
import type { Json } from '../../helpers/steps.ts'
import { answerIn } from './reading.ts'

const args = '{"city":"Paris"}'

test.each<[shape: string, text: Json, tools: Json, empty: Json]>([
  [
    'the conventions',
    [{ role: 'assistant', parts: [{ type: 'text', content: 'Sunny.' }], finish_reason: 'stop' }],
    [{ role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Paris' } }] }],
    [{ role: 'assistant', parts: [], finish_reason: 'stop' }],
  ],
  [
    'a single message of the conventions, with thoughts',
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'Hm.' },
        { type: 'text', content: 'Sunny.' },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'Hm.' },
        { type: 'tool_call', id: 'c1', name: 'weather', arguments: args },
      ],
    },
    { role: 'assistant', parts: [{ type: 'reasoning', content: 'Hm.' }] },
  ],
  [
    'OpenAI chat messages',
    [{ role: 'assistant', content: 'Sunny.' }],
    [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: args } }],
      },
    ],
    [{ role: 'assistant', content: '' }],
  ],
  [
    'an OpenAI chat completion',
    { id: 'x', choices: [{ index: 0, message: { role: 'assistant', content: 'Sunny.' } }] },
    { choices: [{ message: { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: args } }] } }] },
    { choices: [{ message: { role: 'assistant', content: null } }] },
  ],
  [
    'items of the Responses API',
    {
      output: [
        { type: 'reasoning', summary: [] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Sunny.' }] },
      ],
    },
    { output: [{ type: 'function_call', call_id: 'c1', name: 'weather', arguments: args }] },
    { output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: '' }] }] },
  ],
  [
    'blocks of Anthropic',
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Sunny.' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Paris' } },
      ],
    },
    { role: 'assistant', content: [] },
  ],
  [
    'Bedrock Converse',
    { output: { message: { role: 'assistant', content: [{ text: 'Sunny.' }] } } },
    {
      output: {
        message: { role: 'assistant', content: [{ toolUse: { toolUseId: 'c1', name: 'weather', input: { city: 'Paris' } } }] },
      },
    },
    { output: { message: { role: 'assistant', content: [] } } },
  ],
  [
    'Gemini',
    { candidates: [{ content: { role: 'model', parts: [{ thought: true, text: 'Hm.' }, { text: 'Sunny.' }] } }] },
    {
      candidates: [
        { content: { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'weather', args: { city: 'Paris' } } }] } },
      ],
    },
    { candidates: [{ content: { role: 'model', parts: [{ text: '' }] } }] },
  ],
  [
    'Genkit',
    { message: { role: 'model', content: [{ text: 'Sunny.' }] } },
    { message: { role: 'model', content: [{ toolRequest: { ref: 'c1', name: 'weather', input: { city: 'Paris' } } }] } },
    { message: { role: 'model', content: [] } },
  ],
  [
    'generations of LangChain, messages as constructors',
    {
      generations: [
        [{ text: 'Sunny.', message: { lc: 1, id: ['langchain_core', 'messages', 'AIMessage'], kwargs: { content: 'Sunny.' } } }],
      ],
    },
    {
      generations: [
        [
          {
            message: {
              id: ['langchain_core', 'messages', 'AIMessageChunk'],
              kwargs: { content: '', tool_calls: [{ id: 'c1', name: 'weather', args: { city: 'Paris' }, type: 'tool_call' }] },
            },
          },
        ],
      ],
    },
    { generations: [[{ message: { id: ['langchain_core', 'messages', 'AIMessage'], kwargs: { content: '' } } }]] },
  ],
  [
    'messages of LangChain as dictionaries',
    { messages: [{ type: 'ai', data: { content: 'Sunny.', type: 'ai' } }] },
    { messages: [{ type: 'ai', content: '', tool_calls: [{ id: 'c1', name: 'weather', args: { city: 'Paris' } }] }] },
    { messages: [{ type: 'ai', content: '' }] },
  ],
  [
    'the AI SDK',
    [{ role: 'assistant', content: [{ type: 'text', text: 'Sunny.' }] }],
    [{ role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Paris' } }] }],
    [{ role: 'assistant', content: [{ type: 'text', text: '' }] }],
  ],
  [
    'an OpenInference message as JSON',
    { messages: [{ role: 'assistant', content: 'Sunny.' }] },
    {
      messages: [
        { role: 'assistant', tool_calls: [{ tool_call: { id: 'c1', function: { name: 'weather', arguments: args } } }] },
      ],
    },
    { messages: [{ role: 'assistant', content: '' }] },
  ],
])('%s', (_shape, text, tools, empty) => {
  expect([answerIn(text), answerIn(tools), answerIn(empty)]).toEqual(['text', 'tools weather(c1)', 'empty'])
})

test.each<[what: string, output: Json, answer: string]>([
  ['plain text', 'Sunny.', 'text'],
  ['a refusal in a field of its own', [{ role: 'assistant', content: null, refusal: 'I will not.' }], 'refusal'],
  ['a refusal as a part', [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'I will not.' }] }], 'refusal'],
  [
    'a refusal in LangChain’s extra fields',
    { kwargs: { content: '', additional_kwargs: { refusal: 'No.' } }, id: ['AIMessage'] },
    'refusal',
  ],
  ['an image', [{ role: 'assistant', parts: [{ type: 'blob', modality: 'image', content: 'aGk=' }] }], 'text'],
  [
    'a search that the provider did itself',
    [{ role: 'assistant', parts: [{ type: 'server_tool_call', name: 'web_search' }] }],
    'text',
  ],
  [
    'a conversation that the provider made shorter',
    [{ role: 'assistant', content: [{ type: 'compaction', content: 'x' }] }],
    'text',
  ],
  ['a part of a kind that nobody knows yet', [{ role: 'assistant', parts: [{ type: 'hologram', beam: 1 }] }], 'text'],
  ['text that was left out', [{ role: 'assistant', parts: [{ type: 'text' }], finish_reason: 'stop' }], 'text'],
  ['hidden text', [{ role: 'assistant', content: '__REDACTED__' }], 'text'],
  [
    'a tool whose arguments were left out',
    [{ role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'weather' }] }],
    'tools weather(c1) hidden',
  ],
  [
    'half a request',
    [{ role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: '{"city": "Par' } }] }],
    'tools weather(c1) broken',
  ],
  [
    'no arguments at all',
    [{ role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'now', arguments: '' } }] }],
    'tools now(c1)',
  ],
  [
    'a request that LangChain could not read',
    [{ type: 'ai', content: '', invalid_tool_calls: [{ id: 'c1', name: 'weather', args: '{"city' }] }],
    'tools weather(c1) broken',
  ],
  [
    'a dictionary of Python',
    [{ role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: "{'city': 'Paris'}" } }] }],
    'tools weather(c1) hidden',
  ],
  [
    'several requests',
    [
      {
        role: 'assistant',
        tool_calls: [
          { id: 'c1', name: 'a', args: {} },
          { id: 'c2', name: 'b', args: {} },
        ],
      },
    ],
    'tools a(c1) b(c2)',
  ],
  [
    'a request that the AI SDK could not read',
    [{ role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'a', input: '{}', invalid: true }] }],
    'tools a(c1) broken',
  ],
  ['data of Genkit, parsed already', { message: { role: 'model', content: [{ data: { city: 'Paris' } }] } }, 'text json'],
  ['an empty list', '[]', 'empty'],
  ['what is left of hidden content', '{}', 'unknown'],
  ['somebody’s data', { city: 'Paris', celsius: 21 }, 'unknown'],
  ['a list of numbers', [1, 2, 3], 'unknown'],
  ['half a JSON', '[{"role":"assistant","content":"Sun', 'unknown'],
  ['a placeholder', '<REDACTED>', 'unknown'],
])('%s is read as it is', (_what, output, answer) => {
  expect(answerIn(output)).toBe(answer)
})
