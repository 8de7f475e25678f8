/** What leaves the fold is redacted, by the settings of the log and not by those of the day. */
import { expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import { type FoldSettings, parseSettings, settingsText } from '../../src/fold/settings.ts'
import { applyAll, type Arrival, arrivalsAsEntries, testSettings } from '../helpers/fold.ts'
import { agentRun, failed, llmCall, stepsOf } from '../helpers/steps.ts'

const error = failed('no mail for ada@mail.example, EMP-123456', 'ServerError', 500)
const steps = stepsOf([agentRun('planner', [llmCall({ name: 'ask EMP-123456', error })], { error })])

async function storedBy(settings: Partial<FoldSettings>): Promise<unknown> {
  const fold = new Fold(parseSettings(settingsText({ ...testSettings, ...settings })), emptyArchive)
  await applyAll(fold, arrivalsAsEntries(steps.map((step): Arrival => [0, 'a', step])))
  const [run] = fold.takeCheckpoint().runs
  return run?.steps.map(({ name, error: found }) => [name, found?.message])
}

const redaction = [{ name: 'employee', pattern: 'EMP-\\d{6}' }]

test('a stored run holds neither what is found by itself nor what the user’s own patterns find', async () => {
  expect(await storedBy({ redaction })).toEqual([
    ['planner', 'no mail for [email], [employee]'],
    ['ask [employee]', 'no mail for [email], [employee]'],
  ])
})

test('with full it is as it came', async () => {
  expect(await storedBy({ redaction, content: 'full' })).toEqual([
    ['planner', 'no mail for ada@mail.example, EMP-123456'],
    ['ask EMP-123456', 'no mail for ada@mail.example, EMP-123456'],
  ])
})

test('settings of a log from before there were patterns have none', () => {
  const { redaction: _, ...old } = testSettings
  expect(parseSettings(JSON.stringify(old)).redaction).toEqual([])
})
