/** JSON with line breaks and indentation. Only white space changes: numbers of any length and doubled keys stay as they were sent. */

/** Longer texts are shown as they came. */
const MAX_LENGTH = 256_000
/** Whatever fits on a line of this length stands on one. */
const MAX_LINE = 80
/** Deeper values are shown as they came: white space would outgrow the text. */
const MAX_DEPTH = 40

/** Null = it is no JSON object or array, or too long or deep to be made more readable. */
export function prettyJson(text: string): string | null {
  const trimmed = text.trim()
  if (!/^[{[]/.test(trimmed) || trimmed.length > MAX_LENGTH || !isJson(trimmed)) return null
  return indented(trimmed)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g

function indented(json: string): string | null {
  const all = json.match(tokens) ?? []
  const lengths = lengthsOf(all)
  if (lengths === null) return null
  const parts: string[] = []
  let depth = 0
  /** So many brackets around here stand on one line. */
  let flat = 0
  const newLine = (): void => void parts.push('\n', '  '.repeat(depth))
  for (const [index, token] of all.entries()) {
    switch (token) {
      case '{':
      case '[':
        if (flat > 0 || (lengths[index] ?? 0) <= MAX_LINE - 2 * depth) flat++
        depth++
        parts.push(token)
        if (flat === 0) newLine()
        break
      case '}':
      case ']':
        depth--
        if (flat > 0) flat--
        else newLine()
        parts.push(token)
        break
      case ',':
        parts.push(flat > 0 ? ', ' : ',')
        if (flat === 0) newLine()
        break
      case ':':
        parts.push(': ')
        break
      default:
        parts.push(token)
    }
  }
  return parts.join('')
}

/** How long each value would be on one line, at the index of its opening bracket. Null = too deep. */
function lengthsOf(all: readonly string[]): readonly number[] | null {
  const lengths: number[] = []
  const open: { readonly index: number; readonly from: number }[] = []
  let at = 0
  for (const [index, token] of all.entries()) {
    if (token === '{' || token === '[') open.push({ index, from: at })
    if (open.length > MAX_DEPTH) return null
    at += token.length + (token === ',' || token === ':' ? 1 : 0)
    if (token !== '}' && token !== ']') continue
    const begun = open.pop()
    if (begun !== undefined) lengths[begun.index] = at - begun.from
  }
  return lengths
}
