import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPython } from '../../src/dialects/python-repr.ts'

test.each<[text: string, value: unknown]>([
  ["{'a': None, 'b': True, 'c': False}", { a: null, b: true, c: false }],
  ['{"quoted": "it\'s", \'single\': \'say "x"\'}', { quoted: "it's", single: 'say "x"' }],
  [String.raw`['line\nbreak', 'it\'s', 'back\\slash']`, ['line\nbreak', "it's", 'back\\slash']],
  ['[1, -2.5, 1e3, ()]', [1, -2.5, 1_000, []]],
  ["{1: 'one', None: 'lost'}", { 1: 'one' }],
  ['Usage(prompt_tokens=7, details=Details(cached_tokens=3))', { prompt_tokens: 7, details: { cached_tokens: 3 } }],
  ["Part('unnamed', text='x')", { text: 'x' }],
  ["<Role.USER: 'user'>", 'user'],
  ['[<Tool object at 0x7f>, some_name, nan]', [null, null, null]],
  ["  {'a': [ ]  , } ", { a: [] }],
])('%s is read', (text, value) => {
  expect(readPython(text)).toEqual(value)
})

test.each(["{'a': 'cut", '[1, 2', "{'a' 1}", '{1, 2}', '', 'a b', '<open', '[1 2]', `[${'x'.repeat(70_000)}]`, '('.repeat(40)])(
  'what is cut or none of Python is no value (case %#)',
  (text) => {
    expect(readPython(text)).toBeUndefined()
  },
)

test('a key that is the prototype’s is a field like others', () => {
  const value = readPython("{'__proto__': {'polluted': True}}")
  expect([Object.hasOwn(value as object, '__proto__'), ({} as Record<string, unknown>)['polluted']]).toEqual([true, undefined])
})

test('no text makes it throw or run long', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    '<',
    '>',
    '=',
    ':',
    ',',
    '\\',
    'A',
    '1',
    '.',
    ' ',
    'None',
  )
  fc.assert(fc.property(fc.array(pieces, { maxLength: 400 }), (parts) => void readPython(parts.join(''))))
})
