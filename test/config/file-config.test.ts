import { expect, test } from 'vitest'
import { parseFileConfig } from '../../src/config/file-config.ts'

const parse = (text: string) => parseFileConfig(text, 'flywheel.yaml')

test('prices with everything stated', () => {
  expect(
    parse(`
prices:
  - model: "gpt-4o*"
    provider: openai
    input: 2.5
    output: 10
    cacheRead: 1.25
    cacheWrite: 0
    from: 2026-01-31
`),
  ).toEqual({
    prices: [
      { model: 'gpt-4o*', provider: 'openai', input: 2.5, output: 10, cacheRead: 1.25, cacheWrite: 0, from: '2026-01-31' },
    ],
  })
})

test.each(['', '# only a comment\n', '{}', 'prices: []'])('%j states nothing', (text) => {
  expect(parse(text)).toEqual({ prices: [] })
})

test('every mistake is named with line, place, expected and received', () => {
  expect(
    parse(`prices:
  - model: a
    input: -1
    output: "10"
  - input: 1
    ouput: 2
    from: yesterday
    output: .nan
agents: []
`),
  ).toEqual([
    'flywheel.yaml:3: prices[0].input: expected a price in USD per million tokens, 0 or more, got -1.',
    'flywheel.yaml:4: prices[0].output: expected a price in USD per million tokens, 0 or more, got "10".',
    'flywheel.yaml:5: prices[1].model: expected a text, got nothing.',
    'flywheel.yaml:8: prices[1].output: expected a price in USD per million tokens, 0 or more, got NaN.',
    'flywheel.yaml:7: prices[1].from: expected a date such as 2026-01-31, got "yesterday".',
    'flywheel.yaml:6: prices[1].ouput: expected no such key. Remove it or correct its name.',
    'flywheel.yaml:9: agents: expected no such key. Remove it or correct its name.',
  ])
})

test('wrong shapes', () => {
  expect(parse('- 1')).toEqual(['flywheel.yaml:1: the document: expected a mapping with the documented keys, got [1].'])
  expect(parse('prices: 5')).toEqual(['flywheel.yaml:1: prices: expected a list of prices, got 5.'])
  expect(parse('\nprices: [3]')).toEqual(['flywheel.yaml:2: prices[0]: expected a price with model, input and output, got 3.'])
})

test('what is no YAML is reported with its line', () => {
  expect(parse('prices:\n  - [}\n')).toEqual([expect.stringMatching(/^flywheel\.yaml:2: expected valid YAML: /)])
})

test('aliases that multiply without end are refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e'].map((name, i) => `${name}: &${name} [${`*${'abcd'[i]},`.repeat(9)}]`),
  ].join('\n')
  expect(parse(bomb)).toEqual([expect.stringMatching(/^flywheel\.yaml: expected a plain document, got /)])
})
