import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LabelState, SeriesState } from '../../src/model/checkpoint.ts'
import { catalogue } from '../../src/publish/catalogue.ts'
import { SeriesTable } from '../../src/publish/series-table.ts'
import type { SeriesChanges, SeriesLimits } from '../../src/publish/series-table.ts'
import { shownAtOnce } from './tables.ts'

/** Limits so small that everything happens within a few steps: holding, overflowing, retiring, coming back. */
const limits: SeriesLimits = { maxSampleLines: 200, maxLabelValues: 2, scrapeIntervalMs: 5, retireAfterMs: 40 }

/** Keeps what a checkpoint keeps, the way the store does: last state of each series and label value. */
class Saved {
  readonly series = new Map<string, SeriesState>()
  readonly labels = new Map<string, LabelState>()
  apply(changes: SeriesChanges): void {
    for (const { label, value } of changes.removedLabels) this.labels.delete(`${label}\n${value}`)
    for (const state of changes.labels) this.labels.set(`${state.label}\n${state.value}`, state)
    for (const state of changes.series) this.series.set(`${state.metric}\n${state.labels.join('\n')}`, structuredClone(state))
  }
  load(): SeriesTable {
    const table = new SeriesTable(limits)
    table.restore([...this.series.values()].toReversed(), [...this.labels.values()].toReversed())
    return table
  }
}

const names = fc.constantFrom('a', 'b', 'c', 'd')
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), service: names, tool: names, amount: fc.nat(3) }),
  fc.record({ do: fc.constant('observe' as const), service: names, tool: names, value: fc.nat(60_000_000) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 5, 20, 60) }),
  fc.record({ do: fc.constant('checkpoint' as const) }),
  fc.record({ do: fc.constant('restart' as const), downMs: fc.constantFrom(0, 50) }),
)

test('a table restored from its checkpoints is the table that was never interrupted', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const whole = new SeriesTable(limits)
      let restarted = new SeriesTable(limits)
      const saved = new Saved()
      let time = { nowMs: 1_000, uptimeMs: 0 }
      for (const action of steps) {
        if (action.do === 'wait') time = { nowMs: time.nowMs + action.ms, uptimeMs: time.uptimeMs + action.ms }
        if (action.do === 'checkpoint') saved.apply(restarted.takeChanges())
        if (action.do === 'restart') {
          saved.apply(restarted.takeChanges())
          restarted = saved.load()
          expect(restarted.snapshot()).toEqual(whole.snapshot())
          expect([...restarted.samples()]).toEqual([...whole.samples()])
          time = { ...time, nowMs: time.nowMs + action.downMs }
        }
        for (const table of [whole, restarted]) {
          table.advance(time)
          if (action.do === 'add') {
            const labels = { service_name: action.service, environment: '', agent: 'x', tool: action.tool, outcome: 'ok' }
            table.add(catalogue.toolCalls, labels, action.amount, time)
          }
          if (action.do === 'observe') {
            const labels = { service_name: action.service, environment: '', tool: action.tool }
            table.observe(catalogue.toolDuration, labels, action.value, time, 'trace')
          }
        }
      }
      expect(restarted.snapshot()).toEqual(whole.snapshot())
      expect([...restarted.samples()]).toEqual([...whole.samples()])
      expect(restarted.lineCount()).toBe(whole.lineCount())
      expect(restarted.needsTick()).toBe(whole.needsTick())
    }),
    { numRuns: 500 },
  )
})

test('only what changed is taken, once', () => {
  const table = shownAtOnce()
  const labels = { service_name: 's', environment: '', agent: 'a' }
  table.add(catalogue.conversations, labels, 2, { nowMs: 7, uptimeMs: 0 })
  expect(table.takeChanges()).toEqual({
    series: [
      {
        metric: 'flywheel_conversations_total',
        labels: ['s', '', 'a'],
        values: [2],
        heldValues: null,
        heldUntilMs: 0,
        usedAtMs: 7,
        exemplars: null,
      },
    ],
    labels: [
      { label: 'service_name', value: 's', usedAtMs: 7 },
      { label: 'agent', value: 'a', usedAtMs: 7 },
    ],
    removedLabels: [],
  })
  expect(table.takeChanges()).toEqual({ series: [], labels: [], removedLabels: [] })
})

test('states of a metric the catalogue no longer describes are left out', () => {
  const table = shownAtOnce()
  const state = { values: [1], heldValues: null, heldUntilMs: 0, usedAtMs: 0, exemplars: null }
  table.restore(
    [
      { ...state, metric: 'flywheel_gone_total', labels: [] },
      { ...state, metric: 'flywheel_runs_total', labels: ['too', 'few'] },
      { ...state, metric: 'flywheel_ingest_lag_seconds', labels: [] },
    ],
    [{ label: 'gone', value: 'x', usedAtMs: 0 }],
  )
  expect(table.snapshot()).toEqual({ series: [], labels: [] })
})
