/**
 * The derived series with their totals: part of the deterministic fold, so time is an argument and everything depends on the order of calls only.
 * Bounded whatever the wire sends: open labels have places, metrics have line budgets, and what does not fit counts under `__other__`.
 */
import type { Exemplar, LabelState, SeriesState } from '../model/checkpoint.ts'
import { catalogue, metrics } from './catalogue.ts'
import { LabelPlaces } from './label-places.ts'
import { OTHER, cleanLabelValue } from './label-value.ts'
import { linesPerSeries, openLabels } from './metric.ts'
import type { CounterDef, GaugeDef, HistogramDef, LabelsOf, MetricDef } from './metric.ts'
import { MetricSeries, RETIRED } from './metric-series.ts'
import type { Series } from './metric-series.ts'

/** The fold's time: both come from the log, never from a clock. */
export interface FoldTime {
  /** Log time in unix milliseconds; never goes back. */
  readonly nowMs: number
  /** Milliseconds the processor was up; downtime does not advance it. */
  readonly uptimeMs: number
}

export interface SeriesLimits {
  /** All series together take at most about this many sample lines: every metric gets its weight's share, overflow series come on top. Default 50000. */
  readonly maxSampleLines: number
  /** Distinct values of one open label. Default 200. */
  readonly maxLabelValues: number
  /** A new series shows 0 for two of these, so that Prometheus sees it rise. Default 15000; 0 turns the rule off. */
  readonly scrapeIntervalMs: number
  /** A series or label value not used for this long (log time) is no longer exposed. Default 14 days. */
  readonly retireAfterMs: number
}

/** One series as a scrape shows it now. */
export interface ExposedSeries {
  readonly metric: MetricDef
  /** In the order of the metric's label names. */
  readonly labels: readonly string[]
  /** As in SeriesState: counter one total; gauge its value; histogram counts per bucket (not cumulative, last +Inf), then the sum. */
  readonly values: readonly number[]
  readonly exemplars: readonly (Exemplar | null)[] | null
}

/** What changed since the last time it was asked; belongs in the checkpoint. */
export interface SeriesChanges {
  readonly series: SeriesState[]
  readonly labels: LabelState[]
  readonly removedLabels: { label: string; value: string }[]
}

export interface SeriesSnapshot {
  readonly series: readonly SeriesState[]
  readonly labels: readonly LabelState[]
}

export class SeriesTable {
  #limits: SeriesLimits
  readonly #metrics = new Map<MetricDef, MetricSeries>()
  readonly #byName = new Map<string, MetricSeries>()
  readonly #places = new Map<string, LabelPlaces>(openLabels.map((label) => [label, new LabelPlaces(label)]))
  #changed: Series[] = []
  readonly #held = new Set<Series>()
  /** Nothing is to be released before this uptime, nothing to be retired before this log time: most calls of `advance` compare two numbers. */
  #releaseAtMs = Infinity
  #retireAtMs = Infinity

  constructor(limits: SeriesLimits) {
    this.#limits = limits
    for (const metric of metrics) {
      if (metric.type === 'gauge' && metric.isFolded !== true) continue
      const group = new MetricSeries(metric)
      this.#metrics.set(metric, group)
      this.#byName.set(metric.name, group)
    }
  }

  /**
   * Adds to a counter, in its base unit; 0 creates the series without counting anything.
   * @throws RangeError when `amount` is not a non-negative safe integer.
   */
  add<L extends string>(metric: CounterDef<L>, labels: LabelsOf<NoInfer<L>>, amount: number, time: FoldTime): void {
    requireCount(metric, amount)
    const series = this.#seriesFor(metric, labels, time)
    series.values[0] = saturatingSum(series.values[0] ?? 0, amount)
    this.#touch(series, time)
  }

  /**
   * Sets a folded gauge, in its base unit, unless it is set already: the first value stays.
   * @throws RangeError when `value` is not a non-negative safe integer.
   */
  setOnce<L extends string>(metric: GaugeDef<L>, labels: LabelsOf<NoInfer<L>>, value: number, time: FoldTime): void {
    requireCount(metric, value)
    const series = this.#seriesFor(metric, labels, time)
    series.values[0] ||= value
    this.#touch(series, time)
  }

  /**
   * Records one value of a histogram, in its base unit. The trace id becomes the exemplar of the value's bucket.
   * @throws RangeError when `value` is not a non-negative safe integer.
   */
  observe<L extends string>(
    metric: HistogramDef<L>,
    labels: LabelsOf<NoInfer<L>>,
    value: number,
    time: FoldTime,
    exemplarTraceId: string | null,
  ): void {
    requireCount(metric, value)
    const series = this.#seriesFor(metric, labels, time)
    const bucket = bucketOf(metric.buckets, value)
    const sum = metric.buckets.length + 1
    series.values[bucket] = saturatingSum(series.values[bucket] ?? 0, 1)
    series.values[sum] = saturatingSum(series.values[sum] ?? 0, value)
    if (exemplarTraceId !== null) {
      series.exemplars ??= Array.from({ length: sum }, () => null)
      series.exemplars[bucket] = { traceId: exemplarTraceId, value, atSeconds: time.nowMs / 1000 }
    }
    this.#touch(series, time)
  }

  /** Shows held series whose time has come and retires idle ones. To be called for every entry of the log, before its facts. */
  advance(time: FoldTime): void {
    if (time.uptimeMs >= this.#releaseAtMs) this.#release(time.uptimeMs)
    if (time.nowMs >= this.#retireAtMs) this.#retire(time.nowMs)
  }

  /** True while a series is held: only passing time can show it, so somebody has to keep the log's clock ticking. */
  needsTick(): boolean {
    return this.#held.size > 0
  }

  /** Limits may change with a config entry: nothing is taken away at once, the new limits hold for what comes. */
  setLimits(limits: SeriesLimits): void {
    this.#limits = limits
    for (const places of this.#places.values()) places.forgetSearch()
    this.#retireAtMs = 0
  }

  takeChanges(): SeriesChanges {
    const changes: SeriesChanges = { series: this.#changed.map(stateOf), labels: [], removedLabels: [] }
    for (const series of this.#changed) series.isChanged = false
    this.#changed = []
    for (const places of this.#places.values()) {
      const { used, removed } = places.takeChanges()
      changes.labels.push(...used)
      changes.removedLabels.push(...removed)
    }
    return changes
  }

  /** Fills an empty table. States that the catalogue no longer describes (an upgrade renamed a label or moved a bucket) are left out. */
  restore(series: readonly SeriesState[], labels: readonly LabelState[]): void {
    for (const { label, value, usedAtMs } of labels) this.#places.get(label)?.restore(value, usedAtMs)
    for (const state of series) {
      const restored = this.#byName.get(state.metric)?.restore(state)
      if (restored === undefined) continue
      if (restored.heldValues !== null && !restored.isRetired) {
        this.#held.add(restored)
        this.#releaseAtMs = Math.min(this.#releaseAtMs, restored.heldUntilMs)
      }
    }
    this.#retireAtMs = 0
  }

  /** Everything, as plain data in one canonical order: equal tables have equal snapshots. */
  snapshot(): SeriesSnapshot {
    return {
      series: [...this.#metrics.values()].flatMap((group) => group.sorted().map(stateOf)),
      labels: [...this.#places.values()].flatMap((places) => places.states().sort((a, b) => (a.value < b.value ? -1 : 1))),
    }
  }

  /** What a scrape shows, in the order of the catalogue and sorted by label values. Valid until the next change. */
  *samples(): Generator<ExposedSeries> {
    for (const group of this.#metrics.values()) {
      for (const series of group.sorted()) {
        if (series.isRetired) continue
        const { metric, labels, values, heldValues, exemplars } = series
        yield heldValues === null
          ? { metric, labels, values, exemplars }
          : { metric, labels, values: heldValues, exemplars: null }
      }
    }
  }

  /** Sample lines that a scrape shows now. */
  lineCount(): number {
    let lines = 0
    for (const group of this.#metrics.values()) lines += group.exposedSeries * linesPerSeries(group.metric)
    return lines
  }

  /** Sample lines this metric may use before its series overflow. */
  lineBudget(metric: MetricDef): number {
    return Math.floor((this.#limits.maxSampleLines * metric.weight) / sumOfWeights)
  }

  #seriesFor<L extends string>(metric: MetricDef<L>, labels: LabelsOf<L>, time: FoldTime): Series {
    const group = this.#metrics.get(metric)
    if (group === undefined) throw new TypeError(`${metric.name} is not in the catalogue: define it there`)
    let i = 0
    for (const name of metric.labelNames) group.wanted[i++] = this.#valueFor(name, labels[name], time)
    const series = group.find()
    if (series !== undefined && !series.isRetired) return series
    if (
      group.hasOpenLabels &&
      (group.exposedSeries + 1) * linesPerSeries(metric) > this.lineBudget(metric) &&
      group.toOverflow()
    ) {
      this.add(catalogue.seriesOverflow, { label: 'series' }, 1, time)
      return this.#open(group, group.find(), time)
    }
    return this.#open(group, series, time)
  }

  #valueFor(label: string, raw: string, time: FoldTime): string {
    const places = this.#places.get(label)
    if (places === undefined) return cleanLabelValue(raw)
    const value = places.resolve(raw, time.nowMs, this.#limits)
    if (value === OTHER && raw !== OTHER) this.add(catalogue.seriesOverflow, { label }, 1, time)
    return value
  }

  /** Creates a series or brings a retired one back; either shows its old total (0 when new) for two scrapes. */
  #open(group: MetricSeries, existing: Series | undefined, time: FoldTime): Series {
    if (existing !== undefined && !existing.isRetired) return existing
    const series = existing ?? group.create(time.nowMs)
    group.exposedSeries++
    series.isRetired = false
    series.heldValues = null
    series.heldUntilMs = 0
    this.#retireAtMs = Math.min(this.#retireAtMs, time.nowMs + this.#limits.retireAfterMs)
    if (this.#limits.scrapeIntervalMs > 0 && group.metric.type !== 'gauge') {
      series.heldValues = [...series.values]
      series.heldUntilMs = time.uptimeMs + 2 * this.#limits.scrapeIntervalMs
      this.#held.add(series)
      this.#releaseAtMs = Math.min(this.#releaseAtMs, series.heldUntilMs)
    }
    return series
  }

  #touch(series: Series, time: FoldTime): void {
    series.usedAtMs = time.nowMs
    this.#markChanged(series)
  }

  #markChanged(series: Series): void {
    if (series.isChanged) return
    series.isChanged = true
    this.#changed.push(series)
  }

  #release(uptimeMs: number): void {
    this.#releaseAtMs = Infinity
    for (const series of this.#held) {
      if (uptimeMs < series.heldUntilMs) {
        this.#releaseAtMs = Math.min(this.#releaseAtMs, series.heldUntilMs)
        continue
      }
      series.heldValues = null
      series.heldUntilMs = 0
      this.#held.delete(series)
      this.#markChanged(series)
    }
  }

  #retire(nowMs: number): void {
    this.#retireAtMs = Infinity
    for (const group of this.#metrics.values()) {
      for (const series of group.all()) {
        if (series.isRetired) continue
        // A held series has not shown its total yet: retiring it now would hide those counts from increase() for ever.
        if (series.heldValues !== null || nowMs - series.usedAtMs < this.#limits.retireAfterMs) {
          this.#retireAtMs = Math.min(this.#retireAtMs, series.usedAtMs + this.#limits.retireAfterMs)
          continue
        }
        group.exposedSeries--
        series.isRetired = true
        this.#markChanged(series)
      }
    }
  }
}

const sumOfWeights = metrics.reduce((sum, metric) => sum + metric.weight, 0)

function stateOf(series: Series): SeriesState {
  return {
    metric: series.metric.name,
    labels: series.labels,
    values: [...series.values],
    heldValues: series.heldValues,
    heldUntilMs: series.isRetired ? RETIRED : series.heldUntilMs,
    usedAtMs: series.usedAtMs,
    exemplars: series.exemplars === null ? null : [...series.exemplars],
  }
}

function requireCount(metric: MetricDef, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new RangeError(`${metric.name}: expected a whole number from 0 to 2^53 - 1 in its base unit, got ${value}`)
}

/** A total beyond 2^53 would silently drop small additions; it stays at the last exact integer instead. */
function saturatingSum(total: number, amount: number): number {
  return Math.min(total + amount, Number.MAX_SAFE_INTEGER)
}

function bucketOf(bounds: readonly number[], value: number): number {
  const bucket = bounds.findIndex((bound) => value <= bound)
  return bucket === -1 ? bounds.length : bucket
}
