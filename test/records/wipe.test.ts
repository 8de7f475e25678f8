/** Erasing for good: what was erased is in no byte of the files. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { type Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'

import { saveCheckpoint } from '../../src/records/checkpoint.ts'
import { findErasable } from '../../src/records/erasable.ts'
import { erase, eraseConversations, eraseRuns } from '../../src/records/erase.ts'
import type { Tables } from '../../src/records/schema.ts'
import { emptyWal, wipe } from '../../src/records/wipe.ts'
import { checkpoint, delta, failure, run, step } from './builders.ts'
import { openDatabase } from './database.ts'
import { storePath } from './setup.ts'

/** The words that are in the files. Read by another process: closing a file that is also open as a database would give up its locks. */
function found(path: string, words: readonly string[]): string[] {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file))
  const content = execFileSync('cat', files, { maxBuffer: 1 << 30 })
  return words.filter((word) => content.includes(word))
}

const users = Array.from({ length: 60 }, (_, i) => `canary-${i}-`)
const T = 1_800_000_000_000

/** Runs of all users in a random order, some settled twice, the oldest pruned: a table in which rows have moved. */
async function fill(db: Kysely<Tables>): Promise<void> {
  for (let batch = 1; batch <= 12; batch++) {
    const runs = Array.from({ length: 150 }, (_, i) => {
      const user = users[Math.floor(Math.random() * users.length)] ?? ''
      const traceId = `${Math.random() < 0.1 && batch > 1 ? batch - 1 : batch}-${i}`
      const filler = randomBytes(Math.random() < 0.5 ? 100 : 3_000).toString('base64')
      return run(traceId, {
        userId: user,
        conversationId: `c-${user}`,
        tags: [`t-${user}`],
        failures: [failure({ detail: `${user} ${filler}` })],
        steps: [step({ userId: user, error: { type: null, message: user, httpStatus: null, cause: null, kind: null } })],
      })
    })
    await saveCheckpoint(
      db,
      checkpoint(batch, { runs, conversations: runs.map(({ conversationId }) => delta(conversationId ?? '')) }),
    )
  }
  await db.deleteFrom('runs').where('trace_id', 'like', '1-%').execute()
  await db.deleteFrom('run_tags').where('trace_id', 'like', '1-%').execute()
}

async function eraseHalf(db: Kysely<Tables>): Promise<readonly string[]> {
  const half = users.slice(0, 30)
  for (const userId of half) {
    const what = await findErasable(db, { kind: 'user', userId }, T)
    await erase(db, what, [eraseRuns, eraseConversations((_, id) => `${id.length}-${half.indexOf(userId)}`)])
  }
  return half
}

test('after a wipe nothing of the erased is in the files, and everything of the others is', async () => {
  const path = storePath()
  const db = await openDatabase(path)
  await fill(db)
  const half = await eraseHalf(db)
  expect(await wipe(db)).toEqual({ isCompact: true, isWalEmpty: true })
  expect(found(path, half)).toEqual([])
  expect(found(path, users)).toEqual(users.slice(30))
  expect((await sql<{ ok: string }>`PRAGMA integrity_check`.execute(db)).rows).toEqual([{ integrity_check: 'ok' }])
})

test('in a file that is too large to be written anew, what was deleted is overwritten', async () => {
  const path = storePath()
  const db = await openDatabase(path)
  const texts = Array.from({ length: 40 }, (_, i) => `canary-${i + 10}-`)
  await saveCheckpoint(
    db,
    checkpoint(1, { runs: texts.map((detail, i) => run(`${i}`, { failures: [failure({ detail: detail.repeat(1_000) })] })) }),
  )
  await erase(db, { traceIds: texts.slice(5).map((_, i) => `${i + 5}`), userId: null, conversations: [], deletedAtMs: T }, [
    eraseRuns,
  ])
  expect(await wipe(db, 0)).toEqual({ isCompact: false, isWalEmpty: true })
  expect(found(path, texts)).toEqual(texts.slice(0, 5))
})

test('a file from before deletes were overwritten is written anew however large it is, and only once', async () => {
  const path = storePath()
  await (await openDatabase(path)).destroy()
  const older = new DatabaseSync(path)
  older.exec('PRAGMA secure_delete = OFF; PRAGMA application_id = 0')
  const insert = older.prepare("INSERT INTO transcripts VALUES (?, 'failed', 1, ?)")
  for (let i = 0; i < 40; i++) insert.run(`${i}`, `canary-${i + 10}-`.padEnd(20_000, '.'))
  older.exec('DELETE FROM transcripts')
  older.close()
  const words = Array.from({ length: 40 }, (_, i) => `canary-${i + 10}-`)
  expect(found(path, words).length).toBeGreaterThan(20)
  const db = await openDatabase(path)
  expect(await wipe(db, 0)).toEqual({ isCompact: true, isWalEmpty: true })
  expect(found(path, words)).toEqual([])
  expect(await wipe(db, 0)).toEqual({ isCompact: false, isWalEmpty: true })
})

test('whoever reads an older state holds the WAL up: it is said, and done once they have finished', async () => {
  const path = storePath()
  const db = await openDatabase(path)
  await sql`PRAGMA busy_timeout = 20`.execute(db)
  const reader = new DatabaseSync(path, { readOnly: true })
  onTestFinished(() => reader.close())
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM runs').get()
  await saveCheckpoint(db, checkpoint(1, { runs: [run('canary-1')] }))
  expect(await emptyWal(db, 2)).toBe(false)
  const emptied = emptyWal(db)
  setTimeout(() => reader.exec('COMMIT'), 300)
  expect(await emptied).toBe(true)
})
