/** Failures: which kinds, where, whom they hurt, what they wasted, and which are new. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { ago, aggregate, increase, largest, leaders, others, over, perBar, type Scope, share } from './promql.ts'
import { runs } from './runs.ts'

type Dimension = 'service_name' | 'environment' | 'agent' | 'step' | 'model' | 'kind' | 'impact'

/** Failures found in runs; one run may have several. */
export function failures(scope: Scope, by: readonly Dimension[] = []): string {
  return increase(catalogue.failures, scope, { by })
}

/** For charts: failures in each bar, the most frequent kinds by name. */
export function leadingKindsPerBar(count: number, scope: Scope): string {
  return leaders(count, 'kind', perBar(catalogue.failures, scope, { by: ['kind'] }), failures({ ...scope, at: 'end' }, ['kind']))
}

/** What `leadingKindsPerBar` leaves out, as one series. */
export function otherKindsPerBar(count: number, scope: Scope): string {
  return others(count, 'kind', perBar(catalogue.failures, scope, { by: ['kind'] }), failures({ ...scope, at: 'end' }, ['kind']))
}

/** Failures because of which the run failed. */
export function fatalFailures(scope: Scope, by: readonly Dimension[] = []): string {
  return increase(catalogue.failures, scope, { by, where: { impact: 'fatal' } })
}

/** Failures that the run got over: what a retry or a repair hides from the user and not from the bill. */
export function recoveredFailures(scope: Scope, by: readonly Dimension[] = []): string {
  return increase(catalogue.failures, scope, { by, where: { impact: 'recovered' } })
}

/** Failures of given kinds per 100 runs, for instance loops, by service or agent. */
export function failuresOfKindPer100Runs(
  kinds: readonly string[],
  scope: Scope,
  by: readonly ('service_name' | 'environment' | 'agent')[] = [],
): string {
  return `100 * ${share(increase(catalogue.failures, scope, { by, where: { kind: { oneOf: kinds } } }), runs(scope, by))}`
}

/** Kinds of failure of the window that the service had not shown in the days before. */
export function newFailureKinds(
  scope: Scope,
  knownFor: string,
  by: readonly Dimension[] = ['service_name', 'environment', 'kind'],
): string {
  const before = ago(over(scope, knownFor), scope.window)
  return `(${failures(scope, by)} > 0) unless (${failures(before, by)} > 0)`
}

/** Distinct users hurt in the last hour by any failure. Services are added up: a user of two services counts twice. */
export function usersHurt(
  scope: Scope,
  by: readonly ('service_name' | 'environment')[] = ['service_name', 'environment'],
): string {
  // Several processors report the same users: the largest of each service first.
  return aggregate('sum', largest(catalogue.serviceAffectedUsers, scope, { by: ['service_name', 'environment'] }), by)
}

/** Distinct users hurt in the last hour, by kind of failure; kinds overlap, so they are not to be added up. */
export function usersHurtByKind(scope: Scope, by: readonly ('service_name' | 'environment' | 'kind')[] = ['kind']): string {
  return largest(catalogue.affectedUsers, scope, { by })
}

/** USD spent on calls that did not help the user, by the first reason that applies. */
export function wastedUsd(scope: Scope, by: readonly ('service_name' | 'environment' | 'agent' | 'reason')[] = []): string {
  return increase(catalogue.wastedCost, scope, { by })
}

/** For charts: USD wasted in each bar. */
export function wastedUsdPerBar(scope: Scope): string {
  return perBar(catalogue.wastedCost, scope, { by: ['reason'] })
}

export function wastedTokens(scope: Scope, by: readonly ('service_name' | 'environment' | 'agent' | 'reason')[] = []): string {
  return increase(catalogue.wastedTokens, scope, { by })
}
