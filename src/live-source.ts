/** Feeds the live page: keeps the window of the last hour up to date, fills it from the records after a start, and adds what is open right now. */
import { setImmediate } from 'node:timers/promises'
import type { Fold } from './fold/fold.ts'
import type { OpenGauge, OpenView } from './fold/open-view.ts'
import { dearestOf, type LiveView, type OpenNow, slowestOf } from './live/live-view.ts'
import { LiveWindow } from './live/live-window.ts'
import type { StepTotal } from './live/tally.ts'
import type { RunRecord } from './model/run.ts'
import type { Store } from './records/store.ts'
import type { Watcher } from './watcher.ts'

export interface LiveSourceOptions {
  readonly store: Pick<Store, 'latestRuns' | 'listRuns'>
  readonly openView: Pick<OpenView, 'gauges'>
  /** The fold that counts at the moment; null while the log is being read. */
  readonly fold: () => Fold | null
  readonly now: () => number
}

const WINDOW_MS = 3_600_000
/** A start looks back at this many runs or steps, whichever comes first: parsing a thousand steps takes about 20 ms. */
const MAX_REFILLED_RUNS = 1_000
const MAX_REFILLED_STEPS = 20_000
const RUNS_PER_PAGE = 50
/** Pricing what is open costs as much as a scrape does; all open pages share one. */
const OPEN_VALID_MS = 2_000

export class LiveSource implements Watcher {
  readonly #options: LiveSourceOptions
  readonly #window = new LiveWindow()
  #lastRunAtMs: number | null = null
  #open: { readonly fold: Fold; readonly askedAtMs: number; readonly gauges: readonly OpenGauge[] } | null = null

  constructor(options: LiveSourceOptions) {
    this.#options = options
  }

  async restarted(): Promise<void> {
    // First, so that a refill that fails leaves nothing that the log would add to once more.
    this.#window.restart()
    const { store } = this.#options
    const settledSinceMs = this.#options.now() - WINDOW_MS
    let before: RunRecord | undefined
    let runs = 0
    let steps = 0
    try {
      for (;;) {
        const page = await store.latestRuns({ settledSinceMs, limit: RUNS_PER_PAGE, before })
        if (runs === 0) this.#lastRunAtMs = page[0]?.settledAtMs ?? (await this.#newestEver())
        for (const record of page) {
          this.#window.refill(record)
          steps += record.steps.length
        }
        runs += page.length
        before = page.at(-1)
        if (page.length < RUNS_PER_PAGE || before === undefined) return
        if (runs >= MAX_REFILLED_RUNS || steps >= MAX_REFILLED_STEPS) return this.#window.refilledFrom(before.settledAtMs)
        await setImmediate()
      }
    } catch (error) {
      // What could be read is shown as what it is: less than the hour.
      this.#window.refilledFrom(before?.settledAtMs ?? this.#options.now())
      throw error
    }
  }

  readonly settled: Watcher['settled'] = (trace) => {
    this.#window.settled(trace)
    if (trace.type === 'run') this.#lastRunAtMs = trace.atMs
  }
  readonly received: Watcher['received'] = (spans, atMs) => this.#window.received(spans, atMs)
  readonly requested: Watcher['requested'] = (signal, status) =>
    this.#window.requested(signal, status, this.#nowMs(this.#options.fold()))

  /** Changes whenever a new view would show something else, apart from what time alone changes. */
  version(): string {
    const fold = this.#options.fold()
    return fold === null ? 'starting' : `${this.#window.version} ${fold.openRuns.size}`
  }

  /** The last hour; with a service only what it did. Null while the log is being read. */
  view(service: string | null): LiveView | null {
    const fold = this.#options.fold()
    if (fold === null) return null
    const { steps, ...snapshot } = this.#window.snapshot(this.#nowMs(fold), service)
    const { redactor } = fold
    // Redacted here, because only here it is known what of all the names is shown.
    const named = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
      items.map((item) => ({ ...item, name: redactor.name(item.name) }))
    const { arrivals } = snapshot
    return {
      ...snapshot,
      service,
      lastRunAtMs: this.#lastRunAtMs,
      open: this.#openNow(fold, service),
      arrivals: {
        ...arrivals,
        plainSpans: named(arrivals.plainSpans.slice(0, SHOWN_NAMES)),
        emitters: named(arrivals.emitters.slice(0, SHOWN_NAMES)),
      },
      dearest: named<StepTotal>(dearestOf(steps)),
      slowest: named<StepTotal>(slowestOf(steps)),
      failures: snapshot.failures.map((item) => ({
        ...item,
        latest: { ...item.latest, failure: redactor.failure(item.latest.failure) },
      })),
      latest: snapshot.latest.map((run) => ({
        ...run,
        title: run.title === null ? null : redactor.text(run.title),
        failures: run.failures.map((failure) => redactor.failure(failure)),
      })),
      contentMode: redactor.mode,
    }
  }

  /** The fold's clock never goes back, the wall clock may. */
  #nowMs(fold: Fold | null): number {
    return Math.max(this.#options.now(), fold?.mark.atMs ?? 0)
  }

  async #newestEver(): Promise<number | null> {
    return (await this.#options.store.listRuns({ limit: 1 })).runs[0]?.settledAtMs ?? null
  }

  #openNow(fold: Fold, service: string | null): OpenNow {
    const askedAtMs = performance.now()
    if (this.#open === null || this.#open.fold !== fold || askedAtMs - this.#open.askedAtMs >= OPEN_VALID_MS)
      this.#open = { fold, askedAtMs, gauges: this.#options.openView.gauges(fold) }
    const gauges = this.#open.gauges.filter((gauge) => service === null || gauge.service === service)
    const sum = (read: (gauge: OpenGauge) => number): number => gauges.reduce((total, gauge) => total + read(gauge), 0)
    return {
      runs: sum(({ runs }) => runs),
      costNanoUsd: sum(({ costNanoUsd }) => costNanoUsd),
      loops: sum(({ loops }) => loops),
    }
  }
}

const SHOWN_NAMES = 5
