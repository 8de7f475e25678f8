/** Token usage of one model call, in the convention's reading: `input` includes cache, `output` includes reasoning. */

/** Counts are whole tokens; `null` = the bytes do not tell, which is not zero. */
export interface Usage {
  readonly input: number | null
  readonly output: number | null
  /** Part of `input` that a cache served. */
  readonly cacheRead: number | null
  /** Part of `input` that was written to a cache. */
  readonly cacheWrite: number | null
  /** Part of `output` that the model spent on thinking. */
  readonly reasoning: number | null
}

/** The same tokens in buckets that do not overlap, so that their sum is all tokens. */
export interface DisjointUsage {
  readonly input: number | null
  readonly cache_read: number | null
  readonly cache_write: number | null
  readonly output: number | null
  readonly reasoning: number | null
}

/** Splits inclusive usage into disjoint buckets; a part larger than its whole leaves the rest at 0, never negative. */
export function disjointUsage(usage: Usage): DisjointUsage {
  return {
    input: usage.input === null ? null : Math.max(0, usage.input - cachedTokens(usage)),
    cache_read: usage.cacheRead,
    cache_write: usage.cacheWrite,
    output: usage.output === null ? null : Math.max(0, usage.output - (usage.reasoning ?? 0)),
    reasoning: usage.reasoning,
  }
}

/** What a cache served and took in, as far as it is known. */
export function cachedTokens({ cacheRead, cacheWrite }: Usage): number {
  return (cacheRead ?? 0) + (cacheWrite ?? 0)
}

/** What the input is when cached tokens were left out of it. */
export function inputWithCache(usage: Usage): number | null {
  return usage.input === null ? null : usage.input + cachedTokens(usage)
}

/** Adds two usages field by field; unknown plus known is known (the sum of what is known). */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: addKnown(a.input, b.input),
    output: addKnown(a.output, b.output),
    cacheRead: addKnown(a.cacheRead, b.cacheRead),
    cacheWrite: addKnown(a.cacheWrite, b.cacheWrite),
    reasoning: addKnown(a.reasoning, b.reasoning),
  }
}

/** Usage of which nothing is known. */
export const unknownUsage: Usage = { input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null }

/** True when neither input nor output tokens are known. No call has none at all: two zeros stand for what was not told. */
export function isUnknownUsage({ input, output }: Usage): boolean {
  return (input ?? 0) === 0 && (output ?? 0) === 0
}

function addKnown(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : a + b
}
