import { expect, test } from 'vitest'
import { failed, type Plan, toolCall } from '../../helpers/steps.ts'
import { answers, asks, asksFor, loopIn, support, times, wasteOf } from './loops-of.ts'

const orders = JSON.stringify({ orders: Array.from({ length: 12 }, (_, id) => ({ id, state: 'paid' })) })
const search = (args: object | string, result: string | null = orders): Plan =>
  toolCall('search', typeof args === 'string' ? args : JSON.stringify(args), result)
const down = (): Plan => toolCall('pay', '{}', null, { error: failed('503 Service Unavailable') })
const refused = (name = 'book', args = '{"flight":1}', why = 'payment amount does not add up'): Plan =>
  toolCall(name, args, null, { error: failed(why) })
const status = (state: string): Plan => toolCall('get_job_status', '{"id":1}', state)

test.each<[what: string, plans: readonly Plan[], expected: string]>([
  [
    'near repeats: other letter case and spacing',
    [search('{"q":"refund policy"}'), search('{"q":"Refund policy"}'), search('{ "q": " refund  policy." }')],
    'tool search was called 3 times in a row with arguments that differ only in spelling or a counter; the result never changed',
  ],
  [
    'near repeats: a page that grows while the result stays',
    times(4, (page) => search({ q: 'open', page })),
    'tool search was called 4 times in a row with arguments that differ only in spelling or a counter; the result never changed',
  ],
  [
    'near repeats: pages past the end',
    times(3, (page) => search({ q: 'open', page }, '[]')),
    'tool search was called 3 times in a row with arguments that differ only in spelling or a counter; the result never changed',
  ],
  ['pages with something new on each', times(6, (page) => search({ q: 'open', page }, `${orders} ${page}`)), ''],
  ['pages that are only worked on', times(6, (page) => search({ document: 'book', page }, 'ok')), ''],
  ['pages whose results are not on the wire', times(9, (page) => search({ q: 'open', page }, null)), ''],
  ['other items with the same result', times(6, (id) => search({ id })), ''],
  ['two of a kind', times(2, () => search({ id: 1 })), ''],
])('%s', (_what, plans, expected) => {
  expect(loopIn(support(plans, answers))).toBe(expected)
})

test.each<[what: string, plans: readonly Plan[], expected: string]>([
  ['a poll that is done in the end', [...times(9, () => status('pending')), status('done')], ''],
  ['a poll that waits with a tool', [...times(6, () => [status('pending'), toolCall('sleep', '5', 'ok')]), status('done')], ''],
  ['a poll with stages that last', ['queued', 'running', 'running', 'running', 'running', 'done'].map(status), ''],
  ['a poll that gave up', times(4, () => status('pending')), ''],
  [
    'a state that never changes',
    times(5, () => status('pending')),
    'tool get_job_status was called 5 times in a row with the same arguments; the result never changed',
  ],
  ['a poll that gave up later, after it had changed', [status('queued'), ...times(7, () => status('pending'))], ''],
  [
    'what goes on after the wait was over',
    [status('pending'), ...times(8, () => status('done'))],
    'tool get_job_status was called 8 times in a row with the same arguments; the result never changed',
  ],
  ['a page that is scrolled', times(6, () => toolCall('scroll_down', '{}', 'ok')), ''],
  ['a person who asks for the same again', times(4, () => [asks(), search({ id: 1 }), answers]), ''],
  ['a session of many turns in one trace', times(9, () => [asks(), search({ id: 1 }), answers]), ''],
  [
    'one answer in words in the middle of a loop',
    [...times(5, () => [asks(), search({ id: 1 })]), answers, ...times(5, () => [asks(), search({ id: 1 })])],
    'tool search was called 10 times in a row with the same arguments; the result never changed',
  ],
  [
    'thoughts in words of agents that ask for tools in words',
    times(3, () => [answers, search({ id: 1 })]),
    'tool search was called 3 times in a row with the same arguments; the result never changed',
  ],
  [
    'things that are done in a similar way',
    times(4, (at) => toolCall('label', `{"as":"${'x'.repeat(3)}${' '.repeat(at)}"}`, 'ok')),
    '',
  ],
  ['tools side by side that had not seen each other', [sideBySide(4)], ''],
])('%s', (_what, plans, expected) => {
  expect(loopIn(support(plans, answers))).toBe(expected)
})

/** Runs that all began at the same moment, as one plan. */
function sideBySide(count: number): Plan {
  const { over } = search({ id: 1 })
  return support(
    times(count, () => ({ over: { ...over, startUs: 1_793_491_200_000_000, endUs: 1_793_491_201_000_000 }, children: [] })),
  )
}

test.each<[what: string, plans: readonly Plan[], expected: string]>([
  ['a retry that works in the end', [...times(7, () => [asks(), down()]), asks(), toolCall('pay', '{}', 'paid')], ''],
  ['four tries in good faith', times(4, () => [asks(), down()]), ''],
  [
    'five',
    times(5, () => [asks(), down()]),
    'tool pay was called 5 times in a row with the same arguments; it failed in the same way each time',
  ],
  [
    'three refusals that a model had seen',
    times(3, () => [asks(), refused()]),
    'tool book was called 3 times in a row with the same arguments; it failed in the same way each time',
  ],
  ['three refusals of a program that tries again', [asks(), ...times(3, () => refused())], ''],
  [
    'refusals with thoughts in between',
    times(3, (at) => [asks(), refused(), asks(), toolCall('think', `{"thought":${at}}`, 'ok')]),
    'tool book was called 3 times in a row with the same arguments; it failed in the same way each time',
  ],
  [
    'refusals with other refusals and lookups in between',
    [asks(), refused(), asks(), search({ id: 1 }), asks(), refused('book', '{"flight":2}'), asks(), refused(), asks(), refused()],
    'tool book was called 3 times with the same arguments and refused each time; nothing was changed in between',
  ],
  [
    'refusals after something was changed each time',
    times(4, (at) => [asks(), refused(), asks(), toolCall('update_cart', `{"item":${at}}`, 'ok')]),
    '',
  ],
  [
    'a refusal that then had another reason',
    [
      ...times(3, (id) => [asks(), refused(), asks(), search({ id })]),
      asks(),
      refused('book', '{"flight":1}', 'flight not found'),
    ],
    'tool book was called 3 times with the same arguments and refused each time; nothing was changed in between',
  ],
  [
    'trouble on the way that sounds like a refusal',
    times(4, () => [asks(), refused('book', '{}', 'cannot connect to host: connection refused')]),
    '',
  ],
  ['refusals for another reason each time', times(6, (at) => [asks(), refused('book', '{}', `seat ${at % 2} not found`)]), ''],
  ['refusals of other calls', times(5, (flight) => [asks(), refused('book', `{"flight":${flight}}`)]), ''],
])('%s', (_what, plans, expected) => {
  expect(loopIn(support(plans, answers))).toBe(expected)
})

test('other letters prove nothing where results are not on the wire', () => {
  expect(
    loopIn(
      support(
        asks(),
        times(9, (at) => search({ q: `open${' '.repeat(at)}` }, null)),
      ),
    ),
  ).toBe('')
})

test('what came after the first call up to the last is the waste, also of two loops', () => {
  const plans = [
    ...times(3, () => search({ id: 1 })),
    toolCall('pay', '{}', 'paid'),
    ...times(3, () => toolCall('mail', '{}', 'sent')),
  ]
  expect(wasteOf(support(plans, answers))).toEqual(['search', 'search', 'mail', 'mail'])
})

test.each<[what: string, plans: readonly Plan[], expected: string]>([
  [
    'five requests and no answer',
    times(5, () => asksFor('search', '{"id":1}')),
    'tool search was asked for 5 times in a row with the same arguments',
  ],
  ['four', times(4, () => asksFor('search', '{"id":1}')), ''],
  ['five requests and an answer: it may have been a poll', [...times(5, () => asksFor('search', '{"id":1}')), answers], ''],
  ['requests for other things', times(9, (id) => asksFor('search', `{"id":${id}}`)), ''],
  ['requests for a state', times(9, () => asksFor('get_job_status', '{"id":1}')), ''],
])('tools without spans: %s', (_what, plans, expected) => {
  expect(loopIn(support(plans))).toBe(expected)
})

test('calls are the same when their letters are, whatever a looser look at them says', () => {
  const tool = { name: 'search', callId: null, argumentsFingerprint: 'x', resultFingerprint: 'x' }
  const run = (at: number): Plan => toolCall('search', null, null, { tool: { ...tool, looseArguments: `cut ${at}` } })
  expect(loopIn(support(times(3, run), answers))).toBe(
    'tool search was called 3 times in a row with the same arguments; the result never changed',
  )
})

test('a tool span without arguments has those that the model asked with', () => {
  const run = (at: number): readonly Plan[] => {
    const tool = { name: 'search', callId: `c${at}`, argumentsFingerprint: null, looseArguments: null, resultFingerprint: 'x' }
    return [asksFor('search', '{"id":1}', { callId: `c${at}` }), toolCall('search', null, null, { tool })]
  }
  expect(loopIn(support(times(3, run), answers))).toBe(
    'tool search was called 3 times in a row with the same arguments; the result never changed',
  )
})
