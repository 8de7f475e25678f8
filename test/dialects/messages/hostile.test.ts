/** Content is whatever anybody wrote: no text may break the reader, hold it up, or pass for an answer that was empty. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerOf } from '../../../src/dialects/messages/answer.ts'
import { readExchange } from '../../../src/dialects/messages/exchange.ts'
import { messagesOf } from '../../../src/dialects/messages/messages-of.ts'
import { emptyMessage, readMessages } from '../../../src/dialects/messages/read-messages.ts'
import { looksLikeRefusal } from '../../../src/dialects/messages/refusal.ts'
import { failureOf, newReports } from '../../../src/dialects/messages/tool-reports.ts'
import { otelKeys } from '../../../src/dialects/otel-genai.ts'
import { kindOfToolFailure } from '../../../src/model/tool-failure.ts'
import { type Json, span } from '../../helpers/steps.ts'
import { answerIn, toldIn } from './reading.ts'

/** Every key that the reader looks at, and strangers. */
const keys =
  'messages choices candidates generations contents message output input response kwargs data id role type kind parts content text ' +
  'refusal tool_calls toolCalls invalid_tool_calls additional_kwargs tool_call function name arguments args toolUse functionCall ' +
  'toolResult functionResponse toolResponse result error errors isError status value tool_call_id thought __proto__ constructor x'
const words = [
  'assistant',
  'user',
  'tool',
  'model',
  'ai',
  'text',
  'tool_call',
  'tool_result',
  'function_call',
  'refusal',
  'error',
  'Error: x',
  '{',
  '',
]
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<Json>(...words, null, true, 0),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys.split(' ')), tie('value'), { maxKeys: 5 }),
  ),
}))

test('any JSON is read, the same each time', () => {
  fc.assert(
    fc.property(value, (any) => {
      expect(answerIn(any)).toBe(answerIn(any))
      for (const told of toldIn(any)) expect(told.length).toBeLessThan(700)
    }),
    { numRuns: 3_000 },
  )
})

test('any part of any JSON is unknown, or a text: never an answer that was empty', () => {
  fc.assert(
    fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), (any, share) => {
      const whole = JSON.stringify(any)
      const half = whole.slice(0, 1 + Math.floor(share * (whole.length - 1)))
      if (half === whole || half.length < 2) return
      if (/^[[{]/.test(half)) expect(messagesOf(half)).toBeNull()
      else expect(answerIn(half)).not.toBe('empty')
    }),
    { numRuns: 3_000 },
  )
})

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + '1' + close.repeat(depth)

test.each<[what: string, text: string]>([
  ['lists in lists', nested(100_000, '[', ']')],
  ['messages in messages', nested(50_000, '{"message":', '}')],
  ['parts in parts', `[{"role":"tool","content":${nested(50_000, '[', ']')}}]`],
  ['arguments in arguments', `[{"role":"assistant","tool_calls":[{"name":"a","arguments":${nested(20_000, '{"a":', '}')}}]}]`],
  [
    'text in text',
    Array.from({ length: 12 }).reduce<string>((inner) => JSON.stringify([{ type: 'text', text: inner }]).slice(0, 200_000), 'x'),
  ],
])('%s, without end', (_what, text) => {
  const { attributes } = { attributes: { 'gen_ai.output.messages': text, 'gen_ai.input.messages': `${text} tool error` } }
  expect(() => readExchange(span({ attributes }), otelKeys, 'json', null)).not.toThrow()
  expect(() => toldIn(text)).not.toThrow()
})

const repeated = (text: string): string => text.repeat(Math.ceil(200_000 / text.length))

test.each([
  ' ',
  'a',
  '"',
  '{',
  '[',
  '`',
  '```',
  '```json\n',
  'error ',
  'Error: ',
  'tool ',
  "i'm sorry but ",
  'A.',
  '1 ',
  '<',
  'not found ',
])('a long text of %j is looked at once', (text) => {
  const long = repeated(text)
  // A search that is quadratic in the text does not end within the runner's time.
  expect([looksLikeRefusal(long), failureOf(long, false), messagesOf(long)?.length ?? 0]).toEqual([
    false,
    expect.toSatisfy(isKind),
    expect.any(Number),
  ])
  expect(kindOfToolFailure(long)).toEqual(expect.any(String))
  expect(answerOf([{ ...emptyMessage, role: 'assistant', text: long }], 'json').form).toMatch(/text|empty/)
})

function isKind(kind: unknown): boolean {
  return kind === null || typeof kind === 'string'
}

test('a conversation of 20,000 messages is read up to a limit', () => {
  const messages = readMessages(Array.from({ length: 20_000 }, () => ({ role: 'tool', content: 'Error: x' })))
  expect(messages.length).toBe(10_000)
  expect(newReports(messages).length).toBe(10_000)
})
