/**
 * Failed tools that no span reports: the model was told of them in its next call. Where a span of the tool is there but says that all was well, the
 * report is the truth about it.
 */
import type { RunTree, TreeNode } from '../model/run-tree.ts'
import type { ToolReport } from '../model/step.ts'
import { runFinder } from './told-runs.ts'
import { toolOutcome } from './tool-outcome.ts'

export interface ToldFailure {
  readonly report: ToolReport
  /** The tool's span, else the call that asked for the tool, else the call that was told. */
  readonly node: TreeNode
  /** The tool's span, null = it has none. */
  readonly run: TreeNode | null
  /** The call that was told. */
  readonly told: TreeNode
}

/** `calls` are the counted model calls and `runs` the tool runs, both in order. Each failure once, however often it was told. */
export function toldFailures(tree: RunTree, calls: readonly TreeNode[], runs: readonly TreeNode[]): readonly ToldFailure[] {
  if (calls.every(({ step }) => step.toolReports.length === 0)) return []
  const askers = askersById(tree.nodes)
  const found: ToldFailure[] = []
  const known = new Set<string>()
  const runOf = runFinder(runs)
  const answers = new Map<TreeNode | null, number>()
  for (const told of calls) {
    const answered = answers.get(told.parent) ?? 0
    for (const report of told.step.toolReports) {
      const key = keyOf(report, told, answered)
      if (known.has(key)) continue
      known.add(key)
      const run = runOf(report, told)
      // A span that says why it failed needs no report.
      if (run !== null && toolOutcome(run) !== 'ok' && run.step.error?.message !== null) continue
      found.push({ report, run, told, node: run ?? (report.callId === null ? undefined : askers.get(report.callId)) ?? told })
    }
    if (told.step.error === null) answers.set(told.parent, answered + 1)
  }
  return found
}

/** Without an id only the same place tells that it is the same failure: a call that was tried again is told all of it again. */
function keyOf({ callId, name, message }: ToolReport, { parent }: TreeNode, answered: number): string {
  return callId ?? JSON.stringify([parent?.step.spanId ?? '', answered, name, message])
}

function askersById(nodes: readonly TreeNode[]): ReadonlyMap<string, TreeNode> {
  const askers = new Map<string, TreeNode>()
  for (const node of nodes)
    for (const { callId } of node.step.answer?.toolCalls ?? [])
      if (callId !== null && !askers.has(callId)) askers.set(callId, node)
  return askers
}

/** The tool's name by the report, else by the call that asked for it. */
export function toolNameOf({ report, node }: ToldFailure): string {
  if (report.name !== null) return report.name
  return node.step.answer?.toolCalls.find(({ callId }) => callId === report.callId)?.name ?? node.step.tool?.name ?? ''
}
