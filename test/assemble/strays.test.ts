/** Which call in a trace of its own belongs to which open call. Each case differs from a sure one in one thing. */
import { describe, expect, test } from 'vitest'
import { Hosts, strayOf } from '../../src/assemble/strays.ts'
import type { Step } from '../../src/model/step.ts'
import { failed, runStartUs, secondUs, step, stepId, usage } from '../helpers/steps.ts'

const used = usage({ input: 100, output: 10 })
const stray = (over: Partial<Step> = {}): Step =>
  step({
    spanId: stepId(90),
    kind: 'llm',
    scope: 'client',
    requestModel: 'm',
    usage: used,
    startUs: runStartUs + 10,
    endUs: runStartUs + secondUs - 10,
    ...over,
  })
const host = (over: Partial<Step> = {}): Step =>
  step({ spanId: stepId(2), parentId: stepId(1), kind: 'llm', scope: 'framework', requestModel: 'm', usage: used, ...over })
const runOf = (...steps: readonly Step[]): { readonly steps: ReadonlyMap<string, Step> } => ({
  steps: new Map([step({ kind: 'agent' }), ...steps].map((item) => [item.spanId, item])),
})
const homeOf = (lost: Step, ...steps: readonly Step[]): string | null =>
  new Hosts([runOf(...steps)]).take(lost)?.step.spanId ?? null

describe('a run of its own may be a stray', () => {
  const alone = (over: Partial<Step>): boolean => strayOf(new Map([[stepId(90), stray(over)]])) !== null

  test('where it is one call and nothing else', () => {
    expect([alone({}), alone({ kind: 'embedding' })]).toEqual([true, true])
    expect([alone({ kind: 'agent' }), alone({ kind: 'tool' }), alone({ parentId: stepId(7) }), alone({ source: 'log' })]).toEqual(
      [false, false, false, false],
    )
    expect(strayOf(runOf(stray()).steps)).toBeNull()
  })
})

test.each<[what: string, lost: Partial<Step>, open: Partial<Step>]>([
  ['the same call', {}, {}],
  ['clocks cut to milliseconds', { startUs: runStartUs - 900, endUs: runStartUs + secondUs + 900 }, {}],
  ['the model that answered is the one that the client was asked for', {}, { requestModel: 'alias', responseModel: 'm' }],
  [
    'the client leaves the cache out of its input',
    { usage: usage({ input: 20, output: 10, cacheRead: 50, cacheWrite: 30 }) },
    {},
  ],
  ['the framework does', {}, { usage: usage({ input: 20, output: 10, cacheRead: 50, cacheWrite: 30 }) }],
  [
    'tokens that nobody knows, and most of the time',
    { usage: usage({}) },
    { usage: usage({}), endUs: runStartUs + 1.9 * secondUs },
  ],
  ['the same response', { responseId: 'r' }, { responseId: 'r' }],
  ['only one says the response', { responseId: 'r' }, {}],
  ['both failed', { error: failed('429'), usage: usage({}) }, { error: failed('429'), usage: usage({}) }],
])('%s: it belongs there', (_what, lost, open) => {
  expect(homeOf(stray(lost), host(open))).toBe(stepId(2))
})

test.each<[what: string, lost: Partial<Step>, open: Partial<Step>]>([
  ['another service', { service: 'other' }, {}],
  ['another environment', { environment: 'other' }, {}],
  ['another model', { requestModel: 'other' }, {}],
  ['another kind', { kind: 'embedding' }, {}],
  ['other tokens', { usage: usage({ input: 101, output: 10 }) }, {}],
  ['other output', { usage: usage({ input: 100, output: 11 }) }, {}],
  ['another response', { responseId: 'r1' }, { responseId: 'r2' }],
  ['only one of them failed', { error: failed('429') }, {}],
  ['the same library, which would have known its parent', { scope: 'framework' }, {}],
  ['it began before', { startUs: runStartUs - secondUs }, {}],
  ['it ended after', { endUs: runStartUs + 2 * secondUs }, {}],
  ['no model', { requestModel: null }, { requestModel: null }],
  [
    'tokens that nobody knows, and a short while of a long call',
    { usage: usage({}) },
    { usage: usage({}), endUs: runStartUs + 60 * secondUs },
  ],
])('%s: it is a call of its own', (_what, lost, open) => {
  expect(homeOf(stray(lost), host(open))).toBeNull()
})

test('a call that has another inside has met its twin already', () => {
  const inside = host({ spanId: stepId(3), parentId: stepId(2), scope: 'client' })
  expect(homeOf(stray(), host(), inside)).toBeNull()
})

test('of several it is the one that lasted most nearly as long, and each takes one', () => {
  const long = host({ spanId: stepId(3), endUs: runStartUs + 5 * secondUs })
  const hosts = new Hosts([runOf(long, host())])
  const taken = [1, 2, 3].map((at) => hosts.take(stray({ spanId: stepId(90 + at) }))?.step.spanId ?? null)
  expect(taken).toEqual([stepId(2), stepId(3), null])
})

test('of equal ones it is the same each time, whichever came first', () => {
  const one = runOf(host({ spanId: stepId(3) }))
  const other = runOf(host({ spanId: stepId(4) }))
  const homes = [
    [one, other],
    [other, one],
  ].map((runs) => new Hosts(runs).take(stray())?.step.spanId)
  expect(homes).toEqual([stepId(3), stepId(3)])
})

test('a call alone is nobody’s home, unless its parent is still to come', () => {
  const alone = (over: Partial<Step>): string | null =>
    new Hosts([{ steps: new Map([[stepId(2), host(over)]]) }]).take(stray())?.step.spanId ?? null
  expect([alone({ parentId: null }), alone({})]).toEqual([null, stepId(2)])
})

test('thousands of calls at once each find their own', () => {
  const count = 4_000
  const open = Array.from({ length: count }, (_, at) => host({ spanId: `host${at}`, endUs: runStartUs + 2 * secondUs }))
  const hosts = new Hosts([runOf(...open)])
  const homes = open.map((_, at) => hosts.take(stray({ spanId: `stray${at}` }))?.step.spanId)
  expect(new Set(homes).size).toBe(count)
})
