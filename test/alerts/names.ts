/** Which series a PromQL text names, without an engine: what is left when strings, labels, ranges and functions are taken out. */
import { metrics } from '../../src/publish/catalogue.ts'

const words = new Set(['and', 'or', 'unless', 'by', 'on', 'bool', 'offset', 'ignoring', 'without', 'group_left', 'group_right'])

/** Names of the series that an expression asks for, each once. */
export function seriesIn(expression: string): readonly string[] {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^{}]*\}/g, ' ')
    .replaceAll(/\[[^[\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|on|ignoring|without|group_left|group_right)\s*\([^()]*\)/g, ' ')
  // An identifier that no parenthesis follows; what begins with a digit is a number or a duration.
  const identifiers = bare.matchAll(/(?<![\w:.])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)
  return [...new Set([...identifiers].map(([, name = '']) => name))].filter((name) => !words.has(name))
}

/** What the processor exposes: counters and gauges by name, histograms by their three parts. Reserved metrics are not there yet. */
export const exposedSeries: ReadonlySet<string> = new Set(
  metrics
    .filter(({ isReserved }) => isReserved !== true)
    .flatMap(({ name, type }) => (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])),
)

/** Not ours: Prometheus' own, and the Collector's. */
export function isForeign(series: string): boolean {
  return series === 'up' || series === 'ALERTS' || series.startsWith('otelcol_') || series.startsWith('process_')
}
