/** What the emitter hands to the exporter: times, resources, and what is sent when. */
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Emitter } from '../../../demo/traffic/emit.ts'
import { type PlannedRun, spansOf } from '../../../demo/traffic/plan.ts'
import { runs } from './runs.ts'

const NOW_MS = Date.parse('2026-11-25T12:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS })
})

afterEach(() => {
  vi.useRealTimers()
})

type Spans = Parameters<SpanExporter['export']>[0]

/** The SDK's own exporter to memory waits for a timer, and the timers are ours here. */
class Collected implements SpanExporter {
  readonly spans: Spans[number][] = []

  export(spans: Spans, done: Parameters<SpanExporter['export']>[1]): void {
    this.spans.push(...spans)
    done({ code: 0 })
  }

  shutdown(): Promise<void> {
    return Promise.resolve()
  }
}

function firstRun(matches: (run: PlannedRun) => boolean): PlannedRun {
  const run = runs({ failureRate: 0.2, services: 4 }, 2_000).find(matches)
  if (run === undefined) throw new Error('expected a run like that among two thousand')
  return run
}

const isHealthy = ({ failures, opinions }: PlannedRun): boolean => failures.length === 0 && opinions.length === 0
const crashed = ({ root, opinions }: PlannedRun): boolean => !root.isSent && opinions.length === 0
const isRated = ({ opinions }: PlannedRun): boolean => opinions.length === 2

function spanCount(run: PlannedRun): number {
  return [...spansOf(run.root)].length
}

function ms([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1_000 + nanos / 1e6
}

test('an ended run ends now, is one trace, and says of what service and release it is and that it is a demo', async () => {
  const exporter = new Collected()
  const emitter = new Emitter(exporter)
  const run = firstRun(isHealthy)
  expect(emitter.sendEnded(run, NOW_MS)).toBe(spanCount(run))
  await emitter.flush()
  const spans = exporter.spans
  expect(spans).toHaveLength(spanCount(run))
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1)
  expect(Math.max(...spans.map(({ endTime }) => ms(endTime)))).toBe(NOW_MS)
  expect(Math.min(...spans.map(({ startTime }) => ms(startTime)))).toBe(NOW_MS - run.root.endMs)
  for (const { resource } of spans) {
    expect(resource.attributes).toEqual({
      'service.name': run.service,
      'service.version': run.release,
      'deployment.environment.name': 'demo',
    })
  }
})

test('of a run whose process died the root and what was open in it never come', async () => {
  const exporter = new Collected()
  const emitter = new Emitter(exporter)
  const run = firstRun(crashed)
  const sent = emitter.sendEnded(run, NOW_MS)
  await emitter.flush()
  expect(sent).toBeLessThan(spanCount(run))
  expect(exporter.spans).toHaveLength(sent)
  expect(exporter.spans.every(({ parentSpanContext }) => parentSpanContext !== undefined)).toBe(true)
})

test('a live run sends each span when it ends, and on a stop all that is left', async () => {
  const exporter = new Collected()
  const emitter = new Emitter(exporter)
  const run = firstRun(isHealthy)
  const total = emitter.sendLive(run, NOW_MS)
  const ends = [...spansOf(run.root)].map(({ endMs }) => endMs).sort((a, b) => a - b)
  const middleMs = ends[Math.floor(ends.length / 2)] ?? 0
  vi.advanceTimersByTime(middleMs)
  await emitter.flush()
  const early = ends.filter((endMs) => endMs <= middleMs)
  expect(exporter.spans).toHaveLength(early.length)
  expect(Math.max(...exporter.spans.map(({ endTime }) => ms(endTime)))).toBe(NOW_MS + middleMs)

  await emitter.close()
  expect(exporter.spans).toHaveLength(total)
  expect(exporter.spans.map(({ endTime }) => ms(endTime) - NOW_MS).sort((a, b) => a - b)).toEqual(ends)
})

test('what is said of a run comes some time after it, in traces of its own that link to it', async () => {
  const exporter = new Collected()
  const emitter = new Emitter(exporter)
  const run = firstRun(isRated)
  expect(emitter.sendEnded(run, NOW_MS)).toBe(spanCount(run) + 2)
  await emitter.flush()
  expect(exporter.spans).toHaveLength(spanCount(run))
  const root = exporter.spans.find(({ parentSpanContext }) => parentSpanContext === undefined)?.spanContext()
  vi.advanceTimersByTime(Math.max(...run.opinions.map(({ afterMs }) => afterMs)))
  await emitter.flush()
  const said = exporter.spans.slice(spanCount(run))
  expect(said.map(({ endTime }) => ms(endTime) - NOW_MS).sort((a, b) => a - b)).toEqual(
    run.opinions.map(({ afterMs }) => afterMs).sort((a, b) => a - b),
  )
  for (const { links, parentSpanContext, resource } of said) {
    expect([links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId })), parentSpanContext]).toEqual([
      [{ traceId: root?.traceId, spanId: root?.spanId }],
      undefined,
    ])
    expect(resource.attributes['service.name']).toBe(run.service)
  }
})
