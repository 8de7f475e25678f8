/** What log records and twins add to what the user said. */
import { expect, test } from 'vitest'
import { withNotes } from '../../src/assemble/notes.ts'
import { OpenRuns } from '../../src/assemble/open-runs.ts'
import { withTwins } from '../../src/assemble/twins.ts'
import { noteOfHeard } from '../../src/dialects/logs/heard.ts'
import { userTurnOf } from '../../src/language/turn.ts'
import type { Step } from '../../src/model/step.ts'
import { note, runStartUs, secondUs, step, stepId } from '../helpers/steps.ts'

const said = (words: string): Pick<Step, 'said'> => ({ said: userTurnOf(words) })
const call = (over: Partial<Step> = {}): Step => step({ kind: 'llm', name: 'chat', ...over })

function quotes(steps: readonly Step[]): readonly (string | null)[] {
  return steps.map((item) => item.said?.quote ?? null)
}

test('of a call without content the last user message in the log is what was said', () => {
  const earlier = note({ key: 'said 1', spanId: stepId(1), atUs: 1, ...said('Where is it?') })
  const last = note({ key: 'said 2', spanId: stepId(1), atUs: 2, ...said('And when?') })
  expect(quotes(withNotes([call()], [last, earlier]))).toEqual(['And when?'])
})

test('of messages with one time, which came in two bodies, the one that came later is the last', () => {
  const messages = ['Where is it?', 'No, the other one', 'And when?']
  for (const sent of [messages, messages.toReversed()]) {
    const runs = new OpenRuns()
    const notes = sent.flatMap((text) => noteOfHeard({ spanId: stepId(1), atUs: 1, text }) ?? [])
    for (const heard of [note({ key: 'tool 1', spanId: stepId(1), atUs: 1 }), ...notes])
      runs.addNote('a', heard, { seq: 1, atMs: 1, uptimeMs: 1, bytes: 0, entry: 2 }, () => null)
    expect(quotes(withNotes([call()], runs.get('a')?.notes.values() ?? []))).toEqual([sent.at(-1)])
  }
})

test('a span with content knows better: its last message is a tool’s answer', () => {
  const last = note({ key: 'said 1', spanId: stepId(1), ...said('Where is it?') })
  expect(quotes(withNotes([call({ hasContent: true })], [last]))).toEqual([null])
  expect(quotes(withNotes([step()], [last]))).toEqual([null])
})

test('a prompt without a span is heard in the first call that ended after it', () => {
  const at = (seconds: number): number => runStartUs + seconds * secondUs
  const logged = (number: number, ends: number): Step =>
    call({ spanId: stepId(number), source: 'log', startUs: at(ends - 1), endUs: at(ends) })
  const prompt = (seconds: number, words: string) =>
    note({ key: `said ${seconds}`, spanId: '', atUs: at(seconds), ...said(words) })
  const steps = [logged(3, 9), logged(1, 3), logged(2, 5)]
  expect(quotes(withNotes(steps, [prompt(7, 'And when?'), prompt(1, 'Where is it?'), prompt(20, 'Bye')]))).toEqual([
    'And when?',
    'Where is it?',
    null,
  ])
})

test('what one twin was told the other was, too', () => {
  const outer = call({ spanId: stepId(1), responseId: 'resp-1', ...said('Where is it?') })
  const inner = call({ spanId: stepId(2), parentId: stepId(1), responseId: 'resp-1' })
  expect(quotes(withTwins([outer, inner]))).toEqual(['Where is it?', 'Where is it?'])
})
