/**
 * Failure burn rate: how fast a service uses up the failures its objective allows. Method: Google's SRE Workbook, chapter "Alerting on SLOs",
 * multiwindow, multi-burn-rate; with windows that suit the large error budgets of agents, and minimum counts for their low traffic.
 */
import { catalogue } from '../../src/publish/catalogue.ts'
import { fatalFailures, usersHurt } from '../queries/failures.ts'
import { backlogShare, backlogSpans, spansReceived } from '../queries/pipeline.ts'
import { everywhere, lastTotal, share, top, withAtLeast } from '../queries/promql.ts'
import { countedFailedRuns, failedRuns, runs } from '../queries/runs.ts'
import { ask, failedRunsLink, ofThisService, serviceDashboardLink } from './annotations.ts'
import type { AlertRule, RecordingRule, RuleGroup } from './rule.ts'

/** Failed runs that the objective allows: 2 of 100 over 30 days. */
const BUDGET = 0.02

/** With more than a tenth of old spans, failures say more about the past than about now. */
const BACKLOG_SHARE = 0.1

const place = ['service_name', 'environment'] as const
const budget = 'service_environment:flywheel_run_failure_budget:ratio'
const backlog = 'flywheel:spans_backlog:ratio5m'

/** A handful of old spans is no backlog: at night one may be a tenth. */
const BACKLOG_SPANS = 20

type Window = '5m' | '15m' | '30m' | '3h' | '6h' | '7d'

const failedShare = (window: Window): string => `service_environment:flywheel_runs_failed:ratio${window}`
const failedCount = (window: Window): string => `service_environment:flywheel_runs_failed:count${window}`

function recordCount(window: Window): RecordingRule {
  return { record: failedCount(window), expr: countedFailedRuns(everywhere(window), place) }
}

function recordShare(window: Window): RecordingRule {
  return { record: failedShare(window), expr: share(failedRuns(everywhere(window), place), runs(everywhere(window), place)) }
}

const backlogRecording: RecordingRule = {
  record: backlog,
  expr: `${withAtLeast(BACKLOG_SPANS, backlogSpans(everywhere('5m')), backlogShare(everywhere('5m')))} or 0 * ${spansReceived(everywhere('5m'))}`,
}

/** The one place that says what is allowed. */
const budgetRecording: RecordingRule = {
  record: budget,
  expr: `${BUDGET} + 0 * ${lastTotal(catalogue.runs, everywhere('15m'), { by: place })}`,
}

interface BurnWindow {
  readonly window: Window
  /** Times as fast as the objective allows. */
  readonly rate: number
  /** Failed runs, at least. */
  readonly minimum: number
}

interface Burn {
  /** Says that it is happening now. */
  readonly short: BurnWindow
  /** Says that it is not a blip. */
  readonly long: BurnWindow
  /** How long a backlog mutes it. */
  readonly mute: string
}

function burning({ short, long, mute }: Burn): string {
  const conditions = [short, long].flatMap(({ window, rate, minimum }) => [
    `${failedShare(window)} > ${rate} * ${budget}`,
    `${failedCount(window)} >= ${minimum}`,
  ])
  return `${conditions.join('\nand ')}\n${unlessBacklog(mute)}`
}

/**
 * Failures of a backlog that drains happened earlier: quiet until the short window has forgotten them, and ten minutes more (FLYWHEEL_IDLE_MS), for
 * that is how long runs without an end take to be counted as failed.
 */
function unlessBacklog(mute: string): string {
  return `unless on () max_over_time(${backlog}[${mute}]) > ${BACKLOG_SHARE}`
}

/** Compared with normal, why, and how many users: the second sentence of each alert. */
const context = [
  ask(
    `${failedShare('7d')}{service_name=%q,environment=%q}`,
    'Over the last 7 days it was {{ . | first | value | humanizePercentage }}. ',
  ),
  ask(
    `${top(1, fatalFailures(ofThisService('1h'), ['kind']))} > 0`,
    'Most frequent in the last hour: {{ . | first | label "kind" }} ({{ . | first | value | printf "%.0f" }}). ',
  ),
  ask(usersHurt(ofThisService('1h')), 'Users hurt in the last hour: {{ . | first | value | printf "%.0f" }}.'),
].join('')

const links = (since: string): Readonly<Record<string, string>> => ({
  ...failedRunsLink(since),
  ...serviceDashboardLink('flywheel-overview', since),
})

const where = '{{ $labels.service_name }}{{ with $labels.environment }} ({{ . }}){{ end }}'

const alerts: readonly AlertRule[] = [
  {
    alert: 'FlywheelFailureBurnFast',
    // At a complete outage of a steady service: after about two minutes.
    expr: burning({
      short: { window: '5m', rate: 14.4, minimum: 3 },
      long: { window: '15m', rate: 6, minimum: 10 },
      mute: '15m',
    }),
    keepFiringFor: '5m',
    severity: 'critical',
    family: 'failures',
    summary: `Runs of ${where} are failing: {{ $value | humanizePercentage }} in the last 5 minutes`,
    description: `{{ $value | humanizePercentage }} of the runs failed in the last 5 minutes. ${context}`,
    links: links('1h'),
  },
  {
    alert: 'FlywheelFailureBurnSlow',
    expr: burning({ short: { window: '30m', rate: 6, minimum: 3 }, long: { window: '6h', rate: 6, minimum: 20 }, mute: '40m' }),
    // A young service has no 6 hours: whether it goes on is then seen by waiting.
    for: '10m',
    keepFiringFor: '15m',
    severity: 'critical',
    family: 'failures',
    summary: `Runs of ${where} keep failing: {{ $value | humanizePercentage }} in the last 30 minutes`,
    description: `{{ $value | humanizePercentage }} of the runs failed in the last 30 minutes, and the share of the last 6 hours is as bad. ${context}`,
    links: links('6h'),
  },
  {
    alert: 'FlywheelFailureLowTraffic',
    // Too few runs for a burn rate; the last hours have to hold a failed one, or it is over.
    expr: [
      `${failedShare('6h')} > 0.5`,
      `and ${failedCount('6h')} >= 5`,
      `and ${failedCount('3h')} > 0`,
      unlessBacklog('190m'),
    ].join('\n'),
    severity: 'warning',
    family: 'failures',
    summary: `Most runs of ${where} fail: {{ $value | humanizePercentage }} in the last 6 hours`,
    description: `{{ $value | humanizePercentage }} of the few runs of the last 6 hours failed. ${context}`,
    links: links('6h'),
  },
  {
    alert: 'FlywheelBacklogDraining',
    expr: `${backlog} > ${BACKLOG_SHARE}`,
    severity: 'info',
    family: 'pipeline',
    summary: 'A backlog is coming in; failure alerts are quiet meanwhile',
    description:
      '{{ $value | humanizePercentage }} of the spans of the last 5 minutes ended more than 5 minutes before they came. Their failures are counted, and raise no alert.',
    links: {},
  },
  {
    alert: 'FlywheelFailureAlertsMuted',
    // Without a gap for the slow alert, or again and again for the low-traffic one.
    expr: [
      `max_over_time(${backlog}[6h])`,
      `and (max_over_time(${backlog}[40m]) > ${BACKLOG_SHARE} or changes((max_over_time(${backlog}[10m]) > bool ${BACKLOG_SHARE})[6h:1m]) >= 6)`,
    ].join('\n'),
    for: '2h',
    severity: 'warning',
    family: 'pipeline',
    summary: 'Failure alerts have been quiet for two hours because old spans keep coming',
    description:
      'Up to {{ $value | humanizePercentage }} of the spans end more than 5 minutes before they come: a backlog that does not end, a sender whose clock is wrong, or agents that send all spans of a long run at its end. Failure alerts stay quiet as long as this lasts.',
    links: {},
  },
]

/** The group is evaluated in order: what an alert reads is recorded before it. */
export const failureRules: RuleGroup = {
  name: 'flywheel-failures',
  rules: [
    backlogRecording,
    budgetRecording,
    ...(['5m', '15m', '30m', '6h'] as const).map(recordShare),
    ...(['5m', '15m', '30m', '3h', '6h'] as const).map(recordCount),
    ...alerts,
  ],
}

/** What is normal: a long window that need not be looked at often. */
export const normalRules: RuleGroup = { name: 'flywheel-normal', interval: '5m', rules: [recordShare('7d')] }
