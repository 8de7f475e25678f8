/** What users say about the answers before, in the fold: it becomes feedback on the right run, once, over any restarts. */
import { describe, expect, test } from 'vitest'
import type { EntryContent } from '../../src/fold/content.ts'
import { Fold } from '../../src/fold/fold.ts'
import { userTurnOf } from '../../src/language/turn.ts'
import type { FeedbackRecord } from '../../src/model/feedback.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import { applyAll, type TestEntry, testSettings, TestStore } from '../helpers/fold.ts'
import { failed, runStartUs, step, stepId } from '../helpers/steps.ts'

const START_MS = runStartUs / 1_000
const MINUTE_MS = 60_000

/** One run of the conversation `talk`, five seconds long. */
interface Said {
  readonly atMs: number
  readonly text: string
  readonly isFailed?: boolean
  readonly conversationId?: string
}

function entriesOf(runs: readonly Said[], lastMs: number): readonly TestEntry[] {
  const entries: TestEntry[] = []
  let atMs = START_MS
  const add = (kind: EntryKind, content: EntryContent): void => {
    entries.push({ seq: entries.length + 1, atMs, kind, bytes: 100, content })
  }
  const passUntil = (untilMs: number): void => {
    for (; atMs + 1_000 <= untilMs; add('tick', { type: 'tick', door: [] })) atMs += Math.min(5_000, untilMs - atMs)
  }
  runs.forEach(({ atMs: startMs, text, isFailed = false, conversationId = 'talk' }, index) => {
    passUntil(START_MS + startMs + 5_000)
    const said = step({
      spanId: stepId(index + 1),
      kind: 'llm',
      operation: 'chat',
      agent: 'support',
      conversationId,
      userId: 'ann',
      startUs: (START_MS + startMs) * 1_000,
      endUs: (START_MS + startMs + 5_000) * 1_000,
      said: userTurnOf(text),
      error: isFailed ? failed('boom', 'ServerError', 500) : null,
    })
    add('spans', { type: 'spans', steps: [{ traceId: traceOf(index), step: said }], feedback: [], rejected: [] })
  })
  passUntil(START_MS + lastMs)
  return entries
}

function traceOf(index: number): string {
  return String(index).padStart(32, '0')
}

async function heard(runs: readonly Said[], lastMs: number, restartEvery = Infinity): Promise<readonly FeedbackRecord[]> {
  const store = new TestStore()
  let fold = new Fold(testSettings, store)
  const entries = entriesOf(runs, lastMs)
  for (const [index, entry] of entries.entries()) {
    await applyAll(fold, [entry])
    if (index % restartEvery !== restartEvery - 1) continue
    store.save(fold.takeCheckpoint())
    const state = store.restore()
    if (state === null) throw new Error('nothing was saved')
    fold = Fold.restore(state, store)
    await applyAll(
      fold,
      entries.filter(({ seq }) => seq > fold.mark.seq && seq <= entry.seq),
    )
  }
  store.save(fold.takeCheckpoint())
  return [...store.feedback.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const brief = ({ id, rating, target, comment }: FeedbackRecord): readonly unknown[] => [id, rating, target.traceId, comment]

describe('a signal becomes feedback on the run that it is about', () => {
  const question = 'Where is the parcel that I ordered last week?'
  test.each<[string, readonly Said[], number, readonly (readonly unknown[])[]]>([
    [
      'a question that is asked again',
      [
        { atMs: 0, text: question },
        { atMs: 20_000, text: question },
      ],
      2 * MINUTE_MS,
      [[`implicit:repeated:${traceOf(0)}`, 'negative', traceOf(0), `asked again: "${question}", then "${question}"`]],
    ],
    [
      'thanks',
      [
        { atMs: 0, text: question },
        { atMs: 20_000, text: 'Thank you, that helped!' },
      ],
      2 * MINUTE_MS,
      [[`implicit:thanked:${traceOf(0)}`, 'positive', traceOf(0), 'thanked: "Thank you, that helped!"']],
    ],
    [
      'nobody who comes back after a failure',
      [{ atMs: 0, text: question, isFailed: true }],
      40 * MINUTE_MS,
      [[`implicit:gave_up:${traceOf(0)}`, 'negative', traceOf(0), `nothing came for 30 min after this failed: "${question}"`]],
    ],
    [
      'somebody who does is no one who gave up',
      [
        { atMs: 0, text: question, isFailed: true },
        { atMs: 10 * MINUTE_MS, text: 'Please cancel the order instead.' },
      ],
      80 * MINUTE_MS,
      [],
    ],
    [
      'the words of another conversation are about nothing here',
      [
        { atMs: 0, text: question },
        { atMs: 20_000, text: question, conversationId: 'other' },
      ],
      2 * MINUTE_MS,
      [],
    ],
  ])('%s', async (_, runs, lastMs, expected) => {
    expect((await heard(runs, lastMs)).map(brief)).toEqual(expected)
    expect((await heard(runs, lastMs, 3)).map(brief)).toEqual(expected)
  })

  test('quotes are redacted, and where contents are off nothing is remembered', async () => {
    const runs: readonly Said[] = [
      { atMs: 0, text: 'Please send the invoice for my order to me@example.com today' },
      { atMs: 20_000, text: 'Please send the invoice for my order to me@example.com today' },
    ]
    const [signal] = await heard(runs, MINUTE_MS)
    expect(signal?.comment).toContain('[email]')
    expect(signal?.comment).not.toContain('example.com')

    const store = new TestStore()
    const fold = await applyAll(new Fold({ ...testSettings, content: 'off' }, store), entriesOf(runs, MINUTE_MS))
    store.save(fold.takeCheckpoint())
    expect([store.feedback.size, store.conversationMemory.size]).toEqual([0, 0])
    expect(JSON.stringify([...store.runs.values()])).not.toContain('invoice')
  })
})
