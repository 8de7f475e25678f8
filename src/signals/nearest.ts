/** Looking up a tree for many steps at once: in a run thousands of steps deep, walking to the top from each would take minutes. */
import type { TreeNode } from '../model/run-tree.ts'

/** A function that finds a step's nearest ancestor that passes the test, null when none does. Every step is walked over once, however many ask. */
export function nearestAncestor(test: (node: TreeNode) => boolean): (node: TreeNode) => TreeNode | null {
  const known = new Map<TreeNode, TreeNode | null>()
  return (start) => {
    const walked: TreeNode[] = []
    let current: TreeNode | null = start
    while (current !== null) {
      const found = known.get(current)
      if (found !== undefined) {
        current = found
        break
      }
      walked.push(current)
      current = current.parent
      if (current !== null && test(current)) break
    }
    for (const node of walked) known.set(node, current)
    return current
  }
}
