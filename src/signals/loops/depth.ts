/** An agent or a tool that calls itself, directly or through others, deeper and deeper. */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import type { Loop } from './loop.ts'
import type { Suspect } from './suspect.ts'
import { nearestAncestor } from '../nearest.ts'

/** An agent may split its task a few times; the same agent this deep inside itself does not come back. */
const MIN_LEVELS = 6
/** The same for a tool that was given the same arguments each time: nothing was split. */
const MIN_LEVELS_WITH_SAME_ARGUMENTS = 3
/** Where nothing lies between an agent and the same agent inside, one of the two may be another span of the same. */
const MIN_LEVELS_UNDIVIDED = 25
/** A tool inside itself three times has something else around each. */
const MIN_DEPTH = 2 * (MIN_LEVELS_WITH_SAME_ARGUMENTS - 1)

interface Caller {
  readonly key: string
  readonly levels: number
}

/** The deepest of each kind of nesting, as one loop. */
export function findDepth({ tree }: Suspect): readonly Loop[] {
  if (!tree.nodes.some(({ depth, step }) => depth >= MIN_DEPTH && (step.kind === 'agent' || step.kind === 'tool'))) return []
  const callersOf = callerKeys(tree)
  let deepest: Nesting | null = null
  const paths = new Map<string, TreeNode[]>()
  for (const { node, isLeaving } of walk(tree)) {
    for (const { key, levels } of callersOf(node)) {
      const path = paths.get(key) ?? []
      if (path.length === 0) paths.set(key, path)
      if (isLeaving) {
        path.pop()
        continue
      }
      path.push(node)
      const [first, second] = path
      const excess = path.length - levels
      if (first === undefined || second === undefined || excess < 0 || excess <= (deepest?.excess ?? -1)) continue
      deepest = { first, second, levels: path.length, excess }
    }
  }
  if (deepest === null) return []
  return [{ node: deepest.first, evidence: evidenceOf(deepest.first, deepest.levels), wasted: subtree(deepest.second) }]
}

/** A caller that is inside itself: the outermost two of it, and how many there are. */
interface Nesting {
  readonly first: TreeNode
  readonly second: TreeNode
  readonly levels: number
  /** Levels above what is too many. */
  readonly excess: number
}

function evidenceOf({ step }: TreeNode, levels: number): string {
  const what = step.kind === 'tool' ? `tool ${step.tool?.name ?? ''}` : `agent ${step.agent ?? ''}`
  return `${what} was called inside itself ${levels} levels deep`
}

/** Under which names a step counts as called inside itself, each with the levels that are too many. */
function callerKeys(tree: RunTree): (node: TreeNode) => readonly Caller[] {
  const callerOf = nearestAncestor(({ step }) => step.kind !== 'other' && step.kind !== 'workflow')
  const known = new Map<TreeNode, readonly Caller[]>(tree.nodes.map((node) => [node, keysOf(node, callerOf(node))]))
  return (node) => known.get(node) ?? []
}

function keysOf({ step }: TreeNode, caller: TreeNode | null): readonly Caller[] {
  if (step.kind === 'agent' && step.agent !== null) {
    const undivided = { key: `agent and same ${step.agent}`, levels: MIN_LEVELS_UNDIVIDED }
    const isTwin = caller?.step.kind === 'agent' && caller.step.agent === step.agent
    return isTwin ? [undivided] : [{ key: `agent ${step.agent}`, levels: MIN_LEVELS }, undivided]
  }
  if (step.kind !== 'tool' || step.tool === null) return []
  const { name, argumentsFingerprint } = step.tool
  if (caller?.step.kind === 'tool' && caller.step.tool?.name === name) return []
  const byName = { key: `tool ${name}`, levels: MIN_LEVELS }
  if (argumentsFingerprint === null) return [byName]
  return [byName, { key: `call ${name} ${argumentsFingerprint}`, levels: MIN_LEVELS_WITH_SAME_ARGUMENTS }]
}

/** Every step twice, on the way down and on the way back, without recursion. */
function* walk(tree: RunTree): Generator<{ readonly node: TreeNode; readonly isLeaving: boolean }> {
  const stack = tree.roots.map((node) => ({ node, isLeaving: false }))
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    yield item
    if (item.isLeaving) continue
    stack.push({ node: item.node, isLeaving: true })
    for (const node of item.node.children) stack.push({ node, isLeaving: false })
  }
}

function subtree(top: TreeNode): readonly TreeNode[] {
  const nodes = [top]
  for (let at = 0; at < nodes.length; at++) for (const child of nodes[at]?.children ?? []) nodes.push(child)
  return nodes
}
