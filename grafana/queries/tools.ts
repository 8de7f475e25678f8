/** Parsing and tools: which formats parse, which tools the models understand, which are slow. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { increase, quantile, type Scope, share } from './promql.ts'

type Dimension = 'service_name' | 'environment' | 'agent' | 'tool'
type ParseDimension = 'service_name' | 'environment' | 'agent' | 'step' | 'model' | 'model_family' | 'format'

export function toolCalls(scope: Scope, by: readonly (Dimension | 'outcome')[] = ['tool']): string {
  return increase(catalogue.toolCalls, scope, { by })
}

/** Tool calls of 100 that did not end ok. */
export function failedPer100ToolCalls(scope: Scope, by: readonly Dimension[] = ['tool']): string {
  return `100 * ${share(increase(catalogue.toolCalls, scope, { by, where: { outcome: { not: 'ok' } } }), toolCalls(scope, by))}`
}

/** Tool calls of 100 that the model got wrong (bad arguments, or a tool that does not exist): is the tool comprehensible? */
export function misunderstoodPer100ToolCalls(scope: Scope, by: readonly Dimension[] = ['tool']): string {
  const wrong = { outcome: { oneOf: ['bad_arguments', 'unknown_tool'] } }
  return `100 * ${share(increase(catalogue.toolCalls, scope, { by, where: wrong }), toolCalls(scope, by))}`
}

/** Who gets tools wrong: the model at the step. */
export function misunderstandings(
  scope: Scope,
  by: readonly ('service_name' | 'step' | 'model' | 'model_family' | 'kind')[] = ['step', 'model_family', 'kind'],
): string {
  return increase(catalogue.failures, scope, { by, where: { kind: { oneOf: ['tool_bad_arguments', 'unknown_tool'] } } })
}

/** Seconds a tool takes. */
export function toolDuration(
  q: number,
  scope: Scope,
  by: readonly ('service_name' | 'environment' | 'tool')[] = ['tool'],
): string {
  return quantile(q, catalogue.toolDuration, scope, { by })
}

export function parseAttempts(scope: Scope, by: readonly (ParseDimension | 'outcome')[] = ['format', 'outcome']): string {
  return increase(catalogue.parse, scope, { by })
}

/** Share of the parse attempts that ended with a value, repaired ones included. */
export function parseSuccessShare(scope: Scope, by: readonly ParseDimension[] = ['format', 'model_family']): string {
  const good = increase(catalogue.parse, scope, { by, where: { outcome: { not: 'failed' } } })
  return share(good, increase(catalogue.parse, scope, { by }))
}

/** Share of the parse attempts that needed a repair or another try. */
export function parseRepairShare(scope: Scope, by: readonly ParseDimension[] = ['format', 'model_family']): string {
  return share(increase(catalogue.parse, scope, { by, where: { outcome: 'repaired' } }), increase(catalogue.parse, scope, { by }))
}
