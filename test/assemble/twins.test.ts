/** Two spans of one call share what each of them knows. */
import { expect, test } from 'vitest'
import { withTwins } from '../../src/assemble/twins.ts'
import type { Answer, Step } from '../../src/model/step.ts'
import { failed, step, stepId, usage } from '../helpers/steps.ts'

const answer: Answer = { form: 'text', format: 'text', isReadable: null, schemaProblem: null, toolCalls: [] }
const outer = (over: Partial<Step> = {}): Step =>
  step({
    spanId: stepId(1),
    kind: 'llm',
    requestModel: 'm',
    usage: usage({ input: 9, output: 1 }),
    answer,
    hasContent: true,
    ...over,
  })
const inner = (over: Partial<Step> = {}): Step =>
  step({
    spanId: stepId(2),
    parentId: stepId(1),
    kind: 'llm',
    requestModel: 'm',
    usage: usage({ input: 9, output: 1, cacheRead: 4 }),
    finishReasons: ['length'],
    serviceTier: 'flex',
    ...over,
  })
/** Whether the two learn from one another. */
const areTwins = (a: Step, b: Step): boolean => withTwins([a, b])[1]?.answer !== null

test('framework and client share what the other does not know', () => {
  const shared = {
    usage: usage({ input: 9, output: 1, cacheRead: 4 }),
    finishReasons: ['length'] as const,
    serviceTier: 'flex',
    answer,
    hasContent: true,
  }
  expect(withTwins([outer(), inner()])).toEqual([outer(shared), inner(shared)])
  expect(withTwins([inner(), outer()])).toEqual([inner(shared), outer(shared)])
})

test('every field that only one of them has', () => {
  const report = { kind: 'tool_error', callId: 'c1', name: 'search', message: 'Error: x' } as const
  const known: Partial<Step> = {
    timeToFirstTokenUs: 250_000,
    toolReports: [report],
    askedFormat: 'json',
    statedCostNanoUsd: 17,
    cacheWrite1hTokens: 3,
    usage: usage({ input: 9, output: 1, cacheRead: 4, cacheWrite: 3, reasoning: 1 }),
  }
  const [first, second] = withTwins([outer(known), inner({ usage: usage({ input: 9 }) })])
  expect(second).toMatchObject(known)
  expect(first).toMatchObject({ ...known, serviceTier: 'flex' })
})

test('what a span says itself stays', () => {
  const [first, second] = withTwins([outer({ finishReasons: ['stop'] }), inner({ usage: usage({ input: 90, output: 10 }) })])
  expect([first?.finishReasons, second?.usage]).toEqual([['stop'], usage({ input: 90, output: 10 })])
})

test('what was cached is a part of the input it was counted with, and of no other', () => {
  const [first] = withTwins([outer(), inner({ usage: usage({ input: 90, output: 1, cacheRead: 81 }) })])
  expect(first?.usage).toEqual(usage({ input: 9, output: 1 }))
})

test('a span without any usage stays without: by that it is told which one is the call', () => {
  expect(withTwins([outer({ usage: usage({}) }), inner()])[0]?.usage).toEqual(usage({}))
})

test.each<[what: string, a: Step, b: Step, twins: boolean]>([
  ['the same response, side by side', outer({ responseId: 'r' }), inner({ parentId: null, responseId: 'r' }), true],
  ['side by side without a response id', outer(), inner({ parentId: null }), false],
  ['different responses', outer({ responseId: 'r1' }), inner({ responseId: 'r2' }), false],
  ['only one says the response', outer({ responseId: 'r' }), inner(), true],
  ['different models', outer(), inner({ requestModel: 'other', usage: usage({ input: 5, output: 1 }) }), false],
  ['different models and the same tokens', outer(), inner({ requestModel: 'other' }), true],
  ['no model outside', outer({ requestModel: null }), inner(), true],
  ['one of them failed', outer({ error: failed('boom') }), inner(), false],
  ['both failed', outer({ error: failed('boom') }), inner({ error: failed('boom') }), true],
  ['an agent around a call', outer({ kind: 'agent' }), inner(), false],
  ['an embedding', outer({ kind: 'embedding' }), inner({ kind: 'embedding' }), false],
])('%s: twins %s', (_what, a, b, twins) => {
  expect(areTwins(a, b)).toBe(twins)
})

test('of three nobody guesses which says what', () => {
  const steps = [
    outer({ responseId: 'r' }),
    inner({ parentId: null, responseId: 'r' }),
    inner({ spanId: stepId(3), parentId: null, responseId: 'r' }),
  ]
  expect(withTwins(steps)).toEqual(steps)
  const levels = [outer(), inner(), inner({ spanId: stepId(3), parentId: stepId(2), finishReasons: [] })]
  expect(withTwins(levels)[2]).toEqual(levels[2])
  const attempts = [outer(), inner(), inner({ spanId: stepId(3) })]
  expect(withTwins(attempts)).toEqual(attempts)
})

test('an input that leaves out just what was cached is made whole by the twin’s', () => {
  const [first, second] = withTwins([
    outer({ usage: usage({ input: 900, output: 10, cacheRead: 400 }) }),
    inner({ usage: usage({ input: 500, output: 10, cacheRead: 400 }) }),
  ])
  const whole = usage({ input: 900, output: 10, cacheRead: 400 })
  expect([first?.usage, second?.usage]).toEqual([whole, whole])
})

test('an answer of nothing gives way to the twin’s, which may have a refusal', () => {
  const empty: Answer = { ...answer, form: 'empty', format: null }
  const refused: Answer = { ...answer, form: 'refusal', format: null }
  const forms = withTwins([outer({ answer: refused }), inner({ answer: empty })]).map((twin) => twin.answer?.form)
  expect(forms).toEqual(['refusal', 'refusal'])
  expect(withTwins([outer({ answer: empty }), inner({ answer: null })])[1]?.answer).toEqual(empty)
})

test('the model that answered, where only one of them says it', () => {
  expect(withTwins([outer({ responseModel: 'm-2026-01-01' }), inner()])[1]?.responseModel).toBe('m-2026-01-01')
})
