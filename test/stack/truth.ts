/** What Prometheus says of a service, in the words of what a sender knows of it. */
import type { PrometheusApi } from './prometheus.ts'
import type { Truth } from './runs.ts'

/** Spans are counted for all services together: those of one test are what they grew by. */
export async function countedRuns(prometheus: PrometheusApi, service: string): Promise<Omit<Truth, 'spans'>> {
  const sum = async (metric: string, labels = ''): Promise<number> =>
    (await prometheus.value(`sum(${metric}{service_name="${service}"${labels}})`)) ?? 0
  return {
    runs: await sum('flywheel_runs_total'),
    failed: await sum('flywheel_runs_total', ',outcome="failed"'),
    calls: await sum('flywheel_llm_calls_total'),
    toolCalls: await sum('flywheel_tool_calls_total'),
    inputTokens: await sum('flywheel_tokens_total', ',type="input"'),
    outputTokens: await sum('flywheel_tokens_total', ',type="output"'),
  }
}

/** Spans that were received, without those that had been received before. */
export async function countedSpans(prometheus: PrometheusApi): Promise<number> {
  return (await prometheus.value('sum(flywheel_received_spans_total) - sum(flywheel_duplicate_spans_total)')) ?? 0
}
