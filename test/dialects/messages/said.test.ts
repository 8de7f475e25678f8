/** What the user said last, in the shapes of APIs and frameworks as they are on the wire. */
import { expect, test } from 'vitest'
import { readStep } from '../../../src/dialects/index.ts'
import { saidInText } from '../../../src/dialects/messages/said.ts'
import { type Json, span, type SpanParts } from '../../helpers/steps.ts'

const asked = 'Where is my order?'

function said(parts: SpanParts): string | null {
  return readStep(span(parts)).said?.quote ?? null
}

test.each<[shape: string, input: Json]>([
  [
    'the conventions',
    [
      { role: 'assistant', parts: [] },
      { role: 'user', parts: [{ type: 'text', content: asked }] },
    ],
  ],
  ['the role behind the content', [{ parts: [{ content: asked, type: 'text' }], role: 'user' }]],
  [
    'OpenAI chat',
    {
      model: 'm',
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', content: asked },
      ],
      tools: [{ type: 'function' }],
    },
  ],
  [
    'tools behind the messages with a role of their own',
    { messages: [{ role: 'user', content: asked }], tools: [{ parameters: { properties: { role: { type: 'string' } } } }] },
  ],
  ['Responses API with a text', { model: 'm', input: asked }],
  ['Anthropic', { messages: [{ role: 'user', content: [{ type: 'text', text: asked }] }] }],
  ['Gemini', { contents: [{ parts: [{ text: asked }], role: 'user' }], config: { temperature: 0 } }],
  ['Genkit', { messages: [{ role: 'user', content: [{ text: asked }] }], config: {}, tools: [] }],
  [
    'LangChain',
    {
      messages: [
        [{ lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'HumanMessage'], kwargs: { content: asked } }],
      ],
    },
  ],
  ['a text alone', asked],
  ['a whole input as the text of one message', [{ role: 'user', content: JSON.stringify([{ role: 'user', content: asked }]) }]],
])('%s', (_, input) => {
  expect(saidInText(typeof input === 'string' ? input : JSON.stringify(input))?.quote).toBe(asked)
})

test.each<[what: string, input: Json]>([
  [
    'a call after a tool answered',
    [
      { role: 'user', content: asked },
      { role: 'assistant', content: '' },
      { role: 'tool', content: '{}' },
    ],
  ],
  [
    'the result of a tool in the user’s name',
    [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'sunny' }] }],
  ],
  [
    'an item behind the message',
    {
      input: [
        { role: 'user', content: asked },
        { type: 'function_call_output', call_id: 'c', output: '1' },
      ],
    },
  ],
  [
    'an answer that was begun',
    [
      { role: 'user', content: asked },
      { role: 'assistant', content: '{' },
    ],
  ],
  [
    'the answer of a model in LangChain',
    {
      messages: [
        [
          { id: ['HumanMessage'], kwargs: { content: asked } },
          { id: ['AIMessage'], kwargs: { content: 'x' } },
        ],
      ],
    },
  ],
  ['a placeholder', '<REDACTED>'],
  ['JSON that was cut', '[{"role":"user","content":"Where is'],
])('nothing was said: %s', (_, input) => {
  expect(
    saidInText(
      typeof input === 'string' && input.startsWith('[') ? input : typeof input === 'string' ? input : JSON.stringify(input),
    ),
  ).toBeNull()
})

test('words in a message that look like a message are words', () => {
  const text = 'What does {"role":"assistant"} mean?'
  expect(saidInText(JSON.stringify([{ role: 'user', content: text }]))?.quote).toBe(text)
})

test('only the last message is parsed, however long the conversation is', () => {
  const history = Array.from({ length: 20_000 }, () => ({ role: 'assistant', content: 'a word and a { brace "' }))
  const text = JSON.stringify([...history, { role: 'user', content: asked }])
  const broken = `[{]${text.slice(1)}`
  expect(saidInText(broken)?.quote).toBe(asked)
})

test.each<[where: string, parts: SpanParts]>([
  [
    'a model call, as JSON',
    {
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', content: asked }]),
      },
    },
  ],
  [
    'a model call, structured',
    { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': [{ role: 'user', content: asked }] } },
  ],
  [
    'numbered attributes',
    { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt.0.role': 'user', 'gen_ai.prompt.0.content': asked } },
  ],
  [
    'an event',
    {
      attributes: { 'gen_ai.operation.name': 'chat' },
      events: [{ name: 'gen_ai.user.message', attributes: { content: asked } }],
    },
  ],
  [
    'an agent',
    {
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', content: asked }]),
      },
    },
  ],
  ['an agent of OpenInference', { attributes: { 'openinference.span.kind': 'AGENT', 'input.value': asked } }],
  [
    'the entry, with a name',
    { attributes: { 'openinference.span.kind': 'CHAIN', 'input.value': JSON.stringify({ question: asked, k: 3 }) } },
  ],
  [
    'a text that an API was given alone',
    { attributes: { 'openinference.span.kind': 'LLM', 'input.value': JSON.stringify({ model: 'm', input: asked }) } },
  ],
  ['Claude Code', { name: 'claude_code.interaction', attributes: { 'span.type': 'interaction', user_prompt: asked } }],
])('is read from %s', (_, parts) => {
  expect(said(parts)).toBe(asked)
})

test.each<[where: string, parts: SpanParts]>([
  ['no content', { attributes: { 'gen_ai.operation.name': 'chat' } }],
  ['a tool', { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.input.messages': asked } }],
  [
    'a chain that is no entry',
    { parentSpanId: '00000000000000aa', attributes: { 'openinference.span.kind': 'CHAIN', 'input.value': asked } },
  ],
  ['a plain span', { attributes: { 'input.value': asked } }],
  ['data without words', { attributes: { 'openinference.span.kind': 'AGENT', 'input.value': '{"ids":[1,2]}' } }],
])('is not read from %s', (_, parts) => {
  expect(said(parts)).toBeNull()
})
