/** The address of a trace in Grafana's Explore, for the Tempo data source that is provisioned with the stack (uid `tempo`). */
import type { RunSummary } from '../../model/run.ts'
import type { Site } from './site.ts'

/** Tempo looks for a trace in this time around the run. */
const MARGIN_MS = 30 * 60_000

/** Null where no Grafana is known. */
export function tempoLink({ grafanaUrl }: Site, { traceId, startedAtUs, durationUs }: RunSummary): string | null {
  if (grafanaUrl === null) return null
  const startMs = Math.floor(startedAtUs / 1_000)
  const pane = {
    datasource: 'tempo',
    queries: [{ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, queryType: 'traceql', query: traceId }],
    range: { from: String(startMs - MARGIN_MS), to: String(startMs + Math.ceil(durationUs / 1_000) + MARGIN_MS) },
  }
  const query = new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify({ run: pane }) })
  return `${grafanaUrl}/explore?${query.toString()}`
}
