/**
 * Whether what a tool answered is the word of a framework about its failure, where no mark says so. Precision first: a document about errors, a list of
 * failed orders and a customer's words are answers. Only how a text begins counts, and of JSON only an error that stands alone.
 */
import type { PlainValue } from '../../otlp/span.ts'
import { asList, asObject, type PlainObject, stringAt } from './shapes.ts'

/** Longer texts are a tool's answer. */
const MAX_CHARACTERS = 4_000
/** What begins like an error and is longer is a text about errors. */
const MAX_WEAK_CHARACTERS = 1_000
/** JSON in text in JSON: MCP's content in a framework's result. */
const MAX_DEPTH = 3

export function tellsOfFailure(text: string, depth = 0): boolean {
  if (text.length > MAX_CHARACTERS) return frameworkWords.test(text.slice(0, MAX_CHARACTERS))
  const trimmed = text.trim()
  const value = parsed(trimmed)
  return value === undefined ? isFailureText(trimmed) : isFailureValue(value, depth)
}

const actions =
  'execut|invok|call|runn|fetch|retriev|gett|connect|access|query|search|creat|updat|send|load|process|pars|read|validat|writ'

/** How frameworks begin. */
const frameworkWords = new RegExp(
  [
    String.raw`^(?:error: )?(?:error|exception) (?:(?:execut|invok|call|runn)ing|while |when |during |in tool )`,
    String.raw`^(?:error: )?(?:tool |function )(?:call |execution )?(?:error|exception|failed|failure)\b`,
    String.raw`^\W{0,2}tool error\b`,
    '^execution error in ',
    '^traceback \\(most recent call last',
    '^mcp error -?\\d',
    '^(?:error: )?unknown (?:tool|function)(?: name)?: ',
    String.raw`^(?:error: )?(?:the )?(?:requested )?(?:tool|function) (?:with name )?["'\`]?[\w.-]{1,80}["'\`]? (?:is |does |was )?(?:not (?:found|exist|available|registered|defined)|unknown)(?:[.,:;!]|$| in (?:registry|toolset))`,
    '^(?:error: )?tool not found',
    '^(?:error: )?no such tool',
    String.raw`^(?:error: )?invalid (?:tool )?(?:arguments?|input|parameters?)(?: for | provided|: )`,
    '^(?:error: )?input validation error: ',
    String.raw`^\d{1,4} validation errors?(?: for |:)`,
    String.raw`^failed to (?:invoke|execute|call|run) (?:tool|function)\b`,
    '^<(?:tool_use_)?error>',
    // In the middle of a sentence, in words that no tool's own answer would hold.
    'is not a valid tool, try one of',
    'unknown tool name: ',
    'model tried to call unavailable tool',
    'received tool input did not match expected schema',
  ].join('|'),
  'i',
)

/** How exceptions begin that somebody turned into text, and how people write it by hand: believed in short texts only. "Error: 0" is a count. */
const weakWords = new RegExp(
  [
    String.raw`^(?:execution )?(?:error|exception)(?: code)?: ?(?!(?:\d+|none|null|false|no errors?|n/a)(?:[\s.,;]|$))\S`,
    `^error (?:${actions})ing [^\\n:]{1,160}:`,
    String.raw`^(?:http )?error (?:code:? )?[45]\d\d\b`,
    `^failed to (?:fetch|load|connect|parse|get|retrieve|read|create|update|send|find|open)\\b[^\\n:]{1,160}:`,
    '^an (?:unexpected )?error (?:has )?occurred\\b',
    '^i encountered an error\\b',
  ].join('|'),
  'i',
)

/** `OrderServiceError: no connection`, `requests.exceptions.ConnectionError: ...` */
const className = /^(?:[A-Za-z_]\w{0,60}\.){0,6}[A-Z]\w{0,80}(?:Error|Exception): \S/
/** What a Python tool's dictionary looks like as text. */
const pythonError = /^\{'error': ?(?:'[^'\n]{1,300}'|"[^"\n]{1,300}")\}$/

function isFailureText(text: string): boolean {
  if (frameworkWords.test(text)) return true
  return text.length <= MAX_WEAK_CHARACTERS && (weakWords.test(text) || className.test(text) || pythonError.test(text))
}

function parsed(text: string): PlainValue | undefined {
  if (!/^[[{"]/.test(text)) return undefined
  try {
    const value: PlainValue = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isFailureValue(value: PlainValue, depth: number): boolean {
  if (depth >= MAX_DEPTH) return false
  if (typeof value === 'string') return tellsOfFailure(value, depth + 1)
  if (Array.isArray(value)) return isFailureList(value, depth)
  const object = asObject(value)
  return object !== null && isFailureObject(object, depth)
}

/** Findings of Pydantic, or the parts of an MCP result. */
function isFailureList(list: readonly PlainValue[], depth: number): boolean {
  const items = list.map(asObject)
  if (items.length === 0) return false
  if (items.every((item) => item !== null && isFinding(item))) return true
  const texts = items.map((item) => (item?.['type'] === 'text' ? stringAt(item, 'text') : null))
  return texts.every((text) => text !== null) && tellsOfFailure(texts.join('\n'), depth + 1)
}

function isFinding(item: PlainObject): boolean {
  return typeof item['type'] === 'string' && Array.isArray(item['loc']) && typeof item['msg'] === 'string'
}

/** What may stand beside an error and is no answer. */
const companions =
  /^(?:error|errors|message|msg|detail|details|reason|description|code|error_?code|error_?type|status|status_?code|type|name|success|ok|is_?error|isError|stack|trace|traceback|hint|suggestion|tool|tool_?name|request_?id|timestamp|retryable|cause)$/i

function isFailureObject(object: PlainObject, depth: number): boolean {
  const marked = object['isError'] ?? object['is_error']
  if (typeof marked === 'boolean') return marked
  const entries = Object.entries(object)
  // A result in an envelope.
  const [only, second] = entries
  if (only !== undefined && second === undefined && ['result', 'output', 'content'].includes(only[0]))
    return isFailureValue(only[1], depth + 1)
  if (statesError(object['error'])) {
    const deniesSuccess = object['success'] === false || object['ok'] === false || object['status'] === 'error'
    return deniesSuccess || isNothingElse(entries)
  }
  if (isErrorList(object['errors'])) return isNothingElse(entries)
  return object['status'] === 'error' && stringAt(object, 'message', 'detail', 'reason') !== null && isNothingElse(entries)
}

const noErrors: ReadonlySet<string> = new Set(['', 'none', 'null', 'no', 'false', '0', 'ok', 'n/a', 'no error', 'no errors'])

function statesError(error: PlainValue | undefined): boolean {
  if (typeof error === 'string') return !noErrors.has(error.trim().toLowerCase())
  const object = asObject(error ?? null)
  return object === null ? error === true : Object.keys(object).length > 0
}

/** GraphQL's. A list of words may be what a tool that checks something found. */
function isErrorList(errors: PlainValue | undefined): boolean {
  const list = asList(errors)
  return list.length > 0 && list.every((item) => stringAt(asObject(item) ?? {}, 'message') !== null)
}

/** An answer with an error beside it is an answer in part. */
function isNothingElse(entries: readonly (readonly [string, PlainValue])[]): boolean {
  return entries.every(([key, value]) => companions.test(key) || isNothing(value))
}

function isNothing(value: PlainValue): boolean {
  if (value === null || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
