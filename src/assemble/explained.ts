/**
 * Steps that failed without a word. Where the error climbed up to a step that does say why, that is why: some emitters explain a refused call on the
 * agent around it only.
 */
import type { Step, StepError } from '../model/step.ts'

/** Frameworks put a few spans between a call and the agent that made it. */
const MAX_LEVELS = 3

export function withExplanations(steps: readonly Step[]): readonly Step[] {
  const silent = steps.filter(({ kind, error }) => (kind === 'llm' || kind === 'embedding') && error !== null && isSilent(error))
  if (silent.length === 0) return steps
  const byId = new Map(steps.map((step) => [step.spanId, step]))
  const explained = new Map<Step, StepError>()
  for (const step of silent) {
    const why = explanationOf(step, byId)
    if (why !== null) explained.set(step, why)
  }
  return steps.map((step) => {
    const error = explained.get(step)
    return error === undefined ? step : { ...step, error }
  })
}

function isSilent({ type, message, httpStatus, kind }: StepError): boolean {
  return type === null && message === null && httpStatus === null && kind === null
}

/** The error of the nearest step around it that has one, if that step ended with it: nothing was tried after the call had failed. */
function explanationOf(step: Step, byId: ReadonlyMap<string, Step>): StepError | null {
  let current: Step | undefined = step
  for (let level = 0; level < MAX_LEVELS; level++) {
    current = current?.parentId == null ? undefined : byId.get(current.parentId)
    if (current === undefined || current.kind === 'tool') return null
    if (current.error === null || isSilent(current.error)) continue
    const isLast = ![...byId.values()].some(
      ({ kind, startUs }) => kind === 'llm' && startUs > step.endUs && startUs < (current?.endUs ?? 0),
    )
    return isLast ? current.error : null
  }
  return null
}
