import { expect, test } from 'vitest'
import { readNote } from '../../src/dialects/note.ts'
import { type LogParts, logRecord, note } from '../helpers/steps.ts'

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
  ['a choice without a finish reason', { eventName: 'gen_ai.choice', body: { message: {} } }, null],
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
    { finishReasons: ['error'], error: { type: null, message: null, httpStatus: null, kind: null } },
  ],
  [
    'an exception',
    {
      eventName: 'gen_ai.client.operation.exception',
      attributes: { 'exception.type': 'KeyError', 'exception.message': 'x', 'http.response.status_code': 500 },
    },
    { error: { type: 'KeyError', message: 'x', httpStatus: 500, kind: null } },
  ],
  ['another event', { eventName: 'gen_ai.user.message', body: { content: 'stop' } }, null],
  ['an application log', { body: 'gen_ai.choice' }, null],
  ['a record without a span', { eventName: 'gen_ai.choice', spanId: '', body: { finish_reason: 'stop' } }, null],
])('%s', (_what, parts, expected) => {
  expect(readNote(logRecord(parts))).toEqual(expected === null ? null : note({ key: expect.any(String), ...expected }))
})

test('a copy of a record has the same key, any other record another', () => {
  const choice: LogParts = { eventName: 'gen_ai.choice', body: { finish_reason: 'stop', index: 0 }, attributes: { a: 1, b: '' } }
  const others: readonly LogParts[] = [
    { ...choice, body: { finish_reason: 'stop', index: 1 } },
    { ...choice, atUs: 1 },
    { ...choice, spanId: '00000000000000aa' },
    { ...choice, attributes: { a: 2, b: '' } },
    { ...choice, attributes: { a: 1 } },
  ]
  const keyOf = (parts: LogParts): string | undefined => readNote(logRecord(parts))?.key
  expect(keyOf({ ...choice, attributes: { b: '', a: 1 } })).toBe(keyOf(choice))
  expect(new Set([choice, ...others].map(keyOf)).size).toBe(6)
})
