/** What repeated measurements come to: a median and its middle half, and ratios within pairs that were measured side by side. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Each pair gives one ratio: their median and the middle half. */
export function ratioOf(a: readonly number[], b: readonly number[]): string {
  const ratios = a.map((value, index) => value / (b[index] ?? Number.NaN)).sort((x, y) => x - y)
  const at = (share: number): string => (ratios[Math.floor(share * (ratios.length - 1))] ?? Number.NaN).toPrecision(3)
  return `${median(ratios).toPrecision(3)} (${at(0.25)} to ${at(0.75)})`
}

/** Milliseconds of CPU that this process spends on it, in all its threads: what else the machine does blurs it less than time does. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e3
}
