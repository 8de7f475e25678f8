/** Which tool spans are runs of a tool: a framework's span and the protocol's span inside it are one run. */
import type { RunTree, TreeNode } from '../model/run-tree.ts'
import { nearestAncestor } from './nearest.ts'

/** Tool runs in the order in which they started, each once (the outermost span of it). */
export function toolRuns(tree: RunTree): readonly TreeNode[] {
  // Another agent or model call in between: the tool was really called again.
  const caller = nearestAncestor(({ step }) => step.kind !== 'other')
  return tree.nodes.filter((node) => node.step.kind === 'tool' && !isSameTool(node, caller(node)))
}

/** Whether a tool span lies in another one of the same run. */
export function isSameTool(inner: TreeNode, outer: TreeNode | null): boolean {
  if (outer?.step.kind !== 'tool') return false
  const [a, b] = [inner.step.tool, outer.step.tool]
  return a?.name === b?.name || (a?.callId != null && a.callId === b?.callId) || isSameByProtocol(inner, outer)
}

/** Frameworks put the server's name before that of a tool they got from it: `shop_search` around MCP's `tools/call search`. */
function isSameByProtocol({ step }: TreeNode, outer: TreeNode): boolean {
  if (!step.name.startsWith('tools/call')) return false
  const [name, outerName] = [step.tool?.name ?? '', outer.step.tool?.name ?? '']
  return name !== '' && ['_', '-', '.', '/', ':'].some((mark) => outerName.endsWith(mark + name))
}
