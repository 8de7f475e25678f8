/** Tool runs of stored runs, counted as the truth of a capture counts them. */
import type { RunRecord } from '../../src/model/run.ts'

export type ToolRuns = Readonly<Record<string, { readonly ok: number; readonly failed: number }>>

/** Runs of tools by their spans, and those without a span of which the model was told that they had run and failed. */
export function toolRunsOf(runs: readonly RunRecord[]): ToolRuns {
  const counts: Record<string, { ok: number; failed: number }> = {}
  const of = (name: string): { ok: number; failed: number } => (counts[name] ??= { ok: 0, failed: 0 })
  for (const run of runs) {
    const tools = run.steps.filter(({ tool }) => tool !== null)
    const failed = new Set(tools.filter(({ error }) => error !== null).flatMap(({ spanId, parentId }) => [spanId, parentId]))
    // A span that says that all was well may be belied by what the model was told.
    for (const { kind, spanId } of run.failures) if (kind === 'tool_error') failed.add(spanId)
    const byId = new Map(run.steps.map((step) => [step.spanId, step]))
    for (const step of tools) {
      const outer = byId.get(step.parentId ?? '')?.tool
      if (outer != null && (outer.name === step.tool?.name || (outer.callId !== null && outer.callId === step.tool?.callId)))
        continue
      if (failed.has(step.spanId)) of(step.tool?.name ?? '').failed++
      else of(step.tool?.name ?? '').ok++
    }
    const toldOnly = run.failures.filter(({ kind, spanId }) => kind === 'tool_error' && byId.get(spanId)?.kind === 'llm')
    for (const { detail } of toldOnly) of(/^tool (\S+) failed/.exec(detail)?.[1] ?? detail).failed++
  }
  return counts
}
