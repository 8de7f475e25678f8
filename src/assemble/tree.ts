/** Steps and notes of one run -> its tree. The result depends on what came, never on the order in which it came. */
import type { EarlierCount, MissingEntry, RunTree, TreeNode } from '../model/run-tree.ts'
import { type FinishReason, hasGenAiMeaning, type Step, type StepError, type StepNote } from '../model/step.ts'

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
  const notes = groupNotes(input.notes)
  const nodes = [...input.steps].map((step) => toNode(withNotes(step, notes.get(step.spanId)))).sort(byStart)
  const byId = new Map(nodes.map((node) => [node.step.spanId, node]))
  for (const node of nodes) node.parent = (node.step.parentId === null ? undefined : byId.get(node.step.parentId)) ?? null
  cutRings(nodes)
  for (const node of nodes) node.parent?.children.push(node)
  const roots = nodes.filter((node) => node.parent === null)
  const conversationId = firstValue(nodes, (step) => step.conversationId)
  for (const node of breadthFirst(roots)) label(node, conversationId, input.inheritedAgent)
  const home = (outermost(nodes, hasGenAiMeaning) ?? roots.find((node) => node.step.isEntry) ?? roots[0])?.step
  const agent = outermost(nodes, (step) => step.agent !== null)?.step.agent ?? input.inheritedAgent
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
  node.agentLabel = step.agent ?? inherited ?? step.service
  node.place = recognisable(step.node, conversationId) ?? node.parent?.place ?? null
  node.stepLabel =
    node.place ?? recognisable(step.outerNode, conversationId) ?? (step.operation === '' ? step.kind : step.operation)
}

/** Names made of an id are no names: one emitter calls a span `conversation.<id>`. */
function recognisable(name: string | null, conversationId: string | null): string | null {
  if (name === null || (conversationId !== null && holdsWord(name, conversationId))) return null
  return longHex.test(name) ? null : name
}

/** Whole words only: in a conversation "1" the name "step1" is still a name. */
function holdsWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  return at >= 0 && !wordCharacter.test(text[at - 1] ?? '') && !wordCharacter.test(text[at + word.length] ?? '')
}

const wordCharacter = /[\p{L}\p{N}]/u

const longHex = /[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i

/** The node nearest to a root that answers to the description; of equals the one that started first. */
function outermost(nodes: readonly MutableNode[], describes: (step: Step) => boolean): MutableNode | null {
  let best: MutableNode | null = null
  for (const node of nodes) if (describes(node.step) && (best === null || node.depth < best.depth)) best = node
  return best
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

function groupNotes(notes: Iterable<StepNote>): ReadonlyMap<string, readonly StepNote[]> {
  const bySpan = new Map<string, StepNote[]>()
  for (const note of notes) {
    const list = bySpan.get(note.spanId)
    if (list === undefined) bySpan.set(note.spanId, [note])
    else list.push(note)
  }
  for (const list of bySpan.values()) list.sort((a, b) => a.atUs - b.atUs || (a.key < b.key ? -1 : 1))
  return bySpan
}

/** The span's own word goes before the log's. */
function withNotes(step: Step, notes: readonly StepNote[] | undefined): Step {
  if (notes === undefined) return step
  const finishReasons: readonly FinishReason[] =
    step.finishReasons.length > 0 ? step.finishReasons : notes.flatMap((note) => note.finishReasons)
  const error: StepError | null = step.error ?? notes.findLast((note) => note.error !== null)?.error ?? null
  const hasContent = hasGenAiMeaning(step) && (step.hasContent || notes.some((note) => note.hasContent))
  return { ...step, finishReasons, error, hasContent }
}
