/** Loops: the detector `recursion_loop` against labelled real runs, and against made-up ones whose truth is known. */
import type { Evaluation } from './evaluation.ts'
import { evaluateAirline } from './loops/airline.ts'
import { evaluateControls } from './loops/controls.ts'
import { evaluateFailedRuns } from './loops/failed-runs.ts'
import { evaluateMadeUpRuns } from './loops/made-up.ts'

export const evaluation: Evaluation = {
  name: 'loops',
  question: 'Are the runs that go in circles found, and are healthy polls, batches and retries left alone?',
  run: async (report) => {
    await evaluateAirline(report)
    await evaluateFailedRuns(report)
    await evaluateControls(report)
    evaluateMadeUpRuns(report)
  },
}
