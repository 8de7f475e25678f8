/** The guards of `Attributes` over a table of values. The protobuf table decodes on demand, the JSON one is a plain Map. */
import { type AnyValue, briefText, canonicalText, finiteNumber, plainValue } from './any-value.ts'
import type { Attributes, PlainValue } from './span.ts'

/** Keys to values in wire order. A key that was sent twice keeps its first place and its last value. */
export interface AttributeTable extends Pick<ReadonlyMap<string, AnyValue>, 'get' | 'has' | 'keys'> {
  /** As in Attributes, for a table that can tell without decoding what is long. */
  brief?(key: string, maxBytes: number): string | null | undefined
}

export class TableAttributes implements Attributes {
  readonly #table: AttributeTable

  constructor(table: AttributeTable) {
    this.#table = table
  }

  has(key: string): boolean {
    return this.#table.has(key)
  }

  string(key: string): string | null {
    const value = this.#table.get(key)
    return typeof value === 'string' ? value : null
  }

  number(key: string): number | null {
    return finiteNumber(this.#table.get(key) ?? null)
  }

  boolean(key: string): boolean | null {
    const value = this.#table.get(key)
    if (typeof value === 'boolean') return value
    if (value === 'true') return true
    return value === 'false' ? false : null
  }

  strings(key: string): readonly string[] {
    const value = this.#table.get(key)
    if (typeof value === 'string') return [value]
    if (typeof value !== 'object' || value?.kind !== 'array') return []
    return value.items.filter((item) => typeof item === 'string')
  }

  text(key: string): string | null {
    const value = this.#table.get(key) ?? null
    return value === null ? null : canonicalText(value)
  }

  brief(key: string, maxBytes: number): string | null | undefined {
    if (this.#table.brief !== undefined) return this.#table.brief(key, maxBytes)
    const value = this.#table.get(key)
    return value === undefined ? undefined : briefText(value, maxBytes)
  }

  value(key: string): PlainValue | undefined {
    const value = this.#table.get(key)
    return value === undefined ? undefined : plainValue(value)
  }

  keys(): readonly string[] {
    return [...this.#table.keys()]
  }
}
