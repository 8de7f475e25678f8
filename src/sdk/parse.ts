/** A span around one attempt to parse a model's answer: which format works with which model is counted from these. */
import { ATTR_FLYWHEEL_PARSE_FORMAT, ATTR_FLYWHEEL_PARSE_OUTCOME } from './attributes.ts'
import { capturesContent } from './content.ts'
import { describeError, type Described } from './error.ts'
import { inSpan, misused } from './in-span.ts'
import { quietly, warn } from './quietly.ts'

const formats = ['json', 'fenced_json', 'xml', 'yaml', 'tool_call', 'text'] as const

/** Syntax that the answer was asked for. */
export type ParseFormat = (typeof formats)[number]

export interface ParseAttempt {
  /** Says that the answer was usable only after a fix, for instance a stripped code fence or a closed bracket. */
  repaired(): void
}

/**
 * One attempt to parse a model's answer. What `fn` returns is the parsed value: outcome `ok`, or `repaired` if `fn` said so. An exception is
 * outcome `failed`, and is thrown on.
 *
 * @example
 * const intent = parse({ format: 'json' }, () => Intent.parse(JSON.parse(answer)))
 *
 * @example
 * const order = parse({ format: 'json' }, (attempt) => {
 *   try { return JSON.parse(answer) } catch {}
 *   attempt.repaired()
 *   return JSON.parse(withoutFence(answer))
 * })
 */
export function parse<T>(options: { readonly format: ParseFormat }, fn: (attempt: ParseAttempt) => T): T {
  if (typeof fn !== 'function') return misused('parse({ format }, fn)', fn)
  const format = formatOf(options)
  let isRepaired = false
  const attempt: ParseAttempt = {
    repaired: () => {
      isRepaired = true
    },
  }
  return inSpan(
    {
      name: `parse ${format}`,
      attributes: { [ATTR_FLYWHEEL_PARSE_FORMAT]: format },
      onDone: (span) => span.setAttribute(ATTR_FLYWHEEL_PARSE_OUTCOME, isRepaired ? 'repaired' : 'ok'),
      onFailed: (span) => span.setAttribute(ATTR_FLYWHEEL_PARSE_OUTCOME, 'failed'),
      describe: describeParseError,
    },
    () => fn(attempt),
  )
}

/** JSON.parse quotes the text it stumbled over; where content is not sent, neither is that. */
function describeParseError(error: unknown): Described {
  const described = describeError(error)
  if (capturesContent() || !(error instanceof SyntaxError)) return described
  return { ...described, message: described.message.replaceAll(/"[\s\S]*"(?:\.\.\.)?|'[^']*'/g, '"…"') }
}

function formatOf(options: unknown): ParseFormat {
  const wanted = quietly('reading the parse options', (): unknown =>
    typeof options === 'object' && options !== null && 'format' in options ? options.format : undefined,
  )
  const format = formats.find((known) => known === wanted)
  if (format === undefined) warn(`parse({ format }): expected one of ${formats.join(', ')}; "text" is used.`)
  return format ?? 'text'
}
