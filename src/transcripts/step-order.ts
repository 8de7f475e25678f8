/** The steps of a run in the order in which they began, parents before their children, and who lies in whom. Linear, however wide or deep a run is. */
import type { RunStep } from '../model/run.ts'

export interface Place {
  readonly step: RunStep
  readonly parent: Place | null
  readonly depth: number
  /** Its own start, or its parent's where a clock says that it began before. */
  readonly beganUs: number
  /** Everything between `first` and `last` lies in it: numbers of a walk that goes into each step before the next. */
  readonly first: number
  last: number
}

/** `ordered` as a transcript shows them, `walked` as the walk met them. */
export interface StepOrder {
  readonly ordered: readonly Place[]
  readonly walked: readonly Place[]
  readonly byId: ReadonlyMap<string, Place>
}

export function orderOf(steps: readonly RunStep[]): StepOrder {
  const byStart = [...new Map(steps.map((step) => [step.spanId, step])).values()].sort(compareSteps)
  const ids = new Set(byStart.map(({ spanId }) => spanId))
  const children = Map.groupBy(byStart, ({ parentId }) => (parentId !== null && ids.has(parentId) ? parentId : null))
  const walked: Place[] = []
  const byId = new Map<string, Place>()
  for (const root of children.get(null) ?? []) walk(root, children, walked, byId)
  // Parents that go in circles have no root.
  for (const step of byStart) if (!byId.has(step.spanId)) walk(step, children, walked, byId)
  return { ordered: walked.toSorted(comparePlaces), walked, byId }
}

function walk(
  root: RunStep,
  children: ReadonlyMap<string | null, readonly RunStep[]>,
  walked: Place[],
  byId: Map<string, Place>,
): void {
  const open: { readonly place: Place; next: number }[] = []
  const enter = (step: RunStep, parent: Place | null): void => {
    const beganUs = Math.max(step.startUs, parent?.beganUs ?? step.startUs)
    const at = walked.length
    const place: Place = { step, parent, depth: (parent?.depth ?? -1) + 1, beganUs, first: at, last: at }
    walked.push(place)
    byId.set(step.spanId, place)
    open.push({ place, next: 0 })
  }
  enter(root, null)
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    const child = children.get(current.place.step.spanId)?.[current.next++]
    if (child === undefined) {
      current.place.last = walked.length - 1
      open.pop()
    } else if (!byId.has(child.spanId)) enter(child, current.place)
  }
}

function compareSteps(a: RunStep, b: RunStep): number {
  return a.startUs - b.startUs || a.endUs - b.endUs || compareIds(a, b)
}

function comparePlaces(a: Place, b: Place): number {
  return a.beganUs - b.beganUs || a.depth - b.depth || a.step.endUs - b.step.endUs || compareIds(a.step, b.step)
}

function compareIds(a: RunStep, b: RunStep): number {
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0
}
