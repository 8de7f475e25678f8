/** Two spans of one call that hang beside each other: the inner one moves into the outer one. */
import { expect, test } from 'vitest'
import { withCallsInPlace } from '../../src/assemble/beside.ts'
import type { Step } from '../../src/model/step.ts'
import { failed, runStartUs, secondUs, step, stepId, usage } from '../helpers/steps.ts'

const at = (from: number, to: number): Partial<Step> => ({
  startUs: runStartUs + from * secondUs,
  endUs: runStartUs + to * secondUs,
})
const used = usage({ input: 100, output: 10 })
const chain = step({ spanId: stepId(1), kind: 'workflow', ...at(0, 20) })
const call = (id: number, scope: string, over: Partial<Step> = {}): Step =>
  step({ spanId: stepId(id), parentId: chain.spanId, kind: 'llm', scope, requestModel: 'm', usage: used, ...over })
const framework = call(2, 'framework', at(1, 5))
const client = call(3, 'client', at(2, 4))

/** Which spans moved where: `3>2`. */
function moves(...steps: readonly Step[]): readonly string[] {
  const number = (id: string | null): string => (id === null ? 'none' : String(Number.parseInt(id, 16)))
  const before = new Map(steps.map(({ spanId, parentId }) => [spanId, parentId]))
  return withCallsInPlace(steps)
    .flatMap(({ spanId, parentId }) => (before.get(spanId) === parentId ? [] : [`${number(spanId)}>${number(parentId)}`]))
    .toSorted()
}

test.each<[what: string, steps: readonly Step[], moved: readonly string[]]>([
  ['beside each other', [chain, framework, client], ['3>2']],
  ['the client further out', [chain, framework, { ...client, parentId: null }], ['3>2']],
  ['an embedding', [chain, { ...framework, kind: 'embedding' }, { ...client, kind: 'embedding' }], ['3>2']],
  [
    'both failed',
    [
      chain,
      { ...framework, usage: usage({}), error: failed('429') },
      { ...client, ...at(1.2, 4.8), usage: usage({}), error: failed('429') },
    ],
    ['3>2'],
  ],
  ['at the same time', [chain, call(2, 'framework', at(1, 5)), call(3, 'client', at(1, 5))], ['2>3']],
  [
    'two calls at once, each with its own',
    [chain, framework, call(4, 'framework', at(1.5, 5.5)), client, call(5, 'client', at(1.6, 5.2))],
    ['3>2', '5>4'],
  ],
  ['one of them alone', [chain, framework], []],
  ['one library', [chain, framework, { ...client, scope: 'framework' }], []],
  ['other tokens', [chain, framework, { ...client, usage: usage({ input: 100, output: 11 }) }], []],
  ['another model', [chain, framework, { ...client, requestModel: 'other' }], []],
  ['another answer', [chain, { ...framework, responseId: 'answer-1' }, { ...client, responseId: 'answer-2' }], []],
  ['one failed', [chain, framework, { ...client, error: failed('boom') }], []],
  ['one after the other', [chain, framework, { ...client, ...at(5, 7) }], []],
  ['another service', [chain, framework, { ...client, service: 'elsewhere' }], []],
  ['where it belongs already', [chain, framework, { ...client, parentId: framework.spanId }], []],
  [
    'a second client for a call that has one',
    [chain, framework, { ...client, parentId: framework.spanId }, call(4, 'proxy', at(2, 4))],
    [],
  ],
])('%s', (_, steps, moved) => {
  expect(moves(...steps)).toEqual(moved)
  expect(moves(...steps.toReversed())).toEqual(moved)
})
