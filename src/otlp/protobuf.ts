/**
 * The envelopes of an export request in protobuf: resources, scopes, items. Traces and logs number them alike, so one walk
 * serves both. Fields may come in any order: each envelope is stepped through once for its resource or scope and once for its items.
 */
import { TableAttributes } from './attributes.ts'
import type { LogRecord } from './log-record.ts'
import { readLogRecord } from './protobuf-log-record.ts'
import { readSpan } from './protobuf-span.ts'
import { ProtobufAttributeTable } from './protobuf-values.ts'
import type { Resource, Scope, Span } from './span.ts'
import { Cursor } from './wire.ts'

export const request = { resourceItems: 1 } as const
export const resourceItems = { resource: 1, scopeItems: 2 } as const
export const scopeItems = { scope: 1, items: 2 } as const
const resourceField = { attributes: 1 } as const
const scopeField = { name: 1, version: 2 } as const

export type ReadItem<Item> = (cursor: Cursor, resource: Resource, scope: Scope) => Item

export function readProtobufSpans(body: Uint8Array, visit: (span: Span) => void): void {
  readRequest(body, readSpan, visit)
}

export function readProtobufLogRecords(body: Uint8Array, visit: (record: LogRecord) => void): void {
  readRequest(body, readLogRecord, visit)
}

function readRequest<Item>(body: Uint8Array, read: ReadItem<Item>, visit: (item: Item) => void): void {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const cursor = new Cursor(bytes, 0, bytes.length)
  while (cursor.next()) {
    if (cursor.field === request.resourceItems) readResourceItems(cursor, read, visit)
    else cursor.skip()
  }
}

function readResourceItems<Item>(cursor: Cursor, read: ReadItem<Item>, visit: (item: Item) => void): void {
  const outerLimit = cursor.enter('ResourceSpans or ResourceLogs')
  const resource = findResource(new Cursor(cursor.bytes, cursor.position, cursor.limit))
  while (cursor.next()) {
    if (cursor.field === resourceItems.scopeItems) readScopeItems(cursor, resource, read, visit)
    else cursor.skip()
  }
  cursor.leave(outerLimit)
}

function readScopeItems<Item>(cursor: Cursor, resource: Resource, read: ReadItem<Item>, visit: (item: Item) => void): void {
  const outerLimit = cursor.enter('ScopeSpans or ScopeLogs')
  const scope = findScope(new Cursor(cursor.bytes, cursor.position, cursor.limit))
  while (cursor.next()) {
    if (cursor.field === scopeItems.items) {
      const end = cursor.enter('Span or LogRecord')
      const item = read(cursor, resource, scope)
      cursor.leave(end)
      visit(item)
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
}

/** The resource of the envelope that the cursor is in. */
export function findResource(cursor: Cursor): Resource {
  const table = new ProtobufAttributeTable(cursor.bytes)
  while (cursor.next()) {
    if (cursor.field === resourceItems.resource) readResource(cursor, table)
    else cursor.skip()
  }
  return { attributes: new TableAttributes(table) }
}

function readResource(cursor: Cursor, table: ProtobufAttributeTable): void {
  const outerLimit = cursor.enter('Resource')
  while (cursor.next()) {
    if (cursor.field === resourceField.attributes) table.add(cursor, 'Resource.attributes')
    else cursor.skip()
  }
  cursor.leave(outerLimit)
}

/** The same for the scope. */
export function findScope(cursor: Cursor): Scope {
  let scope = { name: '', version: '' }
  while (cursor.next()) {
    if (cursor.field === scopeItems.scope) scope = readScope(cursor, scope)
    else cursor.skip()
  }
  return scope
}

function readScope(cursor: Cursor, before: Scope): Scope {
  const outerLimit = cursor.enter('InstrumentationScope')
  let { name, version } = before
  while (cursor.next()) {
    if (cursor.field === scopeField.name) name = readText(cursor, 'InstrumentationScope.name')
    else if (cursor.field === scopeField.version) version = readText(cursor, 'InstrumentationScope.version')
    else cursor.skip()
  }
  cursor.leave(outerLimit)
  return { name, version }
}

function readText(cursor: Cursor, name: string): string {
  const start = cursor.range(name)
  return cursor.bytes.toString('utf8', start, cursor.position)
}
