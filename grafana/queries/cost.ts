/** Money and tokens: what is spent, where, for what, against what was expected, and how much of it is unknown. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { ago, increase, leaders, now, others, perBar, ratio, type Scope, share } from './promql.ts'
import { runs } from './runs.ts'

type Dimension = 'service_name' | 'environment' | 'agent' | 'step' | 'provider' | 'model'
type RunDimension = 'service_name' | 'environment' | 'agent'

/** USD of calls with a known price. */
export function costUsd(scope: Scope, by: readonly Dimension[] = []): string {
  return increase(catalogue.cost, scope, { by })
}

/** For charts: USD in each bar, the dearest models by name. */
export function dearestModelsPerBar(count: number, scope: Scope): string {
  return leaders(count, 'model', perBar(catalogue.cost, scope, { by: ['model'] }), costUsd({ ...scope, at: 'end' }, ['model']))
}

/** What `dearestModelsPerBar` leaves out, as one series. */
export function otherModelsPerBar(count: number, scope: Scope): string {
  return others(count, 'model', perBar(catalogue.cost, scope, { by: ['model'] }), costUsd({ ...scope, at: 'end' }, ['model']))
}

export function usdPer1000Runs(scope: Scope, by: readonly RunDimension[] = []): string {
  return `1000 * ${ratio(costUsd(scope, by), runs(scope, by))}`
}

/** How many times the cost of the same window a week before. */
export function costAgainstWeekBefore(scope: Scope, by: readonly RunDimension[] = []): string {
  return ratio(costUsd(scope, by), costUsd(ago(scope, '7d'), by))
}

/** Share of a budget that the window has used; the window has to be the budget's period. */
export function budgetUsed(period: string, scope: Scope): string {
  const by = ['service_name', 'environment'] as const
  return ratio(costUsd(scope, by), now(catalogue.budget, scope, { by, where: { period } }))
}

export function tokens(scope: Scope, by: readonly (Dimension | 'type')[] = []): string {
  return increase(catalogue.tokens, scope, { by })
}

/** Share of the input tokens that a cache served. */
export function cacheHitShare(scope: Scope, by: readonly Dimension[] = []): string {
  const input = increase(catalogue.tokens, scope, { by, where: { type: { oneOf: ['input', 'cache_read', 'cache_write'] } } })
  return share(increase(catalogue.tokens, scope, { by, where: { type: 'cache_read' } }), input)
}

/** Calls whose price is unknown: their cost is missing from every USD figure. */
export function unpricedCalls(scope: Scope, by: readonly ('service_name' | 'provider' | 'model' | 'reason')[] = []): string {
  return increase(catalogue.unpricedCalls, scope, { by })
}

/** Models that are called without a known price, apart from failed calls that report no usage. */
export function unpricedModels(scope: Scope): string {
  const by = ['service_name', 'provider', 'model', 'reason'] as const
  return `${increase(catalogue.unpricedCalls, scope, { by, where: { reason: { not: 'failed_call' } } })} > 0`
}

/** Share of the model calls whose price is unknown. */
export function unpricedShare(scope: Scope, by: readonly ('service_name' | 'provider' | 'model')[] = []): string {
  return share(unpricedCalls(scope, by), increase(catalogue.llmCalls, scope, { by }))
}
