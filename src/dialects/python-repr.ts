/**
 * Objects as Python prints them. Some emitters write `str(response)` where others write JSON: `{'cached_tokens': 80, 'audio': None}`,
 * `ChatCompletion(id='chatcmpl-1', usage=CompletionUsage(prompt_tokens=7))`. Classes become objects of their named fields.
 */
import type { PlainValue } from '../otlp/span.ts'

/** Longer texts are not read: what is of interest in them comes from APIs and is short. */
const MAX_CHARACTERS = 65_536
const MAX_DEPTH = 32

interface Cursor {
  readonly text: string
  at: number
  depth: number
}

/** Undefined when the text is nothing that Python prints, or was cut. */
export function readPython(text: string, maxCharacters: number = MAX_CHARACTERS): PlainValue | undefined {
  if (text.length > maxCharacters) return undefined
  const cursor: Cursor = { text, at: 0, depth: 0 }
  const value = readValue(cursor)
  skipBlanks(cursor)
  return cursor.at === text.length ? value : undefined
}

function readValue(cursor: Cursor): PlainValue | undefined {
  skipBlanks(cursor)
  const first = cursor.text[cursor.at]
  if (first === undefined || cursor.depth >= MAX_DEPTH) return undefined
  if (first === "'" || first === '"') return readString(cursor)
  if (first === '[') return readList(cursor, ']')
  if (first === '(') return readList(cursor, ')')
  if (first === '{') return readFields(cursor, '}', readDictKey)
  if (first === '<') return readAngle(cursor)
  return readWord(cursor)
}

function skipBlanks(cursor: Cursor): void {
  while (blanks.has(cursor.text[cursor.at] ?? '')) cursor.at++
}

const blanks: ReadonlySet<string> = new Set([' ', '\n', '\t', '\r'])

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
])

function readString(cursor: Cursor): string | undefined {
  const { text } = cursor
  const quote = text[cursor.at++]
  let result = ''
  for (let from = cursor.at; cursor.at < text.length; cursor.at++) {
    const character = text[cursor.at]
    if (character === quote) {
      result += text.slice(from, cursor.at++)
      return result
    }
    if (character !== '\\') continue
    const escaped = text[cursor.at + 1] ?? ''
    result += text.slice(from, cursor.at) + (escapes.get(escaped) ?? escaped)
    from = ++cursor.at + 1
  }
  return undefined
}

function readList(cursor: Cursor, end: string): readonly PlainValue[] | undefined {
  const items: PlainValue[] = []
  const isWhole = readItems(cursor, end, () => {
    const item = readValue(cursor)
    if (item !== undefined) items.push(item)
    return item !== undefined
  })
  return isWhole ? items : undefined
}

/** Null = a value without a name, which is passed over; undefined = there is none where one has to be. */
type ReadKey = (cursor: Cursor) => string | null | undefined

function readFields(cursor: Cursor, end: string, readKey: ReadKey): { readonly [key: string]: PlainValue } | undefined {
  const fields = new Map<string, PlainValue>()
  const isWhole = readItems(cursor, end, () => {
    const key = readKey(cursor)
    const value = key === undefined ? undefined : readValue(cursor)
    if (typeof key === 'string' && value !== undefined) fields.set(key, value)
    return value !== undefined
  })
  return isWhole ? Object.fromEntries(fields) : undefined
}

/** The parts between brackets. False when one of them cannot be read or the end is missing. */
function readItems(cursor: Cursor, end: string, readItem: () => boolean): boolean {
  cursor.at++
  cursor.depth++
  for (;;) {
    skipBlanks(cursor)
    if (cursor.text[cursor.at] === end) break
    if (!readItem()) return false
    skipBlanks(cursor)
    const next = cursor.text[cursor.at]
    if (next === ',') cursor.at++
    else if (next !== end) return false
  }
  cursor.at++
  cursor.depth--
  return true
}

function readDictKey(cursor: Cursor): string | null | undefined {
  const key = readValue(cursor)
  skipBlanks(cursor)
  if (cursor.text[cursor.at] !== ':') return undefined
  cursor.at++
  return typeof key === 'string' || typeof key === 'number' ? String(key) : null
}

const fieldName = /[A-Za-z_]\w*=/y

function readFieldName(cursor: Cursor): string | null {
  fieldName.lastIndex = cursor.at
  const name = fieldName.exec(cursor.text)?.[0]
  if (name === undefined) return null
  cursor.at += name.length
  return name.slice(0, -1)
}

/** An enum prints as `<Role.USER: 'user'>`, anything that cannot be printed as `<Tool object at 0x7f>`. */
function readAngle(cursor: Cursor): PlainValue | undefined {
  const end = cursor.text.indexOf('>', cursor.at)
  if (end < 0) return undefined
  const inside = cursor.text.slice(cursor.at + 1, end)
  cursor.at = end + 1
  return /: '([^']*)'$/.exec(inside)?.[1] ?? null
}

const word = /[-+\w.]+/y

const constants: ReadonlyMap<string, PlainValue> = new Map<string, PlainValue>([
  ['None', null],
  ['True', true],
  ['False', false],
])

function readWord(cursor: Cursor): PlainValue | undefined {
  word.lastIndex = cursor.at
  const found = word.exec(cursor.text)?.[0]
  if (found === undefined) return undefined
  cursor.at += found.length
  if (cursor.text[cursor.at] === '(') return readFields(cursor, ')', readFieldName)
  const constant = constants.get(found)
  if (constant !== undefined) return constant
  const number = Number(found)
  return Number.isFinite(number) ? number : null
}
