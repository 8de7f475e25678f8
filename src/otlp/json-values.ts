/** AnyValue and attribute lists in OTLP/JSON. Converted at once: JSON.parse has already made every string of the body. */
import { type AnyValue, briefText, MAX_DEPTH } from './any-value.ts'
import { TableAttributes } from './attributes.ts'
import { asObject, childPath, eachObject, int64Of, type JsonObject, stringField, wrongType } from './json-fields.ts'
import type { Attributes } from './span.ts'

const base64Text = /^[A-Za-z0-9+/_-]*={0,2}$/
const nonFiniteNames: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** The attributes in field `name` of a parsed object. */
export function attributesField(parent: JsonObject, name: string, path: string): Attributes {
  return new TableAttributes(readEntries(parent, name, path, 0))
}

/** As in protobuf-values.ts. */
export function briefEntry(value: AnyValue, key: string, maxBytes: number): string | null | undefined {
  const entry = typeof value === 'object' && value?.kind === 'map' ? value.entries.get(key) : undefined
  return entry === undefined ? undefined : briefText(entry, maxBytes)
}

function readEntries(parent: JsonObject, name: string, path: string, depth: number): ReadonlyMap<string, AnyValue> {
  const entries = new Map<string, AnyValue>()
  eachObject(parent, name, path, (entry, entryPath) => {
    entries.set(stringField(entry, 'key', entryPath), readJsonValue(entry['value'], childPath(entryPath, 'value'), depth))
  })
  return entries
}

/**
 * Converts a parsed AnyValue; absent, null and `{}` are null, and of several members the last one counts as it does in protobuf.
 * `depth` counts the arrays and maps around it.
 */
export function readJsonValue(value: unknown, path: string, depth: number): AnyValue {
  if (value === undefined || value === null) return null
  let result: AnyValue = null
  for (const [member, content] of Object.entries(asObject(value, path))) {
    if (content === null) continue
    const converted = readMember(member, content, childPath(path, member), depth)
    if (converted !== undefined) result = converted
  }
  return result
}

/** Undefined for a member that AnyValue does not have. */
function readMember(member: string, content: unknown, path: string, depth: number): AnyValue | undefined {
  switch (member) {
    case 'stringValue':
      return typeof content === 'string' ? content.toWellFormed() : wrongType(path, 'a string', content)
    case 'boolValue':
      return typeof content === 'boolean' ? content : wrongType(path, 'a boolean', content)
    case 'intValue':
      return int64Of(content, path)
    case 'doubleValue':
      return doubleOf(content, path)
    case 'bytesValue':
      return { kind: 'bytes', base64: base64Of(content, path) }
    case 'arrayValue':
      return depth < MAX_DEPTH ? readItems(asObject(content, path), path, depth + 1) : null
    case 'kvlistValue':
      return depth < MAX_DEPTH ? { kind: 'map', entries: readEntries(asObject(content, path), 'values', path, depth + 1) } : null
    default:
      return undefined
  }
}

function readItems(parent: JsonObject, path: string, depth: number): AnyValue {
  const items: AnyValue[] = []
  eachObject(parent, 'values', path, (item, itemPath) => {
    items.push(readJsonValue(item, itemPath, depth))
  })
  return { kind: 'array', items }
}

function doubleOf(content: unknown, path: string): number {
  if (typeof content === 'number') return content
  if (typeof content !== 'string') return wrongType(path, 'a number', content)
  const number = nonFiniteNames.get(content) ?? Number(content.trim() === '' ? Number.NaN : content)
  return Number.isNaN(number) && content !== 'NaN' ? wrongType(path, 'a number', content) : number
}

/** In the standard alphabet with padding, whichever of the two alphabets it was sent in. */
function base64Of(content: unknown, path: string): string {
  if (typeof content !== 'string' || !base64Text.test(content)) return wrongType(path, 'base64 text', content)
  return Buffer.from(content, 'base64').toString('base64')
}
