import { expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import { deriveRun } from '../../src/signals/derive.ts'
import {
  agentRun,
  embedding,
  failed,
  llmCall,
  plainSpan,
  runStartUs,
  secondUs,
  stepId,
  stepsOf,
  toolCall,
  treeOf,
  usage,
  type Plan,
} from '../helpers/steps.ts'
import { derive, noPrices, tokenPrices } from './verdict.ts'

test('a small run as a whole: what is counted and what is kept', () => {
  const limited = failed('429 Rate limit reached')
  const plan = agentRun(
    'support',
    [
      llmCall({ error: limited }),
      llmCall({
        responseModel: 'gpt-4o-mini-1',
        responseId: 'r1',
        timeToFirstTokenUs: 90_000,
        conversationId: 'conv-1',
        userId: 'user-1',
        tags: ['vip', 'beta'],
      }),
      toolCall('order', '1', null, { error: failed('no such order') }),
      embedding(),
    ],
    { node: 'answer' },
  )
  const common = { service: 'shop', environment: 'test', agent: 'support' }
  const call = { type: 'call', statedCost: null, ...common, step: 'answer', provider: 'openai', durationUs: secondUs }
  const { facts, record, calls } = derive(plan, {}, tokenPrices)
  expect(facts).toEqual([
    {
      ...call,
      spanId: stepId(2),
      countsAsCall: true,
      model: 'gpt-4o-mini',
      outcome: 'error',
      errorKind: 'rate_limit',
      timeToFirstTokenUs: null,
      usage: usage({}),
      costNanoUsd: null,
      unpriced: 'no_usage',
    },
    {
      ...call,
      spanId: stepId(3),
      countsAsCall: true,
      model: 'gpt-4o-mini-1',
      outcome: 'ok',
      errorKind: null,
      timeToFirstTokenUs: 90_000,
      usage: usage({ input: 100, output: 10 }),
      costNanoUsd: 110,
      unpriced: null,
    },
    {
      ...call,
      spanId: stepId(5),
      countsAsCall: false,
      model: 'gpt-4o-mini',
      outcome: 'ok',
      errorKind: null,
      timeToFirstTokenUs: null,
      usage: usage({ input: 7 }),
      costNanoUsd: 7,
      unpriced: null,
    },
    { type: 'tool', spanId: stepId(4), ...common, tool: 'order', outcome: 'error', durationUs: secondUs },
    {
      type: 'failure',
      spanId: stepId(2),
      ...common,
      step: 'answer',
      model: 'gpt-4o-mini',
      kind: 'rate_limit',
      impact: 'recovered',
      release: '1.0.0',
    },
    {
      type: 'failure',
      spanId: stepId(4),
      ...common,
      step: 'answer',
      model: '',
      kind: 'tool_error',
      impact: 'recovered',
      release: '1.0.0',
    },
    { type: 'run', ...common, release: '1.0.0', outcome: 'ok', durationUs: 4 * secondUs, llmCalls: 2, costNanoUsd: null },
  ])
  const place = { agentLabel: 'support', stepLabel: 'answer', isCounted: false, costNanoUsd: null, unpriced: null }
  const [agent, first, second, tool, embed] = stepsOf([plan]) as [Step, Step, Step, Step, Step]
  expect(record).toEqual({
    traceId: 'f'.repeat(32),
    ...common,
    conversationId: 'conv-1',
    userId: 'user-1',
    title: null,
    tags: ['beta', 'vip'],
    release: '1.0.0',
    startedAtUs: runStartUs,
    durationUs: 4 * secondUs,
    outcome: 'ok',
    failures: [
      {
        kind: 'rate_limit',
        impact: 'recovered',
        spanId: stepId(2),
        detail: 'chat: 429 Rate limit reached',
        step: 'answer',
        stepName: 'chat',
        model: 'gpt-4o-mini',
      },
      {
        kind: 'tool_error',
        impact: 'recovered',
        spanId: stepId(4),
        detail: 'tool order: no such order',
        step: 'answer',
        stepName: 'order',
        model: '',
      },
    ],
    usage: usage({ input: 107, output: 10 }),
    costNanoUsd: 117,
    unpricedCalls: 1,
    llmCalls: 2,
    toolCalls: 1,
    settledAtMs: 0,
    sampleRate: 1,
    steps: [
      { ...agent, ...place },
      { ...first, ...place, isCounted: true, unpriced: 'no_usage', error: { ...limited, kind: 'rate_limit' } },
      { ...second, ...place, isCounted: true, costNanoUsd: 110 },
      { ...tool, ...place, error: { ...failed('no such order'), kind: 'tool_error' } },
      { ...embed, ...place, isCounted: true, costNanoUsd: 7 },
    ],
  })
  expect(calls.map(({ step }) => step.spanId)).toEqual([stepId(2), stepId(3), stepId(5)])
})

test('a run read back from its record gives the same facts again', () => {
  const plan = agentRun('support', [llmCall({ error: failed('429 Rate limit reached') }), llmCall()])
  const { facts, record } = derive(plan, {}, tokenPrices)
  const again = deriveRun(
    { ...treeOf(plan), nodes: treeOf(plan).nodes.map((node, at) => Object.assign(node, { step: record.steps[at] })) },
    tokenPrices,
    0,
  )
  expect(again?.facts).toEqual(facts)
})

test('a trace without GenAI meaning is no run', () => {
  expect(deriveRun(treeOf(plainSpan('GET /', [plainSpan('SELECT')])), noPrices, 0)).toBeNull()
})

function wasted(plan: Plan | readonly Plan[]): readonly string[] {
  return derive(plan, {}, tokenPrices).facts.flatMap((fact) =>
    fact.type === 'waste' ? [`${fact.reason} ${fact.tokens} tokens ${fact.costNanoUsd} nUSD`] : [],
  )
}

const billed = { error: failed('Request timed out.'), usage: usage({ input: 40 }) }

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['a clean run wastes nothing', agentRun('a', [llmCall(), llmCall()]), []],
  [
    'a failed call that was tried again',
    agentRun('a', [llmCall(billed), llmCall({ responseModel: 'gpt-4o-mini-1' })]),
    ['retry 40 tokens 40 nUSD'],
  ],
  ['a failed call that was given up', agentRun('a', [llmCall(), llmCall(billed)]), []],
  ['a failed call and a later one elsewhere', agentRun('a', [agentRun('b', [llmCall(billed)]), llmCall()]), []],
  ['a failed call and a later one to another model', agentRun('a', [llmCall(billed), llmCall({ requestModel: 'gpt-4o' })]), []],
  [
    'every call of a failed run',
    agentRun('a', [llmCall(), llmCall()], { error: failed('boom') }),
    ['failed_run 110 tokens 110 nUSD', 'failed_run 110 tokens 110 nUSD'],
  ],
  [
    'a retry inside a failed run is a retry',
    agentRun('a', [llmCall(billed), llmCall()], { error: failed('boom') }),
    ['retry 40 tokens 40 nUSD', 'failed_run 110 tokens 110 nUSD'],
  ],
  [
    'a call that cost nothing known',
    agentRun('a', [llmCall({ error: failed('429 Rate limit reached') })], { error: failed('429 Rate limit reached') }),
    [],
  ],
])('waste: %s', (_what, plan, expected) => {
  expect(wasted(plan)).toEqual(expected)
})

test('tools that are named by chance are one label', () => {
  const names = ['func_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d', 'func_0c7e2a914f5d4b8c8e1f6a3b2d9c7e10', '4f5d4b8c8e1f6a3b', 'search']
  const { facts } = derive(
    agentRun(
      'support',
      names.map((name, at) => toolCall(name, `{"at":${at}}`)),
    ),
  )
  expect(facts.flatMap((fact) => (fact.type === 'tool' ? [fact.tool] : []))).toEqual(['func', 'func', '', 'search'])
})

test('where the clocks of two machines are years apart the run lasted as long as its longest step', () => {
  const year = 365 * 86_400 * secondUs
  const away = { service: 'elsewhere', startUs: runStartUs - 3 * year, endUs: runStartUs - 3 * year + secondUs }
  const { record } = derive(
    agentRun('support', [llmCall(), toolCall('order', '{}', '', away)], { endUs: runStartUs + 7 * secondUs }),
  )
  expect(record.durationUs).toBe(7 * secondUs)
})

test('a step without any time is no beginning', () => {
  const { record } = derive([llmCall({ startUs: 0, endUs: 0 }), llmCall({ startUs: runStartUs, endUs: runStartUs + secondUs })])
  expect([record.startedAtUs, record.durationUs]).toEqual([runStartUs, secondUs])
})
