/** Runs that have not settled: money burning now. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { now, type Scope } from './promql.ts'

type Dimension = 'service_name' | 'environment'

export function openRuns(scope: Scope, by: readonly Dimension[] = []): string {
  return now(catalogue.openRuns, scope, { by })
}

/** USD that runs open for five seconds or longer have spent so far. */
export function openCostUsd(scope: Scope, by: readonly Dimension[] = []): string {
  return now(catalogue.openCost, scope, { by })
}

/** Open runs that look like a loop. */
export function openLoops(scope: Scope, by: readonly Dimension[] = []): string {
  return now(catalogue.openLoops, scope, { by })
}
