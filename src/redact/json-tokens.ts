/** The strings and numbers of a JSON text, with their places: what is replaced is written over, everything else stays as it was. */

export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number'
  /** Without quotes and escapes. */
  readonly value: string
  /** Of a value the key it belongs to; null in lists. */
  readonly key: string | null
  readonly start: number
  readonly end: number
}

/** Null where the text is no JSON object or list. */
export function jsonTokens(text: string): JsonToken[] | null {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return null
  const tokens: JsonToken[] = []
  let key: string | null = null
  let at = 0
  while (at < text.length) {
    const quote = text.indexOf('"', at)
    const gapEnd = quote < 0 ? text.length : quote
    addNumbers(tokens, text, at, gapEnd, key)
    if (gapEnd > at && /[,{[]/.test(text.slice(at, gapEnd))) key = null
    if (quote < 0) break
    const end = stringEnd(text, quote)
    const value = decode(text.slice(quote, end))
    const isKey = isColonNext(text, end)
    tokens.push({ kind: isKey ? 'key' : 'string', value, key: isKey ? null : key, start: quote, end })
    key = isKey ? value : null
    at = end
  }
  return tokens
}

/** The text with other values in place of those given. */
export function withValues(text: string, tokens: readonly JsonToken[], values: readonly string[]): string {
  let made = ''
  let at = 0
  tokens.forEach((token, index) => {
    const value = values[index] ?? token.value
    if (value === token.value) return
    made += text.slice(at, token.start) + JSON.stringify(value)
    at = token.end
  })
  return made + text.slice(at)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function addNumbers(tokens: JsonToken[], text: string, from: number, to: number, key: string | null): void {
  const gap = text.slice(from, to)
  if (!/\d{3}/.test(gap)) return
  for (const { 0: value, index } of gap.matchAll(/-?\d[\d.eE+-]*/g)) {
    // The first number after a key is its value; the others of the gap are in a list.
    const isOfKey = key !== null && !gap.slice(0, index).includes(',')
    tokens.push({ kind: 'number', value, key: isOfKey ? key : null, start: from + index, end: from + index + value.length })
  }
}

function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return quote + 1
  }
  return text.length
}

function decode(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  const value: unknown = JSON.parse(quoted)
  return String(value)
}

function isColonNext(text: string, from: number): boolean {
  let at = from
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++
  return text[at] === ':'
}
