/** Short ways to say what a test of the series needs. */
import { SeriesTable } from '../../src/publish/series-table.ts'
import type { FoldTime, SeriesLimits } from '../../src/publish/series-table.ts'
import type { ExposedSeries } from '../../src/publish/series-table.ts'

export const DAY_MS = 86_400_000

export const defaultLimits: SeriesLimits = {
  maxSampleLines: 50_000,
  maxLabelValues: 200,
  scrapeIntervalMs: 15_000,
  retireAfterMs: 14 * DAY_MS,
}

/** Limits without the zero rule, so that a test of something else sees values at once. */
export function shownAtOnce(limits: Partial<SeriesLimits> = {}): SeriesTable {
  return new SeriesTable({ ...defaultLimits, scrapeIntervalMs: 0, ...limits })
}

/** Log time and uptime after so many milliseconds without downtime. */
export function at(ms: number): FoldTime {
  return { nowMs: 1_700_000_000_000 + ms, uptimeMs: ms }
}

/** What a scrape shows of one metric: label values joined by `/`, with the values inside. */
export function shown(table: SeriesTable, metric: { readonly name: string }): Record<string, readonly number[]> {
  const entries = [...table.samples()].filter((series: ExposedSeries) => series.metric.name === metric.name)
  return Object.fromEntries(entries.map(({ labels, values }) => [labels.join('/'), [...values]]))
}

/** All counts of a metric, shown or not. */
export function totalOf(table: SeriesTable, metric: { readonly name: string }): number {
  return table
    .snapshot()
    .series.filter((state) => state.metric === metric.name)
    .reduce((sum, { values }) => sum + (values[0] ?? 0), 0)
}
