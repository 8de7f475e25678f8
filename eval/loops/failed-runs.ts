/**
 * 84 failed runs of agents that talk in a group. Their label is the decisive mistake with a reason in words; no label says "loop". Reasons that speak
 * of steps or tries that ran out are read as one. The spans hold no tools and no limit, only who spoke and what: mostly there is no loop to be seen,
 * and what counts here is that none is made up.
 */
import type { Report } from '../evaluation.ts'
import { type JudgedRun, judgeBody } from '../support/judged-run.ts'
import { bodiesOf, labelsOf, missingData } from '../support/labelled-data.ts'
import { scores } from '../support/statistics.ts'
import { evidenceOf } from './airline.ts'
import { isLooped } from './made-up-runs.ts'

const DATA = 'failed-runs-dev'

interface Label {
  readonly trace_id: string
  readonly conversation_id: string
  readonly reason: string
}

const looping =
  /exhaust|step limit|interaction limit|infinite|endless|loop|again and again|repeat(?:s|ed|edly|ing)\b|multiple (?:times|attempts)/i

export async function evaluateFailedRuns(report: Report): Promise<void> {
  report.line(`\n${DATA}: real runs, label "the reason speaks of steps or tries that ran out"`)
  const missing = missingData(DATA)
  if (missing !== null) return report.line(`  ${missing}`)
  const labels = new Map((await labelsOf<Label>(DATA)).map((label) => [label.trace_id, label]))
  const cases: { readonly label: Label; readonly run: JudgedRun; readonly isThere: boolean; readonly isFound: boolean }[] = []
  for await (const body of bodiesOf(DATA)) {
    for (const run of judgeBody(body)) {
      const label = labels.get(run.traceId)
      if (label !== undefined) cases.push({ label, run, isThere: looping.test(label.reason), isFound: isLooped(run) })
    }
  }
  report.line(`  ${cases.length} of ${labels.size} labelled runs were read`)
  report.table(scores(cases))
  for (const { label, run, isThere } of cases.filter(({ isFound }) => isFound))
    report.line(`  found in ${label.conversation_id}${isThere ? '' : ' without a label'}: ${evidenceOf(run)}`)
  for (const { label, run } of cases.filter(({ isThere, isFound }) => isThere && !isFound))
    report.line(`  not found in ${label.conversation_id} (${mostSaid(run)}): ${label.reason}`)
}

/** How many agents spoke, and whether one said the same again in other words is not to be seen: the texts are gone. */
function mostSaid({ tree }: JudgedRun): string {
  const turns = tree.nodes.filter(({ step, parent }) => step.kind === 'agent' && parent !== null)
  const agents = new Set(turns.map(({ step }) => step.agent))
  return `${turns.length} turns of ${agents.size} agents, no tool spans, no error`
}
