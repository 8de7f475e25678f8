/**
 * JSON stays JSON. Its strings and numbers are searched together, as one text of lines `key: value`, so that a key says what its value is and the
 * search costs what it costs for any text of that length.
 */
import type { Replace } from './custom-rules.ts'
import { type JsonToken, jsonTokens, withValues } from './json-tokens.ts'

/** Blanks that texts hardly hold; rules take them for what they are. */
const separators = ['\u1680', '\u2007', '\u205f'] as const

/** Values that are searched one by one where a match goes over from one to the next. */
const MAX_ALONE = 2_000

/** Null where the text is no JSON object or list. */
export function redactJson(text: string, redact: Replace): string | null {
  const tokens = jsonTokens(text)
  if (tokens === null) return null
  const values = together(tokens, text, redact) ?? (tokens.length > MAX_ALONE ? null : tokens.map(({ value }) => redact(value)))
  // Too much to search value by value: what was found is gone, and perhaps the form with it.
  if (values === null) return redact(text)
  return withValues(
    text,
    tokens,
    values.map((value, index) => secretOf(tokens[index], value)),
  )
}

/** Null where the parts cannot be told apart afterwards. */
function together(tokens: readonly JsonToken[], text: string, redact: Replace): readonly string[] | null {
  const separator = separators.find((blank) => !text.includes(blank) && !tokens.some(({ value }) => value.includes(blank)))
  if (separator === undefined) return null
  const marks = tokens.map(({ kind }) => (kind === 'key' ? ':' : '\n'))
  const parts = redact(tokens.map(({ value }, index) => `${value}${marks[index]}`).join(separator)).split(separator)
  const areWhole = parts.length === tokens.length && parts.every((part, index) => part.endsWith(marks[index] ?? ''))
  return areWhole ? parts.map((part) => part.slice(0, -1)) : null
}

/** What a key calls a secret is one, whatever it looks like. */
function secretOf(token: JsonToken | undefined, value: string): string {
  if (token === undefined || token.kind !== 'string' || token.key === null || value.trim() === '' || value.includes('['))
    return value
  return secretKey.test(token.key.replace(/[_. -]/g, '')) ? '[secret]' : value
}

const secretKey =
  /(?:passw(?:or)?d|passwort|passphrase|secret|apikey|accesskey|secretkey|privatekey|accesstoken|authtoken|refreshtoken|sessiontoken|bearertoken|authorization|credentials?)$/i
