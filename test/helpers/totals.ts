/** Totals of a fold as plain data, for comparing what must not depend on how the spans came. */
import type { Fold } from '../../src/fold/fold.ts'
import type { CaptureName } from './captures.ts'
import { bestReading } from './captures.ts'

/** Metrics about the pipeline itself: deliveries, repeats and delays are theirs to count, so they may differ. */
const aboutDelivery = new Set([
  'flywheel_received_spans_total',
  'flywheel_duplicate_spans_total',
  'flywheel_late_spans_total',
  'flywheel_received_requests_total',
  'flywheel_rejected_items_total',
  'flywheel_ingest_lag_seconds',
  'flywheel_corrections_total',
])

/** Series name -> values in base units, of everything that says something about agents. */
export function agentTotals(fold: Fold): Readonly<Record<string, readonly number[]>> {
  const totals: Record<string, readonly number[]> = {}
  for (const { metric, labels, values } of fold.series.snapshot().series) {
    if (!aboutDelivery.has(metric)) totals[`${metric} ${JSON.stringify(labels)}`] = values
  }
  return totals
}

export const noTotals: ModelTotals = { calls: 0, input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 }

export interface ModelTotals {
  readonly calls: number
  /** With what caches served and took in. */
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite: number
  /** With reasoning. */
  readonly output: number
  readonly reasoning: number
}

/** What the metrics say per model, put together as the captures' truth is: calls, inclusive input, cached, inclusive output. */
export function modelTotals(fold: Fold): Readonly<Record<string, ModelTotals>> {
  type Mutable = { -readonly [key in keyof ModelTotals]: number }
  const models: Record<string, Mutable> = {}
  const of = (model: string): Mutable => (models[model] ??= { ...noTotals })
  for (const { metric, labels, values } of fold.series.snapshot().series) {
    const value = values[0] ?? 0
    if (metric === 'flywheel_llm_calls_total') of(labels[5] ?? '').calls += value
    if (metric !== 'flywheel_tokens_total') continue
    const model = of(labels[5] ?? '')
    const type = labels[6]
    if (type === 'input' || type === 'cache_read' || type === 'cache_write') model.input += value
    if (type === 'cache_read') model.cacheRead += value
    if (type === 'cache_write') model.cacheWrite += value
    if (type === 'reasoning') model.reasoning += value
    if (type === 'output' || type === 'reasoning') model.output += value
  }
  // Embedding calls have tokens and a price and are no model calls.
  return Object.fromEntries(Object.entries(models).filter(([, model]) => model.calls > 0))
}

/** The same of a capture's best reading; what the bytes do not tell adds nothing. */
export function bestTotals(name: CaptureName): Readonly<Record<string, ModelTotals>> {
  const entries = Object.entries(bestReading(name).tokens_by_model)
  return Object.fromEntries(
    entries.map(([model, { calls, input, cache_read: cacheRead, cache_write: cacheWrite, output, reasoning }]) => [
      model,
      {
        calls,
        input: input ?? 0,
        cacheRead: cacheRead ?? 0,
        cacheWrite: cacheWrite ?? 0,
        output: output ?? 0,
        reasoning: reasoning ?? 0,
      },
    ]),
  )
}
