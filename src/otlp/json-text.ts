/**
 * Where the values of a JSON text stand, so that some can be taken out while all others stay as they were written: parsing and writing again would round
 * numbers beyond 2^53 and drop what a key says twice. For texts that JSON.parse has taken; nothing is checked again.
 */

/** From the first byte of a value to the one after its last. */
export interface Place {
  readonly start: number
  readonly end: number
}

export interface Member extends Place {
  readonly key: string
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** The value that fills the text. */
export function rootOf(text: Buffer): Place {
  const start = skipSpace(text, 0)
  return { start, end: endOfValue(text, start) }
}

/** The members of an object in the order of the text, also those whose key comes again; none of anything else. */
export function membersOf(text: Buffer, { start }: Place): Member[] {
  const members: Member[] = []
  if (text[start] !== OPEN_OBJECT) return members
  for (let at = skipSpace(text, start + 1); text[at] !== CLOSE_OBJECT; at = nextItem(text, at)) {
    const keyEnd = endOfString(text, at)
    const key = keyIn(text, at, keyEnd)
    // Behind the colon.
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = endOfValue(text, valueStart)
    members.push({ key, start: valueStart, end })
    at = end
  }
  return members
}

/** The values in an array; none of anything else. */
export function itemsOf(text: Buffer, { start }: Place): Place[] {
  const items: Place[] = []
  if (text[start] !== OPEN_ARRAY) return items
  for (let at = skipSpace(text, start + 1); text[at] !== CLOSE_ARRAY; at = nextItem(text, at)) {
    const end = endOfValue(text, at)
    items.push({ start: at, end })
    at = end
  }
  return items
}

/** Behind the comma, or at the bracket that closes. */
function nextItem(text: Buffer, end: number): number {
  const at = skipSpace(text, end)
  return text[at] === COMMA ? skipSpace(text, at + 1) : at
}

function keyIn(text: Buffer, start: number, end: number): string {
  const key: string = JSON.parse(text.toString('utf8', start, end))
  return key
}

function skipSpace(text: Buffer, from: number): number {
  let at = from
  while (at < text.length && isSpace(text[at])) at += 1
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function endOfValue(text: Buffer, start: number): number {
  const first = text[start]
  if (first === QUOTE) return endOfString(text, start)
  return first === OPEN_OBJECT || first === OPEN_ARRAY ? endOfBrackets(text, start) : endOfScalar(text, start)
}

/** Counted, not recursive: what stays unread may be nested as deep as it likes. */
function endOfBrackets(text: Buffer, start: number): number {
  let depth = 0
  let at = start
  do {
    const byte = text[at]
    if (byte === QUOTE) at = endOfString(text, at)
    else {
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1
      if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1
      at += 1
    }
  } while (depth > 0 && at < text.length)
  return at
}

function endOfString(text: Buffer, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1
  return at + 1
}

function endOfScalar(text: Buffer, start: number): number {
  let at = start
  while (at < text.length && !isDelimiter(text[at])) at += 1
  return at
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === COLON || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isSpace(byte)
}
