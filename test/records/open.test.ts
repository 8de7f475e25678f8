import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'

import { expect, onTestFinished, test } from 'vitest'

import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import { StoreOpenError } from '../../src/records/store.ts'
import { checkpoint, delta, run, summary } from './builders.ts'
import { numberedCheckpoint, numberedIds } from './numbered.ts'
import { openStore, storePath } from './setup.ts'

async function refusal(path: string): Promise<string> {
  const error = await openSqliteStore({ path }).catch((reason: unknown) => reason)
  if (!(error instanceof StoreOpenError)) throw new Error(`Expected StoreOpenError, got ${String(error)}`)
  return error.message
}

test('a new file gets its tables, once', async () => {
  const path = storePath()
  await (await openStore(path)).close()
  await (await openStore(path)).close()
  const db = new DatabaseSync(path)
  expect(
    db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'kysely%' ORDER BY name")
      .all()
      .map((row) => row['name']),
  ).toEqual([
    'audit',
    'conversations',
    'deleted_notes',
    'deletions',
    'feedback',
    'keep_requests',
    'label_values',
    'meta',
    'note_feedback',
    'note_links',
    'note_quotes',
    'notes',
    'run_failures',
    'run_keys',
    'run_tags',
    'runs',
    'series',
    'settled',
    'sqlite_sequence',
    'tombstones',
    'transcripts',
  ])
  expect(
    db
      .prepare('SELECT name FROM kysely_migration')
      .all()
      .map((row) => row['name']),
  ).toEqual([
    '2026-11-23-first-tables',
    '2026-11-25-run-tags',
    '2026-11-26-feedback',
    '2026-11-26-notes',
    '2026-11-26-tombstones',
  ])
  db.close()
})

test('a database that a newer version has migrated is refused and stays as it was', async () => {
  const path = storePath()
  await (await openStore(path)).close()
  const db = new DatabaseSync(path)
  db.exec("INSERT INTO kysely_migration VALUES ('2099-01-01-something', '2099-01-01T00:00:00.000Z')")
  db.close()
  expect(await refusal(path)).toBe(
    `${path} was changed by a newer version of Agent Flywheel (migration 2099-01-01-something is not known here). Start that version.`,
  )
})

test('a migration that fails leaves nothing half done', async () => {
  const path = storePath()
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE runs (something)') // The fifth table of the migration: four are created before it fails.
  db.close()
  expect(await refusal(path)).toBe(`${path} could not be migrated: ${path}: table runs already exists`)
  const after = new DatabaseSync(path)
  expect(
    after.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'series', 'settled', 'runs')").all(),
  ).toEqual([{ name: 'runs' }])
  after.close()
})

test('what is no database, or in no folder, is refused', async () => {
  const path = storePath()
  writeFileSync(path, 'not a database '.repeat(1000))
  expect(await refusal(path)).toBe(`${path} cannot be opened as a database of Agent Flywheel: file is not a database`)
  const nowhere = `${storePath()}/missing/state.db`
  expect(await refusal(nowhere)).toBe(`${nowhere} cannot be opened as a database of Agent Flywheel: unable to open database file`)
})

test('when a database thread is gone, what is in flight and all later calls are rejected', async () => {
  const workers: Worker[] = []
  const remember = (worker: Worker): void => void workers.push(worker)
  process.on('worker', remember)
  onTestFinished(() => void process.off('worker', remember))
  const store = await openStore()
  const inFlight = store.save(checkpoint(1, { runs: [run('a')] }))
  const rejected = expect(inFlight).rejects.toThrow('has ended.')
  await Promise.all(workers.map((worker) => worker.terminate()))
  await rejected
  await expect(store.save(checkpoint(1))).rejects.toThrow('has ended.')
  await expect(store.restore()).rejects.toThrow('has ended.')
})

test('kill -9 in the middle of saving leaves the last saved checkpoint or the one after it, never a mixture', async () => {
  const path = storePath()
  const script = fileURLToPath(new URL('./save-forever.ts', import.meta.url))
  let before = 0
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, ['--no-warnings', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    let saved = before
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'open') continue
      saved = Number(line)
      // Not right after an answer: some milliseconds into the next save.
      if (saved === before + 4) setTimeout(() => child.kill('SIGKILL'), 3 + round * 4)
    }

    const store = await openSqliteStore({ path })
    const restored = await store.restore()
    const seq = restored?.fold.head.seq ?? 0
    expect(seq).toBeGreaterThanOrEqual(saved)
    expect(seq).toBeLessThanOrEqual(saved + 1)
    const expected = numberedCheckpoint(seq)
    expect(restored).toEqual({
      fold: expected.fold,
      pendingFeedback: [],
      pendingConversations: [],
      series: expected.series,
      labels: expected.labels,
    })
    const settled = await store.findSettled(numberedIds)
    expect(numberedIds.map((id) => settled.get(id)?.run)).toEqual(expected.settled)
    expect((await store.listRuns({ limit: 200 })).runs.toReversed()).toEqual(expected.runs.map(summary))
    expect((await store.findConversation('id-149'))?.runs).toBe(seq * delta('').runs)
    await store.close()
    before = seq
  }
})
