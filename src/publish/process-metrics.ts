/** Turns prom-client's metrics of the process (CPU, memory, event loop, garbage collection) into families for our writer. */
import type { Registry } from 'prom-client'
import type { Family, FamilyType, LabelPair, Sample } from './family.ts'
import { formatBound } from './family.ts'
import { cleanLabelValue } from './label-value.ts'

const suffixes: readonly Sample['suffix'][] = ['_bucket', '_sum', '_count']

/**
 * Families of everything in the registry. Left out: samples that are not a finite number (an event loop nobody has measured yet is NaN), and gauges
 * named `*_total` (a name for counters only, `promtool check metrics` objects): prom-client's repeat the sum of the gauge beside them.
 */
export async function processFamilies(registry: Registry): Promise<Family[]> {
  const families: Family[] = []
  for (const metric of await registry.getMetricsAsJSON()) {
    const type = familyType(metric.type)
    if (type === null || (type === 'gauge' && metric.name.endsWith('_total'))) continue
    const name = type === 'counter' && !metric.name.endsWith('_total') ? `${metric.name}_total` : metric.name
    families.push({ name, help: metric.help, type, samples: metric.values.flatMap((value) => sampleOf(metric.name, value)) })
  }
  return families
}

interface RegistryValue {
  readonly value: number
  readonly labels: Readonly<Partial<Record<string, string | number>>>
  readonly metricName?: string
}

function sampleOf(metricName: string, { value, labels, metricName: sampleName }: RegistryValue): Sample[] {
  if (!Number.isFinite(value)) return []
  const suffix = suffixes.find((known) => sampleName === metricName + known) ?? ''
  const pairs = Object.entries(labels).map(([name, label]): LabelPair => [name, labelValue(name, label)])
  return [{ suffix, labels: pairs, value, exemplar: null }]
}

function labelValue(name: string, value: string | number | undefined): string {
  if (name === 'le' && value !== '+Inf') return formatBound(Number(value))
  return cleanLabelValue(String(value ?? ''))
}

/** prom-client's types declare a numeric enum where the value is a string. */
function familyType(type: unknown): FamilyType | null {
  return type === 'counter' || type === 'gauge' || type === 'histogram' || type === 'summary' ? type : null
}
