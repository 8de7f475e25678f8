/** Prices that the user states in flywheel.yaml. */

/** A price of the user's own, in USD per million tokens; consulted before the table. */
export interface PriceOverride {
  /** Model name, `*` stands for any characters. Matched against the response model, then the request model. */
  readonly model: string
  /** Provider in the conventions' spelling; absent = any. */
  readonly provider?: string | undefined
  readonly input: number
  readonly output: number
  /** Absent = like input. */
  readonly cacheRead?: number | undefined
  readonly cacheWrite?: number | undefined
  /** Valid from this day on (RFC 3339 date); the latest that has begun wins. */
  readonly from?: string | undefined
}
