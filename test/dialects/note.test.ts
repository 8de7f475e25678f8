import { expect, test } from 'vitest'
import { readRecord } from '../../src/dialects/logs/index.ts'
import type { StepNote } from '../../src/model/step.ts'
import type { LogRecord } from '../../src/otlp/log-record.ts'
import { type LogParts, logRecord, note, stepId } from '../helpers/steps.ts'

const readNote = (record: LogRecord, contentSpanId?: string): StepNote | null =>
  readRecord(record, contentSpanId)?.notes[0] ?? null

test.each<[what: string, parts: LogParts, expected: object | null]>([
  [
    'a choice of older emitters, named by an attribute',
    { attributes: { 'event.name': 'gen_ai.choice' }, body: { index: 0, finish_reason: 'length' } },
    { finishReasons: ['length'] },
  ],
  [
    'a choice with its finish reason as an attribute',
    { eventName: 'gen_ai.choice', attributes: { finish_reason: 'stop' } },
    { finishReasons: ['stop'] },
  ],
  ['a choice without a finish reason and a message', { eventName: 'gen_ai.choice', body: { index: 0 } }, null],
  [
    'the details of an operation',
    {
      eventName: 'gen_ai.client.inference.operation.details',
      attributes: { 'gen_ai.response.finish_reasons': ['stop', 'length'] },
    },
    { finishReasons: ['stop', 'length'] },
  ],
  [
    'a finish reason that is an error',
    { eventName: 'gen_ai.choice', body: { finish_reason: 'error' } },
    { finishReasons: ['error'], error: { type: null, message: null, httpStatus: null, cause: null, kind: null } },
  ],
  [
    'an exception',
    {
      eventName: 'gen_ai.client.operation.exception',
      attributes: { 'exception.type': 'KeyError', 'exception.message': 'x', 'http.response.status_code': 500 },
    },
    { error: { type: 'KeyError', message: 'x', httpStatus: 500, cause: null, kind: null } },
  ],
  ['another event', { eventName: 'gen_ai.tool.result', body: { content: 'stop' } }, null],
  ['an application log', { body: 'gen_ai.choice' }, null],
  ['a record without a span', { eventName: 'gen_ai.choice', spanId: '', body: { finish_reason: 'stop' } }, null],
])('%s', (_what, parts, expected) => {
  expect(readNote(logRecord(parts))).toEqual(expected === null ? null : note({ key: expect.any(String), ...expected }))
})

const choice = { finish_reason: 'stop', index: 0 }
const details = 'gen_ai.client.inference.operation.details'

test.each<[what: string, parts: LogParts, hasContent: boolean]>([
  ['an answer', { eventName: 'gen_ai.choice', body: { ...choice, message: { role: 'assistant', content: 'Hi' } } }, true],
  ['an answer beside the message', { eventName: 'gen_ai.choice', body: { ...choice, content: 'Hi' } }, true],
  ['an answer in an attribute', { eventName: 'gen_ai.choice', body: choice, attributes: { content: 'Hi' } }, true],
  ['an answer that is switched off', { eventName: 'gen_ai.choice', body: { ...choice, message: { role: 'assistant' } } }, false],
  ['an answer that is hidden', { eventName: 'gen_ai.choice', body: { ...choice, message: { content: '<REDACTED>' } } }, false],
  [
    'details with messages',
    { eventName: details, attributes: { 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.output.messages': [{ role: 'a' }] } },
    true,
  ],
  ['details without', { eventName: details, attributes: { 'gen_ai.response.finish_reasons': ['stop'] } }, false],
])('a finish reason with %s', (_what, parts, hasContent) => {
  expect(readNote(logRecord(parts))).toEqual(
    note({ key: expect.any(String), finishReasons: ['stop'], hasContent, answer: expect.toSatisfy(() => true) }),
  )
})

test.each<[what: string, parts: LogParts, hasContent: boolean]>([
  ['a user message', { eventName: 'gen_ai.user.message', body: { content: 'Hi' } }, true],
  ['a message named by an attribute', { attributes: { 'event.name': 'gen_ai.tool.message' }, body: { content: 'Hi' } }, true],
  ['a message in parts', { eventName: 'gen_ai.user.message', body: { role: 'user', parts: [{ content: 'Hi' }] } }, true],
  ['a message that is the body', { eventName: 'gen_ai.system.message', body: 'Be kind.' }, true],
  ['a message in an attribute', { eventName: 'gen_ai.user.message', attributes: { 'gen_ai.event.content': 'Hi' } }, true],
  ['a message that is switched off', { eventName: 'gen_ai.user.message', body: {} }, false],
  ['a message that is hidden', { eventName: 'gen_ai.user.message', body: { content: '__REDACTED__' } }, false],
  [
    'a call of a tool without its arguments',
    { eventName: 'gen_ai.assistant.message', body: { tool_calls: [{ id: 'c1', function: { name: 'search' } }] } },
    false,
  ],
  ['a request', { eventName: details, attributes: { 'gen_ai.input.messages': '[{"role":"user"}]' } }, true],
  ['a request without messages', { eventName: details, attributes: { 'gen_ai.input.messages': '[]' } }, false],
])('content only: %s', (_what, parts, hasContent) => {
  expect(readNote(logRecord(parts))).toEqual(hasContent ? note({ key: `content ${stepId(1)}`, atUs: 0, hasContent: true }) : null)
})

test('all messages of a span are one note, whatever they say and whenever', () => {
  const message = (body: LogParts['body'], atUs: number): LogParts => ({ eventName: 'gen_ai.user.message', body, atUs })
  const [first, second] = [message({ content: 'Hi' }, 1), message({ content: 'Hello?' }, 2)].map((parts) =>
    readNote(logRecord(parts)),
  )
  expect(second).toEqual(first)
  expect(readNote(logRecord(message({ content: 'Hi' }, 1)), stepId(1))).toBeNull()
})

test('a copy of a record has the same key, any other record another', () => {
  const first: LogParts = { eventName: 'gen_ai.choice', body: { finish_reason: 'stop', index: 0 }, attributes: { a: 1, b: '' } }
  const others: readonly LogParts[] = [
    { ...first, body: { finish_reason: 'stop', index: 1 } },
    { ...first, atUs: 1 },
    { ...first, spanId: '00000000000000aa' },
    { ...first, attributes: { a: 2, b: '' } },
    { ...first, attributes: { a: 1 } },
  ]
  const keyOf = (parts: LogParts): string | undefined => readNote(logRecord(parts))?.key
  expect(keyOf({ ...first, attributes: { b: '', a: 1 } })).toBe(keyOf(first))
  expect(new Set([first, ...others].map(keyOf)).size).toBe(6)
})
