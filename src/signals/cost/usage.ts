/** The tokens of a call as they are paid for: counts that cannot be are unknown, and cached tokens are part of the input. */
import type { Usage } from '../../model/usage.ts'

export interface PaidUsage {
  readonly input: number | null
  readonly output: number | null
  /** Parts of `input`; what is not known is not charged apart. */
  readonly cacheRead: number
  readonly cacheWrite: number
  /** Part of `cacheWrite` that is kept for an hour. */
  readonly cacheWrite1h: number
}

/** Null when nothing is known. No call has 0 tokens in all: emitters write zeros where a stream told them none. */
export function paidUsage(usage: Usage, cacheWrite1hTokens: number | null): PaidUsage | null {
  const input = count(usage.input)
  const output = count(usage.output)
  if ((input ?? 0) + (output ?? 0) === 0) return null
  const cacheRead = count(usage.cacheRead) ?? 0
  const long = count(cacheWrite1hTokens) ?? 0
  const cacheWrite = count(usage.cacheWrite) ?? long
  return {
    input: input === null ? null : Math.max(input, cacheRead + cacheWrite),
    output,
    cacheRead,
    cacheWrite,
    cacheWrite1h: Math.min(long, cacheWrite),
  }
}

function count(tokens: number | null): number | null {
  return tokens !== null && tokens >= 0 && tokens <= Number.MAX_SAFE_INTEGER ? tokens : null
}
