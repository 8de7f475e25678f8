/**
 * AnyValue and attribute lists in protobuf (common/v1/common.proto of opentelemetry-proto 1.11). The structure is checked
 * once while the body is walked; a value is decoded when it is asked for, and a key when any attribute of its list is.
 */
import { type AnyValue, MAX_DEPTH } from './any-value.ts'
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
      case anyValue.bool:
        value = cursor.bool('AnyValue.bool_value')
        break
      case anyValue.int:
        value = cursor.int64('AnyValue.int_value')
        break
      case anyValue.double:
        value = cursor.double('AnyValue.double_value')
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
        cursor.skip()
    }
  }
  return value
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
