/** Shares with their uncertainty. */

const Z_95 = 1.96

/** A share of so many as text, with its 95 % interval (Wilson): `75.0 % (9 of 12, 46.8 to 91.1)`. */
export function share(part: number, whole: number): string {
  if (whole === 0) return `- (0 of 0)`
  const [low, high] = wilson(part, whole)
  return `${percent(part / whole)} % (${part} of ${whole}, ${percent(low)} to ${percent(high)})`
}

/** Ends of the 95 % interval of a share. Unlike the textbook's it holds for few cases and for shares of 0 and 1. */
export function wilson(part: number, whole: number): readonly [low: number, high: number] {
  const p = part / whole
  const spread = Z_95 ** 2 / whole
  const middle = (p + spread / 2) / (1 + spread)
  const half = (Z_95 * Math.sqrt((p * (1 - p)) / whole + spread / (4 * whole))) / (1 + spread)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

function percent(value: number): string {
  return (value * 100).toFixed(1)
}

/** What was found against what is there, one pair a case. */
export interface Verdict {
  readonly isThere: boolean
  readonly isFound: boolean
}

/** Rows of a table: precision, recall and how many of the healthy were flagged. */
export function scores(verdicts: readonly Verdict[]): readonly (readonly string[])[] {
  const found = verdicts.filter(({ isFound }) => isFound)
  const there = verdicts.filter(({ isThere }) => isThere)
  const healthy = verdicts.filter(({ isThere }) => !isThere)
  return [
    ['precision', share(found.filter(({ isThere }) => isThere).length, found.length)],
    ['recall', share(there.filter(({ isFound }) => isFound).length, there.length)],
    ['healthy that were flagged', share(healthy.filter(({ isFound }) => isFound).length, healthy.length)],
  ]
}
