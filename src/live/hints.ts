/**
 * What is missing in the data that came, told apart by what would fix it. A price or a refused request is worth a line from the first on; of texts and
 * conversations only what most of the data lacks.
 */
import type { Unpriced } from './arrivals.ts'
import type { LiveView } from './live-view.ts'

export type Hint =
  /** Requests came that were not taken. */
  | { readonly type: 'refused'; readonly signal: string; readonly status: number; readonly count: number }
  /** Something came, but no spans. */
  | { readonly type: 'no_spans'; readonly signals: readonly string[] }
  /** Spans came, and nothing in them is about an agent, a model or a tool. */
  | { readonly type: 'no_meaning'; readonly traces: number; readonly spans: readonly string[] }
  /** Answered calls without a price. */
  | {
      readonly type: 'unpriced'
      readonly reason: Unpriced['reason']
      readonly calls: number
      readonly models: readonly Unpriced[]
    }
  /** No call carries a text. */
  | { readonly type: 'no_content'; readonly calls: number; readonly emitters: readonly string[] }
  /** Runs that name no conversation. */
  | { readonly type: 'no_conversation'; readonly runs: number; readonly ofRuns: number; readonly noUser: boolean }

const MAX_NAMED = 5
/** At or above this share of the runs something is worth saying. */
const MOST = 0.5

export function hintsOf(view: LiveView): readonly Hint[] {
  const { arrivals } = view
  const hints: Hint[] = arrivals.refused.map((refused) => ({ type: 'refused', ...refused }))
  const signals = Object.keys(arrivals.taken)
  if (signals.length > 0 && !signals.includes('traces') && arrivals.spans === 0) hints.push({ type: 'no_spans', signals })
  if (arrivals.plainTraces > 0 && arrivals.runs === 0) {
    const spans = arrivals.plainSpans.slice(0, MAX_NAMED).map(({ name }) => name)
    hints.push({ type: 'no_meaning', traces: arrivals.plainTraces, spans })
  }
  for (const reason of ['unknown_model', 'no_usage', 'no_model', 'unknown_tier'] as const) {
    const models = arrivals.unpriced.filter((item) => item.reason === reason)
    const calls = models.reduce((sum, { count }) => sum + count, 0)
    if (calls > 0) hints.push({ type: 'unpriced', reason, calls, models: models.slice(0, MAX_NAMED) })
  }
  if (arrivals.answeredCalls > 0 && arrivals.callsWithContent === 0 && view.contentMode !== 'off') {
    const emitters = arrivals.emitters.slice(0, MAX_NAMED).map(({ name }) => name)
    hints.push({ type: 'no_content', calls: arrivals.answeredCalls, emitters })
  }
  const { runs, runsWithoutConversation, runsWithoutUser } = arrivals
  if (runs > 0 && runsWithoutConversation / runs >= MOST) {
    hints.push({ type: 'no_conversation', runs: runsWithoutConversation, ofRuns: runs, noUser: runsWithoutUser / runs >= MOST })
  }
  return hints
}
