/** The pipeline itself: does everything arrive, in time, and is it counted? */
import { catalogue } from '../../src/publish/catalogue.ts'
import {
  everywhere,
  increase,
  largest,
  lowest,
  now,
  observations,
  observationsUpTo,
  over,
  perBar,
  quantile,
  rate,
  type Scope,
} from './promql.ts'

/** Spans accepted a second, copies included. */
export function spansPerSecond(scope: Scope): string {
  return rate(catalogue.receivedSpans, scope)
}

export function spansReceived(scope: Scope): string {
  return increase(catalogue.receivedSpans, scope)
}

/** Copies that were recognised and not counted again: retries of senders, harmless. */
export function duplicateSpans(scope: Scope): string {
  return increase(catalogue.duplicateSpans, scope)
}

/** Spans that came after their run was counted. */
export function lateSpans(scope: Scope): string {
  return increase(catalogue.lateSpans, scope)
}

/** What was counted and turned out otherwise, by metric and direction: runs that late spans changed, ratings that were changed or withdrawn. */
export function corrections(scope: Scope): string {
  return increase(catalogue.corrections, scope, { by: ['metric', 'direction'] })
}

/** Spans and log records that were invalid and skipped. */
export function rejectedItems(scope: Scope): string {
  return increase(catalogue.rejectedItems, scope, { by: ['signal', 'reason'] })
}

export function requests(scope: Scope): string {
  return increase(catalogue.receivedRequests, scope, { by: ['signal', 'encoding', 'code'] })
}

/** Answers that lose nothing: taken, to be sent again, or (499) the sender hung up before there was one. */
const HARMLESS_CODES = ['200', '429', '499', '502', '503', '504']

/** Requests that were refused for good: their sender drops what was in them. */
export function refusedRequests(scope: Scope): string {
  return increase(catalogue.receivedRequests, scope, { by: ['signal', 'code'], where: { code: { noneOf: HARMLESS_CODES } } })
}

/** Seconds from the end of a span to its receipt. */
export function ingestLag(q: number, scope: Scope): string {
  return quantile(q, catalogue.ingestLag, scope)
}

/** Spans older than this when they come belong to a backlog and say nothing about now. A bucket bound of `flywheel_ingest_lag_seconds`. */
const BACKLOG_SECONDS = '300.0'

/** Share of the received spans that ended more than five minutes before. */
export function backlogShare(scope: Scope): string {
  const all = observations(catalogue.ingestLag, scope)
  return `1 - ${observationsUpTo(BACKLOG_SECONDS, catalogue.ingestLag, scope)} / (${all} > 0)`
}

/** How many of the received spans ended more than five minutes before. */
export function backlogSpans(scope: Scope): string {
  return `${observations(catalogue.ingestLag, scope)} - ${observationsUpTo(BACKLOG_SECONDS, catalogue.ingestLag, scope)}`
}

/** Seconds for which something that was counted has not been saved. */
export function checkpointAge(scope: Scope): string {
  return largest(catalogue.checkpointAge, scope)
}

export function logEntries(scope: Scope): string {
  return now(catalogue.logEntries, scope)
}

export function logBytes(scope: Scope): string {
  return now(catalogue.logBytes, scope)
}

/** Sample lines of the derived metrics, of which FLYWHEEL_MAX_SERIES are allowed to each processor. */
export function series(scope: Scope): string {
  return largest(catalogue.series, scope)
}

/** Increments that lost their own label value because there were too many. */
export function seriesOverflow(scope: Scope): string {
  return increase(catalogue.seriesOverflow, scope, { by: ['label'] })
}

export function quarantinedEntries(scope: Scope): string {
  return increase(catalogue.quarantinedEntries, scope)
}

/** Feedback that was taken, each once, by the way it came; what the conversation itself says is left out where `isSent`. */
export function feedbackReceived(scope: Scope, by: readonly 'source'[] = ['source'], isSent = false): string {
  return increase(catalogue.receivedFeedback, scope, { by, ...(isSent ? { where: { source: { not: 'implicit' } } } : {}) })
}

/** For charts: feedback in each bar. */
export function feedbackReceivedPerBar(scope: Scope): string {
  return perBar(catalogue.receivedFeedback, scope, { by: ['source'] })
}

/** Feedback that no run has come for yet. */
export function feedbackWaiting(scope: Scope): string {
  return now(catalogue.waitingFeedback, scope)
}

/** Feedback that is waited for no longer. */
export function feedbackUnmatched(scope: Scope): string {
  return increase(catalogue.unmatchedFeedback, scope, { by: ['source'] })
}

/** For charts: what was given up in each bar. */
export function feedbackUnmatchedPerBar(scope: Scope): string {
  return perBar(catalogue.unmatchedFeedback, scope)
}

/** Feedback of the window that found no run: what has been waiting for half an hour more than at its quietest, and what was given up. */
export function feedbackWithoutRun(scope: Scope): string {
  const isWaiting = `${lowest(catalogue.waitingFeedback, over(scope, '30m'))} - ${lowest(catalogue.waitingFeedback, scope)}`
  return `(${isWaiting} + (${increase(catalogue.unmatchedFeedback, scope)} or vector(0)))`
}

/** For charts: ratings in each bar that were changed or withdrawn after they had been counted. */
export function changedRatingsPerBar(scope: Scope): string {
  return perBar(catalogue.corrections, scope, { by: ['direction'], where: { metric: catalogue.feedback.name } })
}

/** One series for each running version. */
export function versions(scope: Scope): string {
  return now(catalogue.buildInfo, scope, { by: ['version'] })
}

/** Alerts about the pipeline that fire now; nothing when no processor is known, for then 0 would say that all is well. */
export function pipelineAlerts(): string {
  const firing = 'count(ALERTS{alertstate="firing",family="pipeline",severity!="info"})'
  return `(${firing} or vector(0)) and on () (${now(catalogue.buildInfo, everywhere('5m'))} > 0)`
}
