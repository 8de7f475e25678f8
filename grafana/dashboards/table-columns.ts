/** What tables have in common: columns in an order of ours with names of ours, and where their cells lead. */
import type { DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { flywheelUrl } from './frame.ts'

export const ROWS = 200
export const timeRange = 'since=${__from:date:iso}&until=${__to:date:iso}'
/** Filters of the review pages, by the cells of the row. */
export const thisService = 'service=${__data.fields.Service:percentencode}'
export const thisAgent = 'agent=${__data.fields.Agent:percentencode}'

/** Runs of which somebody said so. */
export function negativeRunsOf(...filters: readonly string[]): string {
  return `${flywheelUrl}/runs?rating=negative&${filters.join('&')}&${timeRange}`
}

interface Column {
  readonly name: string
  readonly properties?: readonly DynamicConfigValue[]
}

/** Joins the queries' rows on their labels and names the columns in this order; what is not named is left out. */
export function columns(panel: PanelBuilder, named: Readonly<Record<string, Column>>): PanelBuilder {
  const fields = Object.keys(named)
  const transformations: DataTransformerConfig[] = [
    { id: 'merge', options: {} },
    { id: 'filterFieldsByName', options: { include: { names: fields } } },
    {
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(fields.map((field, i) => [field, i])),
        renameByName: Object.fromEntries(Object.entries(named).map(([field, { name }]) => [field, name])),
      },
    },
  ]
  return Object.values(named).reduce(
    (all, { name, properties }) => (properties === undefined ? all : all.overrideByName(name, [...properties])),
    panel.transformations(transformations),
  )
}

export function unit(id: string, decimals?: number): DynamicConfigValue[] {
  return [{ id: 'unit', value: id }, ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]), width(120)]
}

export function width(pixels: number): DynamicConfigValue {
  return { id: 'custom.width', value: pixels }
}

export function link(title: string, url: string, targetBlank = false): DynamicConfigValue {
  return { id: 'links', value: [{ title, url, targetBlank }] }
}
