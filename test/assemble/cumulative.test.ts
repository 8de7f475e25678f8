/** Spring AI 1.x: each call of a loop through tools says what all calls so far used. */
import { expect, test } from 'vitest'
import { withOwnUsage } from '../../src/assemble/cumulative.ts'
import type { Step } from '../../src/model/step.ts'
import { runStartUs, secondUs, step, stepId, usage } from '../helpers/steps.ts'

function call(number: number, input: number | null, output: number | null, over: Partial<Step> = {}): Step {
  return step({
    spanId: stepId(number),
    parentId: stepId(99),
    kind: 'llm',
    scope: 'org.springframework.boot',
    startUs: runStartUs + number * secondUs,
    usage: usage({ input, output }),
    finishReasons: ['tool_call'],
    ...over,
  })
}
const counts = (steps: readonly Step[]): readonly unknown[] =>
  withOwnUsage(steps).map((own) => [own.usage.input, own.usage.output])

test('a call used what it added, in whatever order the spans came', () => {
  // Served were 196/10, 220/2 and 240/5.
  const calls = [call(1, 196, 10), call(2, 416, 12), call(3, 656, 17, { finishReasons: ['stop'] })]
  expect(counts(calls)).toEqual([
    [196, 10],
    [220, 2],
    [240, 5],
  ])
  expect(counts(calls.toReversed())).toEqual([
    [240, 5],
    [220, 2],
    [196, 10],
  ])
})

test.each<[what: string, first: Step, second: Step]>([
  ['after an answer', call(1, 196, 10, { finishReasons: ['stop'] }), call(2, 416, 12)],
  ['of another parent, as in 2.0', call(1, 196, 10), call(2, 416, 12, { parentId: stepId(98) })],
  ['of another emitter', call(1, 196, 10), call(2, 416, 12, { scope: 'shop' })],
  ['that grew by less than a prompt', call(1, 196, 10), call(2, 220, 12)],
  ['with less output than before', call(1, 196, 10), call(2, 416, 2)],
  ['without usage', call(1, 196, 10), call(2, null, null)],
  ['after one without usage', call(1, null, null), call(2, 416, 12)],
])('a call %s keeps its usage', (_what, first, second) => {
  expect(withOwnUsage([first, second])).toEqual([first, second])
})
