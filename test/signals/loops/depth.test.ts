import { expect, test } from 'vitest'
import { agentRun, type Plan, toolCall } from '../../helpers/steps.ts'
import { answers, asks, loopIn, wasteOf } from './loops-of.ts'

/** An agent that asks itself through a tool, so many times. */
const solver = (levels: number, args: (level: number) => string | null): Plan =>
  agentRun('solver', [asks(), ...(levels === 1 ? [] : [toolCall('ask', args(levels), null, {}, [solver(levels - 1, args)])])])

/** A tool that asks a model, which asks the same tool, so many times. */
const nested = (levels: number): Plan =>
  toolCall('ask', '{}', null, {}, levels === 1 ? [] : [agentRun('helper', [nested(levels - 1)])])

const agentsInside = (levels: number, name: (level: number) => string): Plan =>
  agentRun(name(levels), levels === 1 ? [answers] : [agentsInside(levels - 1, name)])

test.each<[what: string, plan: Plan, expected: string]>([
  ['an agent that splits its task', solver(5, (level) => `{"part":${level}}`), ''],
  [
    'an agent that goes deeper and deeper',
    solver(6, (level) => `{"part":${level}}`),
    'agent solver was called inside itself 6 levels deep',
  ],
  ['the same without content', solver(6, () => null), 'agent solver was called inside itself 6 levels deep'],
  ['an agent that asks itself the same', solver(4, () => '{}'), 'tool ask was called inside itself 3 levels deep'],
  ['a tool that is asked the same inside itself', nested(3), 'tool ask was called inside itself 3 levels deep'],
  ['an agent that asks itself the same twice', solver(3, () => '{}'), ''],
  [
    'two agents that call one another',
    agentsInside(12, (level) => (level % 2 === 0 ? 'a' : 'b')),
    'agent a was called inside itself 6 levels deep',
  ],
  ['several spans of one agent', agentsInside(9, () => 'a'), ''],
  ['an agent below itself without end', agentsInside(40, () => 'a'), 'agent a was called inside itself 40 levels deep'],
  ['agents of many names', agentsInside(60, (level) => `agent ${level}`), ''],
])('%s', (_what, plan, expected) => {
  expect(loopIn(plan)).toBe(expected)
})

test('what is below the second of the agents is waste', () => {
  expect(wasteOf(solver(6, () => null)).length).toBe(5 + 5 + 4)
})
