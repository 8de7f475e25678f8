/** The format that a call was asked to answer in, in the spellings of APIs. */
import { expect, test } from 'vitest'
import { askedFormatOf } from '../../src/dialects/asked-format.ts'
import { type Json, span } from '../helpers/steps.ts'

const asked = (...values: readonly Json[]): string | null =>
  askedFormatOf(
    span({ attributes: Object.fromEntries(values.map((value, at) => [`k${at}`, value])) }).attributes,
    values.map((_, at) => `k${at}`),
  )

test.each<[sent: Json, format: string | null]>([
  ['json', 'json'],
  ['JSON', 'json'],
  ['json_object', 'json'],
  ['json_schema', 'json'],
  ['application/json', 'json'],
  ['text', 'text'],
  [{ type: 'json_object' }, 'json'],
  [{ type: 'json_schema', json_schema: {} }, 'json'],
  ['{"type":"json_schema"}', 'json'],
  [{ model: 'm', response_format: { type: 'json_object' } }, 'json'],
  [{ responseFormat: { type: 'json' } }, 'json'],
  [{ text: { format: { type: 'json_schema' } } }, 'json'],
  [{ response_mime_type: 'application/json' }, 'json'],
  [{ responseMimeType: 'text/plain' }, null],
  ['image', null],
  ['speech', null],
  [{ type: 'function' }, null],
  ['{"type":"json_sch', null],
  ['', null],
  [17, null],
  [{ type: 'json_object', x: 'x'.repeat(70_000) }, null],
])('%j is %s', (sent, format) => {
  expect(asked(sent)).toBe(format)
})

test('the first that says something counts', () => {
  expect([asked('speech', 'json'), asked('text', 'json'), asked()]).toEqual(['json', 'text', null])
})
