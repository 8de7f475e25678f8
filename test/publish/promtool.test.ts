import { spawnSync } from 'node:child_process'
import { Registry, collectDefaultMetrics } from 'prom-client'
import { expect, test } from 'vitest'
import { metrics } from '../../src/publish/catalogue.ts'
import { renderMetrics } from '../../src/publish/exposition.ts'
import { processFamilies } from '../../src/publish/process-metrics.ts'
import type { SeriesTable } from '../../src/publish/series-table.ts'
import { at, shownAtOnce } from './tables.ts'

const labels = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, 'x "y"\\']))

/** Every counter and histogram of the catalogue with one series. */
function fullTable(): SeriesTable {
  const table = shownAtOnce()
  for (const metric of metrics) {
    if (metric.type === 'counter') table.add(metric, labels(metric.labelNames), 3, at(0))
    if (metric.type === 'histogram') table.observe(metric, labels(metric.labelNames), 3, at(0), 'trace')
  }
  return table
}

async function fullPage(): Promise<string> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const readings = metrics.flatMap((metric) =>
    metric.type === 'gauge' ? [{ metric, labels: metric.labelNames.map(() => 'x'), value: 1 }] : [],
  )
  return renderMetrics({ series: fullTable(), readings, process: await processFamilies(registry), format: 'text' })
}

test('the page holds every metric of the catalogue once, the process metrics, and no NaN', async () => {
  const page = await fullPage()
  const families = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
  expect(families.filter((family) => family.startsWith('flywheel_'))).toEqual(metrics.map(({ name, type }) => `${name} ${type}`))
  expect(families).toContain('process_cpu_seconds_total counter')
  expect(families).not.toContain('nodejs_active_handles_total gauge')
  expect(new Set(families).size).toBe(families.length)
  expect(page).not.toMatch(/ nan$/im)
})

const promtool = 'promtool'
const isMissing = spawnSync(promtool, ['--version']).error !== undefined

// In CI a missing promtool fails the test; elsewhere it is skipped, with the way to get it in its name.
test.skipIf(isMissing && process.env['CI'] === undefined)(
  'promtool check metrics has nothing to say (skipped without promtool: apt-get install prometheus)',
  async () => {
    const { status, stdout, stderr, error } = spawnSync(promtool, ['check', 'metrics'], {
      input: await fullPage(),
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr, error }).toEqual({ status: 0, stdout: '', stderr: '', error: undefined })
  },
)
