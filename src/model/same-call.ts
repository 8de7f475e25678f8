/** Whether two spans may be of one model call. Each place that asks knows more: that one lies in the other, or lasted as long. */
import { CLOCK_STEP_US, type Step } from './step.ts'
import { inputWithCache, isUnknownUsage, type Usage } from './usage.ts'

export function isCall({ kind }: Step): boolean {
  return kind === 'llm' || kind === 'embedding'
}

/** Nothing says that they are two: ids decide where both have one, else the model's names; equal tokens outweigh names, which gateways make up. */
export function mayBeSameCall(a: Step, b: Step): boolean {
  if (a.responseId !== null && b.responseId !== null) return a.responseId === b.responseId
  return haveSameModel(a, b) || (!isUnknownUsage(a.usage) && isSameUsage(a.usage, b.usage))
}

function haveSameModel(a: Step, b: Step): boolean {
  const response = isSameName(a.responseModel, b.responseModel)
  const request = isSameName(a.requestModel, b.requestModel)
  return response === null && request === null ? true : response === true || request === true
}

/** Null where one of them is not known. */
function isSameName(a: string | null, b: string | null): boolean | null {
  if (a === null || b === null) return null
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`)
}

/** One of the two may leave cached tokens out of its input. */
export function isSameUsage(a: Usage, b: Usage): boolean {
  return a.output === b.output && (a.input === b.input || inputWithCache(a) === b.input || a.input === inputWithCache(b))
}

/** Whether one lasted within the other, as far as the clocks of SDKs tell. */
export function isWithin(inner: Step, outer: Step): boolean {
  return outer.startUs <= inner.startUs + CLOCK_STEP_US && outer.endUs >= inner.endUs - CLOCK_STEP_US
}
