/** Writes metric families as Prometheus text 0.0.4 or OpenMetrics 1.0. One writer for the derived series, the readings and the process metrics. */
import type { Exemplar } from '../model/checkpoint.ts'
import { metrics } from './catalogue.ts'
import { samplesOf, samplesOfReadings } from './family.ts'
import type { Family, LabelPair, Reading, Sample } from './family.ts'
import type { SeriesTable } from './series-table.ts'

export type MetricsFormat = 'text' | 'openmetrics'

export interface MetricsPage {
  readonly series: SeriesTable
  /** Gauges, and counters that live outside the fold; see `reading`. */
  readonly readings: readonly Reading[]
  /** Families of the process itself; see `processFamilies`. */
  readonly process: readonly Family[]
  readonly format: MetricsFormat
}

/** Content-Type of each format. */
export const metricsContentTypes: Readonly<Record<MetricsFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** OpenMetrics when the Accept header names it in a version we speak and does not prefer plain text; else text. */
export function chooseFormat(accept: string | undefined): MetricsFormat {
  let openMetrics = 0
  let text = 0
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const q = qualityOf(parameters)
    if (type === 'application/openmetrics-text' && speaksVersion(parameters)) openMetrics = Math.max(openMetrics, q)
    if (type === 'text/plain') text = Math.max(text, q)
  }
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text'
}

/** The whole page: families in the order of the catalogue, then those of the process; series sorted by labels. Ends with a newline. */
export function renderMetrics({ series, readings, process, format }: MetricsPage): string {
  const lines: string[] = []
  const samples = new Map<string, Sample[]>()
  for (const exposed of series.samples()) {
    const family = samples.get(exposed.metric.name) ?? []
    for (const sample of samplesOf(exposed)) family.push(sample)
    samples.set(exposed.metric.name, family)
  }
  const readingsByName = Map.groupBy(readings, ({ metric }) => metric.name)
  for (const metric of metrics) {
    const read = samplesOfReadings(metric, readingsByName.get(metric.name) ?? [], series.lineBudget(metric))
    writeFamily(lines, { ...metric, samples: [...(samples.get(metric.name) ?? []), ...read] }, format)
  }
  for (const family of process) writeFamily(lines, family, format)
  if (format === 'openmetrics') lines.push('# EOF')
  return lines.join('\n') + '\n'
}

function writeFamily(lines: string[], family: Family, format: MetricsFormat): void {
  const samples = family.samples.filter(({ value }) => !Number.isNaN(value))
  if (samples.length === 0) return
  const isOpenMetrics = format === 'openmetrics'
  const name = isOpenMetrics && family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name
  lines.push(`# HELP ${name} ${escapeHelp(family.help, isOpenMetrics)}`, `# TYPE ${name} ${family.type}`)
  for (const { suffix, labels, value, exemplar } of samples) {
    const line = `${family.name}${suffix}${formatLabels(labels)} ${formatValue(value)}`
    lines.push(isOpenMetrics && exemplar !== null ? line + formatExemplar(exemplar) : line)
  }
}

function formatLabels(labels: readonly LabelPair[]): string {
  if (labels.length === 0) return ''
  return `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`
}

/** OpenMetrics allows 128 characters of label names and values together; a longer id is left out rather than cut, it would lead nowhere. */
const MAX_TRACE_ID_LENGTH = 128 - 'trace_id'.length

function formatExemplar({ traceId, value, atSeconds }: Exemplar): string {
  if (traceId.length > MAX_TRACE_ID_LENGTH) return ''
  return ` # {trace_id="${escapeLabel(traceId)}"} ${formatValue(value)} ${atSeconds}`
}

function formatValue(value: number): string {
  if (value === Infinity) return '+Inf'
  return value === -Infinity ? '-Inf' : String(value)
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' }

function escapeLabel(value: string): string {
  return /[\\\n"]/.test(value) ? value.replaceAll(/[\\\n"]/g, (character) => escapes[character] ?? character) : value
}

/** Quotes are escaped in OpenMetrics only: in the text format a backslash before a quote would stay visible. */
function escapeHelp(help: string, isOpenMetrics: boolean): string {
  return help.replaceAll(isOpenMetrics ? /[\\\n"]/g : /[\\\n]/g, (character) => escapes[character] ?? character)
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = q === undefined ? 1 : Number(q.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}

function speaksVersion(parameters: readonly string[]): boolean {
  const version = parameters.find((parameter) => parameter.startsWith('version='))?.slice('version='.length)
  return version === undefined || version === '1.0.0' || version === '0.0.1'
}
