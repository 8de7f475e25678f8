/** What models did between one act and the next: a program that tries again on its own is no agent that goes in circles, nor is a person who asks again. */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import { firstNotBefore } from '../../model/sorted.ts'
import { CLOCK_STEP_US } from '../../model/step.ts'
import type { Act } from './act.ts'

/** When model calls started, in order. */
export interface ModelTimes {
  readonly all: readonly number[]
  /** Those that answered in words. Empty where models ask for tools in words as well, as agents of the older kind do. */
  readonly answers: readonly number[]
}

export function modelTimesOf(tree: RunTree): ModelTimes {
  const calls = tree.nodes.map(({ step }) => step).filter(({ kind }) => kind === 'llm')
  const asksWithTools = calls.some(({ finishReasons }) => finishReasons.includes('tool_call'))
  const answers = asksWithTools ? calls.filter(({ finishReasons }) => finishReasons.includes('stop')) : []
  return { all: calls.map(({ startUs }) => startUs), answers: answers.map(({ startUs }) => startUs) }
}

/** The tool has no span; what is known of it is that a model asked for it. */
export function isRequest(node: TreeNode): boolean {
  return node.step.kind === 'llm'
}

/** Whether a model was called between each act and the next, so that it had seen what it did before. */
export function isAskedEachTime(acts: readonly Act[], times: ModelTimes): boolean {
  return acts.every((act, at) => {
    const before = acts[at - 1]
    return before === undefined || isRequest(before.node) || isWithin(times.all, before.node.step.startUs, act.node.step.startUs)
  })
}

/** Whether a model answered in words somewhere between the first act and the last: a person may have asked for the same again. */
export function isAnsweredBetween(acts: readonly Act[], times: ModelTimes): boolean {
  return acts.some((act, at) => isAnsweredBefore(act, acts[at - 1], times))
}

/** Whether it did before each round but the first: those are turns of a conversation that is one trace. */
export function isAnsweredEachRound(acts: readonly Act[], period: number, times: ModelTimes): boolean {
  return acts.every((act, at) => at === 0 || at % period !== 0 || isAnsweredBefore(act, acts[at - 1], times))
}

function isAnsweredBefore(act: Act, before: Act | undefined, times: ModelTimes): boolean {
  return before !== undefined && isWithin(times.answers, before.node.step.endUs - CLOCK_STEP_US, act.node.step.startUs)
}

/** Whether one of the times, which are sorted, is between the two. */
function isWithin(times: readonly number[], from: number, to: number): boolean {
  return (times[firstNotBefore(times, (us) => us < from)] ?? Number.POSITIVE_INFINITY) <= to
}
