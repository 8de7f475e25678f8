import { expect, test } from 'vitest'
import { isAct, ratingOfAct } from '../../src/model/user-acts.ts'

test.each([
  ['copied', null, null, 'positive'],
  ['message-copied', null, 1, 'positive'],
  ['onRegenerate', null, null, 'negative'],
  ['copilot_chat.user.action', 'insert', null, 'positive'],
  ['copilot_chat.edit.feedback', 'rejected', null, 'negative'],
  ['user_action', 'retry', null, 'negative'],
  ['edited', null, null, 'neutral'],
  ['accepted', 'true', 1, 'positive'],
  // Somebody decided against it.
  ['accepted', 'false', 0, 'negative'],
  // Most answers are not copied.
  ['copied', 'false', 0, null],
] as const)('%s %s %s is %s', (name, label, score, expected) => {
  expect(ratingOfAct(name, label, score)).toBe(expected)
  expect(isAct(name, label)).toBe(true)
})

test.each([
  ['user_rating', 'good'],
  ['correctness', 'accepted'],
  ['helpful', null],
  ['action', null],
])('%s %s is no act', (name, label) => {
  expect([isAct(name, label), ratingOfAct(name, label, 1)]).toEqual([false, null])
})
