/** What each guard of `Attributes` answers for each kind of value, in both encodings. */
import { describe, expect, test } from 'vitest'
import { readSpans } from '../../src/otlp/decode.ts'
import type { Attributes } from '../../src/otlp/span.ts'
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
