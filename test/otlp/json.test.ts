/** The rules of OTLP/JSON that differ from "whatever JSON.parse gives". */
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/otlp/decode.ts'
import { firstGuards, json, logRecordsIn, spansIn } from './reading.ts'

const requestWith = (span: unknown): unknown => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
const withValue = (value: unknown): unknown => requestWith({ attributes: [{ key: 'k', value }] })
const spanAt = 'resourceSpans[0].scopeSpans[0].spans[0]'
const valueAt = `${spanAt}.attributes[0].value`

const wrong: readonly { name: string; request: unknown; message: string }[] = [
  { name: 'not JSON', request: '{"resourceSpans":[', message: 'the body is not JSON' },
  { name: 'a top level that is an array', request: [], message: 'the body: expected an object, got array' },
  { name: 'a top level that is null', request: null, message: 'the body: expected an object, got null' },
  {
    name: 'resource spans that are an object',
    request: { resourceSpans: {} },
    message: 'resourceSpans: expected an array, got object',
  },
  {
    name: 'a resource span that is null',
    request: { resourceSpans: [null] },
    message: 'resourceSpans[0]: expected an object, got null',
  },
  {
    name: 'a resource that is text',
    request: { resourceSpans: [{ resource: 'x' }] },
    message: 'resourceSpans[0].resource: expected an object, got string',
  },
  {
    name: 'resource attributes that are an object',
    request: { resourceSpans: [{ resource: { attributes: { a: 1 } } }] },
    message: 'resourceSpans[0].resource.attributes: expected an array, got object',
  },
  {
    name: 'a scope that is an array',
    request: { resourceSpans: [{ scopeSpans: [{ scope: [] }] }] },
    message: 'resourceSpans[0].scopeSpans[0].scope: expected an object, got array',
  },
  { name: 'a span that is a number', request: requestWith(7), message: `${spanAt}: expected an object, got number` },
  {
    name: 'a name that is a number',
    request: requestWith({ name: 7 }),
    message: `${spanAt}.name: expected a string, got number`,
  },
  {
    name: 'an id that is a number',
    request: requestWith({ traceId: 7 }),
    message: `${spanAt}.traceId: expected a string, got number`,
  },
  {
    name: 'a kind by name',
    request: requestWith({ kind: 'SPAN_KIND_CLIENT' }),
    message: `${spanAt}.kind: expected an enum as an integer, got string`,
  },
  {
    name: 'a kind that is no integer',
    request: requestWith({ kind: 1.5 }),
    message: `${spanAt}.kind: expected an enum as an integer, got number`,
  },
  {
    name: 'a status by name',
    request: requestWith({ status: { code: 'STATUS_CODE_ERROR' } }),
    message: `${spanAt}.status.code: expected an enum`,
  },
  {
    name: 'a status that is text',
    request: requestWith({ status: 'OK' }),
    message: `${spanAt}.status: expected an object, got string`,
  },
  {
    name: 'a time that is a date',
    request: requestWith({ startTimeUnixNano: '2026-01-01' }),
    message: `${spanAt}.startTimeUnixNano: expected nanoseconds`,
  },
  {
    name: 'a time that is negative',
    request: requestWith({ startTimeUnixNano: '-1' }),
    message: `${spanAt}.startTimeUnixNano: expected nanoseconds`,
  },
  {
    name: 'a time beyond 64 bits',
    request: requestWith({ endTimeUnixNano: '18446744073709551616' }),
    message: `${spanAt}.endTimeUnixNano: expected nanoseconds`,
  },
  {
    name: 'flags beyond 32 bits',
    request: requestWith({ flags: 4294967296 }),
    message: `${spanAt}.flags: expected a whole number below 2^32`,
  },
  {
    name: 'an event that is text',
    request: requestWith({ events: ['x'] }),
    message: `${spanAt}.events[0]: expected an object, got string`,
  },
  {
    name: 'a link that is text',
    request: requestWith({ links: ['x'] }),
    message: `${spanAt}.links[0]: expected an object, got string`,
  },
  {
    name: 'a key that is a number',
    request: requestWith({ attributes: [{ key: 1 }] }),
    message: `${spanAt}.attributes[0].key: expected a string`,
  },
  { name: 'a bare value', request: withValue('x'), message: `${valueAt}: expected an object, got string` },
  {
    name: 'a string value that is a number',
    request: withValue({ stringValue: 1 }),
    message: `${valueAt}.stringValue: expected a string, got number`,
  },
  {
    name: 'a bool value that is text',
    request: withValue({ boolValue: 'true' }),
    message: `${valueAt}.boolValue: expected a boolean, got string`,
  },
  {
    name: 'an int value that is a fraction',
    request: withValue({ intValue: 1.5 }),
    message: `${valueAt}.intValue: expected a 64-bit integer`,
  },
  {
    name: 'an int value beyond 64 bits',
    request: withValue({ intValue: '9223372036854775808' }),
    message: `${valueAt}.intValue: expected a 64-bit integer`,
  },
  {
    name: 'a double value that is no number',
    request: withValue({ doubleValue: 'many' }),
    message: `${valueAt}.doubleValue: expected a number`,
  },
  {
    name: 'a bytes value that is not base64',
    request: withValue({ bytesValue: '%%' }),
    message: `${valueAt}.bytesValue: expected base64 text`,
  },
  {
    name: 'an array value that is an array',
    request: withValue({ arrayValue: [] }),
    message: `${valueAt}.arrayValue: expected an object, got array`,
  },
  {
    name: 'a wrong value inside a map inside an array',
    request: withValue({ arrayValue: { values: [{ kvlistValue: { values: [{ key: 'a', value: { boolValue: 1 } }] } }] } }),
    message: `${valueAt}.arrayValue.values[0].kvlistValue.values[0].value.boolValue: expected a boolean, got number`,
  },
]

test.each(wrong)('$name is a DecodeError that names the path', ({ request, message }) => {
  expect(() => spansIn(json(request), 'json')).toThrow(DecodeError)
  expect(() => spansIn(json(request), 'json')).toThrow(message)
})

test('a severity by name is a DecodeError that names the path', () => {
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: 'SEVERITY_NUMBER_INFO' }] }] }] }
  expect(() => logRecordsIn(json(request), 'json')).toThrow(
    new DecodeError('resourceLogs[0].scopeLogs[0].logRecords[0].severityNumber: expected an enum as an integer, got string'),
  )
})

describe('an accepted request', () => {
  test('has hex ids in lower case, whichever case they came in', () => {
    const ids = { traceId: '5B8EFFF798038103D269B633813FC60C', spanId: 'EEE19B7EC3C1B174', parentSpanId: 'eee19b7ec3c1B173' }
    expect(spansIn(json(requestWith(ids)), 'json')).toMatchObject([
      { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', parentSpanId: 'eee19b7ec3c1b173' },
    ])
  })

  test.each(['W47/95gDgQPSabYzgT/GDA==', '0'.repeat(32), 'g'.repeat(32), 'ab', `${'a'.repeat(31)} `])(
    'has no id for "%s"',
    (traceId) => {
      expect(spansIn(json(requestWith({ traceId })), 'json')).toMatchObject([{ traceId: '' }])
    },
  )

  test('may have null for every field', () => {
    const nulls = (...names: readonly string[]): unknown => Object.fromEntries(names.map((name) => [name, null]))
    const span = nulls(
      'traceId',
      'spanId',
      'parentSpanId',
      'flags',
      'name',
      'kind',
      'startTimeUnixNano',
      'endTimeUnixNano',
      'status',
      'attributes',
      'events',
      'links',
    )
    expect(spansIn(json(requestWith(span)), 'json')).toEqual(spansIn(json(requestWith({})), 'json'))
    expect(spansIn(json({ resourceSpans: null }), 'json')).toEqual([])
    expect(firstGuards(json(withValue({ stringValue: null, intValue: 3 })), 'json')).toMatchObject({ k: { number: 3 } })
  })

  test('may have unknown fields of any type, and snake_case ones count as unknown', () => {
    const span = {
      name: 'n',
      trace_id: 5,
      start_time_unix_nano: {},
      droppedAttributesCount: 'many',
      unknown: [[{}]],
      __proto__x: 1,
    }
    expect(
      spansIn(json({ resource_spans: 1, resourceSpans: [{ scopeSpans: [{ spans: [span], more: 1 }], more: 1 }] }), 'json'),
    ).toMatchObject([{ name: 'n', traceId: '', startUs: 0 }])
    expect(spansIn(json({ resource_spans: [{ scope_spans: [{ spans: [{}] }] }] }), 'json')).toEqual([])
    expect(firstGuards(json(withValue({ string_value: 'x', future: 1 })), 'json')).toMatchObject({
      k: { has: true, value: null },
    })
  })

  test.each(['"1700000000123456999"', '1700000000123456999', ' 1700000000123456999 '])(
    'has times to the microsecond, sent as %s',
    (time) => {
      expect(
        spansIn(json(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":${time}}]}]}]}`), 'json'),
      ).toMatchObject([{ startUs: 1_700_000_000_123_456 }])
    },
  )

  test.each(['"9223372036854775807"', '9223372036854775807'])('has 64-bit integers with every digit, sent as %s', (integer) => {
    const attributes = `[{"key":"k","value":{"intValue":${integer}}}]`
    const body = json(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":${attributes}}]}]}]}`)
    expect(firstGuards(body, 'json')).toMatchObject({ k: { text: '9223372036854775807', number: 2 ** 63 } })
  })

  test('may have doubles as text and as long whole numbers', () => {
    const read = (double: string): unknown =>
      firstGuards(
        json(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"doubleValue":${double}}}]}]}]}]}`),
        'json',
      )['k']
    expect(read('"0.5"')).toMatchObject({ number: 0.5 })
    expect(read('"NaN"')).toMatchObject({ number: null, text: 'NaN' })
    expect(read('"-Infinity"')).toMatchObject({ number: null, text: '-Infinity' })
    expect(read('12345678901234567890')).toMatchObject({ number: 12345678901234567000 })
  })

  test('may have bytes in both base64 alphabets', () => {
    expect(firstGuards(json(withValue({ bytesValue: '-_8' })), 'json')).toMatchObject({ k: { value: '+/8=' } })
  })

  test('may be empty', () => {
    expect(spansIn(new Uint8Array(0), 'json')).toEqual([])
    expect(spansIn(json({}), 'json')).toEqual([])
    expect(spansIn(json({ resourceSpans: [{ scopeSpans: [{}] }, {}] }), 'json')).toEqual([])
  })
})
