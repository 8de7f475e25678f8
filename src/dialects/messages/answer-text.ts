/**
 * How the text of an answer is written, and whether it can be read so. Data that was asked for has to be readable; where nothing was asked for, only a
 * text that is nothing but a block marked as JSON claims to be data: one in an explanation is an example.
 */
import type { Answer, ParseFormat } from '../../model/step.ts'
import type { PlainValue } from '../../otlp/span.ts'

/** Finds where an answer breaks its schema; null = nowhere. */
export type SchemaCheck = (answer: PlainValue) => string | null

type Written = Pick<Answer, 'format' | 'isReadable' | 'schemaProblem'>

/** Longer answers are not parsed to see whether they can be. */
const MAX_PARSED_CHARACTERS = 262_144
/** A sentence before the block, and one after it. */
const MAX_AROUND = 200

const unread: Written = { format: 'text', isReadable: null, schemaProblem: null }

/** `texts` are those of several messages: the choices of one call, or one answer in parts. */
export function readTexts(texts: readonly string[], asked: ParseFormat | null, check: SchemaCheck | null): Written {
  const whole = readText(texts.join(''), asked, check)
  if (whole.isReadable !== false) return whole
  if (texts.some(mayBeCut)) return { ...whole, isReadable: null }
  if (texts.length < 2) return whole
  const each = texts.map((text) => readText(text, asked, check))
  return each.every(({ isReadable }) => isReadable === true)
    ? (each.find(({ schemaProblem }) => schemaProblem !== null) ?? each[0] ?? whole)
    : whole
}

function readText(text: string, asked: ParseFormat | null, check: SchemaCheck | null): Written {
  if (text.length > MAX_PARSED_CHARACTERS) return unread
  const trimmed = text.trim()
  const isBracketed = /^[[{]/.test(trimmed)
  const json = isBracketed || asked === 'json' ? readJson(trimmed, 'json', check) : null
  if (json?.isReadable === true) return json
  const fenced = fence.exec(trimmed)
  if (fenced !== null) {
    const read = readBlock(trimmed, fenced, asked, check)
    if (read !== null) return read
  }
  // Prose may begin with a bracket; only what was to be JSON is broken JSON.
  if (json !== null) return asked === 'json' || dataStart.test(trimmed) ? json : unread
  return /^<(?:\?xml|[a-z][\w-]*)[\s/>]/i.test(trimmed) ? { ...unread, format: 'xml' } : unread
}

const dataStart = /^(?:\{\s*"|\[\s*[{["\d])/
const fence = /```[ \t]{0,16}([a-z]{1,20})?[ \t]{0,16}\r?\n/i

/** Null when the block is of no format that answers come in. */
function readBlock(text: string, fenced: RegExpExecArray, asked: ParseFormat | null, check: SchemaCheck | null): Written | null {
  const start = fenced.index + fenced[0].length
  const close = text.indexOf('```', start)
  const inside = text.slice(start, close < 0 ? text.length : close).trim()
  const tag = fenced[1]?.toLowerCase() ?? ''
  if (tag === 'xml') return { ...unread, format: 'xml' }
  if (tag === 'yaml' || tag === 'yml') return { ...unread, format: 'yaml' }
  if (tag !== 'json' && !(tag === '' && /^[[{]/.test(inside))) return null
  const read = readJson(inside, 'fenced_json', check)
  if (read.isReadable === true || asked === 'json') return read
  const isAnswer =
    tag === 'json' && isWhole(inside) && !isExample.test(inside) && fenced.index <= MAX_AROUND && isLittle(text, close)
  return isAnswer ? read : { ...read, isReadable: null }
}

/** What is left out, and what is explained, in JSON that is only to be looked at. */
const isExample = /\.\.\.|…|(?:^|[\s,{[])(?:\/\/|\/\*|# )/

/** A value in brackets; a part of a file is none, nor is one value a line. */
function isWhole(inside: string): boolean {
  return /^[[{]/.test(inside) && !inside.split('\n').every((line) => line.trim() === '' || parseJson(line) !== undefined)
}

/** Whether next to nothing follows the block. */
function isLittle(text: string, close: number): boolean {
  if (close < 0) return true
  const after = text.slice(close + 3)
  return after.length <= MAX_AROUND && !after.includes('```')
}

function readJson(text: string, format: 'json' | 'fenced_json', check: SchemaCheck | null): Written {
  const value = parseJson(text)
  if (value === undefined) return { format, isReadable: false, schemaProblem: null }
  return { format, isReadable: true, schemaProblem: check === null ? null : check(value) }
}

/** Attributes are cut at round lengths. */
const cutLengths: ReadonlySet<number> = new Set([
  128, 250, 255, 256, 500, 512, 1_000, 1_024, 2_000, 2_048, 4_000, 4_095, 4_096, 8_000, 8_192, 10_000, 16_384, 32_768, 65_535,
  65_536,
])

/** Whether a text that cannot be read may be one that the emitter, not the model, left unfinished. */
export function mayBeCut(text: string): boolean {
  return cutLengths.has(text.length) || /(?:\.\.\.|…|truncated\W{0,3})$/i.test(text.slice(-20))
}

export function parseJson(text: string): PlainValue | undefined {
  try {
    const value: PlainValue = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
