/** docs/emitters.md against the captured bytes: what is said to be sent is read, and what is said not to be sent is not there. */
import { describe, expect, test } from 'vitest'
import { type Column, columns, type Emitter } from '../../scripts/emitters/emitter.ts'
import { seen } from '../../scripts/emitters/seen.ts'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { bestReading, type CaptureName, captureNames } from '../helpers/captures.ts'
import { entriesOf, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'

const isCapture = (name: string): name is CaptureName => captureNames.some((known) => known === name)

async function readRuns(name: CaptureName): Promise<readonly RunRecord[]> {
  const fold = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(requestsOf(name)))
  return fold.takeCheckpoint().runs
}

/** Whether anything of a column is in the bytes. */
function read(runs: readonly RunRecord[]): Readonly<Record<Column, boolean>> {
  const steps = runs.flatMap((run) => run.steps)
  const calls = steps.filter(({ isCounted, kind }) => isCounted && kind === 'llm')
  return {
    calls: calls.length > 0,
    tokens: calls.some(({ usage }) => (usage.input ?? 0) > 0 && (usage.output ?? 0) > 0),
    cache: calls.some(({ usage }) => (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0) > 0),
    reasoning: calls.some(({ usage }) => (usage.reasoning ?? 0) > 0),
    cost: calls.some(({ statedCostNanoUsd }) => (statedCostNanoUsd ?? 0) > 0),
    tools: steps.some(({ tool, toolReports }) => tool !== null || toolReports.length > 0),
    content: steps.some(({ hasContent }) => hasContent),
    conversation: runs.some(({ conversationId }) => conversationId !== null),
    user: runs.some(({ userId }) => userId !== null),
    failures: runs.some(({ failures }) => failures.length > 0),
  }
}

describe.each(seen.filter(({ captures }) => captures.length > 0).map((emitter) => [emitter.name, emitter] as const))(
  '%s',
  (_name, emitter) => {
    test('sends what the page says', async () => {
      const runs = await Promise.all(emitter.captures.filter(isCapture).map(readRuns))
      const found = read(runs.flat())
      const said = Object.fromEntries(columns.map((column) => [column, expected(emitter, column, found[column])]))
      expect(found).toEqual(said)
    })
  },
)

/** What is sent in part only need not be in these captures, nor what no model had to tell. */
function expected(emitter: Emitter, column: Column, found: boolean): boolean {
  const cell = emitter[column]
  if (cell.startsWith('partly: ')) return found
  return cell === 'yes' && (column === 'reasoning' ? found || hadReasoning(emitter) : true)
}

function hadReasoning({ captures }: Emitter): boolean {
  return captures
    .filter(isCapture)
    .some((name) => Object.values(bestReading(name).tokens_by_model).some(({ reasoning }) => (reasoning ?? 0) > 0))
}

test('every capture has its row, and every row that names one has its bytes', () => {
  const named = seen.flatMap(({ captures }) => captures)
  expect(named.toSorted()).toEqual([...captureNames].toSorted())
})
