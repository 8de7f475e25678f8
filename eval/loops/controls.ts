/** Real runs of single calls and of plain talk: nothing in them can go in circles, so that whatever is found is wrong. */
import type { Report } from '../evaluation.ts'
import { judgeBody } from '../support/judged-run.ts'
import { bodiesOf, missingData } from '../support/labelled-data.ts'
import { share } from '../support/statistics.ts'
import { evidenceOf } from './airline.ts'
import { isLooped } from './made-up-runs.ts'

const DATA = ['tool-calls-dev', 'finance-intents-dev'] as const

export async function evaluateControls(report: Report): Promise<void> {
  report.line('\nreal runs that hold no loop')
  for (const name of DATA) {
    const missing = missingData(name)
    if (missing !== null) {
      report.line(`  ${missing}`)
      continue
    }
    let [runs, flagged] = [0, 0]
    for await (const body of bodiesOf(name)) {
      for (const run of judgeBody(body)) {
        runs++
        if (!isLooped(run)) continue
        flagged++
        report.line(`  found in trace ${run.traceId} of ${name}: ${evidenceOf(run)}`)
      }
    }
    report.line(`  ${name}: flagged ${share(flagged, runs)}`)
  }
}
