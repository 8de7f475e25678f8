import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/publish/catalogue.ts'
import { chooseFormat, metricsContentTypes, renderMetrics } from '../../src/publish/exposition.ts'
import type { MetricsFormat } from '../../src/publish/exposition.ts'
import { reading } from '../../src/publish/family.ts'
import type { Reading } from '../../src/publish/family.ts'
import type { SeriesTable } from '../../src/publish/series-table.ts'
import { at, shownAtOnce } from './tables.ts'

const shop = { service_name: 'shop', environment: 'prod' }

function smallTable(): SeriesTable {
  const table = shownAtOnce()
  table.add(catalogue.cost, { ...shop, agent: 'b', step: 's', provider: 'openai', model: 'gpt-4o-mini' }, 1_230_000, at(0))
  table.add(catalogue.cost, { ...shop, agent: 'a', step: 's', provider: 'openai', model: 'gpt-4o-mini' }, 2_000_000_000, at(0))
  table.observe(catalogue.toolDuration, { ...shop, tool: 'say "hi"\\' }, 60_000, at(0), '0af7651916cd43dd8448eb211c80319c')
  table.observe(catalogue.toolDuration, { ...shop, tool: 'say "hi"\\' }, 99_000_000, at(0), 'x'.repeat(121))
  return table
}

function render(format: MetricsFormat, table = smallTable(), readings: readonly Reading[] = []): string {
  return renderMetrics({ series: table, readings, process: [], format })
}

test('Prometheus text: catalogue order, sorted series, cumulative buckets, no exemplars', () => {
  expect(render('text', smallTable(), [reading(catalogue.checkpointAge, {}, 1_500_000)])).toBe(`\
# HELP flywheel_cost_usd_total Cost of priced model and embedding calls in USD.
# TYPE flywheel_cost_usd_total counter
flywheel_cost_usd_total{service_name="shop",environment="prod",agent="a",step="s",provider="openai",model="gpt-4o-mini"} 2
flywheel_cost_usd_total{service_name="shop",environment="prod",agent="b",step="s",provider="openai",model="gpt-4o-mini"} 0.00123
# HELP flywheel_tool_duration_seconds Duration of a run of a tool in seconds; calls that never became one have none.
# TYPE flywheel_tool_duration_seconds histogram
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="0.01"} 0
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="0.05"} 0
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="0.1"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="0.25"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="0.5"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="1.0"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="2.5"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="5.0"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="10.0"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="30.0"} 1
flywheel_tool_duration_seconds_bucket{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\",le="+Inf"} 2
flywheel_tool_duration_seconds_sum{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\"} 99.06
flywheel_tool_duration_seconds_count{service_name="shop",environment="prod",tool="say \\"hi\\"\\\\"} 2
# HELP flywheel_checkpoint_age_seconds Time since the last checkpoint was saved in seconds.
# TYPE flywheel_checkpoint_age_seconds gauge
flywheel_checkpoint_age_seconds 1.5
`)
})

test('OpenMetrics: families without _total, exemplars that fit, # EOF', () => {
  const table = shownAtOnce()
  table.add(catalogue.receivedSpans, {}, 3, at(0))
  const trace = '0af7651916cd43dd8448eb211c80319c'
  table.observe(catalogue.ingestLag, {}, 2_500_000, at(250), trace)
  table.observe(catalogue.ingestLag, {}, 90_000_000_000, at(250), 'x'.repeat(121))
  expect(render('openmetrics', table)).toBe(`\
# HELP flywheel_received_spans Spans accepted, duplicates included.
# TYPE flywheel_received_spans counter
flywheel_received_spans_total 3
# HELP flywheel_ingest_lag_seconds Time from the end of a span to its receipt in seconds; high while a sender drains a backlog.
# TYPE flywheel_ingest_lag_seconds histogram
flywheel_ingest_lag_seconds_bucket{le="1.0"} 0
flywheel_ingest_lag_seconds_bucket{le="5.0"} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 2.5 1700000000.25
flywheel_ingest_lag_seconds_bucket{le="15.0"} 1
flywheel_ingest_lag_seconds_bucket{le="60.0"} 1
flywheel_ingest_lag_seconds_bucket{le="300.0"} 1
flywheel_ingest_lag_seconds_bucket{le="900.0"} 1
flywheel_ingest_lag_seconds_bucket{le="3600.0"} 1
flywheel_ingest_lag_seconds_bucket{le="14400.0"} 1
flywheel_ingest_lag_seconds_bucket{le="43200.0"} 1
flywheel_ingest_lag_seconds_bucket{le="86400.0"} 1
flywheel_ingest_lag_seconds_bucket{le="+Inf"} 2
flywheel_ingest_lag_seconds_sum 90002.5
flywheel_ingest_lag_seconds_count 2
# EOF
`)
})

test('nothing known yet is an empty page, still well formed', () => {
  expect(render('openmetrics', shownAtOnce())).toBe('# EOF\n')
  expect(render('text', shownAtOnce())).toBe('\n')
})

test('help text is escaped: quotes in OpenMetrics only', () => {
  const process = [
    { name: 'a', help: 'x "y" \\ \n z', type: 'gauge', samples: [{ suffix: '', labels: [], value: 1, exemplar: null }] },
  ] as const
  expect(renderMetrics({ series: shownAtOnce(), readings: [], process, format: 'text' })).toContain('# HELP a x "y" \\\\ \\n z\n')
  expect(renderMetrics({ series: shownAtOnce(), readings: [], process, format: 'openmetrics' })).toContain(
    '# HELP a x \\"y\\" \\\\ \\n z\n',
  )
})

describe('readings', () => {
  const openRuns = (service_name: string, value: number) => reading(catalogue.openRuns, { service_name, environment: '' }, value)
  const valuesOf = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('flywheel_'))

  test('are shown in the exposed unit, equal labels added up, never NaN', () => {
    const readings = [
      openRuns('b', 2),
      openRuns('a\n', 1),
      openRuns('a ', 4),
      openRuns('b', Number.NaN),
      reading(catalogue.openCost, { service_name: 'a', environment: '' }, 12_000_000),
    ]
    expect(valuesOf(render('text', shownAtOnce(), readings))).toEqual([
      'flywheel_open_runs{service_name="a ",environment=""} 5',
      'flywheel_open_runs{service_name="b",environment=""} 2',
      'flywheel_open_cost_usd{service_name="a",environment=""} 0.012',
    ])
  })

  test('beyond the budget of their metric the smallest are added up under __other__', () => {
    const table = shownAtOnce()
    table.setLimits({
      maxSampleLines: 100_000 / table.lineBudget(catalogue.openRuns) + 1,
      maxLabelValues: 9,
      scrapeIntervalMs: 0,
      retireAfterMs: 9,
    })
    expect(table.lineBudget(catalogue.openRuns)).toBe(2)
    expect(valuesOf(render('text', table, [openRuns('a', 1), openRuns('b', 9), openRuns('c', 3), openRuns('d', 2)]))).toEqual([
      'flywheel_open_runs{service_name="__other__",environment="__other__"} 3',
      'flywheel_open_runs{service_name="b",environment=""} 9',
      'flywheel_open_runs{service_name="c",environment=""} 3',
    ])
  })
})

describe('the format follows Accept', () => {
  const prometheus2 =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
  const prometheus3 =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'
  test.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
    [prometheus2, 'openmetrics'],
    [prometheus3, 'openmetrics'],
    ['Application/OpenMetrics-Text', 'openmetrics'],
    ['application/openmetrics-text;q=0.3, text/plain;q=0.9', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['text/plain, application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text;version=2.0.0', 'text'],
    ['application/openmetrics-text;q=nonsense', 'text'],
  ])('%s -> %s', (accept, format) => {
    expect(chooseFormat(accept)).toBe(format)
  })

  test('content types carry version and charset', () => {
    expect(metricsContentTypes).toEqual({
      text: 'text/plain; version=0.0.4; charset=utf-8',
      openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    })
  })
})
