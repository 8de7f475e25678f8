/** Where on a span the messages of a call stand: attributes, numbered attributes, events, text of its own. */
import { expect, test } from 'vitest'
import type { KeyTable } from '../../../src/dialects/dialect.ts'
import { readExchange } from '../../../src/dialects/messages/exchange.ts'
import { otelKeys } from '../../../src/dialects/otel-genai.ts'
import { span, type SpanParts } from '../../helpers/steps.ts'
import { answerLine, reportLine } from './reading.ts'

const nowhere: KeyTable = { ...otelKeys, inputMessages: [], outputMessages: [], indexedInput: null, indexedOutput: null }

function exchange(parts: SpanParts, keys: KeyTable = otelKeys): readonly [answer: string | null, told: readonly string[]] {
  const { answer, toolReports } = readExchange(span(parts), keys, null, null)
  return [answer === null ? null : answerLine(answer), toolReports.map(reportLine)]
}

const gone = 'Error: order service unavailable'
const input = [
  { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'lookup' }] },
  { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: gone }] },
]
const output = [{ role: 'assistant', parts: [{ type: 'text', content: 'It is down.' }] }]
const both = ['text', [`tool_error lookup(c1): ${gone}`]]

test.each<[where: string, parts: SpanParts, keys: KeyTable]>([
  [
    'attributes as JSON',
    { attributes: { 'gen_ai.input.messages': JSON.stringify(input), 'gen_ai.output.messages': JSON.stringify(output) } },
    otelKeys,
  ],
  ['structured attributes', { attributes: { 'gen_ai.input.messages': input, 'gen_ai.output.messages': output } }, otelKeys],
  [
    'numbered attributes',
    {
      attributes: {
        'gen_ai.prompt.0.role': 'assistant',
        'gen_ai.prompt.0.tool_calls.0.id': 'c1',
        'gen_ai.prompt.0.tool_calls.0.name': 'lookup',
        'gen_ai.prompt.1.role': 'tool',
        'gen_ai.prompt.1.tool_call_id': 'c1',
        'gen_ai.prompt.1.content': gone,
        'gen_ai.completion.0.role': 'assistant',
        'gen_ai.completion.0.content': 'It is down.',
      },
    },
    otelKeys,
  ],
  [
    'events of one message each',
    {
      events: [
        {
          name: 'gen_ai.assistant.message',
          attributes: { content: '[{"toolUse":{"toolUseId":"c1","name":"lookup","input":{}}}]' },
        },
        {
          name: 'gen_ai.tool.message',
          attributes: {
            content: JSON.stringify([{ toolResult: { toolUseId: 'c1', status: 'error', content: [{ text: gone }] } }]),
          },
        },
        { name: 'gen_ai.choice', attributes: { message: '[{"text":"It is down."}]', finish_reason: 'end_turn' } },
      ],
    },
    otelKeys,
  ],
  [
    'the event of a call’s details',
    {
      events: [
        {
          name: 'gen_ai.client.inference.operation.details',
          attributes: { 'gen_ai.input.messages': JSON.stringify(input), 'gen_ai.output.messages': JSON.stringify(output) },
        },
      ],
    },
    otelKeys,
  ],
  [
    'the whole input as the text of one message',
    {
      attributes: {
        'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: JSON.stringify(input) }] }],
        'gen_ai.output.messages': output,
      },
    },
    otelKeys,
  ],
  [
    'text of its own',
    { attributes: { said: 'It is down.', told: JSON.stringify(input) } },
    { ...nowhere, inputMessages: ['told'], outputText: ['said'] },
  ],
])('%s', (_where, parts, keys) => {
  expect(exchange(parts, keys)).toEqual(both)
})

test('a list of tools beside the text', () => {
  const keys = { ...nowhere, outputText: ['said'], outputToolCalls: ['asked'] }
  const asked = '[{"toolCallId":"c1","toolName":"lookup","input":"{\\"id\\":17}"}]'
  expect(exchange({ attributes: { said: 'Let me see.', asked } }, keys)).toEqual(['tools lookup(c1)', []])
  expect(exchange({ attributes: { said: 'Let me see.', asked: '[{"toolName":"lookup"' } }, keys)).toEqual(['text', []])
  expect(exchange({ attributes: { asked: '[{"toolName":"lookup"' } }, keys)).toEqual([null, []])
})

test('a tool’s answer as the plain text of an event, its id beside it', () => {
  const events = [
    { name: 'gen_ai.user.message', attributes: { content: gone } },
    { name: 'gen_ai.system.message', attributes: { content: gone } },
    { name: 'gen_ai.tool.message', attributes: { content: gone, id: 'c1', name: 'lookup' } },
  ]
  expect(exchange({ events })).toEqual([null, both[1]])
  const answered = [...events, { name: 'gen_ai.assistant.message', attributes: { content: gone } }]
  expect(exchange({ events: answered })).toEqual([null, []])
})

test('what is not on the wire is unknown', () => {
  expect(exchange({})).toEqual([null, []])
  expect(exchange({ attributes: { 'gen_ai.output.messages': '<REDACTED>' } })).toEqual([null, []])
  expect(exchange({ events: [{ name: 'gen_ai.choice', attributes: { finish_reason: 'stop' } }] })).toEqual([null, []])
})

test('messages of others are no answer, and no empty one', () => {
  expect(exchange({ attributes: { 'gen_ai.output.messages': [{ role: 'tool', content: 'done' }] } })).toEqual([null, []])
  expect(exchange({ attributes: { 'gen_ai.output.messages': [{ role: 'user', content: 'hello' }] } })).toEqual([null, []])
})
