/**
 * A second stand-in for a tool's arguments, without what makes no difference to the tool: two calls with equal ones ask for the same thing in other
 * letters. Spacing, letter case, the order of keys, fields left empty, numbers sent as text, ids and attempt numbers of the request itself go away.
 */
import { fingerprint } from './fingerprint.ts'

/** Longer arguments are a document, not a question. */
const MAX_CHARACTERS = 16_384
const MAX_DEPTH = 16

/**
 * Pages and limits are what an agent turns while it looks for more, so they go away as well where the result says something that can be compared:
 * "ok" after each page of a book that is printed is a batch, the same ten orders on each page are a circle.
 */
export function looseFingerprint(args: string | null, result: string | null): string | null {
  if (args === null || args.length > MAX_CHARACTERS) return null
  const parsed = parse(args)
  const value: Json = typeof parsed === 'string' ? parse(parsed) : parsed
  const form = looseForm(value, { counters: result !== null && isTelling(result) ? allCounters : attempts, depth: 0 })
  return form === null ? null : fingerprint(form)
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

interface Walk {
  /** Fields to leave out. */
  readonly counters: ReadonlySet<string>
  readonly depth: number
}

/** As in `pageNumber`, `page_number`, `page-number`. */
const attempts: ReadonlySet<string> = new Set([
  'attempt',
  'attempts',
  'attemptnumber',
  'retry',
  'retries',
  'retrycount',
  'try',
  'tries',
  'requestid',
  'callid',
  'toolcallid',
  'tooluseid',
  'correlationid',
  'idempotencykey',
  'nonce',
])

const allCounters: ReadonlySet<string> = new Set([
  ...attempts,
  'page',
  'pageindex',
  'pageno',
  'pagenum',
  'pagenumber',
  'pagetoken',
  'nextpagetoken',
  'nextcursor',
  'cursor',
  'offset',
  'skip',
  'startat',
  'startindex',
  'iteration',
  'limit',
  'maxresults',
  'nresults',
  'numresults',
  'pagesize',
  'perpage',
  'topk',
])

function parse(text: string): Json {
  const first = text.trimStart()[0]
  if (first !== '{' && first !== '[' && first !== '"') return text
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return text
  }
}

/** Null = nested too deep. */
function looseForm(value: Json, walk: Walk): string | null {
  if (value === null) return ''
  if (typeof value !== 'object') return JSON.stringify(looseText(String(value)))
  if (walk.depth === MAX_DEPTH) return null
  const inner = { ...walk, depth: walk.depth + 1 }
  if (isList(value)) return joined(value, (item) => looseForm(item, inner), '[', ']')
  const kept = Object.keys(value).filter((key) => !walk.counters.has(key.replaceAll(/[_-]/g, '').toLowerCase()))
  return joined(kept.sort(), (key) => looseField(key, value[key] ?? null, inner), '{', '}')
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** Empty where the field says nothing. */
function looseField(key: string, value: Json, walk: Walk): string | null {
  if (key === 'id' && typeof value === 'string' && idOfCall.test(value)) return ''
  const form = looseForm(value, walk)
  if (form === null) return null
  return emptyForms.has(form) ? '' : `${JSON.stringify(key)}:${form}`
}

/** The model's own id of the call, which some emitters send among the arguments. */
const idOfCall = /^(?:call|toolu|tooluse)_/

const emptyForms: ReadonlySet<string> = new Set(['', '""', '[]', '{}'])

function joined<T>(items: readonly T[], formOf: (item: T) => string | null, open: string, close: string): string | null {
  const forms: string[] = []
  for (const item of items) {
    const form = formOf(item)
    if (form === null) return null
    if (form !== '') forms.push(form)
  }
  return `${open}${forms.join(',')}${close}`
}

function looseText(text: string): string {
  const spaced = text.toLowerCase().replaceAll(/\s+/g, ' ').trim()
  let end = spaced.length
  while (end > 0 && '.!?'.includes(spaced[end - 1] ?? ' ')) end--
  return spaced.slice(0, end).trimEnd()
}

/** Shorter results may be a receipt that looks the same for whatever was done. */
const MIN_TELLING_CHARACTERS = 120

const nothingFound =
  /^\[\s*\]$|"(?!err|warn|fail|skip|invalid)\w{1,40}"\s{0,4}:\s{0,4}\[\s{0,4}\]|\bno (?:more |further |matching )?(?:results?|items?|records?|match(?:es)?|entries|documents?|pages?|hits)\b|\bnothing found\b|\bnot found\b/i

function isTelling(result: string): boolean {
  return result.length >= MIN_TELLING_CHARACTERS || nothingFound.test(result.trim())
}
