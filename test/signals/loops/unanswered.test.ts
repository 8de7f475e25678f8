import { expect, test } from 'vitest'
import { agentRun, failed, type Plan, toolCall } from '../../helpers/steps.ts'
import { answers, asks, loopIn, support, times, wasteOf } from './loops-of.ts'

/** Rounds of call and tool in one talk, of which nothing but structure is known. */
const rounds = (count: number, name = 'search', input = (at: number): number => 100 + 20 * at): readonly Plan[] =>
  times(count, (at) => [asks(input(at)), toolCall(name, null, null)])

test.each<[what: string, plan: Plan, expected: string]>([
  [
    'rounds that end without an answer',
    support(rounds(5)),
    'each of 5 model calls asked for tool search, the last one too, and no answer came',
  ],
  ['four rounds', support(rounds(4)), ''],
  ['rounds with an answer', support(rounds(8), answers), ''],
  ['calls that have nothing to do with one another', support(rounds(8, 'label', (at) => 100 + (at % 3))), ''],
  [
    'calls whose prompts are not known',
    support(times(8, () => [asks(100, { usage: asks().over.usage! }), toolCall('x', null, null)])),
    '',
  ],
  ['a tool that is the answer', support(rounds(8, 'send_message')), ''],
  ['several tools', support(rounds(4), rounds(4, 'open')), ''],
  ['a last request that nobody carried out', support(rounds(5), asks(900)), ''],
  [
    'a batch that a limit cut short',
    support(times(8, (at) => [asks(100 + at), toolCall('search', `{"id":${at}}`, 'ok')])),
    'each of 8 model calls asked for tool search, the last one too, and no answer came',
  ],
  ['an agent that failed', agentRun('support', rounds(5), { error: failed('boom') }), ''],
])('%s', (_what, plan, expected) => {
  expect(loopIn(plan)).toBe(expected)
})

test('all but the first round is waste', () => {
  expect(wasteOf(support(rounds(5)))).toEqual(
    [...times(4, () => asks()), ...times(4, () => toolCall('search'))].map(({ over }) => over.name),
  )
})
