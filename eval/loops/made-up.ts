/** Made-up runs: healthy ones that do things again, of which hardly any may be flagged, and true loops, of which as many as possible are to be found. */
import type { Report } from '../evaluation.ts'
import { scores, share } from '../support/statistics.ts'
import { circleShapes } from './circles.ts'
import { hardCircleShapes } from './hard-circles.ts'
import { healthyShapes } from './healthy.ts'
import { judgeMadeUpRuns, type MadeUpRun } from './made-up-runs.ts'

const HEALTHY_RUNS_PER_SHAPE = 200
const LOOPS_PER_SHAPE = 200

export function evaluateMadeUpRuns(report: Report): void {
  const startMs = performance.now()
  const healthy = judgeMadeUpRuns(healthyShapes, HEALTHY_RUNS_PER_SHAPE)
  const loops = judgeMadeUpRuns(circleShapes, LOOPS_PER_SHAPE)
  report.line(`\nmade-up runs: ${healthyShapes.length} healthy shapes, ${circleShapes.length} that go in circles`)
  report.table(
    scores([
      ...healthy.map(({ isFound }) => ({ isThere: false, isFound })),
      ...loops.map(({ isFound }) => ({ isThere: true, isFound })),
    ]),
  )
  report.line('  healthy runs that were flagged, by what the emitter lets out:')
  report.table(rowsBy(healthy, ({ mode }) => mode))
  report.line('  healthy shapes of which some were flagged:')
  report.table(
    rowsBy(
      healthy.filter(({ shape }) => healthy.some((run) => run.shape === shape && run.isFound)),
      ({ shape }) => shape,
    ),
  )
  report.line('  loops that were found, by shape:')
  report.table(rowsBy(loops, ({ shape }) => shape))
  const hard = judgeMadeUpRuns(hardCircleShapes, LOOPS_PER_SHAPE)
  report.line('  loops that hide, by shape (not in the recall above):')
  report.table(rowsBy(hard, ({ shape }) => shape))
  const steps = [...healthy, ...loops, ...hard].reduce((sum, run) => sum + run.steps, 0)
  report.line(
    `  ${steps} steps written, read and judged: ${Math.round((steps / (performance.now() - startMs)) * 1_000)} a second`,
  )
}

function rowsBy(runs: readonly MadeUpRun[], keyOf: (run: MadeUpRun) => string): readonly (readonly string[])[] {
  const rows = [...Map.groupBy(runs, keyOf)].map(([key, group]) => [
    key,
    share(group.filter(({ isFound }) => isFound).length, group.length),
  ])
  return rows.length === 0 ? [['none', '']] : rows
}
