/**
 * What can be made to go wrong, and how it is asked for: the header `x-stand-in: <fault>[; times=2][; after=1][; ms=500]...`, the same text as default
 * for all calls (`PUT /stand-in/fault`, `--fault`), or the `fault` of a script's plan.
 */
import type { ProviderError, Usage } from './wire.ts'

export type Fault =
  | 'none'
  | ProviderError
  | 'timeout'
  | 'reset'
  | 'slow'
  | 'stream_break'
  | 'stream_stall'
  | 'stream_error'
  | 'length'
  | 'content_filter'
  | 'refusal'
  | 'empty'
  | 'json_truncated'
  | 'json_trailing_comma'
  | 'json_fenced'
  | 'json_prose'
  | 'schema_violation'
  | 'arguments_no_json'
  | 'arguments_violate_schema'
  | 'unknown_tool'
  | 'loop'
  | 'ping_pong'
  | 'no_usage'

export const faults: Readonly<Record<Fault, string>> = {
  none: 'nothing: with parameters such as cache-read=64 that only shape the answer',
  rate_limit: 'HTTP 429 with retry-after (retry-after=SECONDS, default 1)',
  server_error: 'HTTP 500',
  unavailable: 'HTTP 503',
  overloaded: 'HTTP 529',
  auth_error: 'HTTP 401',
  context_length: 'HTTP 400, the context is too long',
  content_filter_error: 'HTTP 400, the prompt was filtered (Gemini: an answer without candidates)',
  timeout: 'never answers',
  reset: 'resets the connection before the answer',
  slow: 'waits before the first token (ms=MILLISECONDS, default 3000)',
  stream_break: 'resets the connection in the middle of the answer',
  stream_stall: 'goes silent in the middle of the answer',
  stream_error: 'says an error in the middle of the stream; without a stream it is HTTP 500',
  length: 'stops at the output limit',
  content_filter: 'is cut by the content filter',
  refusal: 'refuses',
  empty: 'an answer without text and tool calls',
  json_truncated: 'JSON that ends too early',
  json_trailing_comma: 'JSON with a comma too many',
  json_fenced: 'JSON within a Markdown fence',
  json_prose: 'JSON with prose around it',
  schema_violation: 'JSON that does not satisfy the schema',
  arguments_no_json: 'a tool call whose arguments are no JSON',
  arguments_violate_schema: 'a tool call whose arguments do not satisfy the schema',
  unknown_tool: 'a call of a tool that was not offered',
  loop: 'the same tool call again and again',
  ping_pong: 'two tools in turn, again and again',
  no_usage: 'an answer that does not tell its usage',
}

export interface FaultOrder {
  readonly fault: Fault
  /** How many calls it hits before all is well again; null for all. */
  readonly times: number | null
  /** How many calls pass before it begins. */
  readonly after: number
  readonly ms: number | null
  readonly retryAfterSeconds: number | null
  readonly usage: Partial<Usage>
}

export class FaultError extends Error {
  override readonly name = 'FaultError'
}

function isFault(name: string): name is Fault {
  return Object.hasOwn(faults, name)
}

export function isProviderError(fault: Fault): fault is ProviderError {
  return (
    fault === 'rate_limit' ||
    fault === 'server_error' ||
    fault === 'unavailable' ||
    fault === 'overloaded' ||
    fault === 'auth_error' ||
    fault === 'context_length' ||
    fault === 'content_filter_error'
  )
}

const countParameters = [
  'times',
  'after',
  'ms',
  'retry-after',
  'cache-read',
  'cache-write',
  'reasoning',
  'input',
  'output',
] as const

export function readFaultOrder(raw: string): FaultOrder {
  const [first = '', ...rest] = raw.split(';').map((part) => part.trim())
  const name = first.replaceAll('-', '_')
  if (!isFault(name)) {
    throw new FaultError(`x-stand-in: expected one of ${Object.keys(faults).join(', ')}, got "${first}".`)
  }
  const values = new Map<string, number>()
  for (const part of rest.filter((text) => text !== '')) {
    const [key = '', value = ''] = part.split('=').map((text) => text.trim())
    const isKnown = countParameters.some((known) => known === key)
    if (!isKnown) throw new FaultError(`x-stand-in: expected parameters ${countParameters.join(', ')}, got "${key}".`)
    if (!/^\d+$/.test(value)) throw new FaultError(`x-stand-in: ${key}: expected a whole number, got "${value}".`)
    values.set(key, Number(value))
  }
  return {
    fault: name,
    times: values.get('times') ?? null,
    after: values.get('after') ?? 0,
    ms: values.get('ms') ?? null,
    retryAfterSeconds: values.get('retry-after') ?? null,
    usage: usageOverride(values),
  }
}

function usageOverride(values: ReadonlyMap<string, number>): Partial<Usage> {
  const names = {
    input: 'inputTokens',
    output: 'outputTokens',
    'cache-read': 'cacheReadTokens',
    'cache-write': 'cacheWriteTokens',
    reasoning: 'reasoningTokens',
  } as const
  return Object.fromEntries(
    Object.entries(names).flatMap(([parameter, name]) => {
      const value = values.get(parameter)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
