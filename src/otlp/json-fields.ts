/**
 * Typed fields of parsed OTLP/JSON: lowerCamelCase names only, null means the default, a field of the wrong JSON type is an
 * error that names its path. Fields that nothing reads are not looked at, known or unknown.
 */
import { DecodeError } from './decode-error.ts'
import { idOfHex } from './ids.ts'

export type JsonObject = Readonly<Record<string, unknown>>

const wholeNumber = /^-?\d{1,20}$/
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n
const MAX_UINT64 = 2n ** 64n - 1n
const MAX_UINT32 = 2 ** 32 - 1

export function childPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

export function wrongType(path: string, expected: string, value: unknown): never {
  throw new DecodeError(`${path === '' ? 'the body' : path}: expected ${expected}, got ${typeName(value)}`)
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

export function asObject(value: unknown, path: string): JsonObject {
  return isObject(value) ? value : wrongType(path, 'an object', value)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object in a field; empty when absent. */
export function objectField(parent: JsonObject, name: string, path: string): JsonObject {
  const value = parent[name] ?? null
  return value === null ? {} : asObject(value, childPath(path, name))
}

/** Calls `read` with each object of an array field and its path; an absent field has none. */
export function eachObject(
  parent: JsonObject,
  name: string,
  path: string,
  read: (item: JsonObject, itemPath: string) => void,
): void {
  const value = parent[name] ?? null
  if (value === null) return
  const listPath = childPath(path, name)
  if (!Array.isArray(value)) wrongType(listPath, 'an array', value)
  for (const [index, item] of value.entries()) {
    const itemPath = `${listPath}[${index}]`
    read(asObject(item, itemPath), itemPath)
  }
}

/** A string without lone surrogates; empty when absent. */
export function stringField(parent: JsonObject, name: string, path: string): string {
  const value = parent[name] ?? ''
  return typeof value === 'string' ? value.toWellFormed() : wrongType(childPath(path, name), 'a string', value)
}

export function idField(parent: JsonObject, name: string, path: string, expectedBytes: number): string {
  return idOfHex(stringField(parent, name, path), expectedBytes)
}

/** An enum value; 0 when absent. OTLP/JSON has them as integers only: a name such as "SPAN_KIND_CLIENT" is an error. */
export function enumField(parent: JsonObject, name: string, path: string): number {
  const value = parent[name] ?? 0
  return typeof value === 'number' && value === Math.trunc(value) && value === (value | 0)
    ? value
    : wrongType(childPath(path, name), 'an enum as an integer', value)
}

export function uint32Field(parent: JsonObject, name: string, path: string): number {
  const number = wholeNumberOf(parent[name] ?? 0)
  return typeof number === 'number' && number >= 0 && number <= MAX_UINT32
    ? number
    : wrongType(childPath(path, name), 'a whole number below 2^32', parent[name])
}

/** A fixed64 of unix nanoseconds as unix microseconds, rounded down; 0 when absent. */
export function microsField(parent: JsonObject, name: string, path: string): number {
  const value = parent[name] ?? 0
  const nanos = wholeNumberOf(value)
  if (nanos === null || nanos < 0 || nanos > MAX_UINT64)
    wrongType(childPath(path, name), 'nanoseconds as a decimal string', value)
  return typeof nanos === 'bigint' ? Number(nanos / 1000n) : Math.floor(nanos / 1000)
}

/** An int64: a number while exact, a bigint beyond 2^53. */
export function int64Of(value: unknown, path: string): number | bigint {
  const number = wholeNumberOf(value)
  return number === null || number < MIN_INT64 || number > MAX_INT64
    ? wrongType(path, 'a 64-bit integer as a decimal string or number', value)
    : number
}

function wholeNumberOf(value: unknown): number | bigint | null {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return null
    return Number.isSafeInteger(value) ? value + 0 : BigInt(value)
  }
  if (typeof value !== 'string' || !wholeNumber.test(value)) return null
  const number = Number(value)
  return Number.isSafeInteger(number) ? number + 0 : BigInt(value)
}
