/** The last hour of one service: a tally a minute, and shorter stretches for the first ten minutes. */
import type { LateCalls, RunRecord, RunSummary } from '../model/run.ts'
import { Ring } from './ring.ts'
import { RunTotals } from './run-totals.ts'
import { type PlaceBudget, Tally } from './tally.ts'

export const SLOTS = 60
export const MINUTE_MS = 60_000
export const SHORT_MS = 10_000
export const LATEST_RUNS = 20

export class ServiceWindow {
  readonly minutes: Ring<Tally>
  readonly short: Ring<RunTotals> = new Ring(SLOTS, () => new RunTotals())
  latest: readonly RunSummary[] = []
  /** Number of the newest minute that holds something. */
  lastMinute = 0

  constructor(places: PlaceBudget) {
    this.minutes = new Ring(
      SLOTS,
      () => new Tally(places),
      (tally) => tally.drop(),
    )
  }

  /** `late` null = the run is new; else only what came late is added to the minute it came in. */
  add(record: RunRecord, late: LateCalls | null, atMs: number): void {
    this.#remember(record)
    const minute = Math.floor(atMs / MINUTE_MS)
    const tally = this.minutes.open(minute)
    const short = this.short.open(Math.floor(atMs / SHORT_MS))
    this.lastMinute = Math.max(this.lastMinute, minute)
    if (late === null) {
      tally?.add(record)
      short?.add(record)
    } else {
      tally?.totals.addLate(late)
      short?.addLate(late)
    }
  }

  /** Gives back what it holds: the service has been silent for too long. */
  drop(): void {
    for (const tally of this.minutes.contents()) tally.drop()
  }

  #remember({ steps: _steps, ...summary }: RunRecord): void {
    this.latest = [summary, ...this.latest.filter(({ traceId }) => traceId !== summary.traceId)].slice(0, LATEST_RUNS)
  }
}
