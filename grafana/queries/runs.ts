/** Runs: how many, how many failed, how long, how large. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { countedIncrease, increase, perBar, quantile, ratio, type Scope, share, withAtLeast } from './promql.ts'

type Dimension = 'service_name' | 'environment' | 'agent'

/** Runs that settled. */
export function runs(scope: Scope, by: readonly (Dimension | 'outcome')[] = []): string {
  return increase(catalogue.runs, scope, { by })
}

/** For charts: runs in each bar. */
export function runsPerBar(scope: Scope, by: readonly (Dimension | 'outcome')[] = ['outcome']): string {
  return perBar(catalogue.runs, scope, { by })
}

export function failedRuns(scope: Scope, by: readonly Dimension[] = []): string {
  return increase(catalogue.runs, scope, { by, where: { outcome: 'failed' } })
}

/** As `failedRuns`, but never more than there were: for minimum counts. */
export function countedFailedRuns(scope: Scope, by: readonly Dimension[] = []): string {
  return countedIncrease(catalogue.runs, scope, { by, where: { outcome: 'failed' } })
}

/** Failed runs of 100. With a minimum, only where there were so many runs. */
export function failedPer100Runs(scope: Scope, by: readonly Dimension[] = [], minimumRuns = 0): string {
  const expression = `100 * ${share(failedRuns(scope, by), runs(scope, by))}`
  return minimumRuns === 0 ? expression : withAtLeast(minimumRuns, runs(scope, by), expression)
}

/** Seconds from a run's first to its last span. */
export function runDuration(q: number, scope: Scope, by: readonly Dimension[] = []): string {
  return quantile(q, catalogue.runDuration, scope, { by })
}

/** USD: what the dearer runs cost, for runs whose calls all have a price. */
export function runCost(q: number, scope: Scope, by: readonly Dimension[] = []): string {
  return quantile(q, catalogue.runCost, scope, { by })
}

/** Model calls a run. */
export function runLlmCalls(q: number, scope: Scope, by: readonly Dimension[] = []): string {
  return quantile(q, catalogue.runLlmCalls, scope, { by })
}

export function tokensPerRun(scope: Scope, by: readonly Dimension[] = []): string {
  return ratio(increase(catalogue.tokens, scope, { by }), runs(scope, by))
}
