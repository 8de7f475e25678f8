/**
 * Checks an answer against the JSON schema that it was asked for, where the emitter sends it. The schema comes from the wire: what could make checking
 * slow, or break nothing for anybody, is left out of it, and a schema that cannot be used proves nothing.
 */
import { type Schema, Validator } from '@cfworker/json-schema'
import type { Attributes, PlainValue } from '../../otlp/span.ts'
import type { Chain } from '../dialect.ts'
import type { SchemaCheck } from './answer-text.ts'
import { asObject, type PlainObject } from './shapes.ts'

const MAX_CHARACTERS = 65_536
const MAX_DEPTH = 32

/** Null when no schema is on the wire. It is read only once an answer is to be checked. */
export function schemaCheckOf(attributes: Attributes, chain: Chain): SchemaCheck | null {
  for (const key of chain) {
    const text = attributes.text(key)
    if (text === null || text.length > MAX_CHARACTERS || !text.includes('"properties"')) continue
    const schema = schemaIn(text)
    if (schema !== null) return (answer) => problemOf(answer, schema)
  }
  return null
}

/** Where APIs and frameworks put the schema of the answer in what they send along. */
const places: readonly (readonly string[])[] = [
  ['response_format', 'json_schema', 'schema'],
  ['json_schema', 'schema'],
  ['text', 'format', 'schema'],
  ['output_object', 'json_schema'],
  ['output', 'schema'],
  ['output_config', 'format', 'schema'],
  ['responseSchema'],
  ['response_schema'],
  ['responseJsonSchema'],
  ['response_json_schema'],
  ['schema'],
]

function schemaIn(text: string): PlainObject | null {
  try {
    const value: PlainValue = JSON.parse(text)
    const root = asObject(value)
    if (root === null) return null
    for (const place of places) {
      const found = asObject(place.reduce<PlainValue | undefined>((inner, key) => asObject(inner)?.[key], root))
      if (found !== null && isSchema(found)) return found
    }
    return isSchema(root) ? root : null
  } catch {
    return null
  }
}

/** An object schema: others say too little of an answer to be worth a check. */
function isSchema(value: PlainObject): boolean {
  return value['type'] === 'object' && asObject(value['properties']) !== null
}

/** The first place that does not fit, in words. */
function problemOf(answer: PlainValue, schema: PlainObject): string | null {
  try {
    const safe: Schema = JSON.parse(JSON.stringify(lenient(schema, 0)))
    const { valid, errors } = new Validator(safe, draftOf(schema)).validate(answer)
    if (valid) return null
    // The last is the innermost: those before it only say that a part of them does not fit.
    const innermost = errors.at(-1)
    return innermost === undefined ? 'it does not fit' : `${innermost.instanceLocation}: ${innermost.error}`.slice(0, 200)
  } catch {
    return null
  }
}

function draftOf(schema: PlainObject): '4' | '7' | '2019-09' | '2020-12' {
  const named = typeof schema['$schema'] === 'string' ? schema['$schema'] : ''
  if (named.includes('draft-04')) return '4'
  return named.includes('draft-07') ? '7' : '2020-12'
}

/** Patterns may be slow. A field too many breaks nothing for whoever reads the others: parsers leave it out. */
const leftOut: ReadonlySet<string> = new Set([
  'pattern',
  'patternProperties',
  'format',
  'additionalProperties',
  'unevaluatedProperties',
])

function lenient(value: PlainValue, depth: number): PlainValue {
  if (depth > MAX_DEPTH) throw new RangeError('schema: nested too deep')
  if (Array.isArray(value)) return value.map((item) => lenient(item, depth + 1))
  const object = asObject(value)
  if (object === null) return value
  const kept = Object.entries(object).filter(([key, item]) => !leftOut.has(key) || asObject(item)?.['type'] !== undefined)
  return Object.fromEntries(kept.map(([key, item]) => [key, lenient(item, depth + 1)]))
}
