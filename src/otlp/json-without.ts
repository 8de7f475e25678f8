/**
 * An export request in JSON without some of its items. What stays is copied as it was written; only the lists from which something was taken lose the
 * spaces between their items. An envelope that has lost its last item goes with it.
 */
import { type EnvelopeNames, parseJson, type ReadItem, readResource, readScope } from './json.ts'
import { asObject } from './json-fields.ts'
import { itemsOf, membersOf, type Place, rootOf } from './json-text.ts'
import { type Filtered, type Remains, whole, withoutSome } from './remains.ts'

/** @throws DecodeError when the body, or an item that has to be read, is none. */
export function jsonWithout<Item>(
  body: Uint8Array,
  names: EnvelopeNames,
  read: ReadItem<Item>,
  isRemoved: (item: Item) => boolean,
): Filtered {
  if (body.byteLength === 0) return { body, removed: 0 }
  asObject(parseJson(body), '')
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const remains = filterMember(text, rootOf(text), names.resources, (group) => {
    const resource = readResource(lastMember(text, group, 'resource'), names.resources)
    return filterMember(text, group, names.scopes, (subgroup) => {
      const scope = readScope(lastMember(text, subgroup, 'scope'), names.scopes)
      return filterMember(text, subgroup, names.items, (place) => {
        const item = read(asObject(parsed(text, place), names.items), names.items, resource, scope)
        return isRemoved(item) ? withoutSome([], { items: 0, removed: 1 }) : whole(1)
      })
    })
  })
  return { body: remains.parts === null ? body : Buffer.concat(remains.parts), removed: remains.removed }
}

/** An object with that one member, as a parser would have it: of several the last one counts. */
function lastMember(text: Buffer, object: Place, name: string): Readonly<Record<string, unknown>> {
  const member = membersOf(text, object).findLast(({ key }) => key === name)
  return member === undefined ? {} : { [name]: parsed(text, member) }
}

function parsed(text: Buffer, { start, end }: Place): unknown {
  return parseJson(text.subarray(start, end))
}

/** What is left of an object when the items of the lists in its member `name` were filtered. */
function filterMember(text: Buffer, object: Place, name: string, filterItem: (item: Place) => Remains): Remains {
  const parts: Uint8Array[] = []
  let unchangedFrom = object.start
  let items = 0
  let removed = 0
  for (const member of membersOf(text, object)) {
    if (member.key !== name) continue
    const list = filterList(text, member, filterItem)
    items += list.items
    removed += list.removed
    if (list.parts === null) continue
    parts.push(text.subarray(unchangedFrom, member.start), ...list.parts)
    unchangedFrom = member.end
  }
  return removed === 0 ? whole(items) : withoutSome([...parts, text.subarray(unchangedFrom, object.end)], { items, removed })
}

function filterList(text: Buffer, list: Place, filterItem: (item: Place) => Remains): Remains {
  const parts: Uint8Array[] = []
  let items = 0
  let removed = 0
  for (const place of itemsOf(text, list)) {
    const item = filterItem(place)
    items += item.items
    removed += item.removed
    if (item.parts !== null && item.items === 0) continue
    parts.push(parts.length === 0 ? OPEN : COMMA, ...(item.parts ?? [text.subarray(place.start, place.end)]))
  }
  if (removed === 0) return whole(items)
  return withoutSome([...(parts.length === 0 ? [OPEN] : parts), CLOSE], { items, removed })
}

const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']')
