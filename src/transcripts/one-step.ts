/**
 * Which steps are one to a reader: the spans of a framework and of a client around one model call, the two halves of a stream, and spans of one tool run
 * in one another. What was said is shown at one of them.
 */
import type { RunStep } from '../model/run.ts'
import { isUnknownUsage } from '../model/usage.ts'
import type { Place, StepOrder } from './step-order.ts'

/** Span id -> span id of the step that stands for it; steps that stand for themselves are not in it. */
export function standIns(order: StepOrder): ReadonlyMap<string, string> {
  return new Map([...callStandIns(order), ...toolStandIns(order)])
}

function isCall({ kind }: RunStep): boolean {
  return kind === 'llm' || kind === 'embedding'
}

function* callStandIns(order: StepOrder): Generator<readonly [string, string]> {
  const byResponse = new Map<string, string>()
  for (const { step } of order.ordered)
    if (step.isCounted && isCall(step) && step.responseId !== null) byResponse.set(step.responseId, step.spanId)
  const inside = countedInside(order)
  const beside = countedBeside(order)
  for (const place of order.ordered) {
    const { step } = place
    if (step.isCounted || !isCall(step)) continue
    const byId = step.responseId === null ? undefined : byResponse.get(step.responseId)
    const found = byId ?? inside.get(step.spanId) ?? countedAround(place) ?? beside.get(step.spanId)
    if (found !== undefined) yield [step.spanId, found]
  }
}

/** Framework, client and protocol spans of one call are a few levels. */
const MAX_LEVELS = 64

/** Calls around one that counts, as far as no agent or tool lies between: of several attempts the last one stands for them. */
function countedInside({ ordered }: StepOrder): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const place of ordered) {
    if (!place.step.isCounted || !isCall(place.step)) continue
    for (const { step } of callsAround(place)) if (!step.isCounted) found.set(step.spanId, place.step.spanId)
  }
  return found
}

function countedAround(place: Place): string | undefined {
  for (const { step } of callsAround(place)) if (step.isCounted) return step.spanId
  return undefined
}

function* callsAround({ step, parent }: Place): Generator<Place> {
  let levels = 0
  for (let above = parent; above !== null && levels < MAX_LEVELS; above = above.parent, levels++) {
    if (above.step.kind === 'agent' || above.step.kind === 'tool') return
    if (above.step.kind === step.kind) yield above
  }
}

/** Where a stream is reported apart, its request is the last call before it that says nothing of an answer. */
function countedBeside({ ordered }: StepOrder): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const waiting = new Map<string, string[]>()
  for (const { step } of ordered) {
    if (step.kind !== 'llm') continue
    const place = JSON.stringify([step.parentId, step.requestModel])
    if (step.isContinuation) {
      const begun = waiting.get(place)?.pop()
      if (begun !== undefined) found.set(begun, step.spanId)
    } else if (!step.isCounted && step.error === null && isUnknownUsage(step.usage)) {
      const begun = waiting.get(place)
      if (begun === undefined) waiting.set(place, [step.spanId])
      else begun.push(step.spanId)
    }
  }
  return found
}

/** The outermost of one tool's spans: parents come first. */
function* toolStandIns({ ordered }: StepOrder): Generator<readonly [string, string]> {
  const outermost = new Map<Place, string>()
  for (const place of ordered) {
    const { step, parent } = place
    if (step.kind !== 'tool' || parent === null || parent.step.kind !== 'tool' || !isSameRun(step, parent.step)) continue
    const outer = outermost.get(parent) ?? parent.step.spanId
    outermost.set(place, outer)
    yield [step.spanId, outer]
  }
}

function isSameRun({ tool }: RunStep, outer: RunStep): boolean {
  if (tool === null || outer.tool === null) return false
  if (tool.callId !== null && outer.tool.callId !== null) return tool.callId === outer.tool.callId
  return tool.name === outer.tool.name || tool.name === ''
}
