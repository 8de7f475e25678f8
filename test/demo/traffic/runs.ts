/** Runs of the scenario for tests. */
import type { PlannedRun } from '../../../demo/traffic/plan.ts'
import { type TimedRun, traffic, type TrafficOptions } from '../../../demo/traffic/scenario.ts'

const usual: TrafficOptions = { services: 3, ratePerSecond: 1, seed: 1, failureRate: 0.04, spike: null }

/** The first `count` runs with the time at which each ends. */
export function timedRuns(over: Partial<TrafficOptions>, count: number): readonly TimedRun[] {
  const endless = traffic({ ...usual, ...over })
  return Array.from({ length: count }, () => endless.next().value)
}

export function runs(over: Partial<TrafficOptions>, count: number): readonly PlannedRun[] {
  return timedRuns(over, count).map(({ run }) => run)
}
