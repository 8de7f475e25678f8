/** One thing an agent did, made comparable: a tool run, or a tool that a model asked for where tools have no spans. */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import { CLOCK_STEP_US, type RequestedTool, type Step } from '../../model/step.ts'
import { countedCalls } from '../calls.ts'
import { nearestAncestor } from '../nearest.ts'
import type { SaidError } from './loop.ts'

export interface Act {
  readonly node: TreeNode
  readonly name: string
  /** Fingerprint of the arguments; null = not on the wire. */
  readonly exact: string | null
  /** Tool and arguments, small differences left out; null = the arguments are not on the wire. */
  readonly call: string | null
  /** What came of it, comparable; null = not on the wire. */
  readonly outcome: string | null
  readonly error: SaidError | null
}

/** The acts of each agent at work, in order. Three helpers that each ask for the date once are three agents, wherever their calls fall in time. */
export function actsByAgent(tree: RunTree, runs: readonly TreeNode[]): readonly (readonly Act[])[] {
  const names = new Set(runs.map(({ step }) => step.tool?.name))
  const isNeeded = runs.some(isWithoutArguments) || tree.nodes.some(({ step }) => asksForOther(step, names))
  const calls = isNeeded ? countedCalls(tree, 'llm') : []
  const acts = [...runActs(runs, requestsById(calls)), ...requestActs(calls, names)]
  // A tool that works for itself with a model and tools is an agent at work as well.
  const workerOf = nearestAncestor(({ step }) => step.kind === 'agent' || step.kind === 'tool')
  return [...Map.groupBy(acts, ({ node }) => workerOf(node)).values()].map(inOrder)
}

/** A request that is known may tell what this run was given. */
function isWithoutArguments({ step: { tool } }: TreeNode): boolean {
  return tool !== null && tool.callId !== null && tool.argumentsFingerprint === null
}

function asksForOther({ answer }: Step, names: ReadonlySet<string | undefined>): boolean {
  return answer !== null && answer.toolCalls.some(({ name }) => !names.has(name))
}

function* runActs(runs: readonly TreeNode[], requests: ReadonlyMap<string, RequestedTool>): Generator<Act> {
  const callOf = callNames()
  for (const node of runs) {
    const { tool, error } = node.step
    if (tool === null) continue
    const asked = tool.callId === null ? undefined : requests.get(tool.callId)
    const exact = tool.argumentsFingerprint ?? asked?.argumentsFingerprint ?? null
    // Unless it is known what came of it, other words for the same thing prove nothing.
    const loose = error === null && tool.resultFingerprint === null ? null : tool.looseArguments
    yield { node, name: tool.name, exact, call: callOf(tool.name, exact, loose), outcome: outcomeOf(node), error }
  }
}

/** Gives calls that are equal letter by letter, or in other letters, the same name: the fingerprint of the first of them. */
function callNames(): (tool: string, exact: string | null, loose: string | null) => string | null {
  const names = new Map<string, string>()
  return (tool, exact, loose) => {
    if (exact === null) return null
    const inOtherLetters = `${tool} ~ ${loose ?? exact}`
    const name = names.get(inOtherLetters) ?? `${tool} = ${exact}`
    names.set(inOtherLetters, name)
    return name
  }
}

function outcomeOf({ step }: TreeNode): string | null {
  if (step.error !== null) return `error ${step.error.type ?? ''} ${step.error.message ?? ''}`
  return step.tool?.resultFingerprint ?? null
}

function requestsById(calls: readonly TreeNode[]): ReadonlyMap<string, RequestedTool> {
  const asked = calls.flatMap(({ step }) => step.answer?.toolCalls ?? [])
  return new Map(asked.flatMap((tool) => (tool.callId === null ? [] : [[tool.callId, tool]])))
}

/** What models asked for, of tools that never sent a span. A tool that failed is told to the model in its next call. */
function* requestActs(calls: readonly TreeNode[], withSpans: ReadonlySet<string | undefined>): Generator<Act> {
  const reports = new Map(calls.flatMap(({ step }) => step.toolReports.map((report) => [report.callId, report.message])))
  for (const node of calls) {
    for (const { name, callId, argumentsFingerprint: exact } of node.step.answer?.toolCalls ?? []) {
      if (withSpans.has(name)) continue
      const message = callId === null ? null : (reports.get(callId) ?? null)
      const error: SaidError | null = message === null ? null : { type: null, message }
      const outcome = message === null ? null : `error ${message}`
      yield { node, name, exact, call: exact === null ? null : `${name} = ${exact}`, outcome, error }
    }
  }
}

/** One after the other. Things done side by side are put in an order of their own, and copies among them are one: none had seen the other's result. */
function inOrder(acts: readonly Act[]): readonly Act[] {
  const ordered: Act[] = []
  let side: Act[] = []
  let sideEndUs = 0
  for (const act of acts.toSorted(byStart)) {
    const { startUs, endUs } = act.node.step
    const isNext = side.length === 0 || (startUs > sideEndUs - CLOCK_STEP_US && act.node !== side[0]?.node)
    if (isNext) {
      for (const item of withoutCopies(side)) ordered.push(item)
      side = []
    }
    sideEndUs = isNext ? endUs : Math.max(sideEndUs, endUs)
    side.push(act)
  }
  for (const item of withoutCopies(side)) ordered.push(item)
  return ordered
}

function byStart(a: Act, b: Act): number {
  const [first, second] = [a.node.step, b.node.step]
  return first.startUs - second.startUs || (first.spanId < second.spanId ? -1 : first.spanId > second.spanId ? 1 : 0)
}

function withoutCopies(side: readonly Act[]): readonly Act[] {
  if (side.length <= 1) return side
  const first = new Map<string, Act>()
  for (const act of side) {
    const key = `${act.call ?? act.name} ${act.outcome ?? ''}`
    if (!first.has(key)) first.set(key, act)
  }
  return [...first].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, act]) => act)
}
