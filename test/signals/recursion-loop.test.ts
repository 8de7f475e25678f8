import { expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import { createPricing } from '../../src/signals/cost/price.ts'
import { deriveRun } from '../../src/signals/derive.ts'
import { agentRun, failed, llmCall, plainSpan, stepsOf, toolCall, treeOfSteps, workflow, type Plan } from '../helpers/steps.ts'
import { derive, verdict } from './verdict.ts'

const times = (count: number, plan: (index: number) => Plan): readonly Plan[] =>
  Array.from({ length: count }, (_, index) => plan(index))
const same = (): Plan => toolCall('lookup', '{"id":1}', 'paid')
const down = (): Plan => toolCall('lookup', '{"id":1}', null, { error: failed('order service down') })
const answer = llmCall({ finishReasons: ['stop'] })
const silent = llmCall({ finishReasons: [] })
const askForTool = llmCall({ finishReasons: ['tool_call'] })
const support = (children: readonly Plan[], over: Partial<Step> = {}): Plan => agentRun('support', children, over)

test.each<[what: string, plan: Plan, expected: string]>([
  [
    'three equal calls with equal results, then an answer',
    support([...times(3, same), answer]),
    'ok: recursion_loop recovered at lookup',
  ],
  ['three equal calls and no answer', support([...times(3, same), askForTool]), 'failed: recursion_loop fatal at lookup'],
  [
    'no finish reasons on the wire, and a tool ran last',
    support([silent, same(), silent, same(), silent, same()]),
    'failed: recursion_loop fatal at lookup',
  ],
  [
    'no finish reasons on the wire, and a call came last',
    support([silent, ...times(3, same), silent]),
    'ok: recursion_loop recovered at lookup',
  ],
  [
    'model calls in between change nothing',
    support([same(), askForTool, same(), askForTool, same(), answer]),
    'ok: recursion_loop recovered at lookup',
  ],
  ['two equal calls', support([...times(2, same), answer]), 'ok'],
  ['a poll: same call, changing result', support([...times(6, (i) => toolCall('status', '{}', `${i}%`)), answer]), 'ok'],
  ['a batch: same tool, other arguments', support([...times(6, (i) => toolCall('lookup', `{"id":${i}}`, 'paid')), answer]), 'ok'],
  ['equal calls that another tool interrupts', support([same(), same(), toolCall('pay'), same(), answer]), 'ok'],
  ['four calls without a result on the wire', support([...times(4, () => toolCall('lookup', '1', null)), answer]), 'ok'],
  [
    'five calls without a result on the wire, then an answer',
    support([...times(5, () => toolCall('lookup', '1', null)), answer]),
    'ok',
  ],
  [
    'five calls without a result on the wire and no answer',
    support([askForTool, ...times(5, () => toolCall('lookup', '1', null))]),
    'failed: recursion_loop fatal at lookup',
  ],
  ['calls without arguments on the wire', support([...times(9, () => toolCall('lookup', null, 'paid')), answer]), 'ok'],
  [
    'four failed tries',
    support([...times(4, down), answer]),
    `ok: ${times(4, down)
      .map(() => 'tool_error recovered at lookup')
      .join(', ')}`,
  ],
  [
    'five failed tries',
    support([...times(5, down), answer]),
    `ok: recursion_loop recovered at lookup, ${times(5, down)
      .map(() => 'tool_error recovered at lookup')
      .join(', ')}`,
  ],
  [
    'three helpers that each ask once',
    support([...times(3, () => agentRun('helper', [toolCall('date', '{}', 'monday'), llmCall()])), answer]),
    'ok',
  ],
  [
    'one helper that asks three times',
    support([agentRun('helper', [...times(3, same), llmCall()]), answer]),
    'ok: recursion_loop recovered at lookup',
  ],
  [
    'nodes of a graph around each call',
    support([...times(3, () => workflow('tools', [same()])), answer]),
    'ok: recursion_loop recovered at lookup',
  ],
  [
    'one tool run with the spans of framework and protocol',
    support([
      ...times(2, () => toolCall('lookup', '1', 'paid', {}, [plainSpan('http', [toolCall('lookup', '1', 'paid')])])),
      answer,
    ]),
    'ok',
  ],
])('%s', (_what, plan, expected) => {
  expect(verdict(plan)).toBe(expected)
})

test('an agent that stops at its step limit is one loop, not a loop and an error', () => {
  const limit = failed('agent stopped after 6 steps without an answer')
  expect(verdict(support([...times(4, same), askForTool], { error: limit }))).toBe('failed: recursion_loop fatal at lookup')
  expect(verdict(support([toolCall('a'), askForTool], { error: limit }))).toBe('failed: recursion_loop fatal at support')
})

test('a run that went silent inside a loop failed of the loop', () => {
  const plan = support(times(3, same), { parentId: 'dead'.repeat(4), isEntry: false, parentIsLocal: true })
  expect(verdict(plan, { missingEntry: 'silent' })).toBe('failed: recursion_loop fatal at lookup')
})

test('the evidence names tool and count, and what came between the first call and the last is waste of the loop', () => {
  const { record, facts } = derive(support([askForTool, same(), askForTool, same(), askForTool, same(), askForTool]))
  expect(record.failures.map(({ detail }) => detail)).toEqual([
    'tool lookup was called 3 times in a row with the same arguments; the result never changed',
  ])
  expect(facts.flatMap((fact) => (fact.type === 'waste' ? [fact.reason] : []))).toEqual([
    'failed_run',
    'loop',
    'loop',
    'failed_run',
  ])
})

test('a clock that cuts starts to whole milliseconds and ends not loses no call of the loop', () => {
  const steps = stepsOf([support([askForTool, same(), askForTool, same(), askForTool, same(), askForTool])])
  const overlapping = steps.map((item) => ({ ...item, endUs: item.endUs + 191 }))
  const facts = deriveRun(treeOfSteps(overlapping), createPricing([]), 0)?.facts ?? []
  expect(facts.flatMap((fact) => (fact.type === 'waste' ? [fact.reason] : []))).toEqual([
    'failed_run',
    'loop',
    'loop',
    'failed_run',
  ])
})
