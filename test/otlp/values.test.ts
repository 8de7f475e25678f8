/** What each guard of `Attributes` answers for each kind of value, in both encodings. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BodyFormat } from '../../src/model/entry.ts'
import { readLogRecords, readSpans } from '../../src/otlp/decode.ts'
import type { Attributes } from '../../src/otlp/span.ts'
import { logsRequest, traceRequest } from './arbitrary.ts'
import { firstGuards, guardsOf, json } from './reading.ts'
import { encode, type Message, toOtlpJson } from './reference.ts'

const absent = { string: null, number: null, boolean: null, strings: [], text: null }

const cases: readonly { name: string; value: Message; reads: Message }[] = [
  {
    name: 'a string',
    value: { stringValue: 'hello' },
    reads: { ...absent, string: 'hello', strings: ['hello'], text: 'hello', value: 'hello' },
  },
  { name: 'an empty string', value: { stringValue: '' }, reads: { ...absent, string: '', strings: [''], text: '', value: '' } },
  {
    name: 'a numeric string',
    value: { stringValue: '-1.5e3' },
    reads: { ...absent, string: '-1.5e3', number: -1500, strings: ['-1.5e3'], text: '-1.5e3', value: '-1.5e3' },
  },
  {
    name: 'a string that overflows to infinity',
    value: { stringValue: '1e999' },
    reads: { ...absent, string: '1e999', strings: ['1e999'], text: '1e999', value: '1e999' },
  },
  {
    name: 'a string that only JavaScript takes for a number',
    value: { stringValue: ' 0x10 ' },
    reads: { ...absent, string: ' 0x10 ', strings: [' 0x10 '], text: ' 0x10 ', value: ' 0x10 ' },
  },
  {
    name: 'the string true',
    value: { stringValue: 'true' },
    reads: { ...absent, string: 'true', boolean: true, strings: ['true'], text: 'true', value: 'true' },
  },
  {
    name: 'the string false',
    value: { stringValue: 'false' },
    reads: { ...absent, string: 'false', boolean: false, strings: ['false'], text: 'false', value: 'false' },
  },
  { name: 'true', value: { boolValue: true }, reads: { ...absent, boolean: true, text: 'true', value: true } },
  { name: 'false', value: { boolValue: false }, reads: { ...absent, boolean: false, text: 'false', value: false } },
  { name: 'a whole number', value: { intValue: 42 }, reads: { ...absent, number: 42, text: '42', value: 42 } },
  { name: 'zero', value: { intValue: 0 }, reads: { ...absent, number: 0, text: '0', value: 0 } },
  { name: 'a negative whole number', value: { intValue: '-7' }, reads: { ...absent, number: -7, text: '-7', value: -7 } },
  {
    name: 'a whole number beyond 2^53',
    value: { intValue: '9007199254740993' },
    reads: { ...absent, number: 9007199254740992, text: '9007199254740993', value: 9007199254740992 },
  },
  {
    name: 'the smallest int64',
    value: { intValue: '-9223372036854775808' },
    reads: { ...absent, number: -9223372036854775808, text: '-9223372036854775808', value: -9223372036854775808 },
  },
  { name: 'a double', value: { doubleValue: 0.25 }, reads: { ...absent, number: 0.25, text: '0.25', value: 0.25 } },
  { name: 'NaN', value: { doubleValue: Number.NaN }, reads: { ...absent, text: 'NaN', value: 'NaN' } },
  { name: 'minus infinity', value: { doubleValue: -Infinity }, reads: { ...absent, text: '-Infinity', value: '-Infinity' } },
  { name: 'bytes', value: { bytesValue: Buffer.from([0xfb, 0xff]) }, reads: { ...absent, text: '+/8=', value: '+/8=' } },
  { name: 'no value', value: {}, reads: { ...absent, value: null } },
  {
    name: 'an array',
    value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: 1 }, {}, { stringValue: 'y' }] } },
    reads: { ...absent, strings: ['x', 'y'], text: '["x",1,null,"y"]', value: ['x', 1, null, 'y'] },
  },
  {
    name: 'a map, whose text does not depend on the order of its keys',
    value: {
      kvlistValue: {
        values: [
          { key: 'b', value: { intValue: '9223372036854775807' } },
          { key: '__proto__', value: { doubleValue: Number.NaN } },
          { key: 'a', value: { bytesValue: Buffer.from('hi') } },
          { key: 'b', value: { boolValue: true } },
        ],
      },
    },
    reads: {
      ...absent,
      text: '{"__proto__":"NaN","a":"aGk=","b":true}',
      value: Object.assign(Object.create(null), { b: true, ['__proto__']: 'NaN', a: 'aGk=' }),
    },
  },
]

describe.each(cases)('$name', ({ value, reads }) => {
  const body = encode('TraceRequest', { resourceSpans: [{ scopeSpans: [{ spans: [{ attributes: [{ key: 'k', value }] }] }] }] })
  const expected = { k: { has: true, ...reads } }

  test('in protobuf', () => {
    expect(firstGuards(body, 'protobuf')).toEqual(expected)
  })

  test('in JSON', () => {
    expect(firstGuards(json(toOtlpJson('TraceRequest', body)), 'json')).toEqual(expected)
  })
})

function bothEncodings(attributes: readonly Message[], check: (attributes: Attributes) => void): void {
  const body = encode('TraceRequest', { resourceSpans: [{ scopeSpans: [{ spans: [{ attributes }] }] }] })
  let visits = 0
  const visit = (span: { readonly attributes: Attributes }): void => {
    visits += 1
    check(span.attributes)
  }
  readSpans(body, 'protobuf', visit)
  readSpans(json(toOtlpJson('TraceRequest', body)), 'json', visit)
  expect(visits).toBe(2)
}

test('a key that is absent reads as absent by every guard', () => {
  bothEncodings([{ key: 'other', value: { stringValue: 'x' } }], (attributes) => {
    expect({
      has: attributes.has('k'),
      string: attributes.string('k'),
      number: attributes.number('k'),
      boolean: attributes.boolean('k'),
      strings: attributes.strings('k'),
      text: attributes.text('k'),
      value: attributes.value('k'),
    }).toEqual({ has: false, ...absent, value: undefined })
  })
})

test.each<[what: string, value: Message, brief: string | null]>([
  ['a text of that length', { stringValue: '12345678' }, '12345678'],
  ['a longer text', { stringValue: '123456789' }, null],
  ['a text that is longer in UTF-8', { stringValue: 'äöüäö' }, null],
  ['a text of that length in UTF-8', { stringValue: 'äöüä' }, 'äöüä'],
  ['an empty text', { stringValue: '' }, ''],
  ['a number', { intValue: 42 }, '42'],
  ['a long number', { intValue: '9007199254740993' }, null],
  ['a boolean', { boolValue: false }, 'false'],
  ['no value', {}, 'null'],
  ['bytes', { bytesValue: Buffer.from([0xfb, 0xff]) }, '+/8='],
  ['more bytes', { bytesValue: Buffer.alloc(7) }, null],
  ['an empty list', { arrayValue: { values: [] } }, '[]'],
  ['a list', { arrayValue: { values: [{}] } }, null],
  ['an empty map', { kvlistValue: { values: [] } }, '{}'],
  ['a map', { kvlistValue: { values: [{ key: 'a', value: {} }] } }, null],
])('brief, at most 8 bytes: %s', (_what, value, brief) => {
  bothEncodings([{ key: 'k', value }], (attributes) => {
    expect([attributes.brief('k', 8), attributes.brief('absent', 8)]).toEqual([brief, undefined])
  })
})

test('what is brief is the text, in both encodings', () => {
  fc.assert(
    fc.property(traceRequest, fc.nat({ max: 16 }), (request, maxBytes) => {
      const body = encode('TraceRequest', request)
      const briefs = (read: Uint8Array, format: BodyFormat): unknown[] => {
        const found: unknown[] = []
        readSpans(read, format, ({ attributes }) => {
          for (const key of attributes.keys()) {
            const brief = attributes.brief(key, maxBytes)
            if (brief !== null) expect(brief).toBe(attributes.text(key) ?? 'null')
            found.push(brief)
          }
        })
        return found
      }
      expect(briefs(body, 'protobuf')).toEqual(briefs(json(toOtlpJson('TraceRequest', body)), 'json'))
    }),
    { numRuns: 300 },
  )
})

test('an entry of the body of a log record is brief as an attribute is, in both encodings', () => {
  fc.assert(
    fc.property(logsRequest, fc.nat({ max: 16 }), (request, maxBytes) => {
      const body = encode('LogsRequest', request)
      const briefs = (read: Uint8Array, format: BodyFormat): unknown[] => {
        const found: unknown[] = []
        readLogRecords(read, format, (record) => {
          const fields = Object.keys(typeof record.body === 'object' && !Array.isArray(record.body) ? (record.body ?? {}) : {})
          expect(record.bodyBrief('no such key', maxBytes)).toBeUndefined()
          found.push(fields.map((key) => [key, record.bodyBrief(key, maxBytes)]))
        })
        return found
      }
      const inProtobuf = briefs(body, 'protobuf')
      expect(inProtobuf).toEqual(briefs(json(toOtlpJson('LogsRequest', body)), 'json'))
      expect(inProtobuf.flat(2)).not.toContain(undefined)
    }),
    { numRuns: 300 },
  )
})

test('names of object members are keys like any other', () => {
  const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  bothEncodings(
    keys.map((key) => ({ key, value: { stringValue: `own ${key}` } })),
    (attributes) => {
      expect(attributes.keys()).toEqual(keys)
      expect(keys.map((key) => attributes.string(key))).toEqual(keys.map((key) => `own ${key}`))
    },
  )
  bothEncodings([], (attributes) => {
    expect(keys.map((key) => attributes.has(key))).toEqual([false, false, false, false])
  })
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
})

test('an object value has no prototype, whatever its keys are', () => {
  const values = [{ key: '__proto__', value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } } }]
  bothEncodings([{ key: 'k', value: { kvlistValue: { values } } }], (attributes) => {
    const value = attributes.value('k')
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

test('a key that comes twice keeps its first place and its last value', () => {
  const attributes = [
    { key: 'a', value: { intValue: 1 } },
    { key: 'b', value: { intValue: 2 } },
    { key: 'a', value: { stringValue: 'last' } },
  ]
  bothEncodings(attributes, (read) => {
    expect(read.keys()).toEqual(['a', 'b'])
    expect(guardsOf(read)['a']).toMatchObject({ string: 'last', number: null })
  })
})

test('a lone surrogate in JSON reads as U+FFFD', () => {
  const attributes = String.raw`[{"key":"k\ud800","value":{"stringValue":"x\udc00"}}]`
  const body = json(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":${attributes}}]}]}]}`)
  expect(firstGuards(body, 'json')).toMatchObject({ 'k\ufffd': { string: 'x\ufffd' } })
})
