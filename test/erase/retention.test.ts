/** What is over its retention is gone, by a clock that is moved. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, type TestContext } from 'vitest'
import type { Transcript } from '../../src/model/transcript.ts'
import { Person } from '../helpers/canary-person.ts'
import { given } from '../helpers/feedback.ts'
import { checkpoint, run } from '../records/builders.ts'
import { openStore } from '../records/setup.ts'
import { Rooms } from './rooms.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const kept = ['runs', 'run_failures', 'run_tags', 'settled', 'conversations', 'transcripts', 'keep_requests', 'feedback'] as const

test('a month and an hour later runs, transcripts, conversations and feedback are gone; deletions a log longer, and the audit log stays', async (context) => {
  const [a, b] = [new Person('ann'), new Person('bob')]
  const first = await Rooms.open(context, { settings: { feedback: { ratings: [], holdMs: 0 } } })
  const { dir } = first
  await first.send(...a.wholeRun(), ...a.failedRun(), ...b.failedRun())
  await first.rest()
  await first.give(given({ traceId: a.traceId('whole') }, { id: 'joined' }), given({ messageId: 'nobody' }, { id: 'waits' }))
  first.keeper.start()
  await sleep(3_000)
  await first.delete({ kind: 'user', userId: b.userId })
  await first.store.transcripts.request({ traceId: a.traceId('whole'), reason: 'again', askedAtMs: Date.now() })
  await first.keeper.close()
  await first.close()
  // An hour later somebody has given up on the run that failed: feedback of that time.
  await startedAfter(context, dir, HOUR_MS)
  const before = rowsIn(dir)
  for (const table of [...kept, 'run_keys', 'tombstones', 'deletions', 'audit'])
    expect([table, before[table]]).not.toEqual([table, 0])

  await startedAfter(context, dir, 30 * DAY_MS - HOUR_MS)
  expect(rowsIn(dir)).toEqual(before)
  await startedAfter(context, dir, 30 * DAY_MS + 2 * HOUR_MS)
  // Another start: feedback that waited is given up at the first, and gone with the next trim.
  await startedAfter(context, dir, 30 * DAY_MS + 2 * HOUR_MS)
  const after = rowsIn(dir)
  for (const table of kept) expect([table, after[table]]).toEqual([table, 0])
  expect([after['tombstones'], after['deletions'], after['audit']]).toEqual([before['tombstones'], 1, 1])
  await startedAfter(context, dir, 31 * DAY_MS + 2 * HOUR_MS)
  // Hashes of ids lie together by day, and go with their day.
  expect(rowsIn(dir)['run_keys']).toBe(0)
  await startedAfter(context, dir, 37 * DAY_MS + 2 * HOUR_MS)
  const last = rowsIn(dir)
  expect([last['tombstones'], last['deletions'], last['audit']]).toEqual([0, 0, 1])
})

test('a transcript goes with its run, also where somebody picked it late', async () => {
  const store = await openStore()
  await store.save(
    checkpoint(1, { runs: ['old', 'new'].map((traceId) => run(traceId, { settledAtMs: traceId === 'old' ? 1_000 : 9_000 })) }),
  )
  const transcript = { conversationId: null, reason: 'picked', keptAtMs: 9_000, steps: [] } as unknown as Transcript
  await store.transcripts.save(
    [
      { ...transcript, traceId: 'old' },
      { ...transcript, traceId: 'new' },
    ],
    [],
  )
  await store.prune({ runsBeforeMs: 5_000, settledBeforeMs: 5_000, settledBelow: 0 })
  expect([await store.transcripts.state('old'), await store.transcripts.state('new')]).toEqual(['none', 'kept'])
})

/** Starts where the first one stopped, so much later, and stops again. */
async function startedAfter(context: TestContext, dir: string, ms: number): Promise<void> {
  const rooms = await Rooms.open(context, { dir, now: () => Date.now() + ms })
  await rooms.rest()
  await sleep(1_500)
  await rooms.close()
  expect(rooms.reports).toEqual([])
}

function rowsIn(dir: string): Readonly<Record<string, number>> {
  const db = new DatabaseSync(join(dir, 'state.db'), { readOnly: true })
  const tables = [...kept, 'run_keys', 'tombstones', 'deletions', 'audit']
  const counts = tables.map((table) => [table, Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])])
  db.close()
  return Object.fromEntries(counts)
}
