/**
 * What failed in a run and whether the user felt it. An error that climbs up the tree is one failure, counted where it began; the run failed when
 * an error left its entry span, when it never ended, or when it went in circles and never answered.
 */
import type { Failure, FailureImpact, FailureKind } from '../model/failure.ts'
import { ancestorsOf, type RunTree, type TreeNode } from '../model/run-tree.ts'
import { beganAfter, hasGenAiMeaning, modelOf, type Step } from '../model/step.ts'
import { entriesOf } from './entries.ts'
import { callDetectors, runDetectors } from './failures/index.ts'
import type { Finding } from './failures/detector.ts'
import { parseEvidence } from './failures/parse-error.ts'
import { type FailedStep, failedSteps, firstLineOf } from './origins.ts'
import type { AnswerOf } from './parsing.ts'

export interface Judgement {
  readonly failures: readonly JudgedFailure[]
  readonly failed: boolean
  /** Steps that a loop wasted. */
  readonly looped: ReadonlySet<TreeNode>
  /** Calls whose answer a step failed to parse. */
  readonly unparsed: ReadonlySet<TreeNode>
}

export interface JudgedFailure extends Failure {
  readonly node: TreeNode
  /** The model that failed, or whose answer did; empty where none is to blame. */
  readonly model: string
}

/** Judges a run. `calls` are its counted model calls in order, `answerOf` says which of them a step read. */
export function judge(tree: RunTree, calls: readonly TreeNode[], answerOf: AnswerOf): Judgement {
  const entries = entriesOf(tree)
  const errors = errorsOf(tree, entries)
  const causes = fatalOrigins(errors, entries)
  const cutShort = callFindings(calls)
  const cutByCall = new Map<TreeNode | null, CallFinding>(cutShort.toReversed().map((finding) => [finding.node, finding]))
  const inRun = runFindings(tree)
  const loop = inRun.find((finding) => finding.kind === 'recursion_loop')
  const stuck = loop !== undefined && (causes.size > 0 || endedWithoutAnswer(tree, calls))

  const failures: JudgedFailure[] = []
  const unparsed = new Set<TreeNode>()
  for (const { node, kind, origin } of errors) {
    if (origin !== node || (loop !== undefined && kind === 'recursion_loop')) continue
    const isFatal = causes.has(node) && kind !== 'aborted_by_client'
    const answered = kind === 'parse_error' ? answerOf(node) : null
    if (answered !== null) unparsed.add(answered)
    // Half a JSON does not parse: the failure is the cut, not what could not read the answer or fell over it.
    const cut = cutByCall.get(isFatal && kind === 'step_error' ? lastCallAt(node, calls) : answered)
    if (cut === undefined) failures.push(errorFailure(node, kind, isFatal, answered))
    else if (isFatal) cut.impact = 'fatal'
  }
  for (const { node, kind, impact, evidence } of cutShort) failures.push(failure(node, kind, impact, evidence))
  for (const { node, kind, evidence } of inRun) {
    if (kind === 'incomplete' && stuck) continue
    failures.push(failure(node, kind, kind === 'incomplete' || stuck ? 'fatal' : 'recovered', evidence))
  }
  return {
    failures: failures.sort(byPlace),
    failed: failures.some((item) => item.impact === 'fatal'),
    looped: new Set(loop?.wasted),
    unparsed,
  }
}

function failure(node: TreeNode, kind: FailureKind, impact: FailureImpact, detail: string): JudgedFailure {
  return { kind, impact, spanId: node.step.spanId, detail, node, model: node.step.kind === 'llm' ? modelOf(node.step) : '' }
}

function errorFailure(node: TreeNode, kind: FailureKind, isFatal: boolean, answered: TreeNode | null): JudgedFailure {
  const found = failure(node, kind, isFatal ? 'fatal' : 'recovered', describeError(node, answered))
  return answered === null ? found : { ...found, model: modelOf(answered.step) }
}

function byPlace(a: JudgedFailure, b: JudgedFailure): number {
  return (
    a.node.step.startUs - b.node.step.startUs || (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : a.kind < b.kind ? -1 : 1)
  )
}

/** Spans without GenAI meaning count only where the run itself began. */
function errorsOf(tree: RunTree, entries: readonly TreeNode[]): readonly FailedStep[] {
  const isEntry = new Set(entries)
  return failedSteps(tree.nodes, (node) => hasGenAiMeaning(node.step) || isEntry.has(node))
}

/** The failures that left the run: for each entry span that failed for good, the step its error began at. */
function fatalOrigins(errors: readonly FailedStep[], entries: readonly TreeNode[]): ReadonlySet<TreeNode> {
  const isEntry = new Set(entries)
  const successes = lastSuccesses(entries)
  const failedForGood = errors.filter(({ node }) => {
    const success = successes.get(node.step.name)
    return isEntry.has(node) && (success === undefined || !beganAfter(success, node.step))
  })
  return new Set(failedForGood.map(({ origin }) => origin))
}

/** Calls without a common parent are entries of their own: when a later one of the same name went well, the application had tried again. */
function lastSuccesses(entries: readonly TreeNode[]): ReadonlyMap<string, Step> {
  // Entries are in the order in which they started.
  return new Map(entries.filter(({ step }) => step.error === null).map(({ step }) => [step.name, step]))
}

interface CallFinding {
  readonly node: TreeNode
  readonly kind: FailureKind
  impact: FailureImpact
  readonly evidence: string
}

function callFindings(calls: readonly TreeNode[]): readonly CallFinding[] {
  return calls.flatMap((node) =>
    callDetectors.flatMap((detector) => {
      const evidence = node.step.error === null ? detector.evidence(node.step) : null
      return evidence === null ? [] : [{ node, kind: detector.kind, impact: 'recovered' as const, evidence }]
    }),
  )
}

function runFindings(tree: RunTree): readonly (Finding & { readonly kind: FailureKind })[] {
  return runDetectors.flatMap((detector) => {
    const finding = detector.find(tree)
    return finding === null ? [] : [{ ...finding, kind: detector.kind }]
  })
}

/** The model asked for one more tool and nothing came after: the user never got an answer. */
function endedWithoutAnswer(tree: RunTree, calls: readonly TreeNode[]): boolean {
  return (
    (tree.missingEntry === 'silent' && entriesOf(tree).length === 0) ||
    calls.at(-1)?.step.finishReasons.includes('tool_call') === true
  )
}

/** The last call of the run, where the step is around it or came after it; null otherwise. */
function lastCallAt(node: TreeNode, calls: readonly TreeNode[]): TreeNode | null {
  const call = calls.at(-1)
  if (call === undefined || beganAfter(node.step, call.step)) return call ?? null
  for (const ancestor of ancestorsOf(call)) if (ancestor === node) return call
  return null
}

function describeError(node: TreeNode, answered: TreeNode | null): string {
  const line = firstLineOf(node)
  if (node.step.kind === 'parse') return parseEvidence(node.step, answered?.step ?? null, line)
  const what = node.step.tool === null ? node.step.name : `tool ${node.step.tool.name}`
  const type = node.step.error?.type ?? null
  if (line !== '') return `${what}: ${line}`
  return type === null ? `${what} failed without saying why` : `${what}: ${type}`
}
