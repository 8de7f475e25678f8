/** The pipeline's own alerts: data that does not come, is refused, is lost, or is not saved. */
import { collectorQueueShare, droppedByCollector, refusedByFullQueue, targetsDown } from '../queries/collector.ts'
import {
  checkpointAge,
  feedbackReceived,
  feedbackWithoutRun,
  quarantinedEntries,
  refusedRequests,
  rejectedItems,
  spansReceived,
  versions,
} from '../queries/pipeline.ts'
import { ago, everywhere } from '../queries/promql.ts'
import { dashboardLink, unmatchedFeedbackLink } from './annotations.ts'
import type { AlertRule, RuleGroup } from './rule.ts'

const links = dashboardLink('flywheel-overview', '3h')
const down = `(${targetsDown('agent-flywheel')})`
const lastWeek = ago(everywhere('30m'), '7d')
const yesterday = ago(everywhere('30m'), '1d')

const alerts: readonly AlertRule[] = [
  {
    alert: 'FlywheelProcessorDown',
    // By `up` for each of several processors; by our own metric where the job has another name. While it replays its log /metrics answers 503.
    expr: `${down} or absent(${versions(everywhere('5m'))}) unless on () ${down}`,
    for: '2m',
    severity: 'critical',
    family: 'pipeline',
    summary: 'The processor does not answer',
    description:
      'Prometheus has had no metrics from {{ with $labels.instance }}{{ . }}{{ else }}any processor{{ end }} for two minutes. Nothing is lost as long as the Collector keeps what comes; failures are not seen meanwhile.',
    links,
  },
  {
    alert: 'FlywheelNothingReceived',
    // Silence by itself says nothing: agents rest at night and on weekends. In the first week yesterday has to do.
    expr: [
      `${spansReceived(everywhere('10m'))} == 0`,
      `and (${spansReceived(lastWeek)} > 20 or ${spansReceived(yesterday)} > 20 unless ${spansReceived(lastWeek)})`,
    ].join('\n'),
    // Not a window of half an hour: after a gap of its own it would hold two samples, and look silent.
    for: '20m',
    severity: 'warning',
    family: 'pipeline',
    summary: 'No span has come for half an hour',
    description:
      'At this time a week ago (in the first week: yesterday) spans came. The agents stand still, or their spans are lost on the way here.',
    links,
  },
  {
    alert: 'FlywheelDataRejected',
    expr: `${rejectedItems(everywhere('10m'))} > 0 or ${refusedRequests(everywhere('10m'))} > 0`,
    severity: 'warning',
    family: 'pipeline',
    summary:
      'Telemetry was refused: {{ $labels.signal }}{{ with $labels.reason }} {{ . }}{{ end }}{{ with $labels.code }} status {{ . }}{{ end }}',
    description:
      '{{ $value | printf "%.0f" }} {{ with $labels.code }}requests were answered with {{ . }}{{ else }}items were invalid and skipped{{ end }} in the last 10 minutes. What was in them is not counted.',
    links,
  },
  {
    alert: 'FlywheelCheckpointStale',
    expr: `${checkpointAge(everywhere('5m'))} > 60`,
    for: '1m',
    severity: 'critical',
    family: 'pipeline',
    summary: 'Counts have not been saved for {{ $value | humanizeDuration }}, and senders are refused',
    description:
      'After a minute without a checkpoint the processor answers 503 until it can save again. What it has accepted is safe, and the Collector keeps what comes. A full or slow disk is the usual reason.',
    links,
  },
  {
    alert: 'FlywheelEntryQuarantined',
    expr: `${quarantinedEntries(everywhere('1h'))} > 0`,
    severity: 'warning',
    family: 'pipeline',
    summary: 'Received data was passed over because it could not be counted',
    description:
      '{{ $value | printf "%.0f" }} log entries or runs failed twice in the last hour: a defect of the processor. They are kept in the log.',
    links,
  },
  {
    alert: 'FlywheelFeedbackUnmatched',
    // Half of what was sent: a few that name runs of another installation, or runs that were never traced, are no reason to look.
    expr: [
      `${feedbackWithoutRun(everywhere('6h'))} >= 10`,
      `and ${feedbackWithoutRun(everywhere('6h'))} > 0.5 * ${feedbackReceived(everywhere('6h'), [], true)}`,
    ].join('\n'),
    for: '10m',
    severity: 'warning',
    family: 'pipeline',
    summary: 'Feedback does not find its runs: {{ $value | printf "%.0f" }} in the last 6 hours',
    description:
      'More than half of the feedback that was sent in the last 6 hours names runs that have not come. It is kept and counts under no agent: the ids that it is sent with are most likely not those of the traces.',
    links: { ...unmatchedFeedbackLink(), ...dashboardLink('flywheel-users', '6h') },
  },
  {
    alert: 'FlywheelCollectorDown',
    expr: targetsDown('otel-collector'),
    for: '2m',
    severity: 'critical',
    family: 'pipeline',
    summary: 'The Collector does not answer',
    description:
      'Prometheus has had no metrics from {{ $labels.instance }} for two minutes. Agents that send to it try again for a while and then drop what they have.',
    links,
  },
  {
    alert: 'FlywheelCollectorLosesData',
    expr: `${droppedByCollector(everywhere('10m'))} > 0`,
    severity: 'critical',
    family: 'pipeline',
    summary: 'The Collector has given up on telemetry',
    description:
      '{{ $value | printf "%.0f" }} spans or log records of the last 10 minutes were refused by the processor for good and dropped: a wrong token, a body above the limit, or a wrong address.',
    links,
  },
  {
    alert: 'FlywheelCollectorQueueFull',
    expr: `${refusedByFullQueue(everywhere('10m'))} > 0`,
    severity: 'critical',
    family: 'pipeline',
    summary: 'The Collector refuses telemetry because its queue is full',
    description:
      '{{ $value | printf "%.0f" }} spans or log records of the last 10 minutes found the queue full. Senders try again for a while and then drop them.',
    links,
  },
  {
    alert: 'FlywheelCollectorQueueFilling',
    expr: `${collectorQueueShare()} > 0.5`,
    for: '5m',
    severity: 'warning',
    family: 'pipeline',
    summary: "The Collector's queue of {{ $labels.data_type }} is {{ $value | humanizePercentage }} full",
    description: 'The processor takes less than comes, or does not answer. When the queue is full, senders are refused.',
    links,
  },
]

export const pipelineRules: RuleGroup = { name: 'flywheel-pipeline', rules: alerts }
