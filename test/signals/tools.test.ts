/** Which spans are one run of a tool, and how it ended. */
import { expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import { agentRun, failed, llmCall, type Plan, plainSpan, toolCall, treeOf } from '../helpers/steps.ts'
import { toolOutcome } from '../../src/signals/tool-outcome.ts'
import { toolRuns } from '../../src/signals/tools.ts'

const run = (name: string, callId: string | null, over: Partial<Step> = {}, children: readonly Plan[] = []): Plan => {
  const plan = toolCall(name, null, null, over, children)
  return { ...plan, over: { ...plan.over, tool: { ...plan.over.tool!, callId } } }
}
const runs = (...plans: readonly Plan[]): readonly string[] =>
  toolRuns(treeOf(agentRun('support', plans))).map((node) => `${node.step.tool?.name} ${toolOutcome(node)}`)
const boom = { error: failed('boom') }

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['a tool', run('search', null), ['search ok']],
  ['the protocol’s span of the same name', run('search', null, {}, [run('search', null)]), ['search ok']],
  ['the same with a request in between', run('search', null, {}, [plainSpan('POST', [run('search', null)])]), ['search ok']],
  ['the same call by its id, whatever the names', run('search', 'c1', {}, [run('mcp__shop__search', 'c1')]), ['search ok']],
  [
    'a tool of an MCP server',
    run('shop_search', null, {}, [run('search', null, { name: 'tools/call search' })]),
    ['shop_search ok'],
  ],
  [
    'an MCP tool in another',
    run('research', null, {}, [run('search', null, { name: 'tools/call search' })]),
    ['research ok', 'search ok'],
  ],
  ['a tool that calls another', run('research', null, {}, [run('search', null)]), ['research ok', 'search ok']],
  [
    'a tool with a model that calls it again',
    run('search', null, {}, [llmCall({}, [run('search', null)])]),
    ['search ok', 'search ok'],
  ],
  ['only the protocol knows that it failed', run('search', null, {}, [run('search', null, boom)]), ['search error']],
  ['only the framework knows', run('search', null, boom, [run('search', null)]), ['search error']],
  [
    'the inner one says why',
    run('search', null, {}, [run('search', null, { error: failed('Tool not found') })]),
    ['search unknown_tool'],
  ],
  [
    'a tool inside that failed and was got over',
    run('research', null, {}, [run('search', null, boom)]),
    ['research ok', 'search error'],
  ],
])('%s', (_what, plan, expected) => {
  expect(runs(plan)).toEqual(expected)
})

test('two calls beside one another are two runs', () => {
  expect(runs(run('search', 'c1'), run('search', 'c2'), run('search', null))).toEqual(['search ok', 'search ok', 'search ok'])
})

test('spans of one tool, thousands deep, are one run', () => {
  let deep = run('search', null, boom)
  for (let level = 0; level < 3_000; level++) deep = run('search', null, {}, [deep])
  expect(runs(deep)).toEqual(['search error'])
})
