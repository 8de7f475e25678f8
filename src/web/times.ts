/** Times as the API reads and writes them: RFC 3339 outwards, RFC 3339 or relative (`1h` = an hour ago) inwards. */

const relative = /^(\d{1,9})(s|m|h|d)$/
const absolute = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Unix milliseconds, or null when the text is neither an RFC 3339 time nor a duration such as `30m`. */
export function parseTime(text: string, nowMs: number): number | null {
  const [, count = '', unit = ''] = relative.exec(text) ?? []
  if (unit !== '') return nowMs - Number(count) * (unitMs.get(unit) ?? 0)
  if (!absolute.test(text)) return null
  const ms = Date.parse(text.replace(' ', 'T').toUpperCase())
  return Number.isNaN(ms) ? null : ms
}

export function isTime(text: string): boolean {
  return parseTime(text, 0) !== null
}

/** RFC 3339 in UTC with milliseconds. */
export function formatTimeUs(unixUs: number): string {
  return new Date(unixUs / 1_000).toISOString()
}
