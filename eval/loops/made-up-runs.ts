/** Made-up runs of all shapes, in a fixed order: run `n` is always the same. */
import { type JudgedRun, judgeBody } from '../support/judged-run.ts'
import { Random } from '../support/random.ts'
import { type ContentMode, contentModes, RunWriter } from './run-writer.ts'
import type { Shape } from './shape.ts'

export interface MadeUpRun {
  readonly shape: string
  readonly mode: ContentMode
  readonly seed: number
  readonly isFound: boolean
  readonly steps: number
}

export function judgeMadeUpRuns(shapes: readonly Shape[], runsPerShape: number): readonly MadeUpRun[] {
  return shapes.flatMap((shape, number) =>
    Array.from({ length: runsPerShape }, (_, at) => {
      const modes = shape.modes ?? contentModes
      const mode = modes[at % modes.length] ?? 'all'
      return judge(shape, mode, number * 100_000 + at)
    }),
  )
}

function judge(shape: Shape, mode: ContentMode, seed: number): MadeUpRun {
  const random = new Random(seed)
  const run = new RunWriter(random, mode)
  run.agent('assistant', () => shape.write(run, random))
  const judged = judgeBody(run.body())
  const steps = judged.reduce((sum, { tree }) => sum + tree.nodes.length, 0)
  return { shape: shape.name, mode, seed, isFound: judged.some(isLooped), steps }
}

/** Whether a loop was found in the shape of the run or in an error. */
export function isLooped(run: JudgedRun): boolean {
  return run.failures.some(({ kind }) => kind === 'recursion_loop')
}
