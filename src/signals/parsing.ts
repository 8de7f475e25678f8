/**
 * Which call's answer a step could or could not read. Its span does not say; place and time do: the last call that ended before, looked for in the
 * smallest part of the run around the step that holds one, so that things done side by side are not mixed up.
 */
import { ancestorsOf, type RunTree, type TreeNode } from '../model/run-tree.ts'
import { firstNotBefore } from '../model/sorted.ts'
import { CLOCK_STEP_US } from '../model/step.ts'

/** Finds the call whose answer a step read; null = no such call is known. */
export type AnswerOf = (reader: TreeNode) => TreeNode | null

/** What is known of who read the answers of calls. */
export interface Answers {
  readonly of: AnswerOf
  /** An attempt to parse has read this call's answer, well or not. */
  areRead(call: TreeNode): boolean
}

/** Attempts to parse, in the order in which they started, each with the call that answered. */
export type ParsedAnswers = ReadonlyMap<TreeNode, TreeNode | null>

/** A reader stands beside its call, or a few frameworks' spans away from it; a runaway recursion can be thousands deep. */
const MAX_LEVELS = 8

/** `calls` are the counted model calls of the run. Those that failed gave no answer. */
export function answerFinder(calls: readonly TreeNode[]): AnswerOf {
  let answers: AnswerIndex | null = null
  // Few runs parse anything.
  return (reader) => answerBefore(reader, (answers ??= indexAnswers(calls)))
}

/** Calls that gave an answer, by end: all of them, and those below each step near above them. */
interface AnswerIndex {
  readonly all: readonly TreeNode[]
  readonly below: ReadonlyMap<TreeNode, readonly TreeNode[]>
  readonly isAnswer: ReadonlySet<TreeNode>
}

function indexAnswers(calls: readonly TreeNode[]): AnswerIndex {
  const all = calls.filter(({ step }) => step.error === null).toSorted((a, b) => a.step.endUs - b.step.endUs)
  const below = new Map<TreeNode, TreeNode[]>()
  for (const call of all) {
    let levels = 0
    for (const above of ancestorsOf(call)) {
      if (++levels > MAX_LEVELS) break
      const list = below.get(above)
      if (list === undefined) below.set(above, [call])
      else list.push(call)
    }
  }
  return { all, below, isAnswer: new Set(all) }
}

function answerBefore(reader: TreeNode, { all, below, isAnswer }: AnswerIndex): TreeNode | null {
  let levels = 0
  for (let scope: TreeNode | null = reader; scope !== null && levels <= MAX_LEVELS; scope = scope.parent) {
    // A streamed answer may be read before its call has ended.
    if (isAnswer.has(scope)) return scope
    const call = lastBefore(below.get(scope) ?? [], reader)
    if (call !== null) return call
    levels++
  }
  return lastBefore(all, reader)
}

export function parsedAnswers(tree: RunTree, answerOf: AnswerOf): ParsedAnswers {
  return new Map(tree.nodes.filter(({ step }) => step.kind === 'parse').map((attempt) => [attempt, answerOf(attempt)]))
}

/** Calls whose answer was lost, or had to be asked for again: nothing could read it. `unparsed` are calls that a step without an attempt failed on. */
export function unreadCalls(answers: ParsedAnswers, unparsed: ReadonlySet<TreeNode>): ReadonlySet<TreeNode> {
  if (answers.size === 0) return unparsed
  const [read, unread] = [new Set<TreeNode>(), new Set<TreeNode>(unparsed)]
  for (const [attempt, call] of answers) if (call !== null) (attempt.step.parse?.outcome === 'failed' ? unread : read).add(call)
  for (const call of read) unread.delete(call)
  return unread
}

/** The last of the calls, which are sorted by end, that had ended when the reader began; one that is no attempt may have made the call itself. */
function lastBefore(calls: readonly TreeNode[], { step }: TreeNode): TreeNode | null {
  const beforeUs = (step.kind === 'parse' ? step.startUs : step.endUs) + CLOCK_STEP_US
  return calls[firstNotBefore(calls, (call) => call.step.endUs < beforeUs) - 1] ?? null
}
