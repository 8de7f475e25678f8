/** The steps a run began with: the ones whose end is the run's end. */
import type { RunTree, TreeNode } from '../model/run-tree.ts'

/**
 * Entry spans, or where none ever came, agents and workflows at the top whose parent may well be in another process: older SDKs do not flag it,
 * and a caller that is not instrumented never sends its span. A span that came from another process is no entry when its caller is here too:
 * whether the failure of a tool server ends the run is for the agent to say that called it.
 */
export function entriesOf(tree: RunTree): readonly TreeNode[] {
  const entries = tree.roots.filter((node) => node.step.isEntry)
  if (entries.length > 0 || tree.missingEntry !== 'silent') return entries
  return tree.roots.filter((node) => (node.step.kind === 'agent' || node.step.kind === 'workflow') && !node.step.parentIsLocal)
}
