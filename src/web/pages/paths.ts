/** Where things are: addresses hold the whole state, so that a link shows a colleague the same. */
import type { FailureKind } from '../../model/failure.ts'
import type { RunOutcome } from '../../model/run.ts'

export interface RunsQuery {
  readonly since?: string
  readonly until?: string
  readonly service?: string | null
  readonly environment?: string | null
  readonly agent?: string | null
  readonly outcome?: RunOutcome | null
  readonly kind?: FailureKind | null
  readonly conversation?: string | null
  readonly user?: string | null
  readonly release?: string | null
  readonly tag?: string | null
  readonly cursor?: string | null
}

/** The list of runs with these filters. */
export function runsPath(query: RunsQuery): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string' && value !== '') given.set(name, value)
  const text = given.toString()
  return text === '' ? '/runs' : `/runs?${text}`
}

export function runPath(traceId: string): string {
  return `/runs/${encodeURIComponent(traceId)}`
}

/** A run, open at one of its steps. */
export function stepPath(traceId: string, spanId: string): string {
  return `${runPath(traceId)}?step=${encodeURIComponent(spanId)}#step-${encodeURIComponent(spanId)}`
}

export function livePath(service: string | null): string {
  return service === null ? '/' : `/?service=${encodeURIComponent(service)}`
}
