import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { renderMetrics } from '../../src/publish/exposition.ts'
import { processFamilies } from '../../src/publish/process-metrics.ts'
import { shownAtOnce } from './tables.ts'

async function registryWithEverything(): Promise<Registry> {
  const registry = new Registry()
  const registers = [registry]
  new Counter({ name: 'app_jobs', help: 'Jobs.', labelNames: ['queue'], registers }).inc({ queue: 'a\nb' }, 2)
  new Counter({ name: 'app_cpu_seconds_total', help: 'CPU.', registers }).inc(1.5)
  new Gauge({ name: 'app_handles_total', help: 'Misnamed.', registers }).set(3)
  new Gauge({ name: 'app_lag_seconds', help: 'Never measured.', registers }).set(Number.NaN)
  new Histogram({ name: 'app_gc_seconds', help: 'Collections.', buckets: [0.1, 1], registers }).observe(0.5)
  return registry
}

test('process metrics pass through the same writer: counters get _total, NaN and misnamed gauges are left out', async () => {
  const process = await processFamilies(await registryWithEverything())
  expect(renderMetrics({ series: shownAtOnce(), readings: [], process, format: 'openmetrics' })).toBe(`\
# HELP app_jobs Jobs.
# TYPE app_jobs counter
app_jobs_total{queue="a b"} 2
# HELP app_cpu_seconds CPU.
# TYPE app_cpu_seconds counter
app_cpu_seconds_total 1.5
# HELP app_gc_seconds Collections.
# TYPE app_gc_seconds histogram
app_gc_seconds_bucket{le="0.1"} 0
app_gc_seconds_bucket{le="1.0"} 1
app_gc_seconds_bucket{le="+Inf"} 1
app_gc_seconds_sum 0.5
app_gc_seconds_count 1
# EOF
`)
})
