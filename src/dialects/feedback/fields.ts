/** A result as named values, wherever it stands: attributes of a record, a span or an event, or a map in a body. */
import type { Attributes, PlainValue } from '../../otlp/span.ts'
import type { Chain } from '../dialect.ts'
import { cut, isContent, parsedObject } from '../read.ts'

export type Fields = (key: string) => PlainValue | undefined

export const noFields: Fields = () => undefined

export function fieldsOf(attributes: Attributes): Fields {
  return (key) => attributes.value(key)
}

const MAX_BODY_CHARACTERS = 262_144

/** A map, also one that is written as JSON; nothing for anything else. */
export function fieldsIn(value: PlainValue | undefined): Fields {
  const map = typeof value === 'string' ? parsedObject(value, MAX_BODY_CHARACTERS) : isMap(value) ? value : null
  return map === null ? noFields : (key) => (Object.hasOwn(map, key) ? map[key] : undefined)
}

function isMap(value: PlainValue | undefined): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What `first` has, else what `second` has. */
export function either(first: Fields, second: Fields): Fields {
  return (key) => first(key) ?? second(key)
}

/** First text of the chain that says something; null where there is none. */
export function textIn(fields: Fields, chain: Chain, maxLength: number): string | null {
  for (const key of chain) {
    const value = fields(key)
    const text = typeof value === 'string' ? cut(value, maxLength).trim() : ''
    if (isContent(text)) return text
  }
  return null
}

/** As `textIn`, also of numbers. */
export function idIn(fields: Fields, chain: Chain, maxLength: number): string | null {
  const asText: Fields = (key) => {
    const value = fields(key)
    return typeof value === 'number' ? String(value) : value
  }
  return textIn(asText, chain, maxLength)
}

/** First number of the chain, also one that is sent as text. */
export function numberIn(fields: Fields, chain: Chain): number | null {
  for (const key of chain) {
    const number = toNumber(fields(key))
    if (number !== null) return number
  }
  return null
}

const LONGEST_NUMBER = 32

function toNumber(value: PlainValue | undefined): number | null {
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NUMBER
  const number = isText ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** First boolean of the chain, also one that is sent as text. */
export function booleanIn(fields: Fields, chain: Chain): boolean | null {
  for (const key of chain) {
    const value = fields(key)
    if (typeof value === 'boolean') return value
    const word = typeof value === 'string' ? cut(value, 8).trim().toLowerCase() : ''
    if (word === 'true' || word === 'false') return word === 'true'
  }
  return null
}
