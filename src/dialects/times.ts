/** When a step was, as far as what the emitter says can be believed. */
import { MAX_DURATION_US } from '../model/step.ts'

export interface Times {
  readonly startUs: number
  readonly endUs: number
  /** False when a time that was sent is none, or the two are too far apart. */
  readonly areSound: boolean
}

/** No agent ran earlier or later: such a clock is none, and its numbers would not be exact any more. */
const EARLIEST_US = Date.UTC(2000) * 1_000
const LATEST_US = Date.UTC(2100) * 1_000

/** Unix microseconds; 0 = not sent. A time that is missing is that of the other end, one that cannot be is as good as missing. */
export function timesOf(startUs: number, endUs: number): Times {
  const start = plausible(startUs)
  const end = plausible(endUs)
  const from = start ?? end ?? 0
  const to = end ?? from
  const isTooLong = to - from > MAX_DURATION_US
  const areSound = !isTooLong && (start !== null || startUs === 0) && (end !== null || endUs === 0)
  return { startUs: from, endUs: isTooLong ? from : to, areSound }
}

function plausible(us: number): number | null {
  return us >= EARLIEST_US && us <= LATEST_US ? us : null
}
