/** Models at their steps: quality, latency and cost side by side, and whether a provider is ill. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { increase, quantile, ratio, type Scope, share } from './promql.ts'

type Dimension = 'service_name' | 'environment' | 'agent' | 'step' | 'model' | 'model_family'

/** Model calls, counted once each however many spans report them. */
export function calls(scope: Scope, by: readonly (Dimension | 'provider' | 'outcome')[] = []): string {
  return increase(catalogue.llmCalls, scope, { by })
}

/** Failed calls of 100. */
export function failedPer100Calls(scope: Scope, by: readonly (Dimension | 'provider')[] = []): string {
  return `100 * ${share(increase(catalogue.llmCalls, scope, { by, where: { outcome: 'error' } }), calls(scope, by))}`
}

/** Failures of any kind (bad arguments, refusals, truncated answers, loops...) per 100 calls of the model at the step. */
export function failuresPer100Calls(scope: Scope, by: readonly Dimension[] = ['step', 'model_family']): string {
  return `100 * ${share(increase(catalogue.failures, scope, { by, where: { model: { not: '' } } }), calls(scope, by))}`
}

/** Seconds a call takes. */
export function callDuration(q: number, scope: Scope, by: readonly Dimension[] = []): string {
  return quantile(q, catalogue.llmCallDuration, scope, { by })
}

/** Seconds until the first token, where the emitter tells. */
export function timeToFirstToken(
  q: number,
  scope: Scope,
  by: readonly ('service_name' | 'environment' | 'model' | 'model_family')[] = [],
): string {
  return quantile(q, catalogue.timeToFirstToken, scope, { by })
}

export function usdPer1000Calls(scope: Scope, by: readonly (Dimension | 'provider')[] = []): string {
  return `1000 * ${ratio(increase(catalogue.cost, scope, { by }), calls(scope, by))}`
}

export function tokensPerCall(scope: Scope, by: readonly Dimension[] = []): string {
  return ratio(increase(catalogue.tokens, scope, { by }), calls(scope, by))
}

/** Failed calls by what the provider answered. */
export function callErrors(
  scope: Scope,
  by: readonly ('service_name' | 'environment' | 'provider' | 'model' | 'kind')[] = ['kind'],
): string {
  return increase(catalogue.llmErrors, scope, { by })
}

/** Share of a provider's calls that fail by the provider's doing, over all services. */
export function providerErrorShare(scope: Scope, by: readonly ('provider' | 'environment' | 'model')[] = ['provider']): string {
  const theirs = { kind: { oneOf: ['rate_limit', 'server_error', 'timeout'] } }
  return share(increase(catalogue.llmErrors, scope, { by, where: theirs }), increase(catalogue.llmCalls, scope, { by }))
}
