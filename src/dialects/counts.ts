/** Token counts in attributes: what they say, and which of them cannot be read. */
import type { Usage } from '../model/usage.ts'
import type { Attributes } from '../otlp/span.ts'
import type { Chain, KeyTable } from './dialect.ts'
import { firstCount, saysSomething } from './read.ts'

export type CountKeys = Pick<
  KeyTable,
  'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens'
>

export function usageOf(attributes: Attributes, keys: CountKeys): Usage {
  return {
    input: firstCount(attributes, keys.inputTokens),
    output: firstCount(attributes, keys.outputTokens),
    cacheRead: firstCount(attributes, keys.cacheReadTokens),
    cacheWrite: firstCount(attributes, keys.cacheWriteTokens),
    reasoning: firstCount(attributes, keys.reasoningTokens),
  }
}

/** A part of a sum that is not there adds nothing; with one that cannot be read the sum is not known. */
export function partOf(attributes: Attributes, chain: Chain): number | null {
  return firstCount(attributes, chain) ?? (saysSomething(attributes, chain) ? null : 0)
}

const none: readonly string[] = []

/**
 * Counts that are on the wire and are none: text, negative or absurd numbers. They read as unknown in `usage`, and somebody should look at the
 * emitter.
 */
export function unreadableCounts(attributes: Attributes, keys: CountKeys, usage: Usage): readonly string[] {
  let found = none
  const look = (field: string, chain: Chain, count: number | null): void => {
    if (count === null && partOf(attributes, chain) === null) found = [...found, field]
  }
  look('input_tokens', keys.inputTokens, usage.input)
  look('output_tokens', keys.outputTokens, usage.output)
  look('cache_read_tokens', keys.cacheReadTokens, usage.cacheRead)
  look('cache_write_tokens', keys.cacheWriteTokens, usage.cacheWrite)
  look('reasoning_tokens', keys.reasoningTokens, usage.reasoning)
  return found
}
