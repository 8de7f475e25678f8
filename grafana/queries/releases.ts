/** Releases: did the new one make it better or worse? */
import { catalogue } from '../../src/publish/catalogue.ts'
import { ago, increase, largest, over, type Scope, share, top } from './promql.ts'

type Dimension = 'service_name' | 'environment' | 'release'

export function releaseRuns(scope: Scope, by: readonly (Dimension | 'outcome')[] = ['release']): string {
  return increase(catalogue.releaseRuns, scope, { by })
}

/** Failed runs of 100, by release. */
export function failedPer100ReleaseRuns(scope: Scope, by: readonly Dimension[] = ['release']): string {
  return `100 * ${share(increase(catalogue.releaseRuns, scope, { by, where: { outcome: 'failed' } }), releaseRuns(scope, by))}`
}

export function releaseFailures(scope: Scope, by: readonly (Dimension | 'kind')[] = ['release', 'kind']): string {
  return increase(catalogue.releaseFailures, scope, { by })
}

/** Unix milliseconds of the first runs of the newest few releases, for annotations: more would cover the chart. */
export function newestFirstRunsMs(count: number, scope: Scope): string {
  return top(count, firstRunMs({ ...scope, at: 'end' }))
}

/** Unix milliseconds of each release's first run. */
export function firstRunMs(scope: Scope, by: readonly Dimension[] = ['service_name', 'release']): string {
  return `1000 * ${largest(catalogue.releaseFirstRun, scope, { by })}`
}

/** Kinds of failure that a release shows and the service had not shown in the time before the window. */
export function newKindsOfRelease(scope: Scope, knownFor: string): string {
  const shown = `${releaseFailures(scope, ['service_name', 'environment', 'release', 'kind'])} > 0`
  const before = increase(catalogue.failures, ago(over(scope, knownFor), scope.window), {
    by: ['service_name', 'environment', 'kind'],
  })
  return `(${shown}) unless on (service_name, environment, kind) (${before} > 0)`
}
