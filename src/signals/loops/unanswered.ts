/**
 * A step limit that nobody reports, seen from structure alone: each call of the model asks for one and the same tool, the last one too, that tool runs,
 * and the agent ends without an answer. Frameworks that stop quietly at a limit leave this. Arguments are not asked about: a batch that a limit cut
 * short has no answer either, and what is said without content must not be wrong with it.
 */
import type { TreeNode } from '../../model/run-tree.ts'
import { beganAfter } from '../../model/step.ts'
import { countedCalls } from '../calls.ts'
import { nearestAncestor } from '../nearest.ts'
import type { Loop } from './loop.ts'
import type { Suspect } from './suspect.ts'
import { mayAnswer } from './tool-names.ts'

const MIN_CALLS = 5

export function findUnanswered({ tree, runs }: Suspect): readonly Loop[] {
  if (runs.length < MIN_CALLS) return []
  const agentOf = nearestAncestor(({ step }) => step.kind === 'agent')
  const suspects = [...Map.groupBy(runs, agentOf)].filter(([agent, own]) => agent !== null && isSuspect(agent, own))
  if (suspects.length === 0) return []
  const callsOf = Map.groupBy(countedCalls(tree, 'llm'), agentOf)
  return suspects.flatMap(([agent, own]) => loopOf(callsOf.get(agent) ?? [], own) ?? [])
}

/** The agent ended well and ran one tool all the time. */
function isSuspect(agent: TreeNode, runs: readonly TreeNode[]): boolean {
  const name = runs[0]?.step.tool?.name ?? ''
  const isSame = ({ step: { tool, error } }: TreeNode): boolean => tool?.name === name && error === null
  return agent.step.error === null && runs.length >= MIN_CALLS && !mayAnswer(name) && runs.every(isSame)
}

function loopOf(calls: readonly TreeNode[], runs: readonly TreeNode[]): Loop | null {
  const [first] = runs
  if (first === undefined || calls.length < MIN_CALLS) return null
  if (!calls.every(asksForTool) || !isOneTalk(calls) || !isTakingTurns(calls, runs)) return null
  const name = first.step.tool?.name ?? ''
  const evidence = `each of ${calls.length} model calls asked for tool ${name}, the last one too, and no answer came`
  // What the first call and its tool found was new; whatever came after led to nothing.
  return { node: first, evidence, wasted: [...calls.slice(1), ...runs.slice(1)] }
}

function asksForTool({ step }: TreeNode): boolean {
  return step.error === null && step.finishReasons.length > 0 && step.finishReasons.every((reason) => reason === 'tool_call')
}

/** Each prompt holds the one before it. Calls that have nothing to do with one another are as often shorter as longer. */
function isOneTalk(calls: readonly TreeNode[]): boolean {
  return calls.every(
    ({ step }, at) => at === 0 || (step.usage.input ?? 0) > (calls[at - 1]?.step.usage.input ?? Number.POSITIVE_INFINITY),
  )
}

/** Call, tool, call, tool: after each call at least one run of the tool, and after the last one too. */
function isTakingTurns(calls: readonly TreeNode[], runs: readonly TreeNode[]): boolean {
  let run = 0
  for (const [at, call] of calls.entries()) {
    const next = calls[at + 1]
    const startOfTurn = run
    while (run < runs.length) {
      const node = runs[run]
      if (node === undefined || (next !== undefined && node.step.startUs >= next.step.startUs)) break
      if (!beganAfter(node.step, call.step)) return false
      run++
    }
    if (run === startOfTurn) return false
  }
  return true
}
