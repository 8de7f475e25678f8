/** Fisher-Yates with a small generator of its own, so that a failing order is one number. */
export function shuffle<T>(items: readonly T[], seed: number): readonly T[] {
  const result = [...items]
  let state = seed >>> 0
  for (let at = result.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = state % (at + 1)
    const item = result[at] as T
    result[at] = result[other] as T
    result[other] = item
  }
  return result
}
