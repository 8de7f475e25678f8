/** The series of one metric, found by their label values. */
import type { Exemplar, SeriesState } from '../model/checkpoint.ts'
import { OTHER } from './label-value.ts'
import { isOpenLabel } from './metric.ts'
import type { MetricDef } from './metric.ts'

/** `SeriesState.heldUntilMs` of a series that is kept but not exposed: no uptime shows it, only its next use. */
export const RETIRED = -1

/** A live series; the fields mean what they mean in SeriesState. */
export interface Series {
  readonly metric: MetricDef
  readonly labels: readonly string[]
  readonly values: number[]
  heldValues: readonly number[] | null
  heldUntilMs: number
  usedAtMs: number
  exemplars: (Exemplar | null)[] | null
  isRetired: boolean
  /** Changed since the last checkpoint. */
  isChanged: boolean
}

export class MetricSeries {
  readonly metric: MetricDef
  readonly hasOpenLabels: boolean
  /** Label values of the series asked for: written by the caller, so that a look-up allocates nothing but its key. */
  readonly wanted: string[]
  /** How many are exposed, that is not retired. */
  exposedSeries = 0
  readonly #series = new Map<string, Series>()
  #sorted: readonly Series[] | null = null

  constructor(metric: MetricDef) {
    this.metric = metric
    this.hasOpenLabels = metric.labelNames.some(isOpenLabel)
    this.wanted = metric.labelNames.map(() => '')
  }

  /** The series with the wanted label values. */
  find(): Series | undefined {
    return this.#series.get(keyOf(this.wanted))
  }

  /** Adds a series of zeros with the wanted label values. */
  create(nowMs: number): Series {
    const values = Array.from({ length: valuesPerSeries(this.metric) }, () => 0)
    return this.#insert({
      metric: this.metric,
      labels: [...this.wanted],
      values,
      heldValues: null,
      heldUntilMs: 0,
      usedAtMs: nowMs,
      exemplars: null,
      isRetired: false,
      isChanged: false,
    })
  }

  /** Turns the wanted label values into those of the overflow series; false when they are that already. */
  toOverflow(): boolean {
    let isChanged = false
    for (const [i, name] of this.metric.labelNames.entries()) {
      if (!isOpenLabel(name) || this.wanted[i] === OTHER) continue
      this.wanted[i] = OTHER
      isChanged = true
    }
    return isChanged
  }

  /** Undefined when the state does not have this metric's shape. */
  restore(state: SeriesState): Series | undefined {
    if (state.labels.length !== this.metric.labelNames.length || state.values.length !== valuesPerSeries(this.metric))
      return undefined
    const isRetired = state.heldUntilMs === RETIRED
    if (!isRetired) this.exposedSeries++
    return this.#insert({
      metric: this.metric,
      labels: state.labels,
      values: [...state.values],
      heldValues: state.heldValues,
      heldUntilMs: isRetired ? 0 : state.heldUntilMs,
      usedAtMs: state.usedAtMs,
      exemplars: state.exemplars === null ? null : [...state.exemplars],
      isRetired,
      isChanged: false,
    })
  }

  all(): Iterable<Series> {
    return this.#series.values()
  }

  /** By label values, the first label first. The order is kept until a series is added. */
  sorted(): readonly Series[] {
    this.#sorted ??= [...this.#series.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series)
    return this.#sorted
  }

  #insert(series: Series): Series {
    this.#series.set(keyOf(series.labels), series)
    this.#sorted = null
    return series
  }
}

/** Clean label values hold no control character, so U+0000 separates them without doubt and sorts before every other. */
function keyOf(labels: readonly string[]): string {
  return labels.join('\u0000')
}

function valuesPerSeries(metric: MetricDef): number {
  return metric.type === 'histogram' ? metric.buckets.length + 2 : 1
}
