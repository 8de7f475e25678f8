/** A value that satisfies a JSON schema, with words of the user where a text is wanted: what a model that works well would fill in. */
import { type Json, count, isRecord, list, record, text } from './json.ts'

const MAX_DEPTH = 8
const MAX_TEXT_LENGTH = 200

/** `said` is the user's text, from which names and numbers are taken. */
export function valueFor(schema: Json, said: string): unknown {
  return fill(schema, { said, root: schema, name: '', depth: 0 })
}

interface Place {
  readonly said: string
  /** The whole schema, where `$ref` leads to. */
  readonly root: Json
  /** The property that is being filled. */
  readonly name: string
  readonly depth: number
}

function fill(raw: Json, place: Place): unknown {
  const schema = resolved(raw, place.root)
  if ('const' in schema) return schema['const']
  const options = list(schema['enum'])
  if (options.length > 0) return options.find((option) => isSaid(option, place.said)) ?? options[0]
  if ('default' in schema && schema['default'] !== null) return schema['default']
  const examples = list(schema['examples'])
  if (examples.length > 0) return examples[0]
  const alternatives = [...list(schema['anyOf']), ...list(schema['oneOf'])].map(record)
  const chosen = alternatives.find((alternative) => text(alternative['type']) !== 'null') ?? alternatives[0]
  if (chosen !== undefined) return fill(chosen, place)
  switch (typeOf(schema)) {
    case 'object':
      return objectFor(schema, place)
    case 'array':
      return arrayFor(schema, place)
    case 'integer':
      return Math.round(numberFor(schema, place.said))
    case 'number':
      return numberFor(schema, place.said)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return stringFor(schema, place)
  }
}

function objectFor(schema: Json, place: Place): Json {
  const properties = record(schema['properties'])
  if (place.depth >= MAX_DEPTH) return {}
  return Object.fromEntries(
    list(schema['required']).flatMap((name) =>
      typeof name === 'string' ? [[name, fill(record(properties[name]), { ...place, name, depth: place.depth + 1 })]] : [],
    ),
  )
}

function arrayFor(schema: Json, place: Place): readonly unknown[] {
  if (place.depth >= MAX_DEPTH) return []
  const length = Math.max(1, count(schema['minItems']) ?? 1)
  return Array.from({ length }, () => fill(record(schema['items']), { ...place, depth: place.depth + 1 }))
}

function numberFor(schema: Json, said: string): number {
  const exclusiveMinimum = count(schema['exclusiveMinimum'])
  const minimum = count(schema['minimum']) ?? (exclusiveMinimum === null ? -Infinity : exclusiveMinimum + 1)
  const exclusiveMaximum = count(schema['exclusiveMaximum'])
  const maximum = count(schema['maximum']) ?? (exclusiveMaximum === null ? Infinity : exclusiveMaximum - 1)
  const spoken = /-?\d+(?:\.\d+)?/.exec(said)?.[0]
  return Math.min(maximum, Math.max(minimum, spoken === undefined ? 1 : Number(spoken)))
}

function stringFor(schema: Json, place: Place): string {
  const format = text(schema['format'])
  if (format === 'date') return '2026-01-15'
  if (format === 'date-time') return '2026-01-15T10:00:00Z'
  if (format === 'email') return 'user-17@example.com'
  if (format === 'uri' || format === 'url') return 'https://example.com/'
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000017'
  const limit = count(schema['maxLength']) ?? MAX_TEXT_LENGTH
  const pattern = text(schema['pattern'])
  const words = candidates(place)
  const matching = pattern === null ? undefined : words.find((word) => matches(pattern, word))
  return (matching ?? words[0] ?? 'text').slice(0, limit).padEnd(count(schema['minLength']) ?? 0, 'x')
}

/** What the user's text offers for a property, the likeliest first. */
function candidates(place: Place): readonly string[] {
  const withDigits = place.said.match(/[\p{L}\d]*-?\d[\p{L}\d-]*/gu) ?? []
  const names = [...place.said.matchAll(/(?<=[\p{Ll}\d,] )\p{Lu}[\p{L}-]+/gu)].map((match) => match[0])
  const whole = place.said.trim() === '' ? 'hello' : place.said.trim()
  const property = place.name.toLowerCase()
  if (/(^|_)id$|id$|number|order|code|parcel|sku/.test(property)) return [...withDigits, ...names, whole]
  if (/city|location|place|country|name|town|region/.test(property)) return [...names.toReversed(), ...withDigits, whole]
  return [whole, ...names, ...withDigits]
}

function resolved(schema: Json, root: Json): Json {
  let current = schema
  for (let hops = 0; hops < MAX_DEPTH; hops++) {
    const path = text(current['$ref'])
    if (path === null) break
    const steps = path.replace(/^#\/?/, '').split('/')
    current = steps.reduce<Json>((at, step) => (step === '' ? at : record(at[step])), root)
  }
  const parts = list(current['allOf']).filter(isRecord)
  if (parts.length === 0) return current
  const merged = [current, ...parts.map((part) => resolved(part, root))]
  return {
    ...Object.assign({}, ...merged),
    properties: Object.assign({}, ...merged.map((part) => record(part['properties']))),
    required: merged.flatMap((part) => list(part['required'])),
    allOf: [],
  }
}

function typeOf(schema: Json): string {
  const types = [schema['type'], ...list(schema['type'])].filter((type) => typeof type === 'string')
  const type = types.find((name) => name.toLowerCase() !== 'null') ?? types[0]
  // Gemini spells types in capitals; a schema without a type but with properties is an object.
  if (type !== undefined) return type.toLowerCase()
  return 'properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string'
}

function isSaid(option: unknown, said: string): boolean {
  return typeof option === 'string' && said.toLowerCase().includes(option.toLowerCase())
}

function matches(pattern: string, word: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(word)
  } catch {
    return false
  }
}
