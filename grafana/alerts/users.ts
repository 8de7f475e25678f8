/**
 * Users who are less content than usual. Every agent has a share of negative ratings of its own (the annoyed say more than the content), so each is compared with
 * its own week before; few ratings make wild shares, so the rise has to be more than chance.
 */
import { ago, everywhere, top, withAtLeast } from '../queries/promql.ts'
import { countedNegativeRatings, negativeRatings, negativeShare, ratings } from '../queries/users.ts'
import { agentDashboardLink, ask, negativeRunsLink, ofThisAgent } from './annotations.ts'
import type { AlertRule, RecordingRule, RuleGroup } from './rule.ts'

const place = ['service_name', 'environment', 'agent'] as const
const negative = (window: '1h' | '6h'): string => `agent:flywheel_feedback_negative:ratio${window}`
const normal = 'agent:flywheel_feedback_negative:normal7d'

/** Ratings that a week needs before it says what is normal. */
const NORMAL_RATINGS = 20
/** An agent that nobody complained about: the first few who do are no wave. */
const LEAST_NORMAL = 0.05

const recordShare = (window: '1h' | '6h'): RecordingRule => ({
  record: negative(window),
  expr: negativeShare(everywhere(window), place),
})

const before = ago(everywhere('7d'), '6h')
const normalRecording: RecordingRule = {
  record: normal,
  expr: `clamp_min(${withAtLeast(NORMAL_RATINGS, ratings(before, place), negativeShare(before, place))}, ${LEAST_NORMAL})`,
}

const labels = place
const ofAgent = '{service_name=%q,environment=%q,agent=%q}'

const alerts: readonly AlertRule[] = [
  {
    alert: 'FlywheelUsersUnhappy',
    // Half as much again, and five standard errors of a share of so many ratings: chance alone does that less than once a year for an agent (simulated).
    expr: [
      `${negative('6h')} > 1.5 * ${normal}`,
      `and ${negative('6h')} > ${normal} + 5 * sqrt(${normal} * (1 - ${normal}) / ${ratings(everywhere('6h'), place)})`,
      `and (${countedNegativeRatings(everywhere('6h'), place)}) >= 8`,
      `and ${negative('1h')} > ${normal}`,
    ].join('\n'),
    keepFiringFor: '30m',
    severity: 'warning',
    family: 'users',
    summary:
      'Users of {{ $labels.agent }} in {{ $labels.service_name }}{{ with $labels.environment }} ({{ . }}){{ end }} are less content: {{ $value | humanizePercentage }} of the ratings of 6 hours are negative',
    description: [
      '{{ $value | humanizePercentage }} of the ratings of the last 6 hours are negative. ',
      ask(`${normal}${ofAgent}`, 'In the week before it was {{ . | first | value | humanizePercentage }}. ', labels),
      ask(negativeRatings(ofThisAgent('6h')), 'That is {{ . | first | value | printf "%.0f" }} negative ratings. ', labels),
      ask(
        `${top(1, negativeRatings(ofThisAgent('6h'), ['source']))} > 0`,
        'Most of them came by way of {{ . | first | label "source" }} ({{ . | first | value | printf "%.0f" }}).',
        labels,
      ),
    ].join(''),
    links: { ...negativeRunsLink('6h'), ...agentDashboardLink('flywheel-users', '24h') },
  },
]

export const userRules: RuleGroup = { name: 'flywheel-users', rules: [recordShare('1h'), recordShare('6h'), ...alerts] }

/** A long window that need not be looked at often; but Prometheus looks back 5 minutes for what an alert compares with. */
export const normalUserRules: RuleGroup = { name: 'flywheel-users-normal', interval: '2m', rules: [normalRecording] }
