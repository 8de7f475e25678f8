/** JSON that an emitter cut at a limit, read up to the cut: a transcript shows what came, and says that it is not all. */
import type { PlainValue } from '../../otlp/span.ts'

/** Deeper texts are made for it; nothing that people send nests so. */
const MAX_DEPTH = 256

/** Undefined where not even its beginning can be read. The last text in it may be short. */
export function readCutJson(text: string): PlainValue | undefined {
  const whole = closed(text)
  if (whole === null) return undefined
  try {
    const value: PlainValue = JSON.parse(whole)
    return value
  } catch {
    return undefined
  }
}

/** The text with its open string and brackets closed: behind the last value that is whole, or inside a text that is not. */
function closed(text: string): string | null {
  const open: ('}' | ']')[] = []
  /** How much of the text, and of `open`, is a whole value. */
  let safe = 0
  let safeDepth = 0
  /** Whether the next text is a key: it makes no value of its own. */
  let isKey = false
  const keep = (end: number): void => {
    safe = end
    safeDepth = open.length
  }
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? ''
    if (character === '"') {
      const end = endOfString(text, at)
      if (end === null) return isKey ? cutAt(text, safe, open, safeDepth) : closedString(text, open)
      if (!isKey) keep(end)
      at = end
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']')
      if (open.length > MAX_DEPTH) return null
      isKey = character === '{'
      keep(++at)
    } else if (character === '}' || character === ']') {
      if (open.pop() !== character) return cutAt(text, safe, open, safeDepth)
      keep(++at)
      isKey = false
    } else if (character === ',' || character === ':') {
      isKey = character === ',' && open.at(-1) === '}'
      at++
    } else at = endOfWord(text, at, keep)
  }
  return cutAt(text, safe, open, safeDepth)
}

/** Behind the closing quote; null where there is none. */
function endOfString(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return null
}

const word = /[\w+.-]+/y

/** Numbers and constants are whole only where something follows them. */
function endOfWord(text: string, at: number, keep: (end: number) => void): number {
  word.lastIndex = at
  const found = word.exec(text)
  if (found === null) return at + 1
  const end = at + found[0].length
  if (end < text.length && /[\s,\]}]/.test(text[end] ?? '')) keep(end)
  return end
}

const halfEscape = /\\(?:u[0-9a-f]{0,3})?$/i

function closedString(text: string, open: readonly string[]): string {
  return `${withoutHalfEscape(text)}"${open.toReversed().join('')}`
}

/** An escape that the cut went through; of two backslashes the second belongs to the first. */
function withoutHalfEscape(text: string): string {
  const found = halfEscape.exec(text.slice(-6))
  if (found === null) return text
  const start = text.length - found[0].length
  let before = 0
  while (text[start - 1 - before] === '\\') before++
  return before % 2 === 0 ? text.slice(0, start) : text
}

function cutAt(text: string, safe: number, open: readonly string[], safeDepth: number): string | null {
  return safe === 0 ? null : text.slice(0, safe) + open.slice(0, safeDepth).toReversed().join('')
}
