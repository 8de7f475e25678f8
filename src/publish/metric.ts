/** What a metric definition is. Definitions are plain data, so that code, docs, dashboards and line budgets all read the same ones. */

/** Totals are integers of the base unit inside (sums then do not depend on grouping); the writer divides by `perUnit`. */
export const units = {
  count: { base: 'count', perUnit: 1 },
  tokens: { base: 'tokens', perUnit: 1 },
  bytes: { base: 'bytes', perUnit: 1 },
  seconds: { base: 'microseconds', perUnit: 1_000_000 },
  USD: { base: 'nano-USD', perUnit: 1_000_000_000 },
} as const

type Unit = keyof typeof units

interface Definition<L extends string> {
  readonly name: string
  /** One sentence that says what is counted and in which unit. */
  readonly help: string
  /** The unit that is exposed; values inside are in its base unit. */
  readonly unit: Unit
  readonly labelNames: readonly L[]
  /** Share of the sample lines this metric may use, relative to the others. */
  readonly weight: number
  /** Name and labels are settled, but nothing produces it yet. */
  readonly isReserved?: true
}

export interface CounterDef<L extends string = string> extends Definition<L> {
  readonly type: 'counter'
}

export interface HistogramDef<L extends string = string> extends Definition<L> {
  readonly type: 'histogram'
  /** Ascending upper bounds in the base unit, without +Inf. */
  readonly buckets: readonly number[]
}

export interface GaugeDef<L extends string = string> extends Definition<L> {
  readonly type: 'gauge'
  /** Kept with the totals of the fold and set once; every other gauge is read at the moment of the scrape. */
  readonly isFolded?: true
}

export type MetricDef<L extends string = string> = CounterDef<L> | HistogramDef<L> | GaugeDef<L>

/** Label values for exactly the label names of one metric. */
export type LabelsOf<L extends string> = Readonly<Record<L, string>>

/** Labels whose values come from the wire: capped in number. All other labels come from closed sets in the code. */
export const openLabels = [
  'service_name',
  'environment',
  'agent',
  'step',
  'provider',
  'model',
  'tool',
  'release',
  'task',
] as const

const openLabelSet: ReadonlySet<string> = new Set(openLabels)

/** True when the values of this label come from the wire. */
export function isOpenLabel(name: string): boolean {
  return openLabelSet.has(name)
}

/** Sample lines one series of this metric takes in the exposition. */
export function linesPerSeries(metric: MetricDef): number {
  return metric.type === 'histogram' ? metric.buckets.length + 3 : 1
}
