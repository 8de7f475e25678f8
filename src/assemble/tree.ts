/** Steps and notes of one run -> its tree. The result depends on what came, never on the order in which it came. */
import type { EarlierCount, MissingEntry, RunTree, TreeNode } from '../model/run-tree.ts'
import { hasGenAiMeaning, MAX_TAGS, type Step, type StepNote } from '../model/step.ts'
import { withCallsInPlace } from './beside.ts'
import { withOwnUsage } from './cumulative.ts'
import { withExplanations } from './explained.ts'
import { recognisable } from '../model/names.ts'
import { withNotes } from './notes.ts'
import { withTwins } from './twins.ts'
import { withUnofferedTools } from './unoffered.ts'

export interface TreeInput {
  readonly traceId: string
  readonly steps: Iterable<Step>
  readonly notes: Iterable<StepNote>
  readonly missingEntry: MissingEntry
  readonly earlier: EarlierCount
  /** The agent that an earlier settle found, for late spans whose ancestors are gone; null at the first. */
  readonly inheritedAgent: string | null
}

interface MutableNode extends TreeNode {
  parent: MutableNode | null
  readonly children: MutableNode[]
  depth: number
  agentLabel: string
  stepLabel: string
  /** The nearest named place, of this step or inherited. */
  place: string | null
}

export function buildTree(input: TreeInput): RunTree {
  const noted = withNotes([...input.steps], input.notes)
  const steps = withUnofferedTools(withExplanations(withTwins(withOwnUsage(withCallsInPlace(noted)))))
  const nodes = steps.map(toNode).sort(byStart)
  const byId = new Map(nodes.map((node) => [node.step.spanId, node]))
  for (const node of nodes) node.parent = (node.step.parentId === null ? undefined : byId.get(node.step.parentId)) ?? null
  cutRings(nodes)
  for (const node of nodes) node.parent?.children.push(node)
  const roots = nodes.filter((node) => node.parent === null)
  const conversationId = conversationOf(nodes)
  for (const node of breadthFirst(roots)) label(node, conversationId, input.inheritedAgent)
  const home = (outermost(nodes, hasGenAiMeaning) ?? roots.find((node) => node.step.isEntry) ?? roots[0])?.step
  const named = outermost(nodes, (step) => recognisable(step.agent, conversationId) !== null)
  const agent = recognisable(named?.step.agent ?? null, conversationId) ?? input.inheritedAgent
  return {
    traceId: input.traceId,
    nodes,
    roots,
    missingEntry: input.missingEntry,
    // The agent's own service, not that of a web server in front of it that is traced as well.
    service: home?.service ?? '',
    environment: home?.environment ?? '',
    agent: agent ?? home?.service ?? '',
    release: home?.release ?? '',
    conversationId,
    userId: firstValue(nodes, (step) => step.userId),
    tags: tagsOf(nodes),
    earlier: input.earlier,
  }
}

function toNode(step: Step): MutableNode {
  return { step, parent: null, children: [], depth: 0, agentLabel: '', stepLabel: '', place: null }
}

function byStart(a: TreeNode, b: TreeNode): number {
  return a.step.startUs - b.step.startUs || (a.step.spanId < b.step.spanId ? -1 : 1)
}

/** Spans that name one another as parents: the first of each ring by start becomes a root. Every step is walked over once. */
function cutRings(nodes: readonly MutableNode[]): void {
  const walkOf = new Map<MutableNode, MutableNode>()
  for (const start of nodes) {
    let current: MutableNode | null = start
    while (current !== null && !walkOf.has(current)) {
      walkOf.set(current, start)
      current = current.parent
    }
    if (current === null || walkOf.get(current) !== start) continue
    let first: MutableNode = current
    for (let other = current.parent; other !== null && other !== current; other = other.parent)
      if (byStart(other, first) < 0) first = other
    first.parent = null
  }
}

/** Parents before children, without recursion. Sets depths on the way. */
function breadthFirst(roots: readonly MutableNode[]): readonly MutableNode[] {
  const order: MutableNode[] = [...roots]
  for (let at = 0; at < order.length; at++) {
    const node = order[at]
    if (node === undefined) break
    for (const child of node.children) {
      child.depth = node.depth + 1
      order.push(child)
    }
  }
  return order
}

/** Called parents first, so that a parent's labels are there to inherit. */
function label(node: MutableNode, conversationId: string | null, inheritedAgent: string | null): void {
  const { step } = node
  // A label that was inherited as the service name of another process gives way to the span's own service.
  const ofParent = node.parent !== null && node.parent.agentLabel !== node.parent.step.service ? node.parent.agentLabel : null
  const inherited = ofParent ?? (node.parent === null ? inheritedAgent : null)
  node.agentLabel = recognisable(step.agent, conversationId) ?? inherited ?? step.service
  node.place = recognisable(step.node, conversationId) ?? node.parent?.place ?? null
  node.stepLabel =
    node.place ?? recognisable(step.outerNode, conversationId) ?? (step.operation === '' ? step.kind : step.operation)
}

/** The node nearest to a root that answers to the description; of equals the one that started first. */
function outermost(nodes: readonly MutableNode[], describes: (step: Step) => boolean): MutableNode | null {
  let best: MutableNode | null = null
  for (const node of nodes) if (describes(node.step) && (best === null || node.depth < best.depth)) best = node
  return best
}

/** The conversation that a step names for certain; one that a framework made up counts where there is no other. */
function conversationOf(nodes: readonly TreeNode[]): string | null {
  return (
    firstValue(nodes, (step) => (step.isConversationMadeUp ? null : step.conversationId)) ??
    firstValue(nodes, (step) => step.conversationId)
  )
}

/** Spans repeat the tags of their run, or only one of them has some. */
function tagsOf(nodes: readonly TreeNode[]): readonly string[] {
  return [...new Set(nodes.flatMap(({ step }) => step.tags))].toSorted().slice(0, MAX_TAGS)
}

/** GenAI steps go first: what a web framework around them calls a session is seldom the conversation. */
function firstValue(nodes: readonly TreeNode[], read: (step: Step) => string | null): string | null {
  let plain: string | null = null
  for (const { step } of nodes) {
    const value = read(step)
    if (value !== null && hasGenAiMeaning(step)) return value
    plain ??= value
  }
  return plain
}
