/** The protobuf reader on bytes that no library writes: malformed ones throw and say where, odd but legal ones read. */
import { describe, expect, test } from 'vitest'
import { DecodeError, readLogRecords, readSpans } from '../../src/otlp/decode.ts'
import { firstGuards, logRecordsIn, spansIn } from './reading.ts'
import { attribute, concat, nested, requestWithSpan, tag, varint } from './wire-bytes.ts'

const overlong = [...Array.from({ length: 10 }, () => 0xff), 1]

const malformed: readonly { name: string; body: Uint8Array; message: string }[] = [
  {
    name: 'text instead of protobuf',
    body: Buffer.from('{"resourceSpans":[]}'),
    message: 'field 15 before byte 1: wire type group start',
  },
  { name: 'field number 0', body: concat(tag(0, 0), [1]), message: 'tag at byte 0: field number 0' },
  { name: 'a tag of more than 32 bits', body: concat(varint(2n ** 33n), [1]), message: 'tag at byte 0: more than 32 bits' },
  { name: 'a group', body: requestWithSpan(tag(50, 3)), message: 'wire type group start is not supported' },
  { name: 'the end of a group', body: requestWithSpan(tag(50, 4)), message: 'wire type group end is not supported' },
  { name: 'wire type 6', body: requestWithSpan(tag(50, 6)), message: 'wire type 6 is not supported' },
  {
    name: 'a varint of 11 bytes',
    body: requestWithSpan(tag(6, 0), overlong),
    message: 'Span.kind at byte 7: a varint of more than 10 bytes',
  },
  {
    name: 'a varint without an end',
    body: requestWithSpan(tag(6, 0), [0x80]),
    message: 'Span.kind at byte 7: the message ends inside a varint',
  },
  {
    name: 'a span longer than its scope',
    body: nested(1, nested(2, [...tag(2, 2), 9, 0])),
    message: 'field 2 at byte 6: needs 9 bytes, its message has 1 left',
  },
  {
    name: 'a length beyond 2^53',
    body: concat(tag(1, 2), varint(2n ** 64n - 1n)),
    message: 'ResourceSpans or ResourceLogs at byte 11: needs 18446744073709552000 bytes, its message has 0 left',
  },
  {
    name: 'a span that is a number',
    body: nested(1, nested(2, [...tag(2, 0), 5])),
    message: 'Span or LogRecord before byte 5: expected wire type length-delimited, got varint',
  },
  {
    name: 'a name that is a number',
    body: requestWithSpan(tag(5, 0), [1]),
    message: 'Span.name before byte 7: expected wire type length-delimited',
  },
  {
    name: 'a kind that is text',
    body: requestWithSpan(nested(6, 'x')),
    message: 'Span.kind before byte 7: expected wire type varint',
  },
  {
    name: 'a short time',
    body: requestWithSpan(tag(7, 1), [1, 2, 3]),
    message: 'Span.start_time_unix_nano at byte 7: needs 8 bytes',
  },
  {
    name: 'flags as a varint',
    body: requestWithSpan(tag(16, 0), [1]),
    message: 'Span.flags before byte 8: expected wire type fixed32',
  },
  {
    name: 'a status that is a number',
    body: requestWithSpan(tag(15, 0), [1]),
    message: 'Span.status before byte 7: expected wire type',
  },
  {
    name: 'a broken status',
    body: requestWithSpan(nested(15, tag(3, 0))),
    message: 'Status.code at byte 9: the message ends inside a varint',
  },
  {
    name: 'a broken event',
    body: requestWithSpan(nested(11, [...tag(1, 1), 0])),
    message: 'Event.time_unix_nano at byte 9: needs 8 bytes',
  },
  {
    name: 'a broken attribute of an event',
    body: requestWithSpan(nested(11, nested(3, tag(1, 0)))),
    message: 'KeyValue.key before byte 11: expected wire type length-delimited',
  },
  {
    name: 'a broken link',
    body: requestWithSpan(nested(13, tag(1, 5))),
    message: 'Link.trace_id before byte 9: expected wire type',
  },
  { name: 'a broken value', body: requestWithSpan(attribute('k', tag(1, 2))), message: 'AnyValue.string_value at byte 14' },
  {
    name: 'a bool that is text',
    body: requestWithSpan(attribute('k', nested(2, 'x'))),
    message: 'AnyValue.bool_value before byte 14',
  },
  {
    name: 'an int that is a double',
    body: requestWithSpan(attribute('k', tag(3, 1))),
    message: 'AnyValue.int_value before byte 14',
  },
  {
    name: 'a short double',
    body: requestWithSpan(attribute('k', [...tag(4, 1), 0])),
    message: 'AnyValue.double_value at byte 14',
  },
  {
    name: 'bytes past their value',
    body: requestWithSpan(attribute('k', [...tag(7, 2), 5])),
    message: 'AnyValue.bytes_value at byte 15',
  },
  {
    name: 'a broken value inside an array',
    body: requestWithSpan(attribute('k', nested(5, nested(1, tag(3, 0))))),
    message: 'AnyValue.int_value at byte 18: the message ends inside a varint',
  },
  {
    name: 'a broken value inside a map',
    body: requestWithSpan(attribute('k', nested(6, nested(1, nested(2, tag(3, 0)))))),
    message: 'AnyValue.int_value at byte 20: the message ends inside a varint',
  },
  {
    name: 'a broken resource behind its spans',
    body: nested(1, concat(nested(2, nested(2, [])), nested(1, tag(1, 0)))),
    message: 'Resource.attributes before byte 9: expected wire type length-delimited, got varint',
  },
  {
    name: 'a broken scope',
    body: nested(1, nested(2, nested(1, tag(1, 0)))),
    message: 'InstrumentationScope.name before byte 7',
  },
]

test.each(malformed)('$name is a DecodeError that says where', ({ body, message }) => {
  expect(() => spansIn(body, 'protobuf')).toThrow(DecodeError)
  expect(() => spansIn(body, 'protobuf')).toThrow(message)
})

test('a log record with a broken body is a DecodeError that says where', () => {
  const body = nested(1, nested(2, nested(2, nested(5, tag(3, 0)))))
  expect(() => logRecordsIn(body, 'protobuf')).toThrow(
    new DecodeError('AnyValue.int_value at byte 9: the message ends inside a varint'),
  )
})

const empty = {
  traceId: '',
  spanId: '',
  parentSpanId: '',
  flags: 0,
  name: '',
  kind: 0,
  startUs: 0,
  endUs: 0,
  statusCode: 0,
  statusMessage: '',
  attributes: [],
  resource: [],
  scope: { name: '', version: '' },
  events: [],
  links: [],
}

describe('odd but legal', () => {
  test('an empty body and empty envelopes have no spans', () => {
    expect(spansIn(new Uint8Array(0), 'protobuf')).toEqual([])
    expect(spansIn(nested(1, []), 'protobuf')).toEqual([])
    expect(spansIn(nested(1, nested(2, [])), 'protobuf')).toEqual([])
  })

  test('an empty span reads as defaults', () => {
    expect(spansIn(requestWithSpan(), 'protobuf')).toEqual([empty])
  })

  test('unknown fields of every wire type are skipped at every level', () => {
    const unknown = concat(
      tag(900, 0),
      [1],
      tag(901, 1),
      Array.from({ length: 8 }, () => 9),
      nested(902, 'x'),
      tag(903, 5),
      [1, 2, 3, 4],
    )
    const value = concat(unknown, nested(1, 'v'), unknown)
    const keyValue = concat(unknown, nested(1, 'k'), unknown, nested(2, value), unknown)
    const span = concat(unknown, nested(9, keyValue), nested(11, unknown), nested(13, unknown), nested(15, unknown), unknown)
    const scopeSpans = concat(unknown, nested(1, unknown), nested(2, span), unknown)
    const body = concat(unknown, nested(1, concat(unknown, nested(1, unknown), nested(2, scopeSpans), unknown)), unknown)
    expect(spansIn(body, 'protobuf')).toEqual([
      {
        ...empty,
        attributes: [['k', 'v']],
        events: [{ name: '', atUs: 0, attributes: [] }],
        links: [{ traceId: '', spanId: '' }],
      },
    ])
  })

  test('the resource and the scope may come behind the spans they belong to', () => {
    const resource = nested(1, nested(1, concat(nested(1, 'service.name'), nested(2, nested(1, 'shop')))))
    const scope = nested(1, concat(nested(1, 'lib'), nested(2, '1.0')))
    const body = nested(1, concat(nested(2, concat(nested(2, []), scope)), resource))
    expect(spansIn(body, 'protobuf')).toEqual([
      { ...empty, resource: [['service.name', 'shop']], scope: { name: 'lib', version: '1.0' } },
    ])
  })

  test('of two values of one AnyValue the last one counts', () => {
    expect(firstGuards(requestWithSpan(attribute('k', concat(nested(1, 'first'), tag(3, 0), [7]))), 'protobuf')).toMatchObject({
      k: { string: null, number: 7 },
    })
  })

  test('also where only what is brief is read: of an attribute, and of an entry of a body', () => {
    const long = nested(1, 'x'.repeat(100))
    const seven = concat(tag(3, 0), [7])
    const map = nested(6, nested(1, concat(nested(2, seven), nested(1, 'k'))))
    const briefs: unknown[] = []
    for (const value of [concat(long, seven), concat(seven, long)])
      readSpans(requestWithSpan(attribute('k', value)), 'protobuf', ({ attributes }) => briefs.push(attributes.brief('k', 8)))
    for (const body of [concat(long, map), concat(map, long)])
      readLogRecords(nested(1, nested(2, nested(2, nested(5, body)))), 'protobuf', (record) =>
        briefs.push(record.bodyBrief('k', 8)),
      )
    expect(briefs).toEqual(['7', null, '7', undefined])
  })

  test('malformed UTF-8 reads as U+FFFD and a byte order mark stays', () => {
    const name = concat(tag(5, 2), [7, 0x61, 0xff, 0x62, 0xef, 0xbb, 0xbf, 0x63])
    expect(spansIn(requestWithSpan(name), 'protobuf')).toEqual([{ ...empty, name: 'a\ufffdb\ufeffc' }])
  })

  test.each([
    { name: 'zero', bytes: Array.from({ length: 8 }, () => 0) },
    { name: 'short', bytes: [1, 2, 3, 4, 5, 6, 7] },
    { name: 'long', bytes: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ])('a $name id reads as no id', ({ bytes }) => {
    const ids = concat(nested(1, [...bytes, ...bytes]), nested(2, bytes), nested(4, bytes))
    expect(spansIn(requestWithSpan(ids), 'protobuf')).toEqual([empty])
  })

  test('times are exact to the microsecond over the whole range of a date', () => {
    const nanos = [999n, 1000n, 1_700_000_000_123_456_999n, 1_700_000_000_123_457_000n, 4_102_444_799_999_999_999n]
    const micros = nanos.map((time) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(time)
      return spansIn(requestWithSpan(tag(7, 1), bytes), 'protobuf')[0]?.['startUs']
    })
    expect(micros).toEqual([0, 1, 1_700_000_000_123_456, 1_700_000_000_123_457, 4_102_444_799_999_999])
  })

  test('a body that lies inside a larger buffer reads from its own start', () => {
    const body = requestWithSpan(nested(5, 'name'), attribute('k', nested(1, 'v')))
    const larger = Buffer.concat([Buffer.from('before'), body, Buffer.from('after')])
    expect(spansIn(larger.subarray(6, 6 + body.length), 'protobuf')).toEqual([
      { ...empty, name: 'name', attributes: [['k', 'v']] },
    ])
  })
})
