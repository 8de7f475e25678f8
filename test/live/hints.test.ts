import { describe, expect, test } from 'vitest'
import { hintsOf } from '../../src/live/hints.ts'
import type { LiveView } from '../../src/live/live-view.ts'
import { LiveWindow } from '../../src/live/live-window.ts'
import type { RunRecord, RunStep } from '../../src/model/run.ts'
import { run, step } from '../records/builders.ts'

const NOW = Date.UTC(2026, 0, 31, 12, 0, 30)

function viewOf(fill: (window: LiveWindow) => void, changes: Partial<LiveView> = {}): LiveView {
  const window = new LiveWindow()
  fill(window)
  const open = { runs: 0, costNanoUsd: 0, loops: 0 }
  const shown = { dearest: [], slowest: [], service: null, lastRunAtMs: null, open, contentMode: 'redacted' } as const
  return { ...window.snapshot(NOW, null), ...shown, ...changes }
}

/** A run with nothing to complain about, but for what the test changes. */
function settled(window: LiveWindow, changes: Partial<RunRecord> = {}, call: Partial<RunStep> = {}): void {
  const record = run('a', { steps: [step({ error: null, ...call })], ...changes })
  window.settled({ type: 'run', record, late: null, atMs: NOW })
}

const unknown = {
  usage: { input: 10, output: 5, cacheRead: null, cacheWrite: null, reasoning: null },
  costNanoUsd: null,
} as const
const nothingKnown = { input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null } as const

describe('hints', () => {
  test('there are none for data that lacks nothing', () => {
    expect(hintsOf(viewOf((window) => settled(window)))).toEqual([])
  })

  test('nothing that came is no reason for a hint', () => {
    expect(hintsOf(viewOf(() => {}))).toEqual([])
  })

  test('requests that were refused, by signal and status', () => {
    const view = viewOf((window) => {
      window.requested('traces', 200, NOW - 2)
      for (const status of [401, 401, 415]) window.requested('traces', status, NOW - 1)
      window.requested('logs', 200, NOW)
    })
    expect(hintsOf(view)).toEqual([
      { type: 'refused', signal: 'traces', status: 401, count: 2 },
      { type: 'refused', signal: 'traces', status: 415, count: 1 },
    ])
  })

  test('a refusal that is over, and what no set-up can help, are none', () => {
    const view = viewOf((window) => {
      window.requested('traces', 401, NOW - 1)
      window.requested('traces', 200, NOW)
      for (const status of [405, 499, 503]) window.requested('traces', status, NOW)
    })
    expect(hintsOf(view)).toEqual([])
  })

  test('metrics and logs without spans', () => {
    const view = viewOf((window) => {
      window.requested('metrics', 200, NOW)
      window.requested('logs', 200, NOW)
    })
    expect(hintsOf(view)).toEqual([{ type: 'no_spans', signals: ['metrics', 'logs'] }])
  })

  test('spans without anything of an agent, most frequent names first, with the library that sent them', () => {
    const span = (name: string) => step({ kind: 'other', name, scope: '@opentelemetry/instrumentation-http' })
    const view = viewOf((window) => {
      window.settled({ type: 'plain', steps: [span('GET /a'), span('POST'), span('POST')], atMs: NOW })
      window.settled({ type: 'plain', steps: [step({ kind: 'other', name: 'cron', scope: '' })], atMs: NOW })
    })
    expect(hintsOf(view)).toEqual([
      {
        type: 'no_meaning',
        traces: 2,
        spans: ['POST (@opentelemetry/instrumentation-http)', 'GET /a (@opentelemetry/instrumentation-http)', 'cron'],
      },
    ])
  })

  test('plain spans beside runs are what every web server sends', () => {
    const view = viewOf((window) => {
      window.settled({ type: 'plain', steps: [step({ kind: 'other' })], atMs: NOW })
      settled(window)
    })
    expect(hintsOf(view)).toEqual([])
  })

  test.each([
    ['unknown_model', unknown, 'house-7b'],
    ['no_usage', { usage: nothingKnown, costNanoUsd: null }, 'house-7b'],
    ['no_model', { ...unknown, requestModel: null }, ''],
    ['unknown_tier', unknown, 'house-7b'],
  ] as const)('answers without a price: %s', (reason, call, model) => {
    const view = viewOf((window) =>
      settled(window, {}, { requestModel: 'house-7b', responseModel: null, provider: 'vllm', unpriced: reason, ...call }),
    )
    expect(hintsOf(view)).toEqual([
      { type: 'unpriced', reason, calls: 1, models: [{ provider: 'vllm', model, reason, count: 1 }] },
    ])
  })

  test('a failed call without a price is what failed calls are like', () => {
    const error = { type: 'RateLimitError', message: null, httpStatus: 429, cause: null, kind: null }
    expect(hintsOf(viewOf((window) => settled(window, {}, { error, usage: nothingKnown, costNanoUsd: null })))).toEqual([])
  })

  test('no call carries a text, unless nobody wants any', () => {
    const fill = (window: LiveWindow): void => settled(window, {}, { hasContent: false })
    expect(hintsOf(viewOf(fill))).toEqual([{ type: 'no_content', calls: 1, emitters: ['@opentelemetry/instrumentation-openai'] }])
    expect(hintsOf(viewOf(fill, { contentMode: 'off' }))).toEqual([])
  })

  test('one call with a text shows that it can be done', () => {
    const view = viewOf((window) => {
      settled(window, {}, { hasContent: false })
      settled(window)
    })
    expect(hintsOf(view)).toEqual([])
  })

  test('most runs name no conversation, and perhaps no user either', () => {
    const nameless = (window: LiveWindow): void => settled(window, { conversationId: null })
    expect(hintsOf(viewOf((window) => [nameless(window), settled(window)]))).toEqual([
      { type: 'no_conversation', runs: 1, ofRuns: 2, noUser: false },
    ])
    expect(hintsOf(viewOf((window) => [nameless(window), settled(window), settled(window)]))).toEqual([])
    expect(hintsOf(viewOf((window) => settled(window, { conversationId: null, userId: null })))).toEqual([
      { type: 'no_conversation', runs: 1, ofRuns: 1, noUser: true },
    ])
  })

  test('a flood of span names hides no other count', () => {
    const view = viewOf((window) => {
      const steps = Array.from({ length: 5_000 }, (_, index) => step({ kind: 'other', name: `span ${index}` }))
      window.settled({ type: 'plain', steps, atMs: NOW })
      window.requested('traces', 401, NOW)
    })
    expect(hintsOf(view).map(({ type }) => type)).toEqual(['refused', 'no_meaning'])
  })
})
