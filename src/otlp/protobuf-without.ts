/**
 * An export request in protobuf without some of its items. What stays is copied as it was sent, fields that nobody knows included; only the lengths of
 * the envelopes around a removed item are written anew. An envelope that has lost its last item goes with it.
 */
import { findResource, findScope, type ReadItem, request, resourceItems, scopeItems } from './protobuf.ts'
import { Cursor } from './wire.ts'
import { type Filtered, type Remains, whole, withoutSome } from './remains.ts'

export function protobufWithout<Item>(body: Uint8Array, read: ReadItem<Item>, isRemoved: (item: Item) => boolean): Filtered {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const remains = filter(new Cursor(bytes, 0, bytes.length), request.resourceItems, 'ResourceSpans or ResourceLogs', (group) => {
    const resource = findResource(here(group))
    return filter(group, resourceItems.scopeItems, 'ScopeSpans or ScopeLogs', (subgroup) => {
      const scope = findScope(here(subgroup))
      return filter(subgroup, scopeItems.items, 'Span or LogRecord', (item) =>
        isRemoved(read(item, resource, scope)) ? withoutSome([], { items: 0, removed: 1 }) : whole(1),
      )
    })
  })
  return { body: remains.parts === null ? body : Buffer.concat(remains.parts), removed: remains.removed }
}

/** What is left of the message that the cursor is in, when `filterChild` has gone through its fields of that number. */
function filter(cursor: Cursor, field: number, name: string, filterChild: (child: Cursor) => Remains): Remains {
  const parts: Uint8Array[] = []
  let unchangedFrom = cursor.position
  let items = 0
  let removed = 0
  for (let start = cursor.position; cursor.next(); start = cursor.position) {
    if (cursor.field !== field) {
      cursor.skip()
      continue
    }
    const outerLimit = cursor.enter(name)
    const child = filterChild(cursor)
    cursor.leave(outerLimit)
    items += child.items
    removed += child.removed
    if (child.parts === null) continue
    parts.push(cursor.bytes.subarray(unchangedFrom, start))
    if (child.items > 0) parts.push(header(field, child.parts), ...child.parts)
    unchangedFrom = cursor.position
  }
  if (removed === 0) return whole(items)
  return withoutSome([...parts, cursor.bytes.subarray(unchangedFrom, cursor.limit)], { items, removed })
}

function here({ bytes, position, limit }: Cursor): Cursor {
  return new Cursor(bytes, position, limit)
}

const LENGTH_DELIMITED = 2

/** Tag and length of a nested message. */
function header(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const bytes = [field * 8 + LENGTH_DELIMITED]
  let rest = parts.reduce((sum, part) => sum + part.length, 0)
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
  return Uint8Array.from([...bytes, rest])
}
