/** Whoever writes the text, its time grows with its length only. Time of the processor is measured, since others may use the machine too. */
import { expect, test } from 'vitest'
import type { RedactionPattern } from '../../src/model/redaction.ts'
import { createRedactor } from '../../src/redact/redactor.ts'

const builtIn: readonly RedactionPattern[] = []
const nested: readonly RedactionPattern[] = [{ name: 'nested', pattern: '(?:a+)+b|(x+x+)+y' }]
const key = (prefix: string, rest: string): string => prefix + rest

function cpuMsOf(times: number, text: string, patterns: readonly RedactionPattern[] = builtIn): number {
  const redactor = createRedactor({ mode: 'redacted', patterns })
  let least = Infinity
  for (let i = 0; i < times; i++) {
    const before = process.threadCpuUsage()
    redactor.text(text)
    const { user, system } = process.threadCpuUsage(before)
    least = Math.min(least, (user + system) / 1_000)
  }
  return least
}

const megabyte = (piece: string): string => piece.repeat(Math.ceil(1_000_000 / piece.length))

test('a megabyte of what people and programs write takes 50 ms or less; twice that is too much', () => {
  const text = megabyte(
    'The order A-1234567 of 2024-07-18 10:00 is late; call it 42 times. id=12345 name: "x" at node_modules/a-b.c ',
  )
  expect(cpuMsOf(5, text)).toBeLessThan(100)
})

const pieces = [
  'x',
  '@',
  'a@',
  '1 ',
  '0-',
  '1.',
  ':',
  '+1 ',
  'AA11 ',
  'eyJ',
  'eyJaaaaaaaa-',
  'AIza-',
  'ya29.a-',
  'http://',
  'a://a:',
  'authorization: ',
  'password: ',
  'secret is ',
  'aws ',
  '4111111111111112 ',
  '030 1234567 ',
  '+49 30 1234567 ',
  'DE89 3704 0044 0532 0130 01 ',
  '541-714-1388 ',
  '536 90 4399 ',
  '1.2.3.4 ',
  '::1 ',
  '(0',
  'phone: 123 ',
  'call 123 456 ',
  'tel:_',
  'sk-a1-',
  'SG.aaaaaaaaaaaaaaaaaaaaaaa.',
  '12345678:AA',
  'ghs_1_',
  '"',
  '{"a":',
  '\n',
  '\\',
  key('-----BEGIN PRIVATE', ' KEY-----'),
]

test.each(pieces)('a hostile megabyte takes some times that: %j', (piece) => {
  expect(cpuMsOf(1, megabyte(piece))).toBeLessThan(700)
})

test.each(['x', 'a', ' '])('nor does a nested pattern of one’s own take longer: %j', (piece) => {
  expect(cpuMsOf(1, megabyte(piece), nested)).toBeLessThan(700)
})

const lists = {
  'many short texts': `[${megabyte('"a",')}"a"]`,
  'many texts like numbers': `[${megabyte('"1",')}"1"]`,
  'many keys': `[${megabyte('{"a":1},')}1]`,
  'one text of escapes': `["${megabyte('\\n')}"]`,
  'many backslashes': `["${megabyte('\\\\')}"]`,
}

test.each(Object.entries(lists))('nor does a hostile megabyte of JSON: %s', (_name, text) => {
  expect(JSON.parse(text)).toBeInstanceOf(Array)
  expect(cpuMsOf(1, text)).toBeLessThan(1_000)
})
