/** The evaluation's made-up runs, a few of each shape: what `npm run eval -- loops` measures must not get worse unseen. */
import { expect, test } from 'vitest'
import { circleShapes } from '../../../eval/loops/circles.ts'
import { healthyShapes } from '../../../eval/loops/healthy.ts'
import { judgeMadeUpRuns } from '../../../eval/loops/made-up-runs.ts'

test('healthy polls, batches and retries are not flagged', () => {
  const flagged = judgeMadeUpRuns(healthyShapes, 16).filter(({ isFound }) => isFound)
  expect(flagged.map(({ shape, mode, seed }) => `${shape}, ${mode}, ${seed}`)).toEqual([])
})

test('runs that go in circles are found', () => {
  const missed = judgeMadeUpRuns(circleShapes, 8).filter(({ isFound }) => !isFound)
  // Of a tool without spans it is not known what came of it: where the model answers in the end, it may have been a poll.
  expect(new Set(missed.map(({ shape }) => shape))).toEqual(new Set(['a call that models ask for, without spans of tools']))
})
