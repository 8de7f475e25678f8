import { describe, expect, test } from 'vitest'
import * as promql from '../../grafana/queries/promql.ts'
import { catalogue } from '../../src/publish/catalogue.ts'

const shown: promql.Scope = {
  window: '$__range',
  filters: { service_name: '=~"$service"', agent: '=~"$agent"', release: '=~"$release"' },
}

describe('a query', () => {
  test('is narrowed by the labels of the scope that the metric has, then by its own', () => {
    expect(promql.increase(catalogue.runs, shown, { by: ['agent'], where: { outcome: 'failed' } })).toBe(
      'sum by (agent) (increase(flywheel_runs_total{service_name=~"$service",agent=~"$agent",outcome="failed"}[$__range]))',
    )
    expect(promql.increase(catalogue.receivedSpans, shown)).toBe('sum(increase(flywheel_received_spans_total[$__range]))')
  })

  test.each([
    [{ kind: 'timeout' }, 'kind="timeout"'],
    [{ kind: { not: 'timeout' } }, 'kind!="timeout"'],
    [{ kind: { oneOf: ['timeout', 'rate_limit'] } }, 'kind=~"timeout|rate_limit"'],
    [{ kind: { noneOf: ['timeout', 'rate_limit'] } }, 'kind!~"timeout|rate_limit"'],
    [{ kind: { matches: 'tool_.*' } }, 'kind=~"tool_.*"'],
  ])('matches %j', (where, matcher) => {
    expect(promql.rate(catalogue.failures, promql.everywhere('5m'), { where })).toBe(
      `sum(rate(flywheel_failures_total{${matcher}}[5m]))`,
    )
  })

  test('of an earlier time, and of the end of the range whatever the step', () => {
    const day = promql.everywhere('1d')
    expect(promql.increase(catalogue.runs, promql.ago(day, '7d'))).toBe('sum(increase(flywheel_runs_total[1d] offset 7d))')
    expect(promql.increase(catalogue.runs, { ...day, at: 'end' })).toBe('sum(increase(flywheel_runs_total[1d] @ end()))')
    expect(promql.largest(catalogue.checkpointAge, promql.ago(day, '7d'))).toBe('max(flywheel_checkpoint_age_seconds offset 7d)')
  })

  test('quantiles keep the bucket bounds until the end', () => {
    expect(promql.quantile(0.95, catalogue.runDuration, promql.everywhere('5m'), { by: ['agent'] })).toBe(
      'histogram_quantile(0.95, sum by (agent, le) (rate(flywheel_run_duration_seconds_bucket[5m])))',
    )
  })

  test('by model family a failed call stands with the calls of the snapshots that answered', () => {
    expect(promql.increase(catalogue.llmCalls, promql.everywhere('5m'), { by: ['step', 'model_family'] })).toBe(
      'sum by (step, model_family) (label_replace(increase(flywheel_llm_calls_total[5m]), "model_family", "$1", "model", "(?:.*/)?(.+?)(?:[-@]20[0-9]{2}-?[0-9]{2}-?[0-9]{2})?(?:-v[0-9]+(?::[0-9]+)?)?"))',
    )
  })

  test('a share is 0 where nothing of the part was ever seen, and nothing where the whole is 0', () => {
    expect(promql.share('part', 'whole')).toBe('(part or 0 * whole) / (whole > 0)')
    expect(promql.withAtLeast(20, 'whole', 'share')).toBe('(share) and (whole >= 20)')
  })
})

test('what does not exist cannot be asked for', () => {
  const scope = promql.everywhere('5m')
  // Each line is an error for the compiler; what it builds at run time does not matter.
  // @ts-expect-error runs have no step
  promql.increase(catalogue.runs, scope, { by: ['step'] })
  // @ts-expect-error runs have no kind
  promql.increase(catalogue.runs, scope, { where: { kind: 'timeout' } })
  // @ts-expect-error a gauge does not increase
  promql.increase(catalogue.openRuns, scope)
  // @ts-expect-error a counter has no quantile
  promql.quantile(0.5, catalogue.runs, scope)
  // @ts-expect-error tools have no model and so no family
  promql.increase(catalogue.toolCalls, scope, { by: ['model_family'] })
  // @ts-expect-error there is no such metric
  expect(catalogue.nothing).toBeUndefined()
})
