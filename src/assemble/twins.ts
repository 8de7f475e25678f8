/**
 * Two spans of one model call, by a framework and by the client below it, each know what the other does not: one has the content, the other what a
 * cache served. They share it, so that it does not matter which of them is counted.
 */
import type { Answer, Step } from '../model/step.ts'
import { mayBeSameCall } from '../model/same-call.ts'
import { inputWithCache, isUnknownUsage, type Usage } from '../model/usage.ts'

/** Steps with what their twins know and they do not. */
export function withTwins(steps: readonly Step[]): readonly Step[] {
  // In an order that does not depend on which came first.
  const calls = steps.filter(({ kind }) => kind === 'llm').sort((a, b) => (a.spanId < b.spanId ? -1 : 1))
  if (calls.length < 2) return steps
  const twins = twinsOf(calls)
  if (twins.size === 0) return steps
  return steps.map((step) => {
    const twin = twins.get(step)
    return twin === undefined ? step : shared(step, twin)
  })
}

/** Pairs only: which of three says what is nobody's to guess. */
function twinsOf(calls: readonly Step[]): ReadonlyMap<Step, Step> {
  const twins = new Map<Step, Step>()
  const pair = (a: Step | undefined, b: Step | undefined): void => {
    if (a === undefined || b === undefined || twins.has(a) || twins.has(b)) return
    twins.set(a, b)
    twins.set(b, a)
  }
  for (const [responseId, group] of Map.groupBy(calls, (step) => step.responseId))
    if (responseId !== null && group.length === 2) pair(group[0], group[1])
  const byId = new Map(calls.map((step) => [step.spanId, step]))
  for (const [parentId, children] of Map.groupBy(calls, (step) => step.parentId)) {
    const outer = parentId === null ? undefined : byId.get(parentId)
    const [inner, second] = children
    if (outer !== undefined && inner !== undefined && second === undefined && isSameCall(outer, inner)) pair(outer, inner)
  }
  return twins
}

function isSameCall(outer: Step, inner: Step): boolean {
  return (outer.error === null) === (inner.error === null) && mayBeSameCall(outer, inner)
}

function shared(step: Step, twin: Step): Step {
  return {
    ...step,
    responseModel: step.responseModel ?? twin.responseModel,
    usage: filled(step.usage, twin.usage),
    error: step.error === null || twin.error === null || step.error.message !== null ? step.error : twin.error,
    finishReasons: step.finishReasons.length > 0 ? step.finishReasons : twin.finishReasons,
    timeToFirstTokenUs: step.timeToFirstTokenUs ?? twin.timeToFirstTokenUs,
    answer: said(step.answer) ?? said(twin.answer) ?? step.answer ?? twin.answer,
    toolReports: step.toolReports.length > 0 ? step.toolReports : twin.toolReports,
    said: step.said ?? twin.said,
    askedFormat: step.askedFormat ?? twin.askedFormat,
    statedCostNanoUsd: step.statedCostNanoUsd ?? twin.statedCostNanoUsd,
    serviceTier: step.serviceTier ?? twin.serviceTier,
    cacheWrite1hTokens: step.cacheWrite1hTokens ?? twin.cacheWrite1hTokens,
    hasContent: step.hasContent || twin.hasContent,
  }
}

/**
 * A span that has no usage at all stays without: whether it is the call is told by that. What was cached is a part of the input it was counted with,
 * and one of the two may have left it out of its own.
 */
function filled(usage: Usage, twin: Usage): Usage {
  if (isUnknownUsage(usage)) return usage
  const isSameInput = usage.input === null || usage.input === twin.input
  return {
    input: usage.input === null || isWithoutCache(usage, twin) ? twin.input : usage.input,
    output: usage.output ?? twin.output,
    cacheRead: usage.cacheRead ?? (isSameInput ? twin.cacheRead : null),
    cacheWrite: usage.cacheWrite ?? (isSameInput ? twin.cacheWrite : null),
    reasoning: usage.reasoning ?? twin.reasoning,
  }
}

/** The twin's input is greater by just what was cached. */
function isWithoutCache(usage: Usage, twin: Usage): boolean {
  return usage.output === twin.output && usage.input !== twin.input && inputWithCache(usage) === twin.input
}

/** One of the two may leave out what it has no place for, such as a refusal. */
function said(answer: Answer | null): Answer | null {
  return answer?.form === 'empty' ? null : answer
}
