/** Compares the cost that an emitter states with ours: a difference means that one of the two prices, or the usage, is wrong. */

export type StatedCost = 'agrees' | 'differs'

/**
 * Between what is never a matter of price (rounded rates, sums of floating point numbers) and the smallest real difference known, the 5 to 10 % of a
 * region or a gateway's fee.
 */
const RELATIVE_TOLERANCE = 0.01

/** Emitters round to six decimals of a dollar, some to four. One that rounds further says too little to be compared. */
const COARSEST_UNIT_NANO_USD = 100_000

/** Null = one of the two is not known. A stated 0 is compared like any other: a gateway that answers from its cache means it. */
export function compareStated(statedNanoUsd: number | null, ourNanoUsd: number | null): StatedCost | null {
  if (!isAmount(statedNanoUsd) || !isAmount(ourNanoUsd)) return null
  const rounding = unitOf(statedNanoUsd) / 2
  const tolerance = Math.max(RELATIVE_TOLERANCE * Math.max(statedNanoUsd, ourNanoUsd), rounding)
  return Math.abs(statedNanoUsd - ourNanoUsd) <= tolerance ? 'agrees' : 'differs'
}

/** The last decimal that is stated, seen by the zeros behind it: 0.0012 USD may be anything from 0.00115 to 0.00125. */
function unitOf(nanoUsd: number): number {
  let unit = 1
  while (unit < COARSEST_UNIT_NANO_USD && nanoUsd % (unit * 10) === 0) unit *= 10
  return unit
}

function isAmount(nanoUsd: number | null): nanoUsd is number {
  return nanoUsd !== null && Number.isFinite(nanoUsd) && nanoUsd >= 0
}
