/** What a model was told and what it answered, wherever a span has it and however it is written. */
import { describe, expect, test } from 'vitest'
import type { AttributeValues, SpanParts } from '../../helpers/steps.ts'
import { saidAt, saidInCall } from './lines.ts'

const json = (value: unknown): string => JSON.stringify(value)

test.each<[what: string, attributes: AttributeValues, over: SpanParts, expected: readonly string[]]>([
  [
    'messages and instructions as JSON',
    {
      'gen_ai.system_instructions': json([{ type: 'text', content: 'be brief' }]),
      'gen_ai.input.messages': json([{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }]),
      'gen_ai.output.messages': json([
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'hm' },
            { type: 'text', content: 'hello' },
          ],
          finish_reason: 'stop',
        },
      ]),
    },
    {},
    ['> system: be brief', '> user: hi', '< assistant: (thought) hm', '< assistant: hello'],
  ],
  [
    'messages as structured values',
    { 'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }] },
    {},
    ['> user: hi'],
  ],
  [
    'a tool that is asked for, its result, and media, in their order',
    {
      'gen_ai.input.messages': json([
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image', source: { media_type: 'image/png', data: 'AAAA' } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', function: { name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'c2', is_error: true, content: [{ type: 'text', text: 'no' }] }],
        },
      ]),
    },
    {},
    ['> user: look', '> user: [image]', '> assistant: f({"a":1}) #c1', '> tool: =ok #c1', '> tool: error =no #c2'],
  ],
  [
    'a request of an API with its instructions',
    { 'gen_ai.prompt': json({ model: 'm', system: 'be brief', messages: [{ role: 'user', content: 'hi' }] }) },
    {},
    ['> system: be brief', '> user: hi'],
  ],
  [
    'a request of Gemini',
    {
      'gen_ai.prompt': json({
        contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
        config: { systemInstruction: { parts: [{ text: 'be brief' }] } },
      }),
      'gen_ai.completion': json({
        candidates: [{ content: { role: 'model', parts: [{ text: 'hm', thought: true }, { text: 'hello' }] } }],
      }),
    },
    {},
    ['> system: be brief', '> user: hi', '< assistant: (thought) hm', '< assistant: hello'],
  ],
  [
    'items of the Responses API, with thoughts and tools of the provider',
    {
      'gen_ai.prompt': json({ instructions: 'be brief', input: [{ role: 'user', content: 'hi' }] }),
      'gen_ai.completion': json({
        instructions: 'be brief',
        output: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
          { type: 'web_search_call', status: 'completed', id: 'ws_1' },
          { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{}' },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hello' }] },
        ],
      }),
    },
    {},
    [
      '> system: be brief',
      '> user: hi',
      '< assistant: (thought) hm',
      '< assistant: [web_search_call]',
      '< assistant: f({}) #call_1',
      '< assistant: hello',
    ],
  ],
  [
    'thoughts beside the content',
    { 'gen_ai.output.messages': json([{ role: 'assistant', reasoning_content: 'hm', content: 'hello' }]) },
    {},
    ['< assistant: (thought) hm', '< assistant: hello'],
  ],
  [
    'a refusal in a field of its own',
    { 'gen_ai.output.messages': json([{ role: 'assistant', content: null, refusal: 'I will not' }]) },
    {},
    ['< assistant: (refusal) I will not'],
  ],
  [
    'numbered attributes',
    {
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'hi',
      'gen_ai.prompt.1.role': 'tool',
      'gen_ai.prompt.1.content': 'ok',
      'gen_ai.prompt.1.tool_call_id': 'c1',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'hello',
    },
    {},
    ['> user: hi', '> tool: =ok #c1', '< assistant: hello'],
  ],
  [
    'span events',
    {},
    {
      events: [
        { name: 'gen_ai.system.message', attributes: { content: 'be brief' } },
        { name: 'gen_ai.user.message', attributes: { content: '[{"text":"hi"}]' } },
        { name: 'gen_ai.choice', attributes: { message: '[{"text":"hello"}]', finish_reason: 'stop' } },
      ],
    },
    ['> system: be brief', '> user: hi', '< assistant: hello'],
  ],
  ['a text alone', { 'gen_ai.prompt': 'hi', 'gen_ai.completion': 'hello' }, {}, ['> user: hi', '< assistant: hello']],
  ['an answer that was data', { 'gen_ai.completion': '{"title":"x"}' }, {}, ['< assistant: {"title":"x"}']],
  ['what Python prints', { 'gen_ai.prompt': "[{'role': 'user', 'content': 'it\\'s me'}]" }, {}, ["> user: it's me"]],
  [
    'an answer in the pieces of its stream',
    {
      'gen_ai.output.messages': json([
        { role: 'assistant', parts: [{ type: 'text', content: 'hel' }], finish_reason: '' },
        { role: 'assistant', parts: [{ type: 'text', content: 'lo' }], finish_reason: 'stop' },
      ]),
    },
    {},
    ['< assistant: hello'],
  ],
  [
    'several answers to one question',
    {
      'gen_ai.output.messages': json([
        { role: 'assistant', content: 'a' },
        { role: 'assistant', content: 'b' },
      ]),
    },
    {},
    ['< assistant: a', '< assistant: b'],
  ],
  [
    'an unknown part with a text',
    { 'gen_ai.input.messages': json([{ role: 'assistant', parts: [{ type: 'compaction', content: 'so far' }] }]) },
    {},
    ['> assistant: so far'],
  ],
])('reads %s', (_, attributes, over, expected) => {
  expect(saidInCall(attributes, over)).toEqual(expected)
})

describe('what was cut', () => {
  const messages = json([{ role: 'user', parts: [{ type: 'text', content: 'a question that is long' }] }])

  test('is shown up to the cut, and said to be partial', () => {
    expect(saidInCall({ 'gen_ai.input.messages': messages.slice(0, -12) })).toEqual(['> user: a question that', 'partial'])
  })

  test('before anything was said is unreadable', () => {
    expect(saidInCall({ 'gen_ai.input.messages': messages.slice(0, 30) })).toEqual(['partial'])
  })

  test('by the model itself is its answer as it is', () => {
    const answer = '{"title":"Pancakes","steps":["mix'
    expect(saidInCall({ 'gen_ai.completion': answer })).toEqual([`< assistant: ${answer}`])
  })
})

describe('what was hidden is not there', () => {
  test.each([
    { 'gen_ai.input.messages': '[REDACTED]', 'gen_ai.output.messages': '{}' },
    { 'gen_ai.input.messages': json([{ role: 'user', content: '__REDACTED__' }]) },
    { 'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'text' }] }]) },
    { 'gen_ai.output.messages': '[]' },
    { 'gen_ai.prompt': '****' },
  ])('%j', (attributes) => {
    expect(saidInCall(attributes)).toEqual([])
  })

  test('but a model may say null', () => {
    expect(saidInCall({ 'gen_ai.output.messages': json([{ role: 'assistant', content: 'null' }]) })).toEqual([
      '< assistant: null',
    ])
  })
})

test('kinds that never say anything are not read', () => {
  expect(saidAt({ 'gen_ai.input.messages': '[{"role":"user","content":"hi"}]' })).toEqual([])
})
