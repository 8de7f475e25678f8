/** A run as a tree in one canonical order, whatever order its spans came in. What signals look at. */
import type { Step } from './step.ts'

export interface TreeNode {
  readonly step: Step
  readonly parent: TreeNode | null
  readonly children: readonly TreeNode[]
  /** Roots have depth 0. */
  readonly depth: number
  /** The agent this step belongs to: named by itself or the nearest ancestor, else the service. */
  readonly agentLabel: string
  /** The place in the app: nearest named node, else the operation. */
  readonly stepLabel: string
}

/** Why a run without an entry span is judged now. */
export type MissingEntry = 'none' | 'silent' | 'still_open'

export interface RunTree {
  readonly traceId: string
  /** All steps by start time, then span id. */
  readonly nodes: readonly TreeNode[]
  readonly roots: readonly TreeNode[]
  /**
   * `none`: an entry span has ended. `silent`: nothing came for so long that the run must have stopped without an end.
   * `still_open`: it was settled because it is old or large, and may well go on.
   */
  readonly missingEntry: MissingEntry
  readonly service: string
  readonly environment: string
  readonly agent: string
  readonly release: string
  readonly conversationId: string | null
  readonly userId: string | null
  readonly tags: readonly string[]
  /** What an earlier settle of the same run has counted already; empty at the first. */
  readonly earlier: EarlierCount
}

/** Memory of what was counted before, by span id (and for calls by what else identifies a call). */
export interface EarlierCount {
  /** This span was counted or looked at. */
  isSeen(spanId: string): boolean
  /** This span was counted as a model call. */
  isCountedCall(spanId: string): boolean
  /** A counted call named this span as its parent. */
  isParentOfCountedCall(spanId: string): boolean
  /** A counted call had this response id. */
  isCountedResponse(responseId: string): boolean
}

export const nothingEarlier: EarlierCount = {
  isSeen: () => false,
  isCountedCall: () => false,
  isParentOfCountedCall: () => false,
  isCountedResponse: () => false,
}

/** Ancestors from the parent up to the root. */
export function* ancestorsOf(node: TreeNode): Generator<TreeNode> {
  for (let current = node.parent; current !== null; current = current.parent) yield current
}
