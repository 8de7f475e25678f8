/**
 * The last hour as people look at it: runs, money, failures and steps by the minute, for the live page. It is told what the fold settles and holds
 * nothing that the fold or the records depend on; after a start it is filled from the records. Memory is bounded whatever comes.
 */
import type { RunRecord, RunSummary, SettledTrace } from '../model/run.ts'
import { type Arrivals, ArrivalLog } from './arrivals.ts'
import { RunTotals, type Totals } from './run-totals.ts'
import { LATEST_RUNS, MINUTE_MS, ServiceWindow, SHORT_MS, SLOTS } from './service-window.ts'
import { type FailureTotal, type PlaceBudget, type StepTotal, Tally } from './tally.ts'

export interface LiveSnapshot {
  /** The hour begins there. */
  readonly fromMs: number
  /** What is counted begins there: later than the hour where the records held more than could be read at the start. */
  readonly sinceMs: number
  /** All services of the hour, in alphabetical order, whatever is filtered. */
  readonly services: readonly string[]
  /** Of all services, whatever is filtered. */
  readonly arrivals: Arrivals
  readonly total: Totals
  /** The last minute, to ten seconds. */
  readonly lastMinute: Totals
  /** Sixty stretches of time, oldest first; the last one is running. Minutes, or while everything is younger than ten minutes ten seconds each. */
  readonly bars: { readonly widthMs: number; readonly stretches: readonly { readonly atMs: number; readonly totals: Totals }[] }
  /** By how many runs they hurt. */
  readonly failures: readonly FailureTotal[]
  readonly steps: readonly StepTotal[]
  /** The last to end first. Texts are as they came: whoever shows them redacts them. */
  readonly latest: readonly RunSummary[]
}

/** Services that are told apart; the rest is counted in all but cannot be chosen. */
const MAX_SERVICES = 200
/** Steps told apart in all minutes of all services: some thirty megabytes. */
const MAX_PLACES = 100_000

export class LiveWindow {
  #services = new Map<string, ServiceWindow>()
  #places: PlaceBudget = { left: MAX_PLACES }
  #arrivals = new ArrivalLog()
  #filledSinceMs = 0
  #version = 0

  /** Grows with everything that changes what a snapshot shows. */
  get version(): number {
    return this.#version
  }

  /** Forgets everything. What the records hold is added next, in any order. */
  restart(): void {
    this.#services = new Map()
    this.#places = { left: MAX_PLACES }
    this.#arrivals = new ArrivalLog()
    this.#filledSinceMs = 0
    this.#version++
  }

  /** A run that was settled before the start. */
  refill(record: RunRecord): void {
    this.received(record.steps.length / record.sampleRate, record.settledAtMs)
    this.settled({ type: 'run', record, late: null, atMs: record.settledAtMs })
  }

  /** The records held more than was read: what there is begins here. */
  refilledFrom(sinceMs: number): void {
    this.#filledSinceMs = sinceMs
    this.#version++
  }

  settled(settled: SettledTrace): void {
    this.#version++
    this.#arrivals.settled(settled)
    if (settled.type === 'plain') return
    const { record, late, atMs } = settled
    this.#serviceOf(record.service, atMs).add(record, late, atMs)
  }

  /** Spans that came, copies left out. */
  received(spans: number, atMs: number): void {
    this.#arrivals.received(spans, atMs)
    this.#version++
  }

  /** A request at the door, with the status it was answered with. */
  requested(signal: string, status: number, atMs: number): void {
    this.#arrivals.requested(signal, status, atMs)
    this.#version++
  }

  /** The hour up to now; with a service only what it did. */
  snapshot(nowMs: number, service: string | null): LiveSnapshot {
    const first = Math.floor(nowMs / MINUTE_MS) - SLOTS + 1
    const all = [...this.#services].filter(([, window]) => window.lastMinute >= first)
    const windows = all.flatMap(([name, window]) => (service === null || name === service ? [window] : []))
    const whole = new Tally()
    for (const window of windows) for (const { content } of window.minutes.from(first)) whole.merge(content)
    return {
      fromMs: first * MINUTE_MS,
      sinceMs: Math.max(first * MINUTE_MS, this.#filledSinceMs),
      services: all.flatMap(([name]) => (name === OTHER ? [] : [name])).sort(),
      arrivals: this.#arrivals.since(first, nowMs),
      total: whole.totals,
      lastMinute: sumOf(windows.flatMap((window) => window.short.from(firstOfLastMinute(nowMs)).map(({ content }) => content))),
      bars: barsOf(windows, nowMs),
      failures: whole.failures(),
      steps: whole.steps(),
      latest: windows
        .flatMap((window) => window.latest)
        .filter(({ settledAtMs }) => settledAtMs >= first * MINUTE_MS)
        .sort((a, b) => endOf(b) - endOf(a) || (a.traceId < b.traceId ? -1 : 1))
        .slice(0, LATEST_RUNS),
    }
  }

  #serviceOf(name: string, atMs: number): ServiceWindow {
    if (!this.#services.has(name) && this.#services.size >= MAX_SERVICES) this.#forgetSilent(atMs)
    const key = this.#services.has(name) || this.#services.size < MAX_SERVICES ? name : OTHER
    const known = this.#services.get(key)
    if (known !== undefined) return known
    const window = new ServiceWindow(this.#places)
    this.#services.set(key, window)
    return window
  }

  /** Names of previews and pods come and go: those that have been silent for the hour make room. */
  #forgetSilent(atMs: number): void {
    const first = Math.floor(atMs / MINUTE_MS) - SLOTS + 1
    for (const [name, window] of this.#services) {
      if (window.lastMinute >= first) continue
      window.drop()
      this.#services.delete(name)
    }
  }
}

/** Not a name that an emitter can send. */
const OTHER = '\0other'

function endOf({ startedAtUs, durationUs }: RunSummary): number {
  return startedAtUs + durationUs
}

function firstOfLastMinute(nowMs: number): number {
  return Math.floor(nowMs / SHORT_MS) - MINUTE_MS / SHORT_MS + 1
}

/** Minutes would be one lonely bar while everything is young. */
function barsOf(windows: readonly ServiceWindow[], nowMs: number): LiveSnapshot['bars'] {
  const firstShort = Math.floor(nowMs / SHORT_MS) - SLOTS + 1
  const firstMinute = Math.floor(nowMs / MINUTE_MS) - SLOTS + 1
  const isYoung = windows.every((window) =>
    window.minutes.from(firstMinute).every(({ number }) => number * MINUTE_MS >= firstShort * SHORT_MS),
  )
  const [widthMs, first] = isYoung ? [SHORT_MS, firstShort] : [MINUTE_MS, firstMinute]
  const totalsAt = (window: ServiceWindow, number: number): Totals | null =>
    isYoung ? window.short.at(number) : (window.minutes.at(number)?.totals ?? null)
  return {
    widthMs,
    stretches: Array.from({ length: SLOTS }, (_, index) => ({
      atMs: (first + index) * widthMs,
      totals: sumOf(windows.map((window) => totalsAt(window, first + index))),
    })),
  }
}

function sumOf(parts: readonly (Totals | null)[]): Totals {
  const sum = new RunTotals()
  for (const part of parts) if (part !== null) sum.merge(part)
  return sum
}
