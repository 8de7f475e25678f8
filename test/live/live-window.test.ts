import { describe, expect, test } from 'vitest'
import { LiveWindow } from '../../src/live/live-window.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { failure, run, step } from '../records/builders.ts'

const NOW = Date.UTC(2026, 0, 31, 12, 0, 30)
const MINUTE = 60_000

/** One ok run of one priced call that cost 0.001 USD and took one second. */
function okRun(traceId: string, changes: Partial<RunRecord> = {}): RunRecord {
  const call = step({ spanId: `${traceId}-call`, error: null, tool: null, costNanoUsd: 1_000_000 })
  return run(traceId, { costNanoUsd: 1_000_000, sampleRate: 1, settledAtMs: NOW, steps: [call], ...changes })
}

function failedRun(traceId: string, changes: Partial<RunRecord> = {}): RunRecord {
  return okRun(traceId, { outcome: 'failed', failures: [failure({ detail: `why ${traceId} failed` })], ...changes })
}

function windowWith(...runs: readonly RunRecord[]): LiveWindow {
  const window = new LiveWindow()
  for (const record of runs) window.settled({ type: 'run', record, late: null, atMs: record.settledAtMs })
  return window
}

describe('totals', () => {
  test('runs, failures, calls and money of the hour add up', () => {
    const window = windowWith(
      okRun('a', { llmCalls: 3 }),
      failedRun('b', { costNanoUsd: null, unpricedCalls: 1, steps: [] }),
      okRun('c', { service: 'other' }),
    )
    expect(window.snapshot(NOW, null).total).toEqual({
      runs: 3,
      failedRuns: 1,
      llmCalls: 5,
      costNanoUsd: 2_000_000,
      pricedRuns: 2,
      unpricedAnswers: 0,
    })
  })

  test('an answer without a price is counted, a failed call without one is not', () => {
    const answered = step({ spanId: '1', error: null, costNanoUsd: null })
    const failed = step({ spanId: '2', costNanoUsd: null })
    const { total } = windowWith(okRun('a', { costNanoUsd: null, unpricedCalls: 2, steps: [answered, failed] })).snapshot(
      NOW,
      null,
    )
    expect([total.unpricedAnswers, total.pricedRuns, total.costNanoUsd]).toEqual([1, 0, 0])
  })

  test('a sampled run stands for those like it', () => {
    const { total } = windowWith(okRun('a', { sampleRate: 0.25 })).snapshot(NOW, null)
    expect([total.runs, total.costNanoUsd]).toEqual([4, 4_000_000])
  })

  test('a run that late spans opened again counts once with the calls that came, and is shown as it is now', () => {
    const window = windowWith(okRun('a'))
    window.settled({ type: 'run', record: failedRun('a'), late: { llmCalls: 2, costNanoUsd: 500 }, atMs: NOW })
    const { total, latest } = window.snapshot(NOW, null)
    expect([total.runs, total.failedRuns, latest.map(({ outcome }) => outcome)]).toEqual([1, 0, ['failed']])
    expect([total.llmCalls, total.costNanoUsd]).toEqual([1 + 2, 1_000_000 + 500])
  })

  test('what is older than an hour is gone, also when nothing new comes', () => {
    const window = windowWith(okRun('a', { settledAtMs: NOW - 60 * MINUTE }), okRun('b', { settledAtMs: NOW - 59 * MINUTE }))
    expect(window.snapshot(NOW, null).total.runs).toBe(1)
    const later = window.snapshot(NOW + 2 * MINUTE, null)
    expect([later.total.runs, later.latest, later.services]).toEqual([0, [], []])
  })

  test('a place that was taken over by a later minute takes nothing old any more', () => {
    const window = windowWith(okRun('new'), okRun('old', { settledAtMs: NOW - 60 * MINUTE }))
    expect(window.snapshot(NOW, null).total.runs).toBe(1)
  })
})

describe('services', () => {
  test('can be looked at one by one, and are all listed whichever is looked at', () => {
    const window = windowWith(okRun('a', { service: 'shop' }), okRun('b', { service: 'desk' }), okRun('c', { service: 'desk' }))
    const desk = window.snapshot(NOW, 'desk')
    expect([desk.total.runs, desk.services, desk.latest.map(({ traceId }) => traceId)]).toEqual([2, ['desk', 'shop'], ['b', 'c']])
    expect(window.snapshot(NOW, 'nobody').total.runs).toBe(0)
  })

  test('beyond two hundred are counted and not told apart', () => {
    const window = windowWith(...Array.from({ length: 300 }, (_, index) => okRun(`t${index}`, { service: `service ${index}` })))
    const { total, services } = window.snapshot(NOW, null)
    expect([total.runs, services.length]).toEqual([300, 200])
  })

  test('that were silent for an hour make room for new names', () => {
    const window = windowWith(
      ...Array.from({ length: 200 }, (_, index) =>
        okRun(`t${index}`, { service: `pod ${index}`, settledAtMs: NOW - 300 * MINUTE }),
      ),
      okRun('new', { service: 'new' }),
    )
    expect(window.snapshot(NOW, null).services).toEqual(['new'])
    expect(window.snapshot(NOW, 'new').total.runs).toBe(1)
  })
})

describe('bars', () => {
  test('are ten seconds each while everything is young, else minutes', () => {
    const young = windowWith(okRun('a', { settledAtMs: NOW - 9 * MINUTE }), okRun('b')).snapshot(NOW, null).bars
    expect([young.widthMs, young.stretches.length, young.stretches.at(-1)]).toEqual([
      10_000,
      60,
      { atMs: NOW, totals: expect.objectContaining({ runs: 1 }) as unknown },
    ])
    expect(young.stretches.reduce((sum, { totals }) => sum + totals.runs, 0)).toBe(2)
    const old = windowWith(okRun('a', { settledAtMs: NOW - 11 * MINUTE }), okRun('b')).snapshot(NOW, null).bars
    expect([old.widthMs, old.stretches.filter(({ totals }) => totals.runs > 0).map(({ atMs }) => atMs)]).toEqual([
      MINUTE,
      [NOW - 30_000 - 11 * MINUTE, NOW - 30_000],
    ])
  })

  test('the last whole minute is the one before the running one', () => {
    const window = windowWith(
      okRun('a', { settledAtMs: NOW - MINUTE }),
      okRun('b'),
      okRun('c', { settledAtMs: NOW - 2 * MINUTE }),
    )
    expect(window.snapshot(NOW, null).lastMinute.runs).toBe(1)
  })
})

describe('failures', () => {
  test('a kind counts once a run, as what it hurt most, with the latest that hurt as evidence', () => {
    const twice = [failure({ impact: 'recovered', detail: 'first try' }), failure({ impact: 'fatal', detail: 'second try' })]
    const window = windowWith(
      failedRun('a', { failures: twice, settledAtMs: NOW - 5_000 }),
      okRun('b', { failures: [failure({ impact: 'recovered', detail: 'got over it' })] }),
      failedRun('c', { failures: [failure({ kind: 'incomplete' })], settledAtMs: NOW - 1_000 }),
    )
    const told = window
      .snapshot(NOW, null)
      .failures.map(({ kind, fatal, recovered, latest }) => [kind, fatal, recovered, latest.failure.detail])
    expect(told).toEqual([
      ['rate_limit', 1, 1, 'second try'],
      ['incomplete', 1, 0, 'HTTP 429'],
    ])
  })
})

describe('steps', () => {
  test('are told apart by agent, place and model; parents and twins of a call are none', () => {
    const call = (spanId: string, changes: Parameters<typeof step>[0]) => step({ spanId, error: null, tool: null, ...changes })
    const steps = [
      call('1', { costNanoUsd: 10, endUs: 1_700_000_002_000_000 }),
      call('2', { costNanoUsd: 20 }),
      call('3', { isCounted: false }),
      call('4', { kind: 'agent' }),
      call('5', {
        kind: 'tool',
        tool: { name: 'search', callId: null, argumentsFingerprint: null, looseArguments: null, resultFingerprint: null },
        isCounted: false,
      }),
    ]
    const told = windowWith(okRun('a', { steps })).snapshot(NOW, null).steps
    expect(told).toEqual([
      {
        kind: 'llm',
        agent: 'support',
        name: 'answer',
        model: 'gpt-4o-2024-08-06',
        count: 2,
        failed: 0,
        durationUs: 3_000_000,
        costNanoUsd: 30,
        slowest: { traceId: 'a', spanId: '1', durationUs: 2_000_000 },
      },
      {
        kind: 'tool',
        agent: 'support',
        name: 'search',
        model: '',
        count: 1,
        failed: 0,
        durationUs: 1_000_000,
        costNanoUsd: 1_234_567,
        slowest: { traceId: 'a', spanId: '5', durationUs: 1_000_000 },
      },
    ])
  })

  test('a flood of names in one minute keeps the memory bounded', () => {
    const steps = Array.from({ length: 2_000 }, (_, index) =>
      step({ spanId: String(index), tool: null, stepLabel: `step ${index}` }),
    )
    expect(windowWith(okRun('a', { steps })).snapshot(NOW, null).steps.length).toBe(500)
  })

  test('the hour tells apart what its minutes and services do', () => {
    const stepsOf = (name: string) =>
      Array.from({ length: 20 }, (_, index) =>
        step({ spanId: String(index), tool: null, agentLabel: name, stepLabel: `step ${index}` }),
      )
    const runs = Array.from({ length: 60 }, (_, index) =>
      okRun(`t${index}`, { service: `s${index}`, steps: stepsOf(`agent ${index}`) }),
    )
    expect(windowWith(...runs).snapshot(NOW, null).steps.length).toBe(1_200)
  })

  test('all minutes together keep the memory bounded, and give back what is over', () => {
    const steps = Array.from({ length: 500 }, (_, index) =>
      step({ spanId: String(index), tool: null, stepLabel: `step ${index}` }),
    )
    const hours = (first: number) =>
      Array.from({ length: 210 }, (_, index) =>
        okRun(`t${first + index}`, {
          service: `s${index % 4}`,
          steps,
          settledAtMs: NOW + (first + Math.floor(index / 4)) * MINUTE,
        }),
      )
    const window = windowWith(...hours(0))
    const full = window.snapshot(NOW + 52 * MINUTE, null).steps.reduce((sum, { count }) => sum + count, 0)
    expect(full).toBe(100_000)
    for (const record of hours(120)) window.settled({ type: 'run', record, late: null, atMs: record.settledAtMs })
    const later = window.snapshot(NOW + (120 + 52) * MINUTE, null).steps.reduce((sum, { count }) => sum + count, 0)
    expect(later).toBe(100_000)
  })
})

describe('a restart', () => {
  test('begins with what the records hold and counts nothing twice', () => {
    const window = windowWith(okRun('before'))
    window.restart()
    for (const record of [okRun('b'), okRun('a', { settledAtMs: NOW - MINUTE, sampleRate: 0.5 })]) window.refill(record)
    const { total, latest, sinceMs, arrivals } = window.snapshot(NOW, null)
    expect([total.runs, latest.map(({ traceId }) => traceId), arrivals.spans]).toEqual([1 + 2, ['a', 'b'], 1 + 2])
    expect(sinceMs).toBe(NOW - 30_000 - 59 * MINUTE)
  })

  test('says since when it knows, where the records held more than was read', () => {
    const window = new LiveWindow()
    window.refilledFrom(NOW - 7 * MINUTE)
    expect(window.snapshot(NOW, null).sinceMs).toBe(NOW - 7 * MINUTE)
  })

  test('and everything else that happens changes the version', () => {
    const window = new LiveWindow()
    const versions = [window.version]
    window.received(1, NOW)
    versions.push(window.version)
    window.settled({ type: 'plain', steps: [], atMs: NOW })
    versions.push(window.version)
    window.requested('traces', 200, NOW)
    versions.push(window.version)
    window.restart()
    versions.push(window.version)
    window.refilledFrom(NOW)
    versions.push(window.version)
    expect(new Set(versions).size).toBe(6)
  })
})
