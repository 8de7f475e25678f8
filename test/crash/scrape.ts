/** Reads /metrics as Prometheus does and notices every counter that goes back. */

/** Series (with labels) -> value, of the counters and of the counting parts of histograms. */
export type Scrape = ReadonlyMap<string, number>

/** Null when nobody answers or the processor is not ready yet. */
export async function scrape(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Scrape | null> {
  const text = await fetch(`${url}/metrics`, { headers }).then(
    async (response) => (response.status === 200 ? response.text() : null),
    () => null,
  )
  if (text === null) return null
  const series = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^(flywheel_[a-z_]+(?:_total|_bucket|_count|_sum)(?:\{.*\})?) (\S+)$/.exec(line)
    if (match?.[1] !== undefined) series.set(match[1], Number(match[2]))
  }
  return series
}

/** The counters that are lower than, or missing after, an earlier scrape. */
export function stepsBack(earlier: Scrape, later: Scrape): readonly string[] {
  return [...earlier].flatMap(([name, before]) => {
    const after = later.get(name)
    return after === undefined ? [`${name}: ${before} -> gone`] : after < before ? [`${name}: ${before} -> ${after}`] : []
  })
}

/** Sum over all series of a metric whose labels contain the given text. */
export function total(scraped: Scrape, metric: string, labels = ''): number {
  let sum = 0
  for (const [name, value] of scraped)
    if (name.startsWith(`${metric}{`) || name === metric) sum += name.includes(labels) ? value : 0
  return sum
}
