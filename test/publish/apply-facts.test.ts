import { expect, test } from 'vitest'
import type { CallFact, Fact } from '../../src/model/fact.ts'
import { unknownUsage } from '../../src/model/usage.ts'
import { applyFact } from '../../src/publish/apply-facts.ts'
import { at, shownAtOnce } from './tables.ts'

const common = { service: 'shop', environment: 'prod', agent: 'support' }

const call: CallFact = {
  ...common,
  type: 'call',
  spanId: '01',
  countsAsCall: true,
  step: 'plan',
  provider: 'openai',
  model: 'gpt-4o',
  outcome: 'ok',
  errorKind: null,
  durationUs: 1_200_000,
  timeToFirstTokenUs: 300_000,
  usage: { input: 100, output: 40, cacheRead: 60, cacheWrite: null, reasoning: 0 },
  costNanoUsd: 650_000,
  unpriced: null,
  statedCost: null,
}

/** Every series a fact leads to: `metric{labels}` with its total; histograms with [count, sum] and the exemplar's trace. */
function effectOf(...facts: readonly Fact[]): Record<string, unknown> {
  const table = shownAtOnce()
  for (const fact of facts) applyFact(table, fact, 'trace-1', at(0))
  const effects = [...table.samples()].map(({ metric, labels, values, exemplars }) => {
    const key = `${metric.name}{${labels.join(',')}}`
    if (metric.type !== 'histogram') return [key, values[0]]
    const count = values.slice(0, -1).reduce((sum, value) => sum + value, 0)
    return [key, [count, values.at(-1), exemplars?.find((exemplar) => exemplar !== null)?.traceId ?? null]]
  })
  return Object.fromEntries(effects)
}

test('a call counts itself, its times, its known disjoint tokens and its cost', () => {
  expect(effectOf(call)).toEqual({
    'flywheel_llm_calls_total{shop,prod,support,plan,openai,gpt-4o,ok}': 1,
    'flywheel_llm_call_duration_seconds{shop,prod,support,plan,gpt-4o}': [1, 1_200_000, 'trace-1'],
    'flywheel_time_to_first_token_seconds{shop,prod,gpt-4o}': [1, 300_000, 'trace-1'],
    'flywheel_tokens_total{shop,prod,support,plan,openai,gpt-4o,cache_read}': 60,
    'flywheel_tokens_total{shop,prod,support,plan,openai,gpt-4o,input}': 40,
    'flywheel_tokens_total{shop,prod,support,plan,openai,gpt-4o,output}': 40,
    'flywheel_tokens_total{shop,prod,support,plan,openai,gpt-4o,reasoning}': 0,
    'flywheel_cost_usd_total{shop,prod,support,plan,openai,gpt-4o}': 650_000,
  })
})

test('a parse attempt counts under the model whose answer it read', () => {
  const attempt: Fact = { ...common, type: 'parse', spanId: '02', step: 'plan', model: 'gpt-4o', format: 'json', outcome: 'ok' }
  expect(effectOf(attempt, attempt, { ...attempt, model: '', format: 'other', outcome: 'failed' })).toEqual({
    'flywheel_parse_total{shop,prod,support,plan,gpt-4o,json,ok}': 2,
    'flywheel_parse_total{shop,prod,support,plan,,other,failed}': 1,
  })
})

test('a failed call without usage or price says so, and is never 0 tokens or 0 USD', () => {
  const failed: CallFact = {
    ...call,
    outcome: 'error',
    errorKind: 'rate_limit',
    timeToFirstTokenUs: null,
    usage: unknownUsage,
    costNanoUsd: null,
    unpriced: 'failed_call',
  }
  expect(effectOf(failed, { ...failed, errorKind: null })).toEqual({
    'flywheel_llm_calls_total{shop,prod,support,plan,openai,gpt-4o,error}': 2,
    'flywheel_llm_errors_total{shop,prod,openai,gpt-4o,rate_limit}': 1,
    'flywheel_llm_errors_total{shop,prod,openai,gpt-4o,step_error}': 1,
    'flywheel_llm_call_duration_seconds{shop,prod,support,plan,gpt-4o}': [2, 2_400_000, 'trace-1'],
    'flywheel_unpriced_calls_total{shop,openai,gpt-4o,failed_call}': 2,
  })
})

test('an embedding counts tokens, cost and missing prices, but is no model call', () => {
  const embedding: CallFact = {
    ...call,
    countsAsCall: false,
    outcome: 'error',
    usage: { ...unknownUsage, input: 8 },
    unpriced: 'no_model',
  }
  expect(effectOf(embedding)).toEqual({
    'flywheel_tokens_total{shop,prod,support,plan,openai,gpt-4o,input}': 8,
    'flywheel_cost_usd_total{shop,prod,support,plan,openai,gpt-4o}': 650_000,
    'flywheel_unpriced_calls_total{shop,openai,gpt-4o,no_model}': 1,
  })
})

test('a run counts under its agent and under its release', () => {
  expect(
    effectOf({ ...common, type: 'run', release: '1.4.2', outcome: 'failed', durationUs: 5, llmCalls: 3, costNanoUsd: 9 }),
  ).toEqual({
    'flywheel_runs_total{shop,prod,support,failed}': 1,
    'flywheel_runs_total{shop,prod,support,ok}': 0,
    'flywheel_run_duration_seconds{shop,prod,support}': [1, 5, 'trace-1'],
    'flywheel_run_cost_usd{shop,prod,support}': [1, 9, null],
    'flywheel_run_llm_calls{shop,prod,support}': [1, 3, null],
    'flywheel_release_runs_total{shop,prod,1.4.2,failed}': 1,
    'flywheel_release_runs_total{shop,prod,1.4.2,ok}': 0,
    'flywheel_release_first_run_timestamp_seconds{shop,prod,1.4.2}': 1_700_000_000_000_000,
  })
})

test.each([
  { costNanoUsd: null, llmCalls: 3 },
  { costNanoUsd: 0, llmCalls: 0 },
])('a run with $llmCalls calls and cost $costNanoUsd has no place in the cost histogram', (known) => {
  const effect = effectOf({ ...common, type: 'run', release: '', outcome: 'ok', durationUs: 5, ...known })
  expect(Object.keys(effect)).toEqual([
    'flywheel_runs_total{shop,prod,support,failed}',
    'flywheel_runs_total{shop,prod,support,ok}',
    'flywheel_run_duration_seconds{shop,prod,support}',
    'flywheel_run_llm_calls{shop,prod,support}',
    'flywheel_release_runs_total{shop,prod,,failed}',
    'flywheel_release_runs_total{shop,prod,,ok}',
    'flywheel_release_first_run_timestamp_seconds{shop,prod,}',
  ])
})

test('failures, waste, tools and conversations', () => {
  expect(
    effectOf(
      { ...common, type: 'failure', spanId: '1', step: 'plan', model: '', kind: 'recursion_loop', impact: 'fatal', release: '2' },
      { ...common, type: 'waste', reason: 'loop', tokens: 70, costNanoUsd: 12 },
      { ...common, type: 'tool', spanId: '2', tool: 'search', outcome: 'bad_arguments', durationUs: 44 },
      { ...common, type: 'conversation' },
    ),
  ).toEqual({
    'flywheel_wasted_cost_usd_total{shop,prod,support,loop}': 12,
    'flywheel_wasted_tokens_total{shop,prod,support,loop}': 70,
    'flywheel_failures_total{shop,prod,support,plan,,recursion_loop,fatal}': 1,
    'flywheel_release_failures_total{shop,prod,2,recursion_loop}': 1,
    'flywheel_tool_calls_total{shop,prod,support,search,bad_arguments}': 1,
    'flywheel_tool_duration_seconds{shop,prod,search}': [1, 44, 'trace-1'],
    'flywheel_conversations_total{shop,prod,support}': 1,
  })
})
