/**
 * What failed in a run and whether the user felt it. An error that climbs up the tree is one failure, counted where it began; the run failed when
 * an error left its entry span, when it never ended, or when it went in circles and never answered.
 */
import type { Failure, FailureImpact, FailureKind } from '../model/failure.ts'
import { ancestorsOf, type RunTree, type TreeNode } from '../model/run-tree.ts'
import { beganAfter, hasGenAiMeaning, modelOf, type Step } from '../model/step.ts'
import { entriesOf } from './entries.ts'
import { callFindings, isUnusable, runFindings, type StepFinding, stepFindings } from './findings.ts'
import { parseEvidence } from './failures/parse-error.ts'
import { nearestAncestor } from './nearest.ts'
import { type FailedStep, failedSteps, firstLineOf } from './origins.ts'
import type { Answers } from './parsing.ts'
import { type ToldFailure, toolNameOf } from './told.ts'

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

/**
 * Judges a run. `calls` are its counted model calls in order, `answers` says which of them a step read, `told` are failed tools that no span
 * reports.
 */
export function judge(tree: RunTree, calls: readonly TreeNode[], answers: Answers, told: readonly ToldFailure[] = []): Judgement {
  const entries = entriesOf(tree)
  const last = lastCallOf(calls)
  const errors = errorsOf(tree, entries)
  const causes = fatalOrigins(errors, entries)
  // What answers for the agent, such as a web server, may have answered all the same.
  const isLeft = entries.every(({ step }) => hasGenAiMeaning(step)) || tree.nodes.some(leftAgent)
  const lastCause = causes.size === 0 && isLeft ? unansweredCause(errors, calls, last) : null
  if (lastCause !== null) causes.add(lastCause)
  const ofCalls = callFindings(calls)
  giveUpOnAnswers(ofCalls, calls)
  const spoilt = new Map(ofCalls.map((finding) => [finding.node, finding]))
  const inRun = runFindings(tree)
  const loop = inRun.find((finding) => finding.kind === 'recursion_loop')
  const stuck = loop !== undefined && (causes.size > 0 || endedWithoutAnswer(tree, calls))

  const incomplete = inRun.find((finding) => finding.kind === 'incomplete')
  const lastWord = incomplete === undefined ? null : endedInError(tree, errors)
  if (lastWord !== null) causes.add(lastWord)

  const failures: JudgedFailure[] = []
  const toldRuns = new Set(told.map(({ run }) => run))
  const unparsed = new Set<TreeNode>()
  for (const { node, kind: named, origin } of errors) {
    const kind = ofArguments(node, named, answers) ?? named
    if (origin !== node || toldRuns.has(node) || (loop !== undefined && kind === 'recursion_loop')) continue
    // What the application made of the loop.
    if (stuck && kind === 'step_error' && causes.has(node) && !hasGenAiMeaning(node.step)) continue
    const isFatal = causes.has(node) && kind !== 'aborted_by_client'
    const answered = isReader(node, kind) ? answers.of(node) : null
    if (answered !== null) unparsed.add(answered)
    const cause = causeOf({ node, kind, isFatal, answered }, spoilt, last)
    if (cause === undefined) failures.push(errorFailure(node, kind, isFatal, answered))
    else if (isFatal) makeFatal(cause)
  }
  const ofTold = told.map((item) => toldFailure(item, causes.has(item.node)))
  const isNamed = namedAround([...failures, ...ofTold.filter(({ node }) => node.step.tool !== null)])
  const toldOf = new Set(told.map(({ node }) => node))
  const reported = [...failures, ...ofTold]
  const isReported = (kind: FailureKind, node: TreeNode): boolean => {
    if (kind === 'tool_bad_arguments') return isNamed(node) || toldOf.has(node)
    if (kind === 'unknown_tool') return isNamedUnknown(node, reported) || toldOf.has(node)
    return unchecked.has(kind) && (unparsed.has(node) || answers.areRead(node))
  }
  for (const { node, kind, impact, evidence } of [...ofCalls, ...stepFindings(tree)]) {
    const isKnown = isReported(kind, node)
    if (!isKnown) failures.push(failure(node, kind, impact, evidence))
  }
  failures.push(...ofTold)
  for (const { node, kind, evidence } of inRun) {
    if (kind === 'incomplete' && (stuck || lastWord !== null)) continue
    failures.push(failure(node, kind, kind === 'incomplete' || stuck ? 'fatal' : 'recovered', evidence))
  }
  return {
    failures: failures.sort(byPlace),
    failed: failures.some((item) => item.impact === 'fatal'),
    looped: new Set(loop?.wasted),
    unparsed,
  }
}

/** Somewhere in the run something says of a tool that this call asked for that it does not exist. */
function isNamedUnknown({ step }: TreeNode, failures: readonly JudgedFailure[]): boolean {
  const names = step.answer?.toolCalls.flatMap(({ name, isOffered }) => (isOffered === false ? [name] : [])) ?? []
  return failures.some(({ kind, detail }) => kind === 'unknown_tool' && names.some((name) => detail.includes(name)))
}

const ofTools: ReadonlySet<FailureKind> = new Set(['tool_bad_arguments', 'tool_error', 'unknown_tool'])

/** Whether a tool or agent has said the same of what a call asked for: one beside it that ran later, below it, or around it. */
function namedAround(failures: readonly JudgedFailure[]): (call: TreeNode) => boolean {
  const latestUnder = new Map<TreeNode | null, number>()
  const named = new Set<TreeNode>()
  for (const { kind, node } of failures) {
    if (!ofTools.has(kind)) continue
    const startUs = node.step.tool === null ? Infinity : node.step.startUs
    latestUnder.set(node.parent, Math.max(latestUnder.get(node.parent) ?? -Infinity, startUs))
    named.add(node)
  }
  return (call) =>
    [call.parent, call].some((place) => (latestUnder.get(place) ?? -Infinity) >= call.step.startUs) ||
    (call.parent !== null && named.has(call.parent))
}

/** What did not fit was not an answer but what the model wrote for a tool. */
function ofArguments(node: TreeNode, kind: FailureKind, answers: Answers): FailureKind | null {
  if ((kind !== 'parse_error' && kind !== 'schema_error') || node.step.kind === 'parse') return null
  return answers.of(node)?.step.answer?.form === 'tool_calls' ? 'tool_bad_arguments' : null
}

/** What failed is what read a model's answer. */
function isReader({ step }: TreeNode, kind: FailureKind): boolean {
  return kind === 'parse_error' || kind === 'schema_error' || step.kind === 'parse'
}

/** Half a JSON does not parse: the failure is the cut answer, not what could not read it or fell over it. */
function causeOf(
  error: { readonly node: TreeNode; readonly kind: FailureKind; readonly isFatal: boolean; readonly answered: TreeNode | null },
  spoilt: ReadonlyMap<TreeNode, StepFinding>,
  last: LastCall | null,
): StepFinding | undefined {
  const { node, kind, isFatal, answered } = error
  if (answered !== null) {
    const finding = spoilt.get(answered)
    return finding !== undefined && isUnusable(finding) ? finding : undefined
  }
  const finding = isFatal && last !== null && isAtEnd(node, last) ? spoilt.get(last.call) : undefined
  // An error that names its cause is that of the answer only if it is the same; a blocked answer and a refused one are told apart by few.
  return finding !== undefined && (kind === 'step_error' || (isUnusable({ kind }) && isUnusable(finding))) ? finding : undefined
}

/** Findings about answers that somebody did look at are none: the reader says what is wrong. */
const unchecked: ReadonlySet<FailureKind> = new Set(['malformed_output', 'schema_violation'])

const noticed: ReadonlyMap<FailureKind, FailureKind> = new Map([
  ['malformed_output', 'parse_error'],
  ['schema_violation', 'schema_error'],
])

/** The run ended because of this answer: somebody did look at it. */
function makeFatal(finding: StepFinding): void {
  finding.impact = 'fatal'
  finding.kind = noticed.get(finding.kind) ?? finding.kind
}

function toldFailure(item: ToldFailure, isFatal: boolean): JudgedFailure {
  const { node, report } = item
  const name = toolNameOf(item)
  const detail = `${name === '' ? 'a tool' : `tool ${name}`} failed, as the model was told: ${report.message}`
  // The model is to blame for what it asked for, not for a tool's own trouble.
  return {
    ...failure(node, report.kind, isFatal ? 'fatal' : 'recovered', detail),
    model: report.kind === 'tool_error' ? '' : modelOf(node.step),
  }
}

function failure(node: TreeNode, kind: FailureKind, impact: FailureImpact, detail: string): JudgedFailure {
  const { spanId } = node.step
  return { kind, impact, spanId, detail: oneLine(detail), node, model: node.step.kind === 'llm' ? modelOf(node.step) : '' }
}

const MAX_DETAIL = 500
/** What emitters write goes into it: names with line breaks, messages with colours for a terminal. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

function oneLine(detail: string): string {
  return detail.replaceAll(unprintable, ' ').slice(0, MAX_DETAIL).toWellFormed()
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
function fatalOrigins(errors: readonly FailedStep[], entries: readonly TreeNode[]): Set<TreeNode> {
  const isEntry = new Set(entries)
  const attempts = lastAttempts(entries)
  const failedForGood = errors.filter(({ node }) => {
    const last = attempts.get(attemptOf(node.step))
    return isEntry.has(node) && (last === undefined || !beganAfter(last, node.step))
  })
  return new Set(failedForGood.map(({ origin }) => origin))
}

/** Calls without a common parent are entries of their own: where a later one has the same name, the application had tried again. */
function lastAttempts(entries: readonly TreeNode[]): ReadonlyMap<string, Step> {
  // Entries are in the order in which they started.
  return new Map(entries.map(({ step }) => [attemptOf(step), step]))
}

/** The name without the model, which spans of calls carry in theirs: another one may have been tried. */
function attemptOf({ name, requestModel }: Step): string {
  return requestModel === null ? name : name.replace(` ${requestModel}`, '')
}

/** The error went on in the code around the agent, such as the handler of a message: nobody there had an answer for it. */
function leftAgent({ step, parent }: TreeNode): boolean {
  return (
    step.error !== null && hasGenAiMeaning(step) && parent !== null && parent.step.error !== null && !hasGenAiMeaning(parent.step)
  )
}

/** Not every framework says at its entry that it gave up: where the last call failed and none had answered before, the user got no answer. */
function unansweredCause(errors: readonly FailedStep[], calls: readonly TreeNode[], last: LastCall | null): TreeNode | null {
  // An agent that failed and after which nothing was asked any more; one that is a tool of another is that one's to judge.
  const toolAround = nearestAncestor(({ step }) => step.kind === 'tool')
  const agent = errors.findLast(
    ({ node, kind }) => node.step.kind === 'agent' && kind !== 'aborted_by_client' && toolAround(node) === null,
  )
  const wentOn =
    last !== null && agent !== undefined && beganAfter(last.call.step, agent.node.step) && !last.around.has(agent.node)
  if (agent !== undefined && !wentOn) {
    // One that helps beside the agent that answers, or after it, takes nothing away from the user.
    const agentAround = nearestAncestor((node) => node === agent.node)
    const isBeside = calls.some((call) => hasAnswered(call.step) && agentAround(call) === null)
    return isBeside ? null : agent.origin
  }
  if (last === null || last.call.step.error === null || calls.some(({ step }) => hasAnswered(step))) return null
  return errors.find(({ node, kind }) => node === last.call && kind !== 'aborted_by_client')?.origin ?? null
}

/** The span a run began with never came, but the last thing that happened in it was an error: some frameworks send no end of what throws. */
function endedInError(tree: RunTree, errors: readonly FailedStep[]): TreeNode | null {
  const last = tree.nodes.reduce((latest, { step }) => Math.max(latest, step.endUs), 0)
  const top = errors.find(({ node, kind }) => node.parent === null && node.step.endUs >= last && kind !== 'aborted_by_client')
  return top?.origin ?? null
}

function hasAnswered({ error, finishReasons, answer }: Step): boolean {
  return error === null && !finishReasons.includes('tool_call') && answer?.form !== 'tool_calls'
}

/** An answer that was cut or refused, and asked for again, and was again, or a tool that does not exist at the very end: the application gave up. */
function giveUpOnAnswers(findings: readonly StepFinding[], calls: readonly TreeNode[]): void {
  const byCall = new Map(findings.map((finding) => [finding.node, finding]))
  const [last, before] = calls
    .slice(-2)
    .toReversed()
    .map((call) => byCall.get(call))
  if (last?.kind === 'unknown_tool') last.impact = 'fatal'
  if (before === undefined || last === undefined || before.kind !== last.kind) return
  if ((last.kind === 'truncated' || last.kind === 'refusal') && before.node.parent === last.node.parent) last.impact = 'fatal'
}

/** The model asked for one more tool and nothing came after: the user never got an answer. */
function endedWithoutAnswer(tree: RunTree, calls: readonly TreeNode[]): boolean {
  return (
    (tree.missingEntry === 'silent' && entriesOf(tree).length === 0) ||
    calls.at(-1)?.step.finishReasons.includes('tool_call') === true ||
    ranToolLast(tree, calls)
  )
}

/** Logs and some frameworks have no finish reasons: then a tool that ran after the last call tells what that one asked for. */
function ranToolLast(tree: RunTree, calls: readonly TreeNode[]): boolean {
  const last = calls.at(-1)?.step
  if (last === undefined || last.finishReasons.length > 0) return false
  // A tool may begin while the answer still streams.
  return tree.nodes.some(({ step }) => step.tool !== null && step.startUs > last.startUs && step.endUs >= last.endUs)
}

interface LastCall {
  readonly call: TreeNode
  readonly around: ReadonlySet<TreeNode>
}

function lastCallOf(calls: readonly TreeNode[]): LastCall | null {
  const call = calls.at(-1)
  return call === undefined ? null : { call, around: new Set(ancestorsOf(call)) }
}

/** Whether the step is around the last call of the run or came after it. */
function isAtEnd(node: TreeNode, { call, around }: LastCall): boolean {
  return around.has(node) || beganAfter(node.step, call.step)
}

function describeError(node: TreeNode, answered: TreeNode | null): string {
  const line = firstLineOf(node)
  if (node.step.kind === 'parse') return parseEvidence(node.step, answered?.step ?? null, line)
  const what =
    node.step.tool === null
      ? node.step.name
      : `tool ${node.step.tool.name === '' ? (node.parent?.step.tool?.name ?? '') : node.step.tool.name}`
  const type = node.step.error?.type ?? null
  if (line !== '') return `${what}: ${line}`
  return type === null ? `${what} failed without saying why` : `${what}: ${type}`
}
