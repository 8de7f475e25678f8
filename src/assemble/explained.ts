/**
 * Steps that failed without a word. Where the error climbed up to a step that does say why, that is why: some emitters explain a refused call on the
 * agent around it only. Otherwise the HTTP request inside it tells.
 */
import { firstNotBefore } from '../model/sorted.ts'
import type { Step, StepError } from '../model/step.ts'

/** Frameworks put a few spans between a call and the agent that made it. */
const MAX_LEVELS = 3

export function withExplanations(steps: readonly Step[]): readonly Step[] {
  const silent = steps.filter(({ kind, error }) => (kind === 'llm' || kind === 'embedding') && error !== null && isSilent(error))
  if (silent.length === 0) return steps
  const byId = new Map(steps.map((step) => [step.spanId, step]))
  const callStarts = steps.flatMap(({ kind, startUs }) => (kind === 'llm' ? [startUs] : [])).sort((a, b) => a - b)
  const childrenOf = Map.groupBy(steps, ({ parentId }) => parentId)
  const explained = new Map<Step, StepError>()
  for (const step of silent) {
    const why = explanationOf(step, byId, callStarts) ?? responseTo(step, childrenOf)
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

/** What the HTTP client inside it was answered, in the last attempt: the status, and what that is called. */
function responseTo(step: Step, childrenOf: ReadonlyMap<string | null, readonly Step[]>): StepError | null {
  const failed = (childrenOf.get(step.spanId) ?? []).filter(
    ({ kind, error }) => kind === 'other' && (error?.httpStatus ?? 0) >= 400,
  )
  return (
    failed.reduce<Step | null>((last, child) => (last === null || child.endUs > last.endUs ? child : last), null)?.error ?? null
  )
}

/** The error of the nearest step around it that has one, if that step ended with it: nothing was tried after the call had failed. */
function explanationOf(step: Step, byId: ReadonlyMap<string, Step>, callStarts: readonly number[]): StepError | null {
  const nextCallUs = callStarts[firstNotBefore(callStarts, (us) => us <= step.endUs)] ?? Number.POSITIVE_INFINITY
  let current: Step | undefined = step
  for (let level = 0; level < MAX_LEVELS; level++) {
    current = current?.parentId == null ? undefined : byId.get(current.parentId)
    if (current === undefined || current.kind === 'tool') return null
    if (current.error === null || isSilent(current.error)) continue
    return nextCallUs < current.endUs ? null : current.error
  }
  return null
}
