/**
 * 200 runs of one airline agent. Their label is a fact about letters, not a verdict: a model's request for a tool that equals, letter by letter, an
 * earlier one of the run, whatever happened in between. Asking again after the person spoke, or after other work, is labelled and is no loop; so it is
 * read in two ways, and every run on which we disagree is listed with what lies between.
 */
import type { Report } from '../evaluation.ts'
import { type JudgedRun, judgeBody } from '../support/judged-run.ts'
import { bodiesOf, labelsOf, missingData } from '../support/labelled-data.ts'
import { scores, share } from '../support/statistics.ts'
import { isLooped } from './made-up-runs.ts'

const DATA = 'airline-agent-dev'

interface Label {
  readonly trace_id: string
  readonly conversation_id: string
  readonly failed: boolean
  readonly repeated_identical_call_spans: readonly string[]
}

interface Case {
  readonly label: Label
  readonly run: JudgedRun
  readonly isFound: boolean
  /** How often the call that is asked for most often is asked for; 1 = nothing is repeated. */
  readonly mostAsked: number
  readonly between: string
}

export async function evaluateAirline(report: Report): Promise<void> {
  report.line(`\n${DATA}: real runs, label "asked for the same, letter by letter, earlier in the run"`)
  const missing = missingData(DATA)
  if (missing !== null) return report.line(`  ${missing}`)
  const labels = new Map((await labelsOf<Label>(DATA)).map((label) => [label.trace_id, label]))
  const cases: Case[] = []
  for await (const body of bodiesOf(DATA)) {
    for (const run of judgeBody(body)) {
      const label = labels.get(run.traceId)
      if (label !== undefined) cases.push(caseOf(label, run))
    }
  }
  report.line(`  ${cases.length} of ${labels.size} labelled runs were read`)
  tell(report, 'asked for twice or more often', cases, ({ mostAsked }) => mostAsked >= 2)
  tell(report, 'asked for three times or more often', cases, ({ mostAsked }) => mostAsked >= 3)
  const flagged = cases.filter(({ isFound }) => isFound)
  report.line(
    `  runs with a loop that failed their task: ${share(flagged.filter(({ label }) => label.failed).length, flagged.length)}`,
  )
  for (const { label, run } of flagged) report.line(`  found in ${label.conversation_id}: ${evidenceOf(run)}`)
  for (const { label, mostAsked } of cases.filter((item) => item.isFound && item.mostAsked < 2))
    report.line(`  found without a label in ${label.conversation_id}: asked ${mostAsked} times letter by letter`)
  for (const item of cases.filter(({ isFound, mostAsked }) => !isFound && mostAsked >= 2))
    report.line(`  not found in ${item.label.conversation_id}: asked ${item.mostAsked} times; in between ${item.between}`)
}

function tell(report: Report, reading: string, cases: readonly Case[], isThere: (item: Case) => boolean): void {
  report.line(`  read as "${reading}":`)
  report.table(scores(cases.map((item) => ({ isThere: isThere(item), isFound: item.isFound }))))
}

export function evidenceOf(run: JudgedRun): string {
  return run.failures.find(({ kind }) => kind === 'recursion_loop')?.detail ?? ''
}

function caseOf(label: Label, run: JudgedRun): Case {
  const labelled = new Set(label.repeated_identical_call_spans)
  const repeats = Map.groupBy(
    run.tree.nodes.filter(({ step }) => labelled.has(step.spanId)),
    ({ step }) => requestOf(step.answer?.toolCalls[0]),
  )
  const [request, spans] = [...repeats].sort(([, a], [, b]) => b.length - a.length)[0] ?? ['', []]
  return { label, run, isFound: isLooped(run), mostAsked: spans.length + 1, between: between(run, request) }
}

function requestOf(tool: { readonly name: string; readonly argumentsFingerprint: string | null } | undefined): string {
  return tool === undefined ? '' : `${tool.name} ${tool.argumentsFingerprint ?? ''}`
}

/** What happened from the first to the last time something was asked for, in short. */
function between(run: JudgedRun, request: string): string {
  const calls = run.tree.nodes.filter(({ step }) => step.kind === 'llm')
  const asked = calls.map(({ step }) => requestOf(step.answer?.toolCalls[0]))
  const inside = calls.slice(asked.indexOf(request) + 1, asked.lastIndexOf(request))
  const turns = inside.filter(({ step }) => step.finishReasons.includes('stop')).length
  const others = inside.flatMap(({ step }) => step.answer?.toolCalls ?? []).filter((tool) => requestOf(tool) !== request)
  const parts = [
    turns > 0 ? `the person spoke ${turns} times` : '',
    others.length > 0 ? `tools ${others.map(({ name }) => name).join(', ')}` : '',
  ]
  return parts.filter((part) => part !== '').join(', ') || 'nothing'
}
