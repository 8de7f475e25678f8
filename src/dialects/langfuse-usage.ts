/**
 * Langfuse's `usage_details`. By its own definition disjoint buckets (`input` without `input_cached_tokens`), but its wrappers and its users also
 * pass on what an API returned, where the total includes its parts. The shape tells which, and the stated total where there is one.
 */
import { isUnknownUsage, unknownUsage, type Usage } from '../model/usage.ts'
import type { PlainValue } from '../otlp/span.ts'
import { apiUsageOf } from './api-answer.ts'
import { toCount } from './read.ts'

type Details = { readonly [key: string]: PlainValue }

export function langfuseUsage(details: Details | null): Usage {
  if (details === null) return unknownUsage
  const usage = apiUsageOf(details)
  return isUnknownUsage(usage) ? buckets(details) : usage
}

const cacheReadBucket = /^(?:input_)?cache(?:d|_read)(?:_input)?(?:_tokens)?$/
const cacheWriteBucket = /^(?:input_)?cache_(?:creation|write)(?:_input)?(?:_tokens)?(?:_\w{1,16})?$/
const reasoningBucket = /^output_(?:reasoning|thinking|thoughts)(?:_tokens)?$/

function buckets(details: Details): Usage {
  const counts = Object.entries(details).flatMap(([key, value]) => {
    const count = toCount(value)
    return count === null ? [] : [[key, count] as const]
  })
  const sumOf = (matches: (key: string) => boolean): number | null => {
    const found = counts.filter(([key]) => matches(key))
    return found.length === 0 ? null : found.reduce((sum, [, count]) => sum + count, 0)
  }
  const cacheRead = sumOf((key) => cacheReadBucket.test(key))
  const cacheWrite = sumOf((key) => cacheWriteBucket.test(key))
  const reasoning = sumOf((key) => reasoningBucket.test(key))
  const input = sumOf((key) => key.startsWith('input') || cacheReadBucket.test(key) || cacheWriteBucket.test(key))
  const output = sumOf((key) => key.startsWith('output'))
  const bare = { input: toCount(details['input']), output: toCount(details['output']) }
  // Who states a total of input and output alone has counted the parts in them.
  const isInclusive = bare.input !== null && bare.output !== null && toCount(details['total']) === bare.input + bare.output
  return { ...(isInclusive ? bare : { input, output }), cacheRead, cacheWrite, reasoning }
}
