/**
 * What a tool was asked and what it answered, as text for a span: bounded in size and total, whatever the value is. Where content is
 * not to leave the process, a keyed hash takes its place: the processor still sees "same arguments, same result" and nothing more.
 */
import { hash, randomBytes } from 'node:crypto'
import type { AttributeValue, Span } from '@opentelemetry/api'
import { quietly } from './quietly.ts'

/** Characters of one content attribute. */
const MAX_CONTENT_CHARACTERS = 16_384
/** Characters that a hash looks at; beyond them only sizes count. */
const MAX_HASHED_CHARACTERS = 65_536
const MAX_DEPTH = 32

let captureOption: boolean | null = null
let key: string | null = null

/** Sets whether content is sent; null goes back to the environment's word. */
export function setContentCapture(isOn: boolean | null): void {
  captureOption = isOn
}

/** Whether content is sent: the option, else `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`, else not. */
export function capturesContent(): boolean {
  captureOption ??= capturesByEnvironment(process.env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'])
  return captureOption
}

function capturesByEnvironment(value: string | undefined): boolean {
  return ['true', 'span_only', 'span_and_event', 'event_only'].includes((value ?? '').trim().toLowerCase())
}

/** Puts `value` on the span: its text under `name`, or under `hashName` a hash of it when content is not sent. Nothing for undefined. */
export function setContent(span: Span, name: string, hashName: string | null, value: unknown): void {
  if (value === undefined) return
  const attribute = quietly('recording content', (): readonly [string, AttributeValue] | null => {
    if (capturesContent()) return [name, boundedText(value, MAX_CONTENT_CHARACTERS)]
    return hashName === null ? null : [hashName, keyedHash(value)]
  })
  if (attribute !== null && attribute !== undefined) span.setAttribute(...attribute)
}

/** Equal for equal values within this process; the key never leaves it, so that nobody can look values up. */
function keyedHash(value: unknown): string {
  key ??= randomBytes(32).toString('hex')
  // An HMAC object costs ten times as much; nobody can forge or extend anything here, so the key in front is enough.
  return hash('sha256', key + boundedText(value, MAX_HASHED_CHARACTERS), 'hex').slice(0, 32)
}

/** Parts of a value that are looked at before it counts as large. */
const MAX_SMALL_PARTS = 2_000

/**
 * Whether JSON.stringify can have the value: it is several times as fast as writing it here, and most values are numbers, strings, lists and
 * records of these, well below the limit.
 */
function isSmallAndPlain(value: unknown, limit: number): boolean {
  const room = { parts: MAX_SMALL_PARTS, characters: limit }
  try {
    return fits(value, room)
  } catch {
    return false
  }
}

function fits(value: unknown, room: { parts: number; characters: number }): boolean {
  room.parts -= 1
  if (room.parts < 0) return false
  if (typeof value === 'string') {
    room.characters -= value.length
    return room.characters >= 0
  }
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' || typeof value === 'boolean' || value === null
  if (Array.isArray(value)) return value.every((item) => fits(item, room))
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false
  for (const name in value) {
    room.characters -= name.length
    if (!fits(Reflect.get(value, name), room)) return false
  }
  return true
}

interface Sheet {
  text: string
  readonly limit: number
  /** The objects that the one being written stands in: one of them again is a circle. */
  readonly above: Set<object>
}

/**
 * The value as JSON, cut after about `limit` characters. A string is taken as it is. Unlike JSON.stringify it stops when it has enough, and
 * circles, getters and toJSON that throw become a word in brackets.
 */
export function boundedText(value: unknown, limit: number): string {
  if (typeof value === 'string') return cutText(value, limit)
  if (isSmallAndPlain(value, limit)) return cutText(JSON.stringify(value), limit)
  const sheet: Sheet = { text: '', limit, above: new Set() }
  write(value, sheet)
  return cutText(sheet.text, limit)
}

/** The length of what was cut stays visible, so that two long values with one beginning are not taken for equal. */
function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… [${text.length} characters]`
}

function isFull(sheet: Sheet): boolean {
  return sheet.text.length > sheet.limit
}

function write(value: unknown, sheet: Sheet): void {
  if (isFull(sheet)) return
  switch (typeof value) {
    case 'string':
      sheet.text += JSON.stringify(cutText(value, sheet.limit))
      break
    case 'number':
      sheet.text += Number.isFinite(value) ? String(value) : 'null'
      break
    case 'boolean':
    case 'bigint':
      sheet.text += String(value)
      break
    case 'object':
      if (value === null) sheet.text += 'null'
      else writeObject(value, sheet)
      break
    case 'undefined':
    case 'function':
    case 'symbol':
      sheet.text += 'null'
      break
  }
}

function writeObject(value: object, sheet: Sheet): void {
  if (sheet.above.has(value)) sheet.text += '"[circular]"'
  else if (sheet.above.size >= MAX_DEPTH) sheet.text += '"[deep]"'
  else {
    sheet.above.add(value)
    try {
      writeParts(value, sheet)
    } catch {
      sheet.text += '"[unreadable]"'
    } finally {
      sheet.above.delete(value)
    }
  }
}

function writeParts(value: object, sheet: Sheet): void {
  if (ArrayBuffer.isView(value)) sheet.text += `"[${value.byteLength} bytes]"`
  else if (Array.isArray(value)) writeArray(value, sheet)
  else if (value instanceof Map || value instanceof Set) writeArray([...value], sheet)
  else if (value instanceof Error) writeFields({ name: value.name, message: value.message }, sheet)
  else if ('toJSON' in value && typeof value.toJSON === 'function') write(Reflect.apply(value.toJSON, value, ['']), sheet)
  else writeFields(value, sheet)
}

function writeArray(values: readonly unknown[], sheet: Sheet): void {
  sheet.text += '['
  let separator = ''
  for (const value of values) {
    sheet.text += separator
    separator = ','
    if (isFull(sheet)) {
      sheet.text += `"[${values.length} items]"`
      break
    }
    write(value, sheet)
  }
  sheet.text += ']'
}

function writeFields(value: object, sheet: Sheet): void {
  let separator = '{'
  for (const name of Object.keys(value)) {
    if (isFull(sheet)) break
    const field: unknown = readField(value, name)
    if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue
    sheet.text += `${separator}${JSON.stringify(name)}:`
    write(field, sheet)
    separator = ','
  }
  sheet.text += separator === '{' ? '{}' : '}'
}

function readField(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name)
  } catch {
    return '[unreadable]'
  }
}
