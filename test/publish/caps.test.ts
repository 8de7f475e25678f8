import { describe, expect, test } from 'vitest'
import { catalogue, metrics } from '../../src/publish/catalogue.ts'
import { DAY_MS, at, shown, shownAtOnce, totalOf } from './tables.ts'

const conversationsOf = (agent: string) => ({ service_name: 'shop', environment: 'prod', agent })

describe('places of an open label', () => {
  test('values beyond the cap count under __other__, the total stays exact', () => {
    const table = shownAtOnce({ maxLabelValues: 3 })
    for (const agent of ['a', 'b', 'c', 'd', 'e', 'a']) table.add(catalogue.conversations, conversationsOf(agent), 1, at(0))
    expect(shown(table, catalogue.conversations)).toEqual({
      'shop/prod/a': [2],
      'shop/prod/b': [1],
      'shop/prod/c': [1],
      'shop/prod/__other__': [2],
    })
    expect(shown(table, catalogue.seriesOverflow)).toEqual({ agent: [2] })
  })

  test('unset, __other__ and __unknown__ need no place and are no overflow', () => {
    const table = shownAtOnce({ maxLabelValues: 0 })
    for (const tool of ['', '__other__', '__unknown__']) {
      table.observe(catalogue.toolDuration, { service_name: '', environment: '', tool }, 1, at(0), null)
    }
    expect(Object.keys(shown(table, catalogue.toolDuration))).toEqual(['//', '//__other__', '//__unknown__'])
    expect(shown(table, catalogue.seriesOverflow)).toEqual({})
  })

  test('closed labels are not limited', () => {
    const table = shownAtOnce({ maxLabelValues: 1 })
    for (let code = 100; code < 600; code++) {
      table.add(catalogue.receivedRequests, { signal: 'traces', encoding: 'json', code: String(code) }, 1, at(0))
    }
    expect(Object.keys(shown(table, catalogue.receivedRequests))).toHaveLength(500)
  })

  test('a place is given up only when unused for 14 days and needed; the longest unused goes first', () => {
    const table = shownAtOnce({ maxLabelValues: 2 })
    table.add(catalogue.conversations, conversationsOf('old'), 1, { nowMs: 0, uptimeMs: 0 })
    table.add(catalogue.conversations, conversationsOf('older'), 1, { nowMs: 0, uptimeMs: 0 })
    table.add(catalogue.conversations, conversationsOf('old'), 1, { nowMs: 1, uptimeMs: 0 })
    table.takeChanges()
    table.add(catalogue.conversations, conversationsOf('new'), 1, { nowMs: 14 * DAY_MS - 1, uptimeMs: 0 })
    table.add(catalogue.conversations, conversationsOf('newer'), 1, { nowMs: 14 * DAY_MS, uptimeMs: 0 })
    expect(shown(table, catalogue.conversations)).toEqual({
      'shop/prod/old': [2],
      'shop/prod/older': [1],
      'shop/prod/__other__': [1],
      'shop/prod/newer': [1],
    })
    const agents = table.snapshot().labels.filter(({ label }) => label === 'agent')
    expect(agents.map(({ value }) => value)).toEqual(['newer', 'old'])
    expect(table.takeChanges().removedLabels).toEqual([{ label: 'agent', value: 'older' }])
  })

  test('a value that needs cleaning finds its place again', () => {
    const table = shownAtOnce({ maxLabelValues: 1 })
    for (let i = 0; i < 3; i++) table.add(catalogue.conversations, conversationsOf('two\nlines'), 1, at(0))
    expect(shown(table, catalogue.conversations)).toEqual({ 'shop/prod/two lines': [3] })
  })

  test('a place that was given up and taken again by the same value is not reported as given up', () => {
    const table = shownAtOnce({ maxLabelValues: 1, retireAfterMs: 10 })
    for (const [i, agent] of ['a', 'b', 'a'].entries()) table.add(catalogue.conversations, conversationsOf(agent), 1, at(i * 10))
    const { labels, removedLabels } = table.takeChanges()
    expect(labels.filter(({ label }) => label === 'agent').map(({ value }) => value)).toEqual(['a'])
    expect(removedLabels).toEqual([{ label: 'agent', value: 'b' }])
  })

  test('a lowered cap takes no place away but gives out no new one', () => {
    const table = shownAtOnce({ maxLabelValues: 3 })
    for (const agent of ['a', 'b', 'c']) table.add(catalogue.conversations, conversationsOf(agent), 1, at(0))
    table.setLimits({ maxSampleLines: 50_000, maxLabelValues: 1, scrapeIntervalMs: 0, retireAfterMs: 14 * DAY_MS })
    for (const agent of ['a', 'b', 'c', 'd']) table.add(catalogue.conversations, conversationsOf(agent), 1, at(0))
    expect(shown(table, catalogue.conversations)).toEqual({
      'shop/prod/a': [2],
      'shop/prod/b': [2],
      'shop/prod/c': [2],
      'shop/prod/__other__': [1],
    })
  })
})

describe('line budgets', () => {
  test('add up to the limit', () => {
    const table = shownAtOnce({ maxSampleLines: 10_000 })
    const sum = metrics.reduce((lines, metric) => lines + table.lineBudget(metric), 0)
    expect(sum).toBeLessThanOrEqual(10_000)
    expect(sum).toBeGreaterThan(10_000 - metrics.length)
  })

  test('a series that does not fit goes to the one with open labels __other__ and closed labels kept', () => {
    const table = shownAtOnce()
    const twoLines = Math.ceil((2 * 50_000) / table.lineBudget(catalogue.runs))
    table.setLimits({ maxSampleLines: twoLines, maxLabelValues: 200, scrapeIntervalMs: 0, retireAfterMs: DAY_MS })
    expect(table.lineBudget(catalogue.runs)).toBe(2)

    for (const agent of ['a', 'b', 'c', 'd', 'a']) {
      for (const outcome of ['ok', 'failed']) table.add(catalogue.runs, { ...conversationsOf(agent), outcome }, 1, at(0))
    }
    expect(shown(table, catalogue.runs)).toEqual({
      'shop/prod/a/ok': [2],
      'shop/prod/a/failed': [2],
      '__other__/__other__/__other__/ok': [3],
      '__other__/__other__/__other__/failed': [3],
    })
    expect(shown(table, catalogue.seriesOverflow)).toEqual({ series: [6] })
  })

  test('a metric without open labels is never turned away', () => {
    const table = shownAtOnce({ maxSampleLines: 0 })
    table.observe(catalogue.ingestLag, {}, 5, at(0), null)
    table.add(catalogue.receivedSpans, {}, 3, at(0))
    expect(shown(table, catalogue.receivedSpans)).toEqual({ '': [3] })
    expect(shown(table, catalogue.seriesOverflow)).toEqual({})
  })

  test('a retired series that finds its metric full when it comes back counts under __other__', () => {
    const table = shownAtOnce()
    table.setLimits({
      maxSampleLines: 50_000 / table.lineBudget(catalogue.conversations) + 1,
      maxLabelValues: 9,
      scrapeIntervalMs: 0,
      retireAfterMs: 10,
    })
    expect(table.lineBudget(catalogue.conversations)).toBe(1)
    table.add(catalogue.conversations, conversationsOf('a'), 1, at(0))
    table.advance(at(10))
    table.add(catalogue.conversations, conversationsOf('b'), 1, at(10))
    table.add(catalogue.conversations, conversationsOf('a'), 1, at(11))
    expect(shown(table, catalogue.conversations)).toEqual({ 'shop/prod/b': [1], '__other__/__other__/__other__': [1] })
    expect(totalOf(table, catalogue.conversations)).toBe(3)
  })

  test('a hundred thousand hostile models stay within the limit with exact totals', () => {
    const table = shownAtOnce({ maxSampleLines: 5_000 })
    const common = { service_name: 'shop', environment: 'prod', agent: 'a', step: 's' }
    for (let i = 0; i < 100_000; i++) {
      const model = `model-${i}`
      table.add(catalogue.tokens, { ...common, step: `step-${i % 1_000}`, provider: 'x', model, type: 'input' }, 3, at(i))
      table.observe(catalogue.llmCallDuration, { ...common, step: `step-${i % 777}`, model }, 1_000, at(i), null)
    }
    expect(totalOf(table, catalogue.tokens)).toBe(300_000)
    expect(
      table
        .snapshot()
        .series.filter(({ metric }) => metric === catalogue.llmCallDuration.name)
        .reduce((n, { values }) => n + (values[0] ?? 0), 0),
    ).toBe(100_000)
    expect(table.lineCount()).toBeLessThan(5_000)
  })
})
