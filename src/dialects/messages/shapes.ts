/**
 * Guards for the plain data that messages are made of. Shapes are recognised by what they hold, not by who sent them: the same few shapes (of the
 * conventions, OpenAI, Anthropic, Bedrock, Gemini, LangChain, AI SDK, Genkit) come through dozens of emitters.
 */
import type { PlainValue } from '../../otlp/span.ts'

export type PlainObject = { readonly [key: string]: PlainValue }

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'other'

export function asObject(value: PlainValue | undefined): PlainObject | null {
  return isObject(value) ? value : null
}

function isObject(value: PlainValue | undefined): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asList(value: PlainValue | undefined): readonly PlainValue[] {
  return Array.isArray(value) ? value : []
}

/** The first of the keys that holds a non-empty string. */
export function stringAt(object: PlainObject, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

/** The value of the first key that is there and not null. */
export function valueAt(object: PlainObject, ...keys: readonly string[]): PlainValue | undefined {
  for (const key of keys) if (Object.hasOwn(object, key) && object[key] !== null) return object[key]
  return undefined
}

const roles: ReadonlyMap<string, Role> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['ai', 'assistant'],
  ['model', 'assistant'],
  ['bot', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
])

/** LangChain names a message's class (`AIMessageChunk`), others its role; `other` when it is neither. */
export function roleOf(word: string | null): Role {
  if (word === null) return 'other'
  const plain = word.slice(word.lastIndexOf('.') + 1).toLowerCase()
  return roles.get(plain) ?? roles.get(plain.replace(/message(?:chunk)?$/, '')) ?? 'other'
}

/** A tool's answer as text: strings as they are, parts by their text, anything else as JSON. */
export function textOf(value: PlainValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return jsonText(value)
  const texts = value.map((part) => (typeof part === 'string' ? part : stringAt(asObject(part) ?? {}, 'text', 'content')))
  return texts.every((text) => text !== null) ? texts.join('\n') : jsonText(value)
}

/** JSON of a value; empty when it is nested too deep to be written, as only a text made for it is. */
export function jsonText(value: PlainValue): string {
  try {
    return JSON.stringify(value)
  } catch {
    return ''
  }
}
