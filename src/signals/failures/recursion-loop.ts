/**
 * The agent goes in circles: it reached its step limit, or it ran the same tool with the same arguments again and again and got the same result.
 * A healthy poll (same call, changing result) and a batch (same tool, different arguments) are not loops.
 */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import { beganAfter } from '../../model/step.ts'
import { type ErrorDetector, type Finding, type RunDetector, states } from './detector.ts'
import { nearestAncestor } from '../nearest.ts'
import { toolRuns } from '../tools.ts'

/** Equal calls in a row with equal results that make a loop. */
const MIN_REPEATS = 3
/** The same when results failed or are not on the wire: an agent may try a failing tool again a few times in good faith. */
const MIN_REPEATS_WITHOUT_RESULT = 5

const phrases = [
  'graphrecursionerror',
  'graph_recursion_limit',
  'recursion limit',
  'recursionerror',
  'maximum recursion depth',
  'maximum call stack size exceeded',
  'maxstepserror',
  'maxturnsexceeded',
  'max_turns',
  'max turns',
  'maxiterations',
  'max iterations',
  'maximum iterations',
  'maximum number of iterations',
  'maximum number of steps',
  'maximum number of turns',
  'agent stopped due to iteration limit',
  'exceed the request_limit',
]

/** For instance "agent stopped after 6 steps without an answer". */
const stoppedAfterSteps = /stopped after \d{1,6} (?:steps|turns|iterations|rounds)/

export const recursionLimit: ErrorDetector = {
  kind: 'recursion_loop',
  matches: (error) => states(error, phrases) || stoppedAfterSteps.test(error.message),
}

export const recursionLoop: RunDetector = {
  kind: 'recursion_loop',
  find: (tree) => longestRepeat(tree),
}

function longestRepeat(tree: RunTree): Finding | null {
  let best: readonly TreeNode[] = []
  for (const row of repeatedRows(toolRuns(tree))) if (row.length > best.length) best = row
  const [first, last] = [best[0], best.at(-1)]
  if (first === undefined || last === undefined) return null
  const sameResult = outcomeOf(first) !== null
  const evidence = `tool ${first.step.tool?.name ?? ''} was called ${best.length} times in a row with the same arguments${sameResult ? '; the result never changed' : ''}`
  return { node: first, evidence, wasted: stepsOfLoop(tree, first, last) }
}

function* repeatedRows(runs: readonly TreeNode[]): Generator<readonly TreeNode[]> {
  // One row an agent at work: three helpers that each ask for the date once are no loop, wherever their calls fall in time.
  const agentStepOf = nearestAncestor(({ step }) => step.kind === 'agent')
  for (const ownRuns of Map.groupBy(runs, agentStepOf).values()) {
    let row: TreeNode[] = []
    for (const run of ownRuns) {
      const [first] = row
      if (first !== undefined && !isSameCall(first, run)) {
        if (isLoop(row)) yield row
        row = []
      }
      row.push(run)
    }
    if (isLoop(row)) yield row
  }
}

function isLoop(row: readonly TreeNode[]): boolean {
  const [first] = row
  if (first?.step.tool?.argumentsFingerprint == null) return false
  const hasResult = first.step.tool.resultFingerprint !== null && first.step.error === null
  return row.length >= (hasResult ? MIN_REPEATS : MIN_REPEATS_WITHOUT_RESULT)
}

function isSameCall(a: TreeNode, b: TreeNode): boolean {
  return (
    a.step.tool?.name === b.step.tool?.name &&
    a.step.tool?.argumentsFingerprint === b.step.tool?.argumentsFingerprint &&
    outcomeOf(a) === outcomeOf(b)
  )
}

/** What the tool answered, comparable; a failed run by its error. Null = not on the wire. */
function outcomeOf(node: TreeNode): string | null {
  if (node.step.error !== null) return `error ${node.step.error.type ?? ''} ${node.step.error.message ?? ''}`
  return node.step.tool?.resultFingerprint ?? null
}

/** The first call was worth its money and so is what came of it in the end; between them the agent went in circles. */
function stepsOfLoop(tree: RunTree, first: TreeNode, last: TreeNode): readonly TreeNode[] {
  return tree.nodes.filter(
    ({ step, agentLabel }) =>
      agentLabel === first.agentLabel && beganAfter(step, first.step) && step.startUs <= last.step.startUs,
  )
}
