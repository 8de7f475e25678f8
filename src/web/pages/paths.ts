/** Where things are: addresses hold the whole state, so that a link shows a colleague the same. */
import type { FeedbackSource, Judge, Rating } from '../../model/feedback.ts'
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
  readonly rating?: Rating | null
  readonly cursor?: string | null
}

/** The list of runs with these filters. */
export function runsPath(query: RunsQuery): string {
  return withQuery('/runs', { ...query })
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

export interface FeedbackQuery {
  readonly since?: string
  readonly rating?: Rating
  readonly source?: FeedbackSource
  readonly judge?: Judge
  readonly matched?: 'yes' | 'no'
  readonly user?: string
  readonly name?: string
}

/** The inbox with these filters. */
export function feedbackPath(query: FeedbackQuery): string {
  return withQuery('/feedback', { ...query })
}

export function conversationPath(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`
}

/** Where a note about a run is written. */
export function newNotePath(traceId: string): string {
  return `/notes/new?run=${encodeURIComponent(traceId)}`
}

export function notePath(id: string): string {
  return `/notes/${encodeURIComponent(id)}`
}

function withQuery(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string' && value !== '') given.set(name, value)
  const text = given.toString()
  return text === '' ? path : `${path}?${text}`
}
