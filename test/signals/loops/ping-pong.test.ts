import { expect, test } from 'vitest'
import { agentRun, llmCall, type Plan, plainSpan, toolCall, workflow } from '../../helpers/steps.ts'
import { answers, asks, loopIn, support, times, wasteOf } from './loops-of.ts'

const a = toolCall('search', '{"q":"x"}', 'found 1')
const b = toolCall('open', '{"id":1}', 'page 1')
const c = toolCall('links', '{"id":1}', 'none')

test.each<[what: string, plans: readonly Plan[], expected: string]>([
  [
    'two tools in turn',
    [a, b, a, b, a],
    'tools search and open went round and round, 5 calls in turn with the same arguments; the results never changed',
  ],
  ['two rounds are looking twice', [a, b, a, b], ''],
  [
    'three tools in turn',
    [a, b, c, a, b, c, a],
    'tools search, open and links went round and round, 7 calls in turn with the same arguments; the results never changed',
  ],
  [
    'one tool with two arguments in turn',
    times(5, (at) => toolCall('search', `{"q":"${at % 2}"}`, 'nothing')),
    'tool search went round and round, 5 calls in turn with the same arguments; the results never changed',
  ],
  ['results that change', times(6, (at) => [a, toolCall('open', '{"id":1}', `page ${at}`)]), ''],
  ['one call whose result flaps', times(8, (at) => toolCall('search', '{"q":"x"}', at % 2 === 0 ? 'up' : 'up and down')), ''],
  ['a page that is read again between changes', times(6, (at) => [a, toolCall('edit', `{"line":${at}}`, 'ok')]), ''],
  ['arguments that are not on the wire', times(9, () => [toolCall('search', null, null), toolCall('open', null, null)]), ''],
])('%s', (_what, plans, expected) => {
  expect(loopIn(support(plans, answers))).toBe(expected)
})

test('the first round is no waste', () => {
  expect(wasteOf(support([a, b, a, b, a, b, answers]))).toEqual(['search', 'open', 'search', 'open'])
})

const handsOver = (agent: string, to: string): Plan => agentRun(agent, [asks(), toolCall(`transfer_to_${to}`, null, null)])
const triage = handsOver('triage', 'billing')
const billing = handsOver('billing', 'triage')

test.each<[what: string, plans: readonly Plan[], expected: string]>([
  [
    'agents that only hand over',
    [triage, billing, triage, billing, triage],
    'agents triage and billing handed over to one another 4 times and did nothing else',
  ],
  ['there and back twice', [triage, billing, triage, billing], ''],
  [
    'one that did something',
    [triage, billing, triage, agentRun('billing', [asks(), toolCall('pay'), asks(), toolCall('transfer_to_triage')]), triage],
    '',
  ],
  [
    'one that said something',
    [triage, billing, triage, agentRun('billing', [answers, toolCall('transfer_to_triage')]), triage],
    '',
  ],
  ['writer and critic', times(5, () => [agentRun('writer', [llmCall()]), agentRun('critic', [llmCall()])]), ''],
  ['agents of which nothing is known', times(5, () => [agentRun('a', []), agentRun('b', [])]), ''],
  ['an agent that hands over to itself', times(6, () => triage), ''],
  [
    'a circle after hand-offs of another kind',
    [triage, triage, billing, triage, billing, triage],
    'agents triage and billing handed over to one another 4 times and did nothing else',
  ],
  [
    'agents whose hand-offs have spans of their own',
    times(3, () => [agentRun('a', [asks(), plainSpan('handoff to b')]), agentRun('b', [asks(), plainSpan('handoff to a')])]),
    'agents a and b handed over to one another 5 times and did nothing else',
  ],
  [
    'nodes of a graph',
    times(3, () => [
      workflow('triage', [asks(), toolCall('transfer_to_billing', null, null)]),
      workflow('billing', [asks(), toolCall('handoff', null, null)]),
    ]),
    'agents triage and billing handed over to one another 5 times and did nothing else',
  ],
  [
    'three agents in turn, after honest work',
    [agentRun('a', [answers]), ...times(3, () => [handsOver('a', 'b'), handsOver('b', 'c'), handsOver('c', 'a')])],
    'agents a, b and c handed over to one another 8 times and did nothing else',
  ],
])('%s', (_what, plans, expected) => {
  expect(loopIn(workflow('team', plans))).toBe(expected)
})

test('who hands over in a circle wastes what the later visits cost', () => {
  const visits = [triage, billing, triage, billing, triage]
  expect(wasteOf(workflow('team', visits)).join(' ')).toBe(
    'triage billing triage chat transfer_to_billing chat transfer_to_triage chat transfer_to_billing',
  )
})
