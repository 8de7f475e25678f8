/** Where a page ends, as an opaque text: the sort key of its last row, a number and an id. */
import { InvalidCursorError } from './store.ts'

export function encodePlace(at: number, id: string): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url')
}

/** @throws InvalidCursorError */
export function decodePlace(cursor: string): readonly [at: number, id: string] {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw invalidCursor(cause)
  }
  if (!Array.isArray(place) || place.length !== 2) throw invalidCursor()
  const [at, id]: unknown[] = place
  if (!Number.isSafeInteger(at) || typeof at !== 'number' || typeof id !== 'string') throw invalidCursor()
  return [at, id]
}

function invalidCursor(cause?: unknown): InvalidCursorError {
  return new InvalidCursorError(
    'cursor: expected the value of `next` of an earlier page. Leave it out to start with the newest.',
    { cause },
  )
}
