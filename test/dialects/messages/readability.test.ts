/** When an answer claims to be data and cannot be read: what was asked for, or a text that is nothing but a block marked as JSON. */
import { expect, test } from 'vitest'
import type { ParseFormat } from '../../../src/model/step.ts'
import { answerIn } from './reading.ts'

const said = (content: string, asked: ParseFormat | null = null): string => answerIn([{ role: 'assistant', content }], asked)
const block = (inside: string, tag = 'json'): string => `\`\`\`${tag}\n${inside}\n\`\`\``

test.each<[what: string, content: string, unasked: string, asked: string]>([
  ['an object', '{"a": 1}', 'text json', 'text json'],
  ['half an object', '{"a": 1', 'text json unreadable', 'text json unreadable'],
  ['words', 'Which city do you mean?', 'text', 'text json unreadable'],
  ['an object in a block', block('{"a": 1}'), 'text fenced_json', 'text fenced_json'],
  ['half an object in a block', block('{"a": 1,}'), 'text fenced_json unreadable', 'text fenced_json unreadable'],
  [
    'a block that was never closed',
    'Sure! Here is the JSON:\n```json\n{"a": [1,]',
    'text fenced_json unreadable',
    'text fenced_json unreadable',
  ],
  ['a block without a word for its format', block('{a: 1}', ''), 'text fenced_json', 'text fenced_json unreadable'],
  ['a block of words', block('Hello!', ''), 'text', 'text json unreadable'],
  ['a block of code', block('const a = {', 'js'), 'text', 'text json unreadable'],
  ['a block of XML', block('<a>', 'xml'), 'text xml', 'text xml'],
  ['a block of YAML', block('a: [', 'yaml'), 'text yaml', 'text yaml'],
  ['an element', '<answer>42</answer>', 'text xml', 'text json unreadable'],
  ['an object that holds a block', JSON.stringify({ markdown: block('{"a": 1,}') }), 'text json', 'text json'],
  ['one value a line in a block', block('{"a": 1}\n{"a": 2}'), 'text fenced_json', 'text fenced_json unreadable'],
  [
    'a part of a file in a block',
    block('"scripts": {\n  "test": "vitest"\n}'),
    'text fenced_json',
    'text fenced_json unreadable',
  ],
  ['an example with dots', block('{"key": "value", ...}'), 'text fenced_json', 'text fenced_json unreadable'],
  ['an example with a comment', block('{\n  // yours\n  "key": "a"\n}'), 'text fenced_json', 'text fenced_json unreadable'],
  [
    'a block in an explanation',
    `${'Settings are kept in a file. '.repeat(9)}\n${block("{'a': 1}")}`,
    'text fenced_json',
    'text fenced_json unreadable',
  ],
  [
    'a block with an explanation',
    `${block("{'a': 1}")}\n${'This means that. '.repeat(20)}`,
    'text fenced_json',
    'text fenced_json unreadable',
  ],
  [
    'the first of two blocks',
    `${block('{"a": 1,}')}\nor\n${block('{"a": 1}')}`,
    'text fenced_json',
    'text fenced_json unreadable',
  ],
  ['prose in brackets', '[Looks around] Hello!', 'text', 'text json unreadable'],
  ['a set of mathematics', '{x | x > 0}', 'text', 'text json unreadable'],
  ['an answer that the emitter cut', '{"a": 1, ...', 'text json', 'text json'],
  ['an answer that ends where attributes are cut', `{"a": "${'x'.repeat(4_089)}`, 'text json', 'text json'],
])('%s', (_what, content, unasked, asked) => {
  expect([said(content), said(content, 'json')]).toEqual([unasked, asked])
})

test('two choices of one call are read one by one', () => {
  const choice = (content: string): { readonly message: { readonly role: string; readonly content: string } } => ({
    message: { role: 'assistant', content },
  })
  expect(answerIn({ choices: [choice('{"a": 1}'), choice('{"a": 2}')] }, 'json')).toBe('text json')
  expect(answerIn({ choices: [choice('{"a": 1}'), choice('{"a": 2')] }, 'json')).toBe('text json unreadable')
  expect(answerIn({ choices: [choice('{"a":'), choice(' 1}')] }, 'json')).toBe('text json')
})

test('an answer of a megabyte is not parsed', () => {
  expect(said(`{"a": "${'x'.repeat(300_000)}`, 'json')).toBe('text')
})
