/**
 * AnyValue and attribute lists in protobuf (common/v1/common.proto of opentelemetry-proto 1.11). The structure is checked
 * once while the body is walked; a value is decoded when it is asked for, and a key when any attribute of its list is.
 */
import { type AnyValue, briefText, MAX_DEPTH } from './any-value.ts'
import type { AttributeTable } from './attributes.ts'
import { KeyCache } from './key-cache.ts'
import { Cursor } from './wire.ts'

const anyValue = { string: 1, bool: 2, int: 3, double: 4, array: 5, map: 6, bytes: 7 } as const
const list = { values: 1 } as const
const keyValue = { key: 1, value: 2 } as const

const keyCache = new KeyCache()

/** One attribute list: where its keys and values lie. Filled by `add` for each KeyValue, in wire order. */
export class ProtobufAttributeTable implements AttributeTable {
  readonly #bytes: Buffer
  /** Four offsets an attribute: start and end of the key, start and end of the value. */
  readonly #offsets: number[] = []
  #places: Map<string, number> | null = null

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Reads and checks the KeyValue that the cursor stands at. */
  add(cursor: Cursor, name: string): void {
    const outerLimit = cursor.enter(name)
    let [keyStart, keyEnd, valueStart, valueEnd] = [0, 0, 0, 0]
    while (cursor.next()) {
      if (cursor.field === keyValue.key) {
        keyStart = cursor.range('KeyValue.key')
        keyEnd = cursor.position
      } else if (cursor.field === keyValue.value) {
        const end = cursor.enter('KeyValue.value')
        valueStart = cursor.position
        valueEnd = cursor.limit
        checkValue(cursor, 0)
        cursor.leave(end)
      } else cursor.skip()
    }
    cursor.leave(outerLimit)
    this.#offsets.push(keyStart, keyEnd, valueStart, valueEnd)
  }

  has(key: string): boolean {
    return this.#index().has(key)
  }

  get(key: string): AnyValue | undefined {
    const place = this.#index().get(key)
    if (place === undefined) return undefined
    return readValue(new Cursor(this.#bytes, this.#offsets[place + 2] ?? 0, this.#offsets[place + 3] ?? 0), 0)
  }

  brief(key: string, maxBytes: number): string | null | undefined {
    const place = this.#index().get(key)
    if (place === undefined) return undefined
    return briefIn(this.#bytes, this.#offsets[place + 2] ?? 0, this.#offsets[place + 3] ?? 0, maxBytes)
  }

  keys(): MapIterator<string> {
    return this.#index().keys()
  }

  #index(): Map<string, number> {
    if (this.#places !== null) return this.#places
    const places = new Map<string, number>()
    for (let place = 0; place < this.#offsets.length; place += 4) {
      places.set(keyCache.text(this.#bytes, this.#offsets[place] ?? 0, this.#offsets[place + 1] ?? 0), place)
    }
    this.#places = places
    return places
  }
}

/** Walks the AnyValue up to the cursor's limit, building nothing. `depth` counts the arrays and maps around it. */
export function checkValue(cursor: Cursor, depth: number): void {
  while (cursor.next()) {
    switch (cursor.field) {
      case anyValue.string:
        cursor.range('AnyValue.string_value')
        break
      case anyValue.bool:
        cursor.bool('AnyValue.bool_value')
        break
      case anyValue.int:
        cursor.int32('AnyValue.int_value')
        break
      case anyValue.double:
        cursor.double('AnyValue.double_value')
        break
      case anyValue.array:
        checkItems(cursor, depth, 'AnyValue.array_value', checkValue)
        break
      case anyValue.map:
        checkItems(cursor, depth, 'AnyValue.kvlist_value', checkMapEntry)
        break
      case anyValue.bytes:
        cursor.range('AnyValue.bytes_value')
        break
      default:
        cursor.skip()
    }
  }
}

function checkItems(cursor: Cursor, depth: number, name: string, check: (cursor: Cursor, depth: number) => void): void {
  if (depth >= MAX_DEPTH) {
    cursor.range(name)
    return
  }
  const outerLimit = cursor.enter(name)
  while (cursor.next()) {
    if (cursor.field === list.values) {
      const end = cursor.enter(name)
      check(cursor, depth + 1)
      cursor.leave(end)
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
}

function checkMapEntry(cursor: Cursor, depth: number): void {
  while (cursor.next()) {
    if (cursor.field === keyValue.key) cursor.range('KeyValue.key')
    else if (cursor.field === keyValue.value) {
      const end = cursor.enter('KeyValue.value')
      checkValue(cursor, depth)
      cursor.leave(end)
    } else cursor.skip()
  }
}

/** Decodes an AnyValue that was checked before. Of several values the last one on the wire counts, as for every oneof; none is null. */
export function readValue(cursor: Cursor, depth: number): AnyValue {
  let value: AnyValue = null
  while (cursor.next()) {
    switch (cursor.field) {
      case anyValue.string:
        value = readText(cursor, 'utf8')
        break
      case anyValue.array:
        value = readArray(cursor, depth)
        break
      case anyValue.map:
        value = readMap(cursor, depth)
        break
      case anyValue.bytes:
        value = { kind: 'bytes', base64: readText(cursor, 'base64') }
        break
      default:
        value = readScalar(cursor, value)
    }
  }
  return value
}

/** A number or a boolean; `before` for a field that is not known. */
function readScalar<Value>(cursor: Cursor, before: Value): Value | bigint | number | boolean {
  switch (cursor.field) {
    case anyValue.bool:
      return cursor.bool('AnyValue.bool_value')
    case anyValue.int:
      return cursor.int64('AnyValue.int_value')
    case anyValue.double:
      return cursor.double('AnyValue.double_value')
    default:
      cursor.skip()
      return before
  }
}

const emptyArray: AnyValue = { kind: 'array', items: [] }
const emptyMap: AnyValue = { kind: 'map', entries: new Map() }

/** Reads like `readValue`, but undefined for a text or bytes of more than `maxBytes` and for an array or map that holds something. */
function readBrief(cursor: Cursor, maxBytes: number): AnyValue | undefined {
  let value: AnyValue | undefined = null
  while (cursor.next()) {
    switch (cursor.field) {
      case anyValue.string:
      case anyValue.bytes: {
        const isText = cursor.field === anyValue.string
        const start = cursor.range('AnyValue')
        if (cursor.position - start > maxBytes) value = undefined
        else if (isText) value = cursor.bytes.toString('utf8', start, cursor.position)
        else value = { kind: 'bytes', base64: cursor.bytes.toString('base64', start, cursor.position) }
        break
      }
      case anyValue.array:
        value = holdsValues(cursor) ? undefined : emptyArray
        break
      case anyValue.map:
        value = holdsValues(cursor) ? undefined : emptyMap
        break
      default:
        value = readScalar(cursor, value)
    }
  }
  return value
}

/** Steps over an array or map; true when it holds something. */
function holdsValues(cursor: Cursor): boolean {
  const outerLimit = cursor.enter('AnyValue')
  let found = false
  while (cursor.next()) {
    found ||= cursor.field === list.values
    cursor.skip()
  }
  cursor.leave(outerLimit)
  return found
}

/** The entry of an AnyValue that is a map: null where it is not brief, undefined where there is none. Nothing else is decoded. */
export function briefEntry(cursor: Cursor, key: string, maxBytes: number): string | null | undefined {
  let entry: string | null | undefined
  while (cursor.next()) {
    // Of several values the last one counts.
    if (cursor.field === anyValue.map) entry = briefInMap(cursor, key, maxBytes)
    else {
      if (cursor.field <= anyValue.bytes) entry = undefined
      cursor.skip()
    }
  }
  return entry
}

function briefInMap(cursor: Cursor, key: string, maxBytes: number): string | null | undefined {
  const outerLimit = cursor.enter('AnyValue.kvlist_value')
  let entry: string | null | undefined
  while (cursor.next()) {
    if (cursor.field === list.values) {
      const brief = briefIfKey(cursor, key, maxBytes)
      if (brief !== undefined) entry = brief
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
  return entry
}

function briefIfKey(cursor: Cursor, key: string, maxBytes: number): string | null | undefined {
  const outerLimit = cursor.enter('KeyValueList.values')
  let isKey = key === ''
  let [start, end] = [0, 0]
  while (cursor.next()) {
    if (cursor.field === keyValue.key) {
      const keyStart = cursor.range('KeyValue.key')
      isKey = keyCache.text(cursor.bytes, keyStart, cursor.position) === key
    } else if (cursor.field === keyValue.value) {
      start = cursor.range('KeyValue.value')
      end = cursor.position
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
  return isKey ? briefIn(cursor.bytes, start, end, maxBytes) : undefined
}

function briefIn(bytes: Buffer, start: number, end: number, maxBytes: number): string | null {
  const value = readBrief(new Cursor(bytes, start, end), maxBytes)
  return value === undefined ? null : briefText(value, maxBytes)
}

function readText(cursor: Cursor, encoding: 'utf8' | 'base64'): string {
  const start = cursor.range('AnyValue')
  return cursor.bytes.toString(encoding, start, cursor.position)
}

function readArray(cursor: Cursor, depth: number): AnyValue {
  if (depth >= MAX_DEPTH) {
    cursor.range('AnyValue.array_value')
    return null
  }
  const outerLimit = cursor.enter('AnyValue.array_value')
  const items: AnyValue[] = []
  while (cursor.next()) {
    if (cursor.field === list.values) {
      const end = cursor.enter('ArrayValue.values')
      items.push(readValue(cursor, depth + 1))
      cursor.leave(end)
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
  return { kind: 'array', items }
}

function readMap(cursor: Cursor, depth: number): AnyValue {
  if (depth >= MAX_DEPTH) {
    cursor.range('AnyValue.kvlist_value')
    return null
  }
  const outerLimit = cursor.enter('AnyValue.kvlist_value')
  const entries = new Map<string, AnyValue>()
  while (cursor.next()) {
    if (cursor.field === list.values) readMapEntry(cursor, depth + 1, entries)
    else cursor.skip()
  }
  cursor.leave(outerLimit)
  return { kind: 'map', entries }
}

function readMapEntry(cursor: Cursor, depth: number, entries: Map<string, AnyValue>): void {
  const outerLimit = cursor.enter('KeyValueList.values')
  let key = ''
  let value: AnyValue = null
  while (cursor.next()) {
    if (cursor.field === keyValue.key) {
      const start = cursor.range('KeyValue.key')
      key = keyCache.text(cursor.bytes, start, cursor.position)
    } else if (cursor.field === keyValue.value) {
      const end = cursor.enter('KeyValue.value')
      value = readValue(cursor, depth)
      cursor.leave(end)
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
  entries.set(key, value)
}
