/** What the writer writes: metric families as Prometheus and OpenMetrics both know them, already bounded, clean and finite. */
import type { Exemplar } from '../model/checkpoint.ts'
import { cleanLabelValue, OTHER } from './label-value.ts'
import { isOpenLabel, units } from './metric.ts'
import type { CounterDef, GaugeDef, HistogramDef, LabelsOf, MetricDef } from './metric.ts'
import type { ExposedSeries } from './series-table.ts'

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary'
export type LabelPair = readonly [name: string, value: string]

export interface Sample {
  /** What follows the family's name. */
  readonly suffix: '' | '_bucket' | '_sum' | '_count'
  readonly labels: readonly LabelPair[]
  /** In the exposed unit; never NaN. */
  readonly value: number
  readonly exemplar: Exemplar | null
}

export interface Family {
  /** Counters end in `_total`. */
  readonly name: string
  readonly help: string
  readonly type: FamilyType
  readonly samples: readonly Sample[]
}

/** A value read at scrape time: gauges, and counters of the door that live outside the fold. */
export interface Reading {
  readonly metric: CounterDef | GaugeDef
  readonly labels: readonly string[]
  /** In the metric's base unit. */
  readonly value: number
}

/** Takes a reading; `value` is in the metric's base unit (microseconds, nano-USD, bytes, counts). */
export function reading<L extends string>(
  metric: CounterDef<L> | GaugeDef<L>,
  labels: LabelsOf<NoInfer<L>>,
  value: number,
): Reading {
  return { metric, labels: metric.labelNames.map((name) => cleanLabelValue(labels[name])), value }
}

/** Samples of one series: a counter or gauge is one line, a histogram its cumulative buckets, sum and count. */
export function samplesOf({ metric, labels, values, exemplars }: ExposedSeries): Sample[] {
  const pairs = pairsOf(metric, labels)
  const { perUnit } = units[metric.unit]
  if (metric.type !== 'histogram') return [{ suffix: '', labels: pairs, value: (values[0] ?? 0) / perUnit, exemplar: null }]
  return histogramSamples(metric, pairs, values, exemplars)
}

/**
 * Samples of readings: finite ones only, those with equal labels added up, sorted by labels. Beyond `maxSamples` the largest are kept and the rest
 * is added up with all open labels `__other__`, so that a scrape stays bounded however many services report.
 */
export function samplesOfReadings(metric: MetricDef, readings: readonly Reading[], maxSamples: number): Sample[] {
  const largestFirst = mergeReadings(readings.filter(({ value }) => Number.isFinite(value))).sort((a, b) => b.value - a.value)
  const kept = largestFirst.slice(0, Math.max(1, maxSamples))
  const rest = largestFirst.slice(kept.length).map(({ labels, value }) => ({ labels: otherLabels(metric, labels), value }))
  return mergeReadings([...kept, ...rest])
    .sort((a, b) => (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1))
    .map(({ labels, value }) => ({
      suffix: '',
      labels: pairsOf(metric, labels),
      value: value / units[metric.unit].perUnit,
      exemplar: null,
    }))
}

interface LabelledValue {
  readonly labels: readonly string[]
  readonly value: number
}

function mergeReadings(readings: readonly LabelledValue[]): LabelledValue[] {
  const merged = new Map<string, LabelledValue>()
  for (const { labels, value } of readings) {
    const key = keyOf(labels)
    merged.set(key, { labels, value: (merged.get(key)?.value ?? 0) + value })
  }
  return [...merged.values()]
}

function keyOf(labels: readonly string[]): string {
  return labels.join('\u0000')
}

function otherLabels(metric: MetricDef, labels: readonly string[]): string[] {
  return metric.labelNames.map((name, i) => (isOpenLabel(name) ? OTHER : (labels[i] ?? '')))
}

function pairsOf(metric: MetricDef, labels: readonly string[]): LabelPair[] {
  return metric.labelNames.map((name, i) => [name, labels[i] ?? ''])
}

function histogramSamples(
  metric: HistogramDef,
  labels: readonly LabelPair[],
  values: readonly number[],
  exemplars: ExposedSeries['exemplars'],
): Sample[] {
  const { perUnit } = units[metric.unit]
  const samples: Sample[] = []
  let count = 0
  for (const [i, bound] of [...metric.buckets, Infinity].entries()) {
    count += values[i] ?? 0
    const found = exemplars?.[i] ?? null
    const exemplar = found === null ? null : { ...found, value: found.value / perUnit }
    samples.push({ suffix: '_bucket', labels: [...labels, ['le', formatBound(bound / perUnit)]], value: count, exemplar })
  }
  samples.push({ suffix: '_sum', labels, value: (values[metric.buckets.length + 1] ?? 0) / perUnit, exemplar: null })
  samples.push({ suffix: '_count', labels, value: count, exemplar: null })
  return samples
}

/** Bounds are label values, so their spelling is part of a series' identity: the canonical one of OpenMetrics (`1.0`), in both formats. */
export function formatBound(bound: number): string {
  if (bound === Infinity) return '+Inf'
  return Number.isInteger(bound) ? bound.toFixed(1) : String(bound)
}
