/**
 * Questions to metrics that are not ours: the Collector's own, and Prometheus' `up`. Names as Collector 0.159 spells them when Prometheus negotiates
 * OpenMetrics. Its series are born with their first event, so a first one is asked for as "was not there before".
 */
import type { Scope } from './promql.ts'

/** Signals that reach the processor through the Collector and matter: metrics are acknowledged and not used. */
const items = ['spans', 'log_records'] as const

/** The exporter to the processor, as otel-collector/config.yaml names it. */
const EXPORTER = 'exporter="otlp_http/flywheel"'

/** Items that the Collector gave up on: refused for good by the processor, so retrying would not help. */
export function droppedByCollector({ window }: Scope): string {
  return added('send_failed', window)
}

/** Items that found the Collector's queue full: their sender is told to try again and drops them in the end. */
export function refusedByFullQueue({ window }: Scope): string {
  return added('enqueue_failed', window)
}

/** Share of the Collector's queue that is used, by signal. */
export function collectorQueueShare(): string {
  const by = 'sum by (data_type)'
  return `${by} (otelcol_exporter_queue_size{${EXPORTER}}) / ${by} (otelcol_exporter_queue_capacity{${EXPORTER}})`
}

/** Targets of a job that do not answer a scrape. */
export function targetsDown(job: 'agent-flywheel' | 'otel-collector'): string {
  return `max by (instance) (up{job="${job}"}) == 0`
}

/** Jobs that answer a scrape. 0: the target is down, or answers with an error. */
export function targetsUp(): string {
  return 'min by (job) (up)'
}

function added(event: 'send_failed' | 'enqueue_failed', window: string): string {
  const parts = items.map((item) => {
    const counter = `otelcol_exporter_${event}_${item}_total{${EXPORTER}}`
    // Only where the Collector was watched then: else what is old would look new after a failed scrape or a restart of Prometheus.
    const watched = `(up offset ${window} == 1)`
    const born = `(${counter} unless ${counter} offset ${window}) > 0 and on (job, instance) ${watched}`
    return `sum(increase(${counter}[${window}]) > 0 or ${born})`
  })
  return parts.map((part) => `(${part} or vector(0))`).join(' + ')
}
