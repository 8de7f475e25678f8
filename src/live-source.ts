/** Feeds the live page: keeps the window of the last hour up to date, fills it from the records after a start, and adds what is open right now. */
import type { Fold } from './fold/fold.ts'
import type { OpenView } from './fold/open-view.ts'
import { LiveWindow } from './live/live-window.ts'
import type { LiveView, OpenNow } from './live/live-view.ts'
import { redactFailure } from './records/redact.ts'
import type { Store } from './records/store.ts'
import type { RunFailure } from './model/run.ts'
import type { Watcher } from './watcher.ts'

export interface LiveSourceOptions {
  readonly store: Store
  readonly openView: OpenView
  /** The fold that counts at the moment; null while the log is being read. */
  readonly fold: () => Fold | null
  readonly now: () => number
}

const WINDOW_MS = 3_600_000
/** Runs with their steps that a start reads back: some ten megabytes at most. */
const MAX_REFILLED = 1_000

export class LiveSource implements Watcher {
  readonly #options: LiveSourceOptions
  readonly #window = new LiveWindow()
  #lastRunAtMs: number | null = null

  constructor(options: LiveSourceOptions) {
    this.#options = options
  }

  async restarted(): Promise<void> {
    const { store, now } = this.#options
    const runs = await store.latestRuns({ settledSinceMs: now() - WINDOW_MS, limit: MAX_REFILLED })
    this.#window.restart(runs, runs.length < MAX_REFILLED)
    const newest = (await store.listRuns({ limit: 1 })).runs[0]
    this.#lastRunAtMs = newest?.settledAtMs ?? null
  }

  readonly settled: Watcher['settled'] = (trace) => {
    this.#window.settled(trace)
    if (trace.type === 'run') this.#lastRunAtMs = trace.atMs
  }
  readonly received: Watcher['received'] = (spans, atMs) => this.#window.received(spans, atMs)
  readonly requested: Watcher['requested'] = (signal, status) => this.#window.requested(signal, status, this.#options.now())

  /** Changes whenever a new view would show something else, apart from what time alone changes. */
  version(): string {
    const fold = this.#options.fold()
    return fold === null ? 'starting' : `${this.#window.version} ${fold.openRuns.size}`
  }

  /** The last hour; with a service only what it did. Null while the log is being read. */
  view(service: string | null): LiveView | null {
    const fold = this.#options.fold()
    if (fold === null) return null
    const snapshot = this.#window.snapshot(Math.max(this.#options.now(), fold.mark.atMs), service)
    const redact = (failure: RunFailure): RunFailure => redactFailure(failure, fold.settings.content)
    return {
      ...snapshot,
      service,
      lastRunAtMs: this.#lastRunAtMs,
      failures: snapshot.failures.map((item) => ({ ...item, latest: { ...item.latest, failure: redact(item.latest.failure) } })),
      latest: snapshot.latest.map((run) => ({ ...run, failures: run.failures.map(redact) })),
      open: this.#open(fold, service),
      contentMode: fold.settings.content,
    }
  }

  #open(fold: Fold, service: string | null): OpenNow {
    const gauges = this.#options.openView.gauges(fold).filter((gauge) => service === null || gauge.service === service)
    const sum = (read: (gauge: (typeof gauges)[number]) => number): number =>
      gauges.reduce((total, gauge) => total + read(gauge), 0)
    return { runs: sum(({ runs }) => runs), costNanoUsd: sum(({ costNanoUsd }) => costNanoUsd), loops: sum(({ loops }) => loops) }
  }
}
