import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/publish/catalogue.ts'
import { renderMetrics } from '../../src/publish/exposition.ts'
import { cleanLabelValue } from '../../src/publish/label-value.ts'
import { at, shownAtOnce } from './tables.ts'

describe('cleaning', () => {
  test.each([
    ['plain', 'plain'],
    ['tab\tnul\u0000cr\r\nescape\u001bdel\u007f', 'tab nul cr  escape del '],
    ['\ud800 lone \udc00', '\ufffd lone \ufffd'],
    ['x'.repeat(1_000_000), 'x'.repeat(128)],
    ['x'.repeat(127) + '😀', 'x'.repeat(127)],
    ['x'.repeat(126) + '😀', 'x'.repeat(126) + '😀'],
    ['\u0085\u202e', '\u0085\u202e'],
  ])('%j', (raw, clean) => {
    expect(cleanLabelValue(raw)).toBe(clean)
    expect(cleanLabelValue(clean)).toBe(clean)
  })
})

/** Reads `name{a="b",...} value` the way the format's specification says; anything else on the page fails the test. */
function parse(page: string): { name: string; labels: Record<string, string>; value: string }[] {
  const samples = []
  for (const line of page.trimEnd().split('\n')) {
    if (/^# (HELP|TYPE) [a-z_]+ .+$/.test(line)) continue
    const [, name = '', inside = '', value = ''] =
      /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\]|\\[\\n"])*",?)*)\} ([0-9.e+]+)$/.exec(line) ?? []
    expect(name, `not a sample: ${JSON.stringify(line)}`).not.toBe('')
    const labels = [...inside.matchAll(/([a-z_]+)="((?:[^"\\]|\\[\\n"])*)"/g)].map(([, label = '', text = '']) => [
      label,
      text.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    ])
    samples.push({ name, labels: Object.fromEntries(labels), value })
  }
  return samples
}

function pageWith(tools: readonly string[]): string {
  const table = shownAtOnce()
  for (const tool of tools) {
    table.add(catalogue.toolCalls, { service_name: 's', environment: 'e', agent: 'a', tool, outcome: 'ok' }, 1, at(0))
  }
  return renderMetrics({ series: table, readings: [], process: [], format: 'text' })
}

const hostile = [
  '} 1\nevil_total 9',
  'say "hi"',
  'back\\slash\\n',
  'ends with \\',
  '__proto__',
  'constructor',
  'toString',
  '{le="+Inf"}',
  'Iñtërnâtiônàlizætiøn 😀 \u202e',
]

test('hostile names come back as they are, one series each, and nothing else is on the page', () => {
  expect(parse(pageWith(hostile)).map(({ labels }) => labels['tool'])).toEqual(
    hostile.map(cleanLabelValue).sort((a, b) => (a < b ? -1 : 1)),
  )
})

test('different texts that clean to the same value are one series with the sum of both', () => {
  expect(
    parse(pageWith(['\ud800', '\udc00', 'y'.repeat(129), 'y'.repeat(200), 'a\u0000b', 'a b'])).map(({ labels, value }) => [
      labels['tool'],
      value,
    ]),
  ).toEqual([
    ['a b', '2'],
    ['y'.repeat(128), '2'],
    ['\ufffd', '2'],
  ])
})

test('any strings at all parse back to their cleaned selves', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom(...hostile),
    fc.string({ maxLength: 200, minLength: 120 }),
  )
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), (tools) => {
      const parsed = parse(pageWith(tools))
      const expected = new Set(tools.map(cleanLabelValue))
      expect(new Set(parsed.map(({ labels }) => labels['tool']))).toEqual(expected)
      expect(parsed).toHaveLength(expected.size)
    }),
  )
})
