/** Reads a page of /metrics into the series that a truth speaks of, with labels that it leaves out summed away. */
import { type Series, seriesKey } from './truth.ts'

/** The series of the metrics in `truth`, by the label names it uses; zeros are left out. */
export function seriesLike(truth: Series, page: string): Series {
  const labelsOf = new Map(
    [...truth.keys()].map((key) => [nameOf(key), [...key.matchAll(/(\w+)="/g)].map(([, label]) => label ?? '')]),
  )
  const sums = new Map<string, number>()
  for (const line of page.split('\n')) {
    const [, name = '', labels = '', value = ''] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? []
    const kept = labelsOf.get(name)
    if (kept === undefined || Number(value) === 0) continue
    const pairs = new Map([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]))
    const key = seriesKey(name, Object.fromEntries(kept.map((label) => [label, pairs.get(label) ?? ''])))
    sums.set(key, (sums.get(key) ?? 0) + Number(value))
  }
  return sums
}

/** What differs, as sentences; empty when nothing does. Sums of durations may differ by rounding. */
export function differences(truth: Series, found: Series): readonly string[] {
  const keys = new Set([...truth.keys(), ...found.keys()])
  return [...keys].flatMap((key) => {
    const [expected, actual] = [truth.get(key) ?? 0, found.get(key) ?? 0]
    const tolerance = nameOf(key).endsWith('_seconds_sum') ? 1e-6 * Math.max(1, expected) : 0
    return Math.abs(expected - actual) <= tolerance ? [] : [`${key}: expected ${expected}, found ${actual}`]
  })
}

function nameOf(key: string): string {
  return key.slice(0, key.indexOf('{'))
}
