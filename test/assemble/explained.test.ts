/** Calls that failed without a word: what is around them, or the HTTP request inside, may tell. */
import { expect, test } from 'vitest'
import { withExplanations } from '../../src/assemble/explained.ts'
import type { Step } from '../../src/model/step.ts'
import { failed, runStartUs, secondUs, step, stepId } from '../helpers/steps.ts'

const silent = failed(null)
const call = step({ spanId: stepId(1), kind: 'llm', error: silent })
const request = (number: number, over: Partial<Step>): Step =>
  step({ spanId: stepId(number), parentId: stepId(1), name: 'POST', endUs: runStartUs + number * secondUs, ...over })
const errorOfCall = (...others: readonly Step[]): Step['error'] => withExplanations([call, ...others])[0]?.error ?? null

test('the last request inside it failed with a status', () => {
  const busy = request(2, { error: failed('resource_exhausted', null, 429) })
  const gone = request(3, { error: failed('unauthenticated', null, 401) })
  expect(errorOfCall(busy, gone)).toEqual(failed('unauthenticated', null, 401))
  expect(errorOfCall(gone, busy)).toEqual(failed('unauthenticated', null, 401))
})

test.each<[what: string, other: Step]>([
  ['a request that went well', request(2, {})],
  ['a request without a status', request(2, { error: failed('socket hang up') })],
  ['a request elsewhere', request(2, { parentId: stepId(7), error: failed('x', null, 429) })],
  ['a tool inside', request(2, { kind: 'tool', error: failed('x', null, 429) })],
])('%s explains nothing', (_what, other) => {
  expect(errorOfCall(other)).toEqual(silent)
})

test('what stands around it goes before the request', () => {
  const agent = step({ spanId: stepId(9), kind: 'agent', error: failed('Rate limit reached') })
  const inside = { ...call, parentId: stepId(9) }
  const steps = withExplanations([agent, inside, request(2, { error: failed('x', null, 500) })])
  expect(steps[1]?.error).toEqual(failed('Rate limit reached'))
})
