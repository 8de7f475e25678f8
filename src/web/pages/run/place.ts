/** The order in which the steps of a run are shown: depth first, so that what an agent did stands together, siblings by time. */
import type { RunStep } from '../../../model/run.ts'

export interface PlacedStep {
  readonly step: RunStep
  readonly depth: number
}

/** A parent that did not come or a ring of parents leaves its steps at the top. */
export function placeSteps(steps: readonly RunStep[]): readonly PlacedStep[] {
  const ids = new Set(steps.map(({ spanId }) => spanId))
  const ordered = steps.toSorted(byTime)
  const isTop = ({ parentId }: RunStep): boolean => parentId === null || !ids.has(parentId)
  const children = Map.groupBy(
    ordered.filter((step) => !isTop(step)),
    ({ parentId }) => parentId,
  )
  const placed: PlacedStep[] = []
  const seen = new Set<string>()
  const placeFrom = (tops: readonly RunStep[]): void => {
    // A stack of our own: a runaway recursion makes trees that are deeper than the call stack.
    const waiting: PlacedStep[] = tops.toReversed().map((step) => ({ step, depth: 0 }))
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.step.spanId)) continue
      seen.add(next.step.spanId)
      placed.push(next)
      const { depth } = next
      for (const child of (children.get(next.step.spanId) ?? []).toReversed()) waiting.push({ step: child, depth: depth + 1 })
    }
  }
  placeFrom(ordered.filter(isTop))
  placeFrom(ordered.filter(({ spanId }) => !seen.has(spanId)))
  return placed
}

/** Some SDKs know starts to the millisecond only: of two that began together the one that ended first was first. */
function byTime(a: RunStep, b: RunStep): number {
  return a.startUs - b.startUs || a.endUs - b.endUs
}

/** The first steps, or those around the one that is open: runaway runs fail late. */
export function around(placed: readonly PlacedStep[], openStep: string | null, most: number): readonly PlacedStep[] {
  const at = placed.findIndex(({ step }) => step.spanId === openStep)
  const from = at < most ? 0 : at - Math.floor(most / 2)
  return placed.slice(from, from + most)
}
