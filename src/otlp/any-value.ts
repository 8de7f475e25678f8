/**
 * An OTLP AnyValue once decoded, whichever encoding it came in. The only place that says how a value reads as text,
 * as a number or as plain data, so that the two encodings cannot drift apart.
 */
import type { PlainValue } from './span.ts'

/** How many arrays and maps may lie inside one another. A deeper one reads as null, in both encodings, and is not looked into. */
export const MAX_DEPTH = 64

/** Whole numbers are `number` while exact and `bigint` beyond 2^53. Strings are well-formed. */
export type AnyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | { readonly kind: 'bytes'; readonly base64: string }
  | { readonly kind: 'array'; readonly items: readonly AnyValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, AnyValue> }

const LONGEST_NUMERIC_STRING = 64
const decimalNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** A finite number from a number or a decimal string of at most 64 characters; null otherwise. */
export function finiteNumber(value: AnyValue): number | null {
  const number =
    typeof value === 'string' ? numberFromText(value) : Number(typeof value === 'bigint' ? value : plainNumber(value))
  return Number.isFinite(number) ? number : null
}

function numberFromText(text: string): number {
  return text.length <= LONGEST_NUMERIC_STRING && decimalNumber.test(text) ? Number(text) : Number.NaN
}

function plainNumber(value: AnyValue): number {
  return typeof value === 'number' ? value : Number.NaN
}

/** Plain data: nearest doubles for whole numbers, base64 for bytes, "NaN" and "Infinity" as text (as in OTLP/JSON), maps without prototype. */
export function plainValue(value: AnyValue): PlainValue {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value)
  if (value === null || typeof value !== 'object') return value
  if (value.kind === 'bytes') return value.base64
  if (value.kind === 'array') return value.items.map(plainValue)
  // Without a prototype a key such as `__proto__` is a key like any other.
  const object: { [key: string]: PlainValue } = Object.create(null)
  for (const [key, item] of value.entries) object[key] = plainValue(item)
  return object
}

/** Text that is equal exactly when the values are: scalars as they are, whole numbers with every digit, structures as JSON with sorted keys. */
export function canonicalText(value: AnyValue): string {
  if (typeof value === 'string') return value
  if (value === null || typeof value !== 'object') return String(value)
  return value.kind === 'bytes' ? value.base64 : canonicalJson(value)
}

/** Canonical text of at most `maxBytes` in UTF-8 of anything but a list or map that holds something; null otherwise. */
export function briefText(value: AnyValue, maxBytes: number): string | null {
  if (isFilled(value)) return null
  const text = canonicalText(value)
  return text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes ? text : null
}

function isFilled(value: AnyValue): boolean {
  if (value === null || typeof value !== 'object' || value.kind === 'bytes') return false
  return value.kind === 'array' ? value.items.length > 0 : value.entries.size > 0
}

function canonicalJson(value: AnyValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`
  if (value === null || typeof value !== 'object') return String(value)
  if (value.kind === 'bytes') return `"${value.base64}"`
  if (value.kind === 'array') return `[${value.items.map(canonicalJson).join(',')}]`
  const sortedKeys = [...value.entries.keys()].sort()
  return `{${sortedKeys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value.entries.get(key) ?? null)}`).join(',')}}`
}
