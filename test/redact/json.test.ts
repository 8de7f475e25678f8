import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redact/redactor.ts'

const redactor = createRedactor({ mode: 'redacted', patterns: [{ name: 'across', pattern: 'over\\s+there' }] })
const redacted = (text: string): string => redactor.text(text)

/** Lists and mappings, with what stands in them left out; a number may have become a text. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf)
  if (value !== null && typeof value === 'object') return Object.values(value).map(formOf)
  return typeof value === 'number' ? 'string' : typeof value
}

describe('JSON stays JSON', () => {
  test.each([
    ['{"mail": "a@b.example", "n": 1}', '{"mail": "[email]", "n": 1}'],
    ['{"card":4111111111111111,"id":12345678901234567890}', '{"card":"[card]","id":12345678901234567890}'],
    ['{"phone_number": 4513586, "order": 4513586}', '{"phone_number": "[phone]", "order": 4513586}'],
    ['[4111111111111111, -5.50e+3, "from 10.0.0.7"]', '["[card]", -5.50e+3, "from [ip]"]'],
    ['{"a@b.example": true}', '{"[email]": true}'],
    [
      '{"password": "letmein", "hint": "letmein", "secret": "", "apiKey": null}',
      '{"password": "[secret]", "hint": "letmein", "secret": "", "apiKey": null}',
    ],
    ['{"x-api-key": ["a", "b"], "client_secret": {"value": "c"}}', '{"x-api-key": ["a", "b"], "client_secret": {"value": "c"}}'],
    [String.raw`{"text": "mail a\u0040b.example\nor \"c@d.example\""}`, String.raw`{"text": "mail [email]\nor \"[email]\""}`],
    [' {\n  "ip" : "10.0.0.7"\n} ', ' {\n  "ip" : "[ip]"\n} '],
    ['{"to": "over", "from": "there", "at": "over there"}', '{"to": "over", "from": "there", "at": "[across]"}'],
  ])('%s', (text, expected) => {
    expect(redacted(text)).toBe(expected)
  })

  test('what holds nothing stays as it is written, to the last blank', () => {
    const text = '{ "a" : [ 1.0 , 2e5, "x\\u0041\\/" ], "b": {} , "c":null}'
    expect(redacted(text)).toBe(text)
  })

  test('a key that begins in one value ends in it', () => {
    const begin = ['-----BEGIN PRIVATE', 'KEY-----'].join(' ')
    expect(redacted(`{"pem": "${begin}MIIEvQ", "name": "left"}`)).toBe('{"pem": "[secret]", "name": "left"}')
  })

  test('a great many values beside such a key are redacted all the same', () => {
    const begin = ['-----BEGIN PRIVATE', 'KEY-----'].join(' ')
    const text = JSON.stringify([begin, ...Array.from({ length: 3_000 }, (_, index) => `a${index}@b.example`)])
    expect(redacted(text)).toBe('["[secret]')
  })

  test('whatever the values are, it can be parsed, has the same form and holds no address', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const withMail = [value, { mail: 'a@b.example', more: [value, 'c@d.example'] }]
        const left: unknown = JSON.parse(redacted(JSON.stringify(withMail)))
        expect(formOf(left)).toEqual(formOf(withMail))
        expect(JSON.stringify(left)).not.toMatch(/@[bd]\.example/)
      }),
      { numRuns: 300 },
    )
  })
})

test.each(['{"mail": "a@b.example"', '"a@b.example"', 'see {"mail": "a@b.example"}'])('other texts are texts: %s', (text) => {
  expect(redacted(text)).toBe(text.replace('a@b.example', '[email]'))
})
