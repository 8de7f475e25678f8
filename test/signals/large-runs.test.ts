/**
 * A run may hold 20,000 steps in any shape: settling it must not hold up the others. Nothing is timed here, but a walk that is quadratic in the
 * steps does not end within the runner's time limit.
 */
import { expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import { createPricing } from '../../src/signals/cost/price.ts'
import { deriveRun } from '../../src/signals/derive.ts'
import { failed, runStartUs, step, stepId, treeOfSteps, usage } from '../helpers/steps.ts'

const COUNT = 20_000

type Shape = (at: number) => Partial<Step> & { readonly parent: number | null }

const under = (parent: number): { readonly parent: number } => ({ parent })
const boom = (at: number): ReturnType<typeof failed> => failed(`failure ${at} of many: ${'x'.repeat(900)}`)
const call: Partial<Step> = { kind: 'llm', requestModel: 'gpt-4o-mini', usage: usage({ input: 10, output: 5 }) }

test.each<[what: string, shape: Shape, calls: number]>([
  ['calls side by side', () => ({ ...call, ...under(0) }), COUNT - 1],
  ['failed calls side by side', (at) => ({ kind: 'llm', error: boom(at), ...under(0) }), COUNT - 1],
  [
    'failed tools side by side',
    (at) => ({
      kind: 'tool',
      error: boom(at),
      tool: { name: 't', argumentsFingerprint: `${at % 7}`, resultFingerprint: null },
      ...under(0),
    }),
    0,
  ],
  [
    'failed steps inside one another',
    (at) => ({ kind: 'workflow', node: `node ${at}`, error: boom(at), endUs: runStartUs + 1e9 - at, ...under(at - 1) }),
    0,
  ],
  [
    'failed tools inside one another',
    (at) => ({
      kind: 'tool',
      error: boom(at),
      tool: { name: `t${at % 2}`, argumentsFingerprint: 'a', resultFingerprint: null },
      ...under(at - 1),
    }),
    0,
  ],
  ['calls inside one another', (at) => ({ ...call, ...under(at - 1) }), 1],
  ['calls at every depth of plain spans', (at) => (at % 2 === 0 ? under(at - 2) : { ...call, ...under(at - 1) }), COUNT / 2],
  [
    'calls under many outer spans of theirs',
    (at) => (at < COUNT / 2 ? { kind: 'llm', ...under(at - 1) } : { ...call, ...under(COUNT / 2 - 1) }),
    COUNT / 2,
  ],
  ['failed entries', (at) => ({ ...call, error: boom(at), parent: null }), COUNT - 1],
  [
    'calls and failed attempts to parse, side by side',
    (at) =>
      at % 2 === 1
        ? { ...call, finishReasons: ['length'], ...under(0) }
        : { kind: 'parse', error: boom(at), parse: { format: 'json', outcome: 'failed' }, ...under(0) },
    COUNT / 2,
  ],
  [
    'agents that failed with a class made for those who look for parsers',
    (at) => ({ kind: 'agent', error: failed(`${'jsonpars'.repeat(12)}: ${at}`, 'jsonpars'.repeat(32)), ...under(0) }),
    0,
  ],
  [
    'failed attempts to parse inside one another',
    (at) =>
      at < 100
        ? { ...call, ...under(0) }
        : {
            kind: 'parse',
            error: boom(at),
            parse: { format: 'json', outcome: 'failed' },
            endUs: runStartUs + 1e9 - at,
            ...under(at - 1),
          },
    99,
  ],
  ['one ring', (at) => ({ kind: 'workflow', isEntry: false, ...under((at + 1) % COUNT) }), 0],
])('%s', (what, shape, calls) => {
  const steps = Array.from({ length: COUNT }, (_, at): Step => {
    const isRoot = at === 0 && what !== 'one ring'
    const { parent, ...over } = isRoot ? { kind: 'agent' as const, parent: null } : shape(at)
    const startUs = runStartUs + at * 1_000
    return step({
      startUs,
      endUs: startUs + 500,
      ...over,
      spanId: stepId(at + 1),
      parentId: parent === null ? null : stepId(parent + 1),
    })
  })
  const record = deriveRun(treeOfSteps(steps), createPricing([]), 0)?.record
  expect(record?.llmCalls).toBe(calls)
})
