/** Times as exports and spreadsheets spell them. Without a zone they are read as UTC; a spelling that could mean two days is not guessed. */

/** How `03/04/2026` is read. */
export type DayOrder = 'dmy' | 'mdy'

const clock = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([ap])\.?m\.?)?(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${clock}$`, 'i')
const dotted = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${clock}$`, 'i')
const slashed = new RegExp(String.raw`^(\d{1,2})([/-])(\d{1,2})\2(\d{4})${clock}$`, 'i')
const monthFirst = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})${clock}$`, 'i')
const dayFirst = new RegExp(String.raw`^(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})${clock}$`, 'i')
const unixSeconds = /^\d{10}$/
const unixMilliseconds = /^\d{13}$/

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const EARLIEST_YEAR = 1990
const LATEST_YEAR = 2100
const MAX_LENGTH = 64

/** What `parseWhen` takes, in words. */
export const whenExpected = 'a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 31.01.2026 12:00'

/** Unix milliseconds, or null when the text is no time, no possible one, or could be two. */
export function parseWhen(text: string, order: DayOrder | null = null): number | null {
  const spelled = text.trim()
  if (spelled.length > MAX_LENGTH) return null
  if (unixSeconds.test(spelled)) return plausible(Number(spelled) * 1_000)
  if (unixMilliseconds.test(spelled)) return plausible(Number(spelled))
  const [, y1, , m1, d1, ...time1] = yearFirst.exec(spelled) ?? []
  if (y1 !== undefined) return at([y1, m1, d1], time1)
  const [, d2, m2, y2, ...time2] = dotted.exec(spelled) ?? []
  if (y2 !== undefined) return at([y2, m2, d2], time2)
  const [, a, , b, y3, ...time3] = slashed.exec(spelled) ?? []
  if (y3 !== undefined) {
    const known = order ?? orderOf(Number(a), Number(b))
    if (known === null) return null
    return known === 'dmy' ? at([y3, b, a], time3) : at([y3, a, b], time3)
  }
  const [, name4, d4, y4, ...time4] = monthFirst.exec(spelled) ?? []
  if (y4 !== undefined) return at([y4, monthOf(name4), d4], time4)
  const [, d5, name5, y5, ...time5] = dayFirst.exec(spelled) ?? []
  return y5 === undefined ? null : at([y5, monthOf(name5), d5], time5)
}

/** How the dates of one column are meant, by those among them that can only be read one way; null = none of them tells, or they disagree. */
export function dayOrderOf(texts: Iterable<string>): DayOrder | null {
  const orders = new Set<DayOrder>()
  for (const text of texts) {
    const [, a, , b] = slashed.exec(text.trim().slice(0, MAX_LENGTH)) ?? []
    const order = a === undefined || b === undefined || a === b ? null : orderOf(Number(a), Number(b))
    if (order !== null) orders.add(order)
  }
  const [only, ...others] = orders
  return others.length === 0 ? (only ?? null) : null
}

function orderOf(a: number, b: number): DayOrder | null {
  if (a > 12 || a === b) return 'dmy'
  return b > 12 ? 'mdy' : null
}

function monthOf(name: string | undefined): string {
  return String(months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1)
}

type Maybe = string | undefined

function at([year, month, day]: readonly Maybe[], [hour, minute, second, fraction, half, zone]: readonly Maybe[]): number | null {
  const h = hourOf(Number(hour ?? 0), half)
  const parts = [Number(year), Number(month) - 1, Number(day), h, Number(minute ?? 0), Number(second ?? 0)] as const
  const ms = Date.UTC(...parts, Math.floor(Number(`0.${fraction ?? 0}`) * 1_000))
  const date = new Date(ms)
  // Date.UTC rolls the 31st of February over into March.
  const found = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()]
  if (found.some((part, index) => part !== parts[index]) || parts[5] > 60) return null
  return plausible(ms - offsetMs(zone))
}

/** NaN = no hour of the clock that is meant. */
function hourOf(hour: number, half: Maybe): number {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return Number.NaN
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

function offsetMs(zone: Maybe): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '') ?? []
  const total = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  return sign === '-' ? -total : total
}

function plausible(ms: number): number | null {
  if (Number.isNaN(ms)) return null
  const year = new Date(ms).getUTCFullYear()
  return year >= EARLIEST_YEAR && year <= LATEST_YEAR ? ms : null
}
