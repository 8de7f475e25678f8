/**
 * Builds PromQL over the catalogue: a metric or a label that does not exist is a type error, and so is a rate of a gauge.
 * Every function aggregates with `by`, so that more processors change nothing.
 */
import type { catalogue } from '../../src/publish/catalogue.ts'

type Catalogue = typeof catalogue
type Metric = Catalogue[keyof Catalogue]
export type Counter = Extract<Metric, { type: 'counter' }>
export type Histogram = Extract<Metric, { type: 'histogram' }>
export type Gauge = Extract<Metric, { type: 'gauge' }>
type LabelOf<M extends Metric> = M['labelNames'][number]

/** Which label values count: one, all but one, some, all but some, or a regular expression (anchored, RE2). */
type Match =
  | string
  | { readonly not: string }
  | { readonly oneOf: readonly string[] }
  | { readonly noneOf: readonly string[] }
  | { readonly matches: string }

/** From where and when a question is asked: a dashboard's variables and time range, or an alert's fixed window. */
export interface Scope {
  /** Label matchers in PromQL, used where the metric has the label. */
  readonly filters: Readonly<Record<string, string>>
  /** A range such as `5m` or `$__range`. */
  readonly window: string
  /** How long ago, such as `7d`. */
  readonly offset?: string
  /** Asked at the end of the time range, whatever the step: the same answer at each point of a chart. */
  readonly at?: 'end'
}

/** All services, over a fixed window: for rules. */
export function everywhere(window: string): Scope {
  return { filters: {}, window }
}

/** The same question, asked of an earlier time. */
export function ago(scope: Scope, offset: string): Scope {
  return { ...scope, offset }
}

/** The same question over another window. */
export function over(scope: Scope, window: string): Scope {
  return { ...scope, window }
}

interface Narrowing<M extends Metric> {
  readonly where?: Partial<Readonly<Record<LabelOf<M>, Match>>>
  /** Labels of the result. Default: one number over all. */
  readonly by?: readonly Grouping<M>[]
}

/**
 * `model_family`: the model without the date of its snapshot. A failed call knows only the name that was asked for (gpt-4o), a good one also the
 * snapshot that answered (gpt-4o-2024-08-06): by `model` all failures would stand apart from the calls they belong to.
 */
type Grouping<M extends Metric> = LabelOf<M> | ('model' extends LabelOf<M> ? 'model_family' : never)

type Part = '' | '_bucket' | '_sum' | '_count'

/** The series of a metric, without a window. */
function selector(metric: Metric, scope: Scope, where: Partial<Readonly<Record<string, Match>>> = {}, part: Part = ''): string {
  const fixed = Object.entries(where).flatMap(([label, match]) => (match === undefined ? [] : [`${label}${matcher(match)}`]))
  const labels: readonly string[] = metric.labelNames
  const scoped = Object.entries(scope.filters).flatMap(([label, filter]) => (labels.includes(label) ? [`${label}${filter}`] : []))
  const matchers = [...scoped, ...fixed].join(',')
  return `${metric.name}${part}${matchers === '' ? '' : `{${matchers}}`}`
}

/** How much a counter rose within the window. */
export function increase<M extends Counter>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return sum(`increase(${ranged(metric, scope, narrowing.where)})`, narrowing.by)
}

/**
 * At least so much a counter rose within the window: the difference of its samples, or `increase` where that is less (after a reset). `increase`
 * alone stretches what it sees to the edges of the window, so that 8 may look like 10.
 */
export function countedIncrease<M extends Counter>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  const samples = ranged(metric, scope, narrowing.where)
  const difference = sum(`max_over_time(${samples}) - min_over_time(${samples})`, narrowing.by)
  return `${increase(metric, scope, narrowing)} < ${difference} or ${difference}`
}

/** How fast a counter rises, per second, over the window. */
export function rate<M extends Counter>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return sum(`rate(${ranged(metric, scope, narrowing.where)})`, narrowing.by)
}

/** How much a counter rose in each bar of a chart: unlike `increase` over one step it also sees what fell between two steps. */
export function perBar<M extends Counter>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return `${rate(metric, over(scope, '$__rate_interval'), narrowing)} * $__interval_ms / 1000`
}

/** The last total of a counter within the window: there is one also after a scrape that failed. */
export function lastTotal<M extends Counter>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return sum(`last_over_time(${ranged(metric, scope, narrowing.where)})`, narrowing.by)
}

/** A gauge now, added up. */
export function now<M extends Gauge>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return sum(selector(metric, scope, narrowing.where) + timeOf(scope), narrowing.by)
}

/** The largest value of a gauge now: where processors each report the same thing, or values must not be added up. */
export function largest<M extends Gauge>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return aggregate('max', selector(metric, scope, narrowing.where) + timeOf(scope), narrowing.by)
}

/** The lowest value of a gauge within the window, added up over its series: what was there all the time. */
export function lowest<M extends Gauge>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return sum(`min_over_time(${ranged(metric, scope, narrowing.where)})`, narrowing.by)
}

/** A quantile of a histogram over the window, interpolated within its buckets. */
export function quantile<M extends Histogram>(q: number, metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  const buckets = `rate(${ranged(metric, scope, narrowing.where, '_bucket')})`
  return `histogram_quantile(${q}, ${sum(buckets, [...(narrowing.by ?? []), 'le'])})`
}

/** How many values a histogram saw within the window. */
export function observations<M extends Histogram>(metric: M, scope: Scope, narrowing: Narrowing<M> = {}): string {
  return sum(`increase(${ranged(metric, scope, narrowing.where, '_count')})`, narrowing.by)
}

/** How many values up to a bucket's bound (in the exposed unit, as the `le` label spells it) a histogram saw within the window. */
export function observationsUpTo<M extends Histogram>(
  bound: string,
  metric: M,
  scope: Scope,
  narrowing: Narrowing<M> = {},
): string {
  return sum(`increase(${ranged(metric, scope, { ...narrowing.where, le: bound }, '_bucket')})`, narrowing.by)
}

/** A divided by B, both with the same labels. Nothing where B is 0: unknown is not zero. */
export function ratio(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`
}

/** As `ratio`, for parts of which some series may never have been born: 0 where B is known and A is not. */
export function share(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / (${whole} > 0)`
}

/** Keeps what rests on at least so many observations: small numbers make wild ratios. */
export function withAtLeast(minimum: number, whole: string, expression: string): string {
  return `(${expression}) and (${whole} >= ${minimum})`
}

/** Of the series of a chart those whose label is among the largest by `ranking`, which must not change from step to step (see `Scope.at`). */
export function leaders(count: number, label: string, series: string, ranking: string): string {
  return `${series} and on (${label}) topk(${count}, ${ranking})`
}

/** All other series of the chart as one. */
export function others(count: number, label: string, series: string, ranking: string): string {
  return `sum(${series} unless on (${label}) topk(${count}, ${ranking}))`
}

/** The largest few. */
export function top(count: number, expression: string): string {
  return `topk(${count}, ${expression})`
}

function ranged(metric: Metric, scope: Scope, where: Partial<Readonly<Record<string, Match>>> = {}, part: Part = ''): string {
  return `${selector(metric, scope, where, part)}[${scope.window}]${timeOf(scope)}`
}

function sum(expression: string, by?: readonly string[]): string {
  return aggregate('sum', expression, by)
}

/** PromQL's aggregation; without labels one number over all. */
export function aggregate(operator: 'sum' | 'max', expression: string, by: readonly string[] = []): string {
  if (by.length === 0) return `${operator}(${expression})`
  return `${operator} by (${by.join(', ')}) (${by.includes('model_family') ? withModelFamily(expression) : expression})`
}

function timeOf({ at, offset }: Scope): string {
  return (at === undefined ? '' : ' @ end()') + (offset === undefined ? '' : ` offset ${offset}`)
}

function matcher(match: Match): string {
  if (typeof match === 'string') return `="${match}"`
  if ('not' in match) return `!="${match.not}"`
  if ('oneOf' in match) return `=~"${match.oneOf.join('|')}"`
  if ('noneOf' in match) return `!~"${match.noneOf.join('|')}"`
  return `=~"${match.matches}"`
}

/** Without what gateways put before a name, without the date of a snapshot and without Bedrock's version. */
const familyPattern = '(?:.*/)?(.+?)(?:[-@]20[0-9]{2}-?[0-9]{2}-?[0-9]{2})?(?:-v[0-9]+(?::[0-9]+)?)?'

function withModelFamily(expression: string): string {
  return `label_replace(${expression}, "model_family", "$1", "model", "${familyPattern}")`
}
