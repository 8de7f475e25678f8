/** The pipeline's own alerts: data that does not come, is refused, is lost, or is not saved. */
import { collectorQueueShare, droppedByCollector, refusedByFullQueue } from '../queries/collector.ts'
import {
  checkpointAge,
  quarantinedEntries,
  refusedRequests,
  rejectedItems,
  spansReceived,
  versions,
} from '../queries/pipeline.ts'
import { ago, everywhere } from '../queries/promql.ts'
import { dashboardLink } from './annotations.ts'
import type { AlertRule, RuleGroup } from './rule.ts'

const links = dashboardLink('flywheel-overview', '3h')
const halfHour = everywhere('30m')

const alerts: readonly AlertRule[] = [
  {
    alert: 'FlywheelProcessorDown',
    // By our own metric for any job name, and by `up` for one of several processors. While it replays its log after a start /metrics answers 503.
    expr: `absent(${versions(everywhere('5m'))}) or max by (instance) (up{job="agent-flywheel"}) == 0`,
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
    // Against the same half hour yesterday, and quiet where last week had none either: nights and weekends.
    expr: [
      `${spansReceived(halfHour)} == 0`,
      `and ${spansReceived(ago(halfHour, '1d'))} > 20`,
      `unless ${spansReceived(ago(halfHour, '7d'))} == 0`,
    ].join('\n'),
    severity: 'warning',
    family: 'pipeline',
    summary: 'No span has come for half an hour',
    description: 'The same half hour yesterday had spans. The agents stand still, or their spans are lost on the way here.',
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
    severity: 'warning',
    family: 'pipeline',
    summary: 'Counts have not been saved for {{ $value | humanizeDuration }}',
    description:
      'The checkpoint should be a few seconds old. Nothing is lost: a restart counts again from the log, and takes longer. A full or slow disk is the usual reason.',
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
