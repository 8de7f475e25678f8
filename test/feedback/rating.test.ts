import { describe, expect, test } from 'vitest'
import { judgeOf, type RatingRule, ratingOf, sourceOf } from '../../src/feedback/rating.ts'
import type { Feedback } from '../../src/model/feedback.ts'
import { feedbackOn } from '../helpers/feedback.ts'

const said = (over: Partial<Feedback>): Feedback => feedbackOn({ traceId: 'a' }, { rating: null, ...over })
const rule = (over: Partial<RatingRule>): RatingRule => ({
  name: '*',
  positive: null,
  negative: null,
  higherIsBetter: true,
  labels: {},
  judge: null,
  isIgnored: false,
  ...over,
})

describe('without a rule', () => {
  test.each<[string, Partial<Feedback>, ReturnType<typeof ratingOf>]>([
    ['what is stated holds, whatever the score', { rating: 'neutral', score: 1, label: 'good' }, 'neutral'],
    ['a thumb up', { score: 1 }, 'positive'],
    ['a thumb down as 0', { score: 0 }, 'negative'],
    ['a thumb down as -1', { score: -1 }, 'negative'],
    ['a share that is neither', { score: 0.5 }, 'neutral'],
    ['a low share', { score: 0.39 }, 'negative'],
    ['a high share', { score: 0.61 }, 'positive'],
    ['a 4 of nobody knows how many', { score: 4 }, null],
    ['a -0.5 of nobody knows what', { score: -0.5 }, null],
    ['four stars of five', { score: 4, scale: { min: 1, max: 5, higherIsBetter: true } }, 'positive'],
    ['three stars of five', { score: 3, scale: { min: 1, max: 5, higherIsBetter: true } }, 'neutral'],
    ['two stars of five', { score: 2, scale: { min: 1, max: 5, higherIsBetter: true } }, 'negative'],
    ['a low effort', { score: 1, scale: { min: 1, max: 7, higherIsBetter: false } }, 'positive'],
    ['a scale without a length', { score: 1, scale: { min: 1, max: 1, higherIsBetter: true } }, null],
    ['a known word', { label: ' Thumbs-Up ' }, 'positive'],
    ['a known word before its score', { label: 'pass', score: 0 }, 'positive'],
    ['an unknown word leaves the score', { label: 'wrong order', score: 0 }, 'negative'],
    ['an unknown word alone', { label: 'wrong order' }, null],
    ['a comment alone', { comment: 'Hm.' }, null],
    ['what somebody did', { name: 'copied' }, 'positive'],
    ['what somebody did as a label', { name: 'user_action', label: 'regenerate' }, 'negative'],
    ['what somebody decided against', { name: 'accepted', score: 0 }, 'negative'],
  ])('%s', (_, feedback, expected) => {
    expect(ratingOf(said(feedback), [])).toBe(expected)
  })
})

describe('with a rule of flywheel.yaml', () => {
  const csat = rule({ name: 'csat', positive: 4, negative: 2 })
  test.each<[string, readonly RatingRule[], Partial<Feedback>, ReturnType<typeof ratingOf>]>([
    ['at the threshold', [csat], { name: 'csat', score: 4 }, 'positive'],
    ['between the thresholds', [csat], { name: 'CSAT', score: 3 }, 'neutral'],
    ['at the other threshold', [csat], { name: 'csat', score: 2 }, 'negative'],
    ['before what the wire says', [csat], { name: 'csat', score: 3, scale: { min: 1, max: 3, higherIsBetter: true } }, 'neutral'],
    ['of another name', [csat], { name: 'nps', score: 4 }, null],
    ['less is better', [rule({ positive: 2, negative: 5, higherIsBetter: false })], { score: 2 }, 'positive'],
    ['less is better, much', [rule({ positive: 2, negative: 5, higherIsBetter: false })], { score: 6 }, 'negative'],
    ['one threshold parts good from bad', [rule({ positive: 9 })], { score: 8 }, 'negative'],
    ['the other one, too', [rule({ negative: 6 })], { score: 7 }, 'positive'],
    ['a label of ours', [rule({ labels: { wrong_order: 'negative' } })], { label: 'Wrong order', score: 1 }, 'negative'],
    ['a label that objects have by themselves', [rule({ positive: 4, negative: 2 })], { label: 'constructor' }, null],
    ['another one', [rule({})], { label: '__proto__', score: 1 }, 'positive'],
    ['what is stated still holds', [rule({ labels: { bad: 'positive' } })], { label: 'bad', rating: 'neutral' }, 'neutral'],
    ['kept and not counted', [rule({ name: 'toxicity*', isIgnored: true })], { name: 'toxicity_v2', rating: 'negative' }, null],
    [
      'the first that fits',
      [rule({ name: 'a*', positive: 5 }), rule({ name: 'ab', positive: 1 })],
      { name: 'ab', score: 3 },
      'negative',
    ],
    [
      'a pattern with both ends',
      [rule({ name: 'chat*rating', positive: 3 })],
      { name: 'chat_user_rating', score: 3 },
      'positive',
    ],
    ['a pattern that needs more than there is', [rule({ name: 'aa*aa', positive: 1 })], { name: 'aaa', score: 3 }, null],
  ])('%s', (_, rules, feedback, expected) => {
    expect(ratingOf(said(feedback), rules)).toBe(expected)
  })

  test('what somebody did is told by nobody: its source is the conversation itself', () => {
    expect(sourceOf(said({ name: 'copied' }))).toBe('implicit')
    expect(sourceOf(said({ name: 'user_action', label: 'copy', source: 'otlp' }))).toBe('implicit')
    expect(sourceOf(said({ name: 'copied', source: 'import' }))).toBe('import')
    expect(sourceOf(said({}))).toBe('api')
  })

  test('says who judges where the carrier does not', () => {
    const rules = [rule({ name: 'faithfulness', judge: 'model' })]
    expect(judgeOf(said({ name: 'faithfulness', judge: 'unknown' }), rules)).toBe('model')
    // Our own API is the voice of the user unless the rule knows better.
    expect(judgeOf(said({ name: 'faithfulness', judge: 'user' }), rules)).toBe('model')
    expect(judgeOf(said({ name: 'faithfulness', judge: 'user', source: 'otlp' }), rules)).toBe('user')
    expect(judgeOf(said({ name: 'faithfulness', judge: 'reviewer' }), rules)).toBe('reviewer')
    expect(judgeOf(said({ judge: 'user' }), rules)).toBe('user')
    expect(judgeOf(said({ judge: 'unknown' }), rules)).toBe('unknown')
  })
})
