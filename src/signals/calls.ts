/**
 * Which spans are model calls. A framework and an SDK may both send a span for one call, and parents repeat the usage of their children:
 * each call counts once, at the innermost span that has usage (rules R2 and R3 of the telemetry reference).
 */
import { ancestorsOf, nothingEarlier, type RunTree, type TreeNode } from '../model/run-tree.ts'
import { mayBeSameCall } from '../model/same-call.ts'
import type { StepKind } from '../model/step.ts'
import { isUnknownUsage } from '../model/usage.ts'
import { nearestAncestor } from './nearest.ts'

/** Calls of one kind in the order in which they started. Those that an earlier settle counted are among them. */
export function countedCalls(tree: RunTree, kind: 'llm' | 'embedding'): readonly TreeNode[] {
  const candidates = withoutReported(tree.nodes.filter((node) => node.step.kind === kind && !isTwinOfEarlier(tree, node)))
  const twins = new Set([
    ...twinsByResponseId(tree, candidates),
    ...twinsByAncestry(candidates, kind),
    ...beginningsOfStreams(candidates),
  ])
  const calls = candidates.filter((node) => !twins.has(node) || tree.earlier.isCountedCall(node.step.spanId))
  return kind === 'llm' && candidates.length === 0 ? agentsForCalls(tree) : calls
}

/** Logs report the calls again that spans report: they count where no span of their service does. */
function withoutReported(candidates: readonly TreeNode[]): readonly TreeNode[] {
  const reporting = new Set(candidates.flatMap(({ step }) => (step.source === 'span' ? [step.service] : [])))
  return candidates.filter(({ step }) => step.source === 'span' || !reporting.has(step.service))
}

/** Calls whose stream, with the usage, is a span of its own beside them: the last call before it that has none. */
function* beginningsOfStreams(candidates: readonly TreeNode[]): Generator<TreeNode> {
  const placeOf = ({ parent, step }: TreeNode): string => JSON.stringify([parent?.step.spanId ?? '', step.requestModel])
  const streams = candidates.filter(({ step }) => step.isContinuation)
  if (streams.length === 0) return
  const beginnings = Map.groupBy(candidates.filter(mayBeBeginning), placeOf)
  for (const [place, ofPlace] of Map.groupBy(streams, placeOf)) {
    const waiting = beginnings.get(place) ?? []
    const begun: TreeNode[] = []
    let next = 0
    for (const stream of ofPlace) {
      for (let call = waiting[next]; call !== undefined && call.step.startUs <= stream.step.startUs; call = waiting[++next])
        begun.push(call)
      const beginning = begun.pop()
      if (beginning !== undefined) yield beginning
    }
  }
}

function mayBeBeginning({ step }: TreeNode): boolean {
  return !step.isContinuation && step.error === null && isUnknownUsage(step.usage)
}

/** What an earlier settle decided stays: its calls stay calls, its other spans stay none, and their late twins are none either. */
function isTwinOfEarlier(tree: RunTree, node: TreeNode): boolean {
  const { earlier } = tree
  if (earlier === nothingEarlier) return false
  const { spanId, responseId } = node.step
  if (earlier.isCountedCall(spanId)) return false
  if (earlier.isSeen(spanId) || earlier.isParentOfCountedCall(spanId)) return true
  if (responseId !== null && earlier.isCountedResponse(responseId)) return true
  return isBelowCounted(tree, node)
}

/** Framework, client and protocol spans of one call are a few levels; a runaway recursion can be thousands deep. */
const MAX_LEVELS = 256

/** Below a call that was counted already, or below an agent that was counted for its calls before they came. */
function isBelowCounted({ earlier }: RunTree, node: TreeNode): boolean {
  let top = node
  let isOtherCaller = false
  let levels = 0
  for (const above of ancestorsOf(node)) {
    if (++levels > MAX_LEVELS) return false
    if (earlier.isCountedCall(above.step.spanId) && (!isOtherCaller || above.step.kind === 'agent')) return true
    // Agents and tools make calls of their own.
    isOtherCaller ||= above.step.kind === 'agent' || above.step.kind === 'tool'
    top = above
  }
  return !isOtherCaller && top.step.parentId !== null && earlier.isCountedCall(top.step.parentId)
}

function* twinsByResponseId(tree: RunTree, candidates: readonly TreeNode[]): Generator<TreeNode> {
  const byResponse = Map.groupBy(candidates, (node) => node.step.responseId)
  for (const [responseId, group] of byResponse) {
    if (responseId === null || group.length === 1) continue
    const best = group.reduce((a, b) => (rank(tree, b) > rank(tree, a) ? b : a))
    for (const node of group) if (node !== best) yield node
  }
}

/** Already counted goes first, then with usage, then the innermost; equal ranks keep the one that started first. */
function rank(tree: RunTree, node: TreeNode): number {
  return (tree.earlier.isCountedCall(node.step.spanId) ? 2e9 : 0) + (isUnknownUsage(node.step.usage) ? 0 : 1e9) + node.depth
}

/** The spans that count in one call and its attempts, as far as it is known from inside. */
interface Attempts {
  readonly spans: TreeNode[]
  hasUsage: boolean
}

/** From the innermost spans outwards: which span of a call, or of its attempts, is the one that counts. */
function twinsByAncestry(candidates: readonly TreeNode[], kind: StepKind): readonly TreeNode[] {
  const twins: TreeNode[] = []
  const inside = new Map<TreeNode, Attempts>()
  const nearestCallOrCaller = nearestAncestor(({ step }) => step.kind === kind || step.kind === 'agent' || step.kind === 'tool')
  for (const node of candidates.toSorted((a, b) => b.depth - a.depth)) {
    const hasUsage = !isUnknownUsage(node.step.usage)
    let attempts = inside.get(node)
    if (attempts === undefined) {
      attempts = { spans: [node], hasUsage }
    } else if (hasUsage && !attempts.hasUsage) {
      // Inner spans that failed were attempts of their own, before the one that the outer span reports.
      for (const span of attempts.spans) if (span.step.error === null) twins.push(span)
      attempts = { spans: [node, ...attempts.spans.filter((span) => span.step.error !== null)], hasUsage }
    } else {
      twins.push(node)
    }
    // What lies between two calls may be an agent or a tool, which make calls of their own.
    const outer = nearestCallOrCaller(node)
    if (outer?.step.kind === kind && mayBeSameCall(outer.step, node.step)) inside.set(outer, joined(attempts, inside.get(outer)))
  }
  return twins
}

function joined(a: Attempts, b: Attempts | undefined): Attempts {
  if (b === undefined) return a
  const [more, less] = a.spans.length >= b.spans.length ? [a, b] : [b, a]
  for (const span of less.spans) more.spans.push(span)
  more.hasUsage ||= less.hasUsage
  return more
}

/**
 * Where a run has no model call at all, the sum that its agents report is all there is to see of them: a remote agent, or a framework whose model
 * client is not instrumented. The outermost agents with usage stand for the calls they made.
 */
function agentsForCalls(tree: RunTree): readonly TreeNode[] {
  if (tree.nodes.some((node) => node.step.kind === 'llm')) return []
  const standsForCalls = (node: TreeNode): boolean => node.step.kind === 'agent' && !isUnknownUsage(node.step.usage)
  const standInAbove = nearestAncestor(standsForCalls)
  return tree.nodes.filter((node) => {
    if (!standsForCalls(node) || standInAbove(node) !== null) return false
    return !tree.earlier.isSeen(node.step.spanId) || tree.earlier.isCountedCall(node.step.spanId)
  })
}
