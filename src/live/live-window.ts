/**
 * The last hour as people look at it: runs, money, failures and steps by the minute, for the live page. It is told what the fold settles and holds
 * nothing that the fold or the records depend on; after a start it is filled from the records. Memory is bounded whatever comes.
 */
import type { RunRecord, RunSummary, SettledTrace } from '../model/run.ts'
import { type Arrivals, ArrivalLog } from './arrivals.ts'
import { type FailureTotal, Minute, type StepTotal } from './minute.ts'
import { Ring } from './ring.ts'
import { RunTotals, type Totals } from './run-totals.ts'

export interface LiveSnapshot {
  readonly nowMs: number
  /** What is counted began to end then or later; later than an hour ago when the records held more than could be read at the start. */
  readonly sinceMs: number
  /** All services of the hour, in alphabetical order, whatever is filtered. */
  readonly services: readonly string[]
  readonly arrivals: Arrivals
  readonly total: Totals
  /** The last whole minute. */
  readonly lastMinute: Totals
  /** Sixty stretches of time, oldest first; the last one is running. Minutes, or while everything is younger than ten minutes ten seconds each. */
  readonly bars: { readonly widthMs: number; readonly totals: readonly { readonly atMs: number; readonly totals: Totals }[] }
  /** By how many runs they hurt. */
  readonly failures: readonly FailureTotal[]
  readonly steps: readonly StepTotal[]
  /** Newest first. Texts are as they came: whoever shows them redacts them. */
  readonly latest: readonly RunSummary[]
}

const SLOTS = 60
const MINUTE_MS = 60_000
const SHORT_MS = 10_000
const LATEST_RUNS = 20
/** Services that are told apart; the rest is counted in all but cannot be chosen. */
const MAX_SERVICES = 200

export class LiveWindow {
  #services = new Map<string, ServiceWindow>()
  #arrivals = new ArrivalLog()
  #filledSinceMs = 0
  #version = 0

  /** Grows with everything that changes what a snapshot shows. */
  get version(): number {
    return this.#version
  }

  /** Forgets everything and begins with what the records hold, newest first. `isWhole` false = there was more than could be read. */
  restart(runs: readonly RunRecord[], isWhole: boolean): void {
    this.#services = new Map()
    this.#arrivals = new ArrivalLog()
    this.#filledSinceMs = isWhole ? 0 : (runs.at(-1)?.settledAtMs ?? 0)
    for (const record of runs.toReversed()) {
      this.received(record.steps.length, record.settledAtMs)
      this.settled({ type: 'run', record, isFirst: true, atMs: record.settledAtMs })
    }
    this.#version++
  }

  settled(settled: SettledTrace): void {
    this.#version++
    this.#arrivals.settled(settled)
    if (settled.type === 'plain') return
    const { record, isFirst, atMs } = settled
    this.#serviceOf(record.service).add(record, isFirst, atMs)
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
    const all = [...this.#services.values()]
    const windows = service === null ? all : [this.#services.get(service)].filter((found) => found !== undefined)
    const whole = new Minute()
    for (const window of windows) for (const minute of window.minutesFrom(first)) whole.merge(minute)
    return {
      nowMs,
      sinceMs: Math.max(first * MINUTE_MS, this.#filledSinceMs),
      services: [...this.#services]
        .filter(([name, window]) => name !== OTHER && window.minutesFrom(first).length > 0)
        .map(([name]) => name)
        .sort(),
      arrivals: this.#arrivals.since(first, nowMs),
      total: whole.totals,
      lastMinute: sumOf(windows.map((window) => window.minutes.at(first + SLOTS - 2)?.totals)),
      bars: barsOf(windows, nowMs),
      failures: whole.failures(),
      steps: whole.steps(),
      latest: windows
        .flatMap((window) => window.latest)
        .filter(({ settledAtMs }) => settledAtMs >= first * MINUTE_MS)
        .sort((a, b) => b.settledAtMs - a.settledAtMs || b.startedAtUs - a.startedAtUs)
        .slice(0, LATEST_RUNS),
    }
  }

  #serviceOf(name: string): ServiceWindow {
    const key = this.#services.has(name) || this.#services.size < MAX_SERVICES ? name : OTHER
    const known = this.#services.get(key)
    if (known !== undefined) return known
    const window = new ServiceWindow()
    this.#services.set(key, window)
    return window
  }
}

/** Not a name that an emitter can send. */
const OTHER = '\0other'

class ServiceWindow {
  readonly minutes = new Ring(SLOTS, () => new Minute())
  readonly short = new Ring(SLOTS, () => new RunTotals())
  latest: RunSummary[] = []

  add(record: RunRecord, isFirst: boolean, atMs: number): void {
    this.#remember(record)
    if (!isFirst) return
    this.minutes.open(Math.floor(atMs / MINUTE_MS))?.add(record)
    this.short.open(Math.floor(atMs / SHORT_MS))?.add(record)
  }

  minutesFrom(first: number): readonly Minute[] {
    return numbersFrom(first).flatMap((number) => this.minutes.at(number) ?? [])
  }

  #remember({ steps: _steps, ...summary }: RunRecord): void {
    this.latest = [summary, ...this.latest.filter(({ traceId }) => traceId !== summary.traceId)].slice(0, LATEST_RUNS)
  }
}

/** Minutes would be one lonely bar while everything is young. */
function barsOf(windows: readonly ServiceWindow[], nowMs: number): LiveSnapshot['bars'] {
  const firstShort = Math.floor(nowMs / SHORT_MS) - SLOTS + 1
  const firstMinute = Math.floor(nowMs / MINUTE_MS) - SLOTS + 1
  const isYoung = windows.every((window) =>
    numbersFrom(firstMinute).every((number) => number * MINUTE_MS >= firstShort * SHORT_MS || window.minutes.at(number) === null),
  )
  const [widthMs, first] = isYoung ? [SHORT_MS, firstShort] : [MINUTE_MS, firstMinute]
  return {
    widthMs,
    totals: numbersFrom(first).map((number) => ({
      atMs: number * widthMs,
      totals: sumOf(windows.map((window) => (isYoung ? window.short.at(number) : window.minutes.at(number)?.totals))),
    })),
  }
}

function numbersFrom(first: number): readonly number[] {
  return Array.from({ length: SLOTS }, (_, index) => first + index)
}

function sumOf(parts: readonly (Totals | null | undefined)[]): Totals {
  const sum = new RunTotals()
  for (const part of parts) if (part != null) sum.merge(part)
  return sum
}
