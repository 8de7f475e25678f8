/**
 * The log's clock. Everything timed by the log (settling, retention) counts on it never going back and never standing still, which the
 * clock on the wall does not promise: NTP, a restored VM or an operator can set it back by hours.
 */

/** The two clocks of the machine at one moment, in milliseconds. The monotonic one has an arbitrary origin, fixed within a process. */
export interface ClockReading {
  readonly wallMs: number
  readonly monotonicMs: number
}

export class LogClock {
  #atMs: number
  // What time is projected from while the wall clock is behind. Kept apart from #atMs: adding up whole milliseconds would lose their fractions.
  #anchorAtMs: number
  #anchorMonotonicMs: number

  /** Goes on from `atMs`, which the log had reached when it was opened at `opened`. */
  constructor(atMs: number, opened: ClockReading) {
    this.#atMs = atMs
    this.#anchorAtMs = atMs
    this.#anchorMonotonicMs = opened.monotonicMs
  }

  /** Log time at a reading, in whole milliseconds: the wall clock, or while that is behind, the last time plus what really went by since. */
  advance(reading: ClockReading): number {
    if (reading.wallMs >= this.#atMs) {
      this.#atMs = Math.floor(reading.wallMs)
      this.#anchorAtMs = this.#atMs
      this.#anchorMonotonicMs = reading.monotonicMs
    } else {
      this.#atMs = Math.max(this.#atMs, Math.floor(this.#anchorAtMs + (reading.monotonicMs - this.#anchorMonotonicMs)))
    }
    return this.#atMs
  }

  /** Makes sure that time goes on from `atMs` at least; an earlier one changes nothing. */
  resumeAfter(atMs: number, reading: ClockReading): void {
    if (atMs <= this.#atMs) return
    this.#atMs = atMs
    this.#anchorAtMs = atMs
    this.#anchorMonotonicMs = reading.monotonicMs
  }
}
