import { describe, expect, test } from 'vitest'
import type { RunFact } from '../../src/model/fact.ts'
import { applyFact } from '../../src/publish/apply-facts.ts'
import { catalogue } from '../../src/publish/catalogue.ts'
import { SeriesTable } from '../../src/publish/series-table.ts'
import type { FoldTime } from '../../src/publish/series-table.ts'
import { DAY_MS, at, defaultLimits, shown, shownAtOnce } from './tables.ts'

const support = { service_name: 'shop', environment: 'prod', agent: 'support' }
const okRuns = { ...support, outcome: 'ok' }

describe('a new series', () => {
  test('is 0 for two scrape intervals of uptime, then shows everything it gathered', () => {
    const table = new SeriesTable(defaultLimits)
    table.add(catalogue.runs, okRuns, 2, at(1_000))
    table.add(catalogue.runs, okRuns, 3, at(20_000))

    table.advance(at(30_999))
    expect(shown(table, catalogue.runs)).toEqual({ 'shop/prod/support/ok': [0] })
    expect(table.needsTick()).toBe(true)

    table.advance(at(31_000))
    expect(shown(table, catalogue.runs)).toEqual({ 'shop/prod/support/ok': [5] })
    expect(table.needsTick()).toBe(false)
  })

  test('of a histogram is 0 in every bucket, in sum and in count alike', () => {
    const table = new SeriesTable(defaultLimits)
    table.observe(catalogue.runLlmCalls, support, 5, at(0), 'trace')
    expect(shown(table, catalogue.runLlmCalls)).toEqual({ 'shop/prod/support': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] })
    expect([...table.samples()].map(({ exemplars }) => exemplars)).toEqual([null])

    table.advance(at(30_000))
    expect(shown(table, catalogue.runLlmCalls)).toEqual({ 'shop/prod/support': [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5] })
  })

  test('waits for uptime: a night without the processor shows nothing early', () => {
    const table = new SeriesTable(defaultLimits)
    table.add(catalogue.runs, okRuns, 1, { nowMs: 0, uptimeMs: 0 })
    table.advance({ nowMs: DAY_MS, uptimeMs: 29_999 })
    expect(shown(table, catalogue.runs)).toEqual({ 'shop/prod/support/ok': [0] })
  })

  test('shows its value at once when the rule is off', () => {
    const table = shownAtOnce()
    table.add(catalogue.runs, okRuns, 1, at(0))
    expect(shown(table, catalogue.runs)).toEqual({ 'shop/prod/support/ok': [1] })
    expect(table.needsTick()).toBe(false)
  })

  test('born by an amount of 0 exists and stays 0', () => {
    const table = new SeriesTable(defaultLimits)
    table.add(catalogue.quarantinedEntries, {}, 0, at(0))
    table.advance(at(30_000))
    expect(shown(table, catalogue.quarantinedEntries)).toEqual({ '': [0] })
  })
})

describe('an idle series', () => {
  const idleFor = (days: number): FoldTime => ({ nowMs: days * DAY_MS, uptimeMs: days * DAY_MS })

  test('retires after 14 days of log time, and takes no lines while it is away', () => {
    const table = shownAtOnce()
    table.add(catalogue.runs, okRuns, 7, idleFor(0))
    table.advance({ nowMs: 14 * DAY_MS - 1, uptimeMs: 0 })
    expect(table.lineCount()).toBe(1)
    table.advance({ nowMs: 14 * DAY_MS, uptimeMs: 0 })
    expect(shown(table, catalogue.runs)).toEqual({})
    expect(table.lineCount()).toBe(0)
  })

  test('is not retired while it has not shown its total yet', () => {
    const table = new SeriesTable(defaultLimits)
    table.add(catalogue.runs, okRuns, 7, { nowMs: 0, uptimeMs: 0 })
    table.advance({ nowMs: 20 * DAY_MS, uptimeMs: 1_000 })
    expect(shown(table, catalogue.runs)).toEqual({ 'shop/prod/support/ok': [0] })
    table.advance({ nowMs: 20 * DAY_MS, uptimeMs: 30_000 })
    expect(shown(table, catalogue.runs)).toEqual({})
  })

  test('comes back at its old total for two scrapes, so that increase() sees exactly what happened', () => {
    const table = new SeriesTable(defaultLimits)
    const scrapes: (number | null)[] = []
    const additions = new Map([
      [1, 7],
      [4, 1],
      [1_000_000, 2],
    ])
    const scrapesShown = [...range(0, 10), ...range(999_995, 1_000_010)]
    for (const scrape of scrapesShown) {
      const time = { nowMs: scrape * 15_000, uptimeMs: scrape * 15_000 }
      table.advance(time)
      const amount = additions.get(scrape)
      if (amount !== undefined) table.add(catalogue.runs, okRuns, amount, time)
      scrapes.push(shown(table, catalogue.runs)['shop/prod/support/ok']?.[0] ?? null)
    }
    expect(scrapes.slice(0, 10)).toEqual([null, 0, 0, 7, 8, 8, 8, 8, 8, 8])
    expect(scrapes.slice(10)).toEqual([null, null, null, null, null, 8, 8, 10, 10, 10, 10, 10, 10, 10, 10])
    expect(increaseOf(scrapes)).toBe(10)
  })

  /** What PromQL's increase() adds up between samples; a series that was away starts anew with its first sample. */
  function increaseOf(values: readonly (number | null)[]): number {
    let sum = 0
    for (const [i, value] of values.entries()) {
      const previous = values[i - 1] ?? null
      if (value === null || previous === null) continue
      sum += value >= previous ? value - previous : value
    }
    return sum
  }

  function range(from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, i) => from + i)
  }
})

describe('amounts', () => {
  test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])('%s is refused and changes nothing', (amount) => {
    const table = shownAtOnce()
    expect(() => table.add(catalogue.runs, okRuns, amount, at(0))).toThrow(
      new RangeError(`flywheel_runs_total: expected a whole number from 0 to 2^53 - 1 in its base unit, got ${amount}`),
    )
    expect(() => table.observe(catalogue.runDuration, support, amount, at(0), null)).toThrow(RangeError)
    expect(table.snapshot()).toEqual({ series: [], labels: [] })
  })

  test('a total beyond 2^53 stays at the largest exact integer', () => {
    const table = shownAtOnce()
    table.add(catalogue.cost, { ...support, step: 's', provider: 'p', model: 'm' }, Number.MAX_SAFE_INTEGER, at(0))
    table.add(catalogue.cost, { ...support, step: 's', provider: 'p', model: 'm' }, 5, at(0))
    expect(shown(table, catalogue.cost)).toEqual({ 'shop/prod/support/s/p/m': [Number.MAX_SAFE_INTEGER] })
  })

  test('wrong labels and wrong metric types do not compile', () => {
    const table = shownAtOnce()
    // @ts-expect-error a label is missing
    expect(() => table.add(catalogue.runs, support, 1, at(0))).toThrow(TypeError)
    // @ts-expect-error a label that the metric does not have
    table.add(catalogue.runs, { ...okRuns, user: 'u1' }, 1, at(0))
    // @ts-expect-error a histogram is observed, not added to
    table.add(catalogue.runDuration, support, 1, at(0))
  })
})

test('the time of a first run is shown at once, stays when more runs come, and survives a restart', () => {
  const table = new SeriesTable(defaultLimits)
  const labels = { service_name: 'shop', environment: 'prod', release: '1.4.2' }
  table.setOnce(catalogue.releaseFirstRun, labels, 5, at(0))
  table.setOnce(catalogue.releaseFirstRun, labels, 9, at(60_000))
  expect(shown(table, catalogue.releaseFirstRun)).toEqual({ 'shop/prod/1.4.2': [5] })
  const restored = new SeriesTable(defaultLimits)
  const { series, labels: places } = table.snapshot()
  restored.restore(series, places)
  restored.setOnce(catalogue.releaseFirstRun, labels, 12, at(90_000))
  expect(shown(restored, catalogue.releaseFirstRun)).toEqual({ 'shop/prod/1.4.2': [5] })
})

test('the first failed run of an agent that was seen before is shown at once, because its series was born with the first run', () => {
  const table = new SeriesTable(defaultLimits)
  const run: RunFact = {
    type: 'run',
    service: 'shop',
    environment: 'prod',
    agent: 'support',
    release: '2',
    outcome: 'ok',
    durationUs: 1,
    llmCalls: 1,
    costNanoUsd: null,
  }
  applyFact(table, run, 't1', at(0))
  table.advance(at(30_000))
  applyFact(table, { ...run, outcome: 'failed' }, 't2', at(31_000))
  expect(shown(table, catalogue.runs)).toEqual({ 'shop/prod/support/failed': [1], 'shop/prod/support/ok': [1] })
})
