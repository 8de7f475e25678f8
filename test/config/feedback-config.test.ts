import { describe, expect, test } from 'vitest'
import { parseFileConfig } from '../../src/config/file-config.ts'

function problems(text: string): readonly string[] {
  const parsed = parseFileConfig(text, 'f.yaml')
  return 'prices' in parsed ? [] : parsed
}

describe('feedback rules in flywheel.yaml', () => {
  test('say how scores and labels of a name are read', () => {
    const text = `
feedback:
  - { name: csat, positive: 4, negative: 2 }
  - name: effort
    positive: 2
    negative: 5
    higherIsBetter: false
    labels: { 'Wrong order': negative, 'all-good': positive }
  - { name: 'toxicity*', judge: model, ignore: true }
`
    expect(parseFileConfig(text, 'f.yaml')).toMatchObject({
      feedback: [
        { name: 'csat', positive: 4, negative: 2, higherIsBetter: true, labels: {}, judge: null, isIgnored: false },
        {
          name: 'effort',
          positive: 2,
          negative: 5,
          higherIsBetter: false,
          labels: { wrong_order: 'negative', all_good: 'positive' },
          judge: null,
          isIgnored: false,
        },
        {
          name: 'toxicity*',
          positive: null,
          negative: null,
          higherIsBetter: true,
          labels: {},
          judge: 'model',
          isIgnored: true,
        },
      ],
    })
  })

  test.each<[string, readonly string[]]>([
    ['feedback: { name: csat }', ['f.yaml:1: feedback: expected a list of rules, got {"name":"csat"}.']],
    [
      'feedback:\n  - { name: csat, positive: 2, negative: 4 }',
      ['f.yaml:2: feedback[0].positive: expected a score above negative (4), since higher is better, got 2.'],
    ],
    [
      'feedback:\n  - { name: x, positive: 4, negative: 2, higherIsBetter: false }',
      ['f.yaml:2: feedback[0].positive: expected a score below negative (2), since lower is better, got 4.'],
    ],
    [
      'feedback:\n  - { name: x, labels: { good: great } }',
      ['f.yaml:2: feedback[0].labels.good: expected for each label one of positive, neutral, negative, got "great".'],
    ],
    [
      'feedback:\n  - { name: x, positiv: 4 }',
      ['f.yaml:2: feedback[0].positiv: expected no such key. Remove it or correct its name.'],
    ],
    [
      'feedback:\n  - { positive: 4 }',
      ['f.yaml:2: feedback[0].name: expected a name of feedback such as csat; * stands for any characters, got nothing.'],
    ],
  ])('%s is refused', (text, expected) => {
    expect(problems(text)).toEqual(expected)
  })
})
