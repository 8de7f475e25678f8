/** Prices that the user states in flywheel.yaml. */

/** A price of the user's own; consulted before the table. It has either rates, in USD per million tokens, or factors on the list price. */
export interface PriceOverride {
  /** Model name, `*` stands for any characters. Matched against the response model, then the request model, with and without a gateway's prefix. */
  readonly model: string
  /** Provider in the conventions' spelling, or shorter (`azure`); absent = any. */
  readonly provider?: string | undefined
  /** `input` and `output` come together; absent = the list price. */
  readonly input?: number | undefined
  readonly output?: number | undefined
  /** Absent = like input. */
  readonly cacheRead?: number | undefined
  /** Absent = like input. */
  readonly cacheWrite?: number | undefined
  /** Absent = like cacheWrite. */
  readonly cacheWrite1h?: number | undefined
  /** Factor on the list price. */
  readonly multiplier?: number | undefined
  /** Factors by service tier, in lower case (`flex`, `priority`). */
  readonly serviceTiers?: Readonly<Record<string, number>> | undefined
  /** Valid from this day on (RFC 3339 date); the latest that has begun wins, of several the first. */
  readonly from?: string | undefined
}
