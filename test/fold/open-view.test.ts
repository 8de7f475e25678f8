import { expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import { OpenView } from '../../src/fold/open-view.ts'
import { entriesOf, oneByOne, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'

/** The agent that asks the same tool again and again, without its end. */
const traceId = '3b1078c3471f50031cb8ecc1b261e3d3'
const goingInCircles = oneByOne(requestsOf('otel-openai')).filter(
  ({ content }) => content.type === 'spans' && content.steps[0]?.traceId === traceId && !content.steps[0].step.isEntry,
)

test('a run that goes in circles burns visibly before it has ended', async () => {
  const view = new OpenView()
  const young = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(goingInCircles, { quietMs: 0 }))
  expect(view.gauges(young)).toEqual([{ service: 'shop-assistant', environment: 'test', runs: 1, costNanoUsd: 0, loops: 0 }])
  const older = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(goingInCircles, { quietMs: 5_000 }))
  // Six calls: 810 input tokens at 0.15 and 72 output tokens at 0.60 USD per million.
  expect(view.gauges(older)).toEqual([
    { service: 'shop-assistant', environment: 'test', runs: 1, costNanoUsd: 164_700, loops: 1 },
  ])
  expect(view.run(older, traceId)).toEqual(expect.objectContaining({ traceId, llmCalls: 6, toolCalls: 6, costNanoUsd: 164_700 }))
  expect(view.run(older, 'f'.repeat(32))).toBeNull()
})

test('nothing is open once everything has settled', async () => {
  const fold = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(goingInCircles))
  expect(new OpenView().gauges(fold)).toEqual([])
})
