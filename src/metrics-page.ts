/** Puts one /metrics body together: the fold's series, what is read at the moment of the scrape, and the process's own metrics. */
import type { Registry } from 'prom-client'
import type { OpenView } from './fold/open-view.ts'
import type { Log } from './log/log.ts'
import type { Pipeline } from './pipeline.ts'
import { catalogue } from './publish/catalogue.ts'
import { chooseFormat, metricsContentTypes, renderMetrics } from './publish/exposition.ts'
import { type Reading, reading } from './publish/family.ts'
import { processFamilies } from './publish/process-metrics.ts'
import type { AffectedUsers, Store } from './records/store.ts'

export interface MetricsPageOptions {
  readonly pipeline: Pipeline
  readonly log: Log
  readonly store: Store
  readonly openView: OpenView
  readonly registry: Registry
  readonly version: string
  /** Where people reach this service, without a slash at its end. */
  readonly publicUrl: string
  /** Where people reach Grafana; null = unknown. */
  readonly grafanaUrl: string | null
  readonly now: () => number
}

const HOUR_MS = 3_600_000
/** The question costs a query; several scrapers need not ask it each. */
const AFFECTED_USERS_VALID_MS = 10_000

export class MetricsPageSource {
  readonly #options: MetricsPageOptions
  #affected: { readonly askedAtMs: number; readonly users: Promise<readonly AffectedUsers[]> } | null = null

  constructor(options: MetricsPageOptions) {
    this.#options = options
  }

  /** Null while the totals are not complete. */
  async render(accept: string): Promise<{ readonly contentType: string; readonly body: string } | null> {
    const format = chooseFormat(accept)
    // What has to be waited for comes first, so that the fold's series are all of one moment.
    const [process, stats, affected] = await Promise.all([
      processFamilies(this.#options.registry),
      this.#options.log.stats(),
      this.#affectedUsers(),
    ])
    const { fold } = this.#options.pipeline
    if (this.#options.pipeline.notReady() !== null) return null
    const readings: Reading[] = [
      ...this.#options.openView.gauges(fold).flatMap(({ service, environment, runs, costNanoUsd, loops }) => {
        const labels = { service_name: service, environment }
        return [
          reading(catalogue.openRuns, labels, runs),
          reading(catalogue.openCost, labels, costNanoUsd),
          reading(catalogue.openLoops, labels, loops),
        ]
      }),
      ...affected.map(({ service, environment, kind, users }) => {
        const labels = { service_name: service, environment }
        return kind === null
          ? reading(catalogue.serviceAffectedUsers, labels, users)
          : reading(catalogue.affectedUsers, { ...labels, kind }, users)
      }),
      reading(catalogue.logEntries, {}, stats.entries),
      reading(catalogue.logBytes, {}, stats.bytes),
      reading(catalogue.checkpointAge, {}, this.#options.pipeline.checkpointAgeMs() * 1_000),
      reading(catalogue.series, {}, fold.series.lineCount()),
      reading(catalogue.waitingFeedback, {}, fold.waitingFeedback),
      reading(catalogue.linksInfo, { public_url: this.#options.publicUrl, grafana_url: this.#options.grafanaUrl ?? '' }, 1),
      reading(catalogue.buildInfo, { version: this.#options.version }, 1),
    ]
    return { contentType: metricsContentTypes[format], body: renderMetrics({ series: fold.series, readings, process, format }) }
  }

  /** Empty when the question fails: a scrape without this gauge is better than none. */
  #affectedUsers(): Promise<readonly AffectedUsers[]> {
    const askedAtMs = performance.now()
    if (this.#affected === null || askedAtMs - this.#affected.askedAtMs >= AFFECTED_USERS_VALID_MS) {
      const nowMs = Math.max(this.#options.now(), this.#options.pipeline.fold.mark.atMs)
      const users = this.#options.store.affectedUsers(nowMs - HOUR_MS).catch(() => [])
      this.#affected = { askedAtMs, users }
    }
    return this.#affected.users
  }
}
