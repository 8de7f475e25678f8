/**
 * Where errors began. An error that climbs up the tree is one failure; each failed step's error is followed down to the step it came from.
 * One pass from the deepest steps up, so that a run of thousands of failed steps stays cheap.
 */
import type { FailureKind } from '../model/failure.ts'
import type { TreeNode } from '../model/run-tree.ts'
import { hasGenAiMeaning } from '../model/step.ts'
import { errorKindIn } from './failures/index.ts'

export interface FailedStep {
  readonly node: TreeNode
  readonly kind: FailureKind
  /** First line of its message. */
  readonly line: string
  /** Where the error began; the step itself when nothing below explains it. */
  readonly origin: TreeNode
}

/** What is known of the steps below one step. */
interface Below {
  readonly failed: FailedStep[]
  /** Start of the last step with GenAI meaning: what was tried last. */
  latestStartUs: number
}

/** How many failed steps below are looked at for an explanation, last first: an error that ended a step was among the last in it. */
const MAX_CANDIDATES = 64

/** The failed steps among the given nodes of one tree. `counts` says whether a failed step matters at all. */
export function failedSteps(nodes: readonly TreeNode[], counts: (node: TreeNode) => boolean): readonly FailedStep[] {
  const all: FailedStep[] = []
  const belowOf = new Map<TreeNode, Below>()
  const firstCallUs = firstCallOf(nodes)
  const callers = new Set(nodes.flatMap(({ step, parent }) => (step.kind === 'llm' && step.error === null ? [parent] : [])))
  for (const node of nodes.toSorted((a, b) => b.depth - a.depth)) {
    const below = belowOf.get(node) ?? { failed: [], latestStartUs: Number.NEGATIVE_INFINITY }
    belowOf.delete(node)
    const candidates = below.failed.sort(lastFirst).slice(0, MAX_CANDIDATES)
    if (node.step.error !== null && counts(node)) {
      const failed = {
        node,
        kind: errorKindIn(node.step, firstCallUs < node.step.endUs, callers.has(node)) ?? 'step_error',
        line: firstLineOf(node),
      }
      const origin = candidates.find((candidate) => explains(candidate, failed, below.latestStartUs))?.origin ?? node
      const traced: FailedStep = { ...failed, origin }
      candidates.push(traced)
      all.push(traced)
    }
    if (node.parent === null) continue
    const latestStartUs = hasGenAiMeaning(node.step) ? Math.max(below.latestStartUs, node.step.startUs) : below.latestStartUs
    const above = belowOf.get(node.parent)
    if (above === undefined) {
      belowOf.set(node.parent, { failed: candidates, latestStartUs })
    } else {
      for (const candidate of candidates) above.failed.push(candidate)
      above.latestStartUs = Math.max(above.latestStartUs, latestStartUs)
    }
  }
  return all
}

/** When a model was first asked. */
function firstCallOf(nodes: readonly TreeNode[]): number {
  return nodes.reduce((first, { step }) => (step.kind === 'llm' ? Math.min(first, step.startUs) : first), Infinity)
}

function lastFirst(a: FailedStep, b: FailedStep): number {
  return (
    b.node.step.endUs - a.node.step.endUs || b.node.depth - a.node.depth || (a.node.step.spanId < b.node.step.spanId ? -1 : 1)
  )
}

/** Whether the error of a step is the one of a failed step below it. */
function explains(below: FailedStep, above: Omit<FailedStep, 'origin'>, latestStartUs: number): boolean {
  const { step } = below.node
  if (above.node.step.kind === 'tool') {
    // The framework's span and the protocol's span of one tool run.
    if (step.kind === 'tool' && step.tool?.name === above.node.step.tool?.name) return true
  } else if (above.kind === below.kind && above.kind !== 'step_error') {
    return true
  }
  if (sharesMessage(below.line, above.line)) return true
  // What was cancelled from outside did not fail by itself: why it was, the step around it says.
  if (below.kind === 'aborted_by_client' && saysOtherThanAbort(above.node)) return false
  // An error that names no cause is that of the last thing that was tried; if something was tried after it, the run had got over it.
  return above.kind === 'step_error' && (latestStartUs < step.endUs || latestStartUs === step.startUs)
}

/** Words for an end that the client itself made: it went away, or was told to. */
const abort = /abort|cancel|disconnect|client (?:has )?closed|connection reset|generatorexit/i

function saysOtherThanAbort({ step: { error } }: TreeNode): boolean {
  const said = `${error?.type ?? ''} ${error?.message ?? ''}`
  return saysSomething.test(said) && error?.httpStatus !== 499 && !abort.test(said)
}

/** Below this two messages may hold one another by chance. */
const MIN_SHARED_CHARACTERS = 8

function sharesMessage(a: string, b: string): boolean {
  if (a === b) return a !== ''
  return Math.min(a.length, b.length) >= MIN_SHARED_CHARACTERS && (a.includes(b) || b.includes(a))
}

const saysSomething = /[\p{L}\p{N}]/u

/**
 * First line of a step's error message, at most 300 characters; empty when it says nothing. Some validators write their findings as JSON over many
 * lines, of which the first is a bracket: there it is the whole message on one line.
 */
export function firstLineOf(node: TreeNode): string {
  const message = node.step.error?.message ?? ''
  const end = message.indexOf('\n')
  const line = (end < 0 ? message : message.slice(0, end)).trim()
  const said = saysSomething.test(line) ? line : message.replaceAll(/\s+/g, ' ').trim()
  return said.slice(0, 300).toWellFormed()
}
