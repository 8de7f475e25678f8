/** What the live page is made from: the last hour, cut to what is shown, and what is going on right now. Texts are redacted. */
import type { LiveSnapshot } from './live-window.ts'
import type { StepTotal } from './tally.ts'

export interface LiveView extends Omit<LiveSnapshot, 'steps'> {
  /** The service that is looked at; null = all. */
  readonly service: string | null
  /** When the newest run settled, whenever that was and whatever is filtered; null = there has been none. */
  readonly lastRunAtMs: number | null
  readonly open: OpenNow
  /** What cost most in all, and what took longest in the mean. */
  readonly dearest: readonly StepTotal[]
  readonly slowest: readonly StepTotal[]
  /** The setting FLYWHEEL_CONTENT. */
  readonly contentMode: 'off' | 'redacted' | 'full'
}

/** Runs that have not settled yet. */
export interface OpenNow {
  readonly runs: number
  readonly costNanoUsd: number
  readonly loops: number
}

const TOP_STEPS = 6

export function dearestOf(steps: readonly StepTotal[]): readonly StepTotal[] {
  const paid = steps.filter((step) => step.costNanoUsd > 0)
  return paid.sort((a, b) => b.costNanoUsd - a.costNanoUsd).slice(0, TOP_STEPS)
}

export function slowestOf(steps: readonly StepTotal[]): readonly StepTotal[] {
  return steps.toSorted((a, b) => meanUs(b) - meanUs(a)).slice(0, TOP_STEPS)
}

export function meanUs({ durationUs, count }: StepTotal): number {
  return durationUs / count
}
