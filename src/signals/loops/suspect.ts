/** A run as the searches for loops see it: looked over once for all of them, and no further than they ask. */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import { toolRuns } from '../tools.ts'
import { type Act, actsByAgent } from './act.ts'
import { type ModelTimes, modelTimesOf } from './asked.ts'

export interface Suspect {
  readonly tree: RunTree
  readonly runs: readonly TreeNode[]
  readonly agents: readonly (readonly Act[])[]
  readonly times: () => ModelTimes
}

export function suspectOf(tree: RunTree): Suspect {
  const runs = toolRuns(tree)
  let known: ModelTimes | null = null
  // Few runs repeat anything.
  return { tree, runs, agents: actsByAgent(tree, runs), times: () => (known ??= modelTimesOf(tree)) }
}
