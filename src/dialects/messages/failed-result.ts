/**
 * Whether what a tool answered is the word of a framework about its failure, where no mark says so. Precision first: a document about errors, a list of
 * failed orders and a customer's words are answers. Only how a text begins counts, and of JSON only an error that stands alone.
 */
import { toolFailureAround } from '../../model/tool-failure.ts'
import type { PlainValue } from '../../otlp/span.ts'
import { asList, asObject, type PlainObject, stringAt } from './shapes.ts'

/** Longer texts are a tool's answer. */
const MAX_CHARACTERS = 4_000
/** What begins like an error and is longer is a text about errors. */
const MAX_WEAK_CHARACTERS = 600
/** JSON in text in JSON: MCP's content in a framework's result. */
const MAX_DEPTH = 3

export function tellsOfFailure(text: string, depth = 0): boolean {
  if (text.length > MAX_CHARACTERS) return isFrameworks(text.slice(0, MAX_CHARACTERS))
  const trimmed = text.trim()
  const value = parsed(trimmed)
  return value === undefined ? isFailureText(trimmed) : isFailureValue(value, depth)
}

/** How frameworks begin. */
const frameworkWords = new RegExp(
  [
    String.raw`^(?:error: )?(?:error|exception) (?:(?:when|while|during) )?(?:(?:execut|invok|call|runn)ing (?:the )?|in )(?:tool|function)\b`,
    String.raw`^\W{0,2}(?:error: )?(?:tool|function)(?: call| execution)? (?:error|exception|failed|failure)(?:$|[:.!\])]| (?:with|because|due to|after)\b)`,
    '^an error occurred while running the tool\\b',
    '^i encountered an error while trying to use the tool\\b',
    '^execution error in ',
    '^traceback \\(most recent call last',
    '^mcp error -?\\d',
    '^(?:error: )?unknown (?:tool|function)(?: name)?: ',
    '^(?:error: )?tool not found',
    '^(?:error: )?no such tool',
    '^(?:error: )?input validation error: ',
    String.raw`^(?:error: )?\d{1,4} validation errors?(?: for \S{1,120}\s*(?:\n|$)|:)`,
    String.raw`^failed to (?:invoke|execute|call|run) (?:tool|function)\b`,
    '^<(?:tool_use_)?error>',
    // Jackson, which reads the arguments of tools in Java.
    '^cannot (?:deserialize value of type|construct instance of) ',
    '^unexpected end-of-input\\b',
  ].join('|'),
  'i',
)

const actions =
  'execut|invok|call|runn|fetch|retriev|gett|connect|access|query|search|creat|updat|send|load|process|pars|read|validat|writ'
const reasons =
  'bad request|unauthorized|forbidden|not found|too many requests|internal server error|bad gateway|service unavailable|gateway timeout'

/** How exceptions begin that somebody turned into text, and how people write it by hand: believed of a line alone. "Error: 0" is a count. */
const weakWords = new RegExp(
  [
    String.raw`^(?:execution )?(?:error|exception)(?: code)?: ?(?!(?:\d+|none|null|false|no errors?|n/a)(?:[\s.,;]|$))\S`,
    `^error (?:(?:when|while|during) )?(?:${actions})ing [^\\n:]{1,160}:`,
    String.raw`^(?:http )?error (?:code:? )?[45]\d\d(?:$|:| ?[-(]| (?:${reasons})\b)`,
    `^failed to (?:fetch|load|connect|parse|get|retrieve|read|create|update|send|find|open)\\b[^\\n:]{1,160}:`,
    '^an (?:unexpected )?error (?:has )?occurred\\b',
    String.raw`^invalid (?:tool )?(?:arguments?|input|parameters?)(?: provided\b|: | for [\w.'"\`-]{1,80}: )`,
  ].join('|'),
  'i',
)

/** `OrderServiceError: no connection`, `requests.exceptions.ConnectionError: ...` */
const className = /^(?:[A-Za-z_]\w{0,60}\.){0,6}[A-Z]\w{0,80}(?:Error|Exception): \S/
/** What a Python tool's dictionary looks like as text. */
const pythonError = /^\{'error': ?(?:'[^'\n]{1,300}'|"[^"\n]{1,300}")\}$/

function isFailureText(text: string): boolean {
  if (isFrameworks(text) || pythonError.test(text)) return true
  return (weakWords.test(text) || className.test(text)) && isLine(text)
}

/** Articles and logs begin with errors, too, and hold names in the middle; what a framework says is in its first line. */
function isFrameworks(text: string): boolean {
  if (frameworkWords.test(text)) return true
  const [line = ''] = text.split('\n', 1)
  return !explains.test(line) && toolFailureAround(line.slice(0, MAX_WEAK_CHARACTERS)) !== null
}

/** What follows an error that was turned into text: a stack trace, LangGraph's request to the model. */
const tail = /(?:\n\s{0,40}at |\n\s{0,40}traceback \(most recent|\s{1,4}please (?:fix your mistakes|try again)\b)[\s\S]*$/i
/** How articles about errors speak. */
const explains = /\b(?:how to|explained|means|usually|is (?:shown|raised)|raised when|what it is)\b/i
/** A question, or a second sentence. */
const goesOn = /\?|[.!;]\s+\S/

/** One sentence in one line: texts that explain an error go on. */
function isLine(text: string): boolean {
  const line = text.replace(tail, '')
  return line.length <= MAX_WEAK_CHARACTERS && !line.includes('\n') && !goesOn.test(line) && !explains.test(line)
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
  /^(?:error|errors|message|msg|detail|details|reason|code|error_?code|error_?type|status|status_?code|type|name|success|ok|is_?error|isError|stack|trace|traceback|hint|suggestion|tool|tool_?name|request_?id|timestamp|retryable|cause)$/i

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
  return object['status'] === 'error' && entries.length === 2 && stringAt(object, ...reasonKeys) !== null
}

/** With more beside it an error status may be that of an order. */
const reasonKeys = ['message', 'error_message', 'detail', 'reason']

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
