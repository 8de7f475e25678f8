/** Deleting for good: what was replaced or deleted is in no byte of the files. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { expect, onTestFinished, test } from 'vitest'

import { LogDatabase } from '../../src/log/database.ts'
import type { Log, Replacement } from '../../src/log/log.ts'
import { openLogFile, scrubFile } from '../../src/log/schema.ts'
import { bytes, entry, logPath, openLog, readAll, texts } from './setup.ts'

const noLimits = { belowSeq: Infinity, olderThanMs: Infinity, maxBytes: Infinity }
const gone = (): Replacement => ({ body: new Uint8Array(), format: 'protobuf', encoding: 'identity' })

/** The words that are in the log's files. Read by another process: closing a file that is also open as a database would give up its lock. */
function found(path: string, words: readonly string[]): string[] {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file))
  const content = execFileSync('cat', files, { maxBuffer: 1 << 30 })
  return words.filter((word) => content.includes(word))
}

test('a replaced entry keeps its number, time and kind, and a copy of what was sent first is still recognised', async () => {
  const path = logPath()
  const log = await openLog({ path, now: () => 5 })
  for (const body of ['a', 'bbbb', 'c']) await log.append(entry(body))
  const replaced = await log.replace(2, { body: bytes('new'), format: 'json', encoding: 'identity' })
  const again = await log.append(entry('bbbb'))
  expect({ replaced, again }).toEqual({ replaced: true, again: { seq: 2, atMs: 5, duplicate: true } })
  await log.close()

  const reopened = await openLog({ path, now: () => 5, monotonicNow: () => 0 })
  expect(await reopened.append(entry('bbbb'))).toEqual(again)
  expect((await readAll(reopened))[1]).toEqual({
    seq: 2,
    atMs: 5,
    version: 1,
    kind: 'spans',
    format: 'json',
    encoding: 'identity',
    body: bytes('new'),
  })
  expect(await texts(reopened)).toEqual(['1 a', '2 new', '3 c'])
  expect(await reopened.stats()).toEqual({ entries: 3, bytes: 5, firstSeq: 1, lastSeq: 3, lastAtMs: 5 })
})

test('an entry that is not there any more is not replaced', async () => {
  const log = await openLog({ path: logPath() })
  await log.append(entry('a'))
  await log.trim({ ...noLimits, maxBytes: 0 })
  expect([await log.replace(1, gone()), await log.replace(2, gone())]).toEqual([false, false])
  expect(await log.stats()).toMatchObject({ entries: 0, bytes: 0 })
})

test('a replacement that cannot be written leaves the entry as it was', () => {
  const time = { wallMs: 1000, monotonicMs: 0 }
  const database = new LogDatabase(logPath(), time, 100)
  onTestFinished(() => database.close())
  database.append([{ type: 'append', entry: entry('kept'), time }])
  expect(() => database.replace(1, { ...gone(), body: new Uint8Array(500_000) })).toThrow('database or disk is full')
  expect(database.read(1, 1)[0]?.body).toEqual(bytes('kept'))
  expect(database.stats()).toMatchObject({ entries: 1, bytes: 4 })
})

/** Sizes that share a page, fill one, and reach over many. */
const sizes = [10, 900, 3_000, 30_000, 400_000]

async function appendWords(log: Log, words: readonly string[]): Promise<void> {
  await Promise.all(words.map((word, i) => log.append(entry(word.padEnd(sizes[i % sizes.length] ?? 0, '.') + word))))
}

test('what was replaced or trimmed is in no byte of the files after a scrub, what stays is as it was', async () => {
  const path = logPath()
  const log = await openLog({ path })
  const words = Array.from({ length: 200 }, (_, i) => `canary-${i}-`)
  await appendWords(log, words)
  const isReplaced = (seq: number): boolean => seq > 50 && seq % 3 === 0
  for (let seq = 1; seq <= words.length; seq++) if (isReplaced(seq)) await log.replace(seq, gone())
  await log.trim({ ...noLimits, belowSeq: 51, maxBytes: 0 })
  expect(found(path, words).length).toBeGreaterThan(100)
  expect(await log.scrub()).toEqual({ isCompact: true })

  const stays = words.filter((_, i) => i + 1 > 50 && !isReplaced(i + 1))
  expect(found(path, words)).toEqual(stays)
  const read = (await readAll(log)).filter(({ body }) => body.length > 0)
  expect(read.map(({ body }) => new TextDecoder().decode(body).replace(/\.*canary.*$/, ''))).toEqual(
    stays.map((word) => word.replace(/\.*canary.*$/, '')),
  )
  expect(await log.append(entry('next'))).toMatchObject({ seq: 201 })
})

test('copies of rows that SQLite left in the gaps of pages go as well: small entries, trimmed many times', async () => {
  const path = logPath()
  const log = await openLog({ path })
  const words = Array.from({ length: 1_200 }, (_, i) => `canary-${i}-`)
  await Promise.all(words.map((word) => log.append(entry(word.repeat(30)))))
  for (let belowSeq = 7; belowSeq < 1_000; belowSeq += 97) await log.trim({ ...noLimits, belowSeq, maxBytes: 0 })
  const { firstSeq } = await log.stats()
  for (let seq = firstSeq; seq < firstSeq + 60; seq += 2) await log.replace(seq, gone())
  await log.scrub()
  const stays = words.filter((_, i) => i + 1 >= firstSeq + 60 || (i + 1 >= firstSeq && (i + 1 - firstSeq) % 2 === 1))
  expect(found(path, words)).toEqual(stays)
})

test('a file from before deletes were overwritten is written anew however large it is, and only once', () => {
  const path = logPath()
  const time = { wallMs: 1000, monotonicMs: 0 }
  const first = new LogDatabase(path, time, null)
  for (let i = 0; i < 50; i++) first.append([{ type: 'append', entry: entry(`canary-${i}-`.padEnd(20_000, '.')), time }])
  first.close()
  const older = new DatabaseSync(path)
  older.exec(
    'PRAGMA secure_delete = OFF; PRAGMA application_id = 0; DELETE FROM entries WHERE seq > 10; PRAGMA wal_checkpoint(TRUNCATE)',
  )
  const words = Array.from({ length: 40 }, (_, i) => `canary-${i + 10}-`)
  expect(found(path, words).length).toBeGreaterThan(30)
  expect(scrubFile(older, 0)).toBe(true)
  expect(found(path, words)).toEqual([])
  expect(scrubFile(older, 0)).toBe(false)
  expect(scrubFile(older, 1 << 30)).toBe(true)
  older.close()
})

test('in a file that is too large to be written anew, deletes and replacements overwrite what was there', () => {
  const path = logPath()
  const db = openLogFile(path, null)
  onTestFinished(() => db.close())
  const insert = db.prepare(
    "INSERT INTO entries (at_ms, version, kind, format, encoding, body) VALUES (1, 1, 'spans', 'json', 'gzip', ?)",
  )
  const words = Array.from({ length: 60 }, (_, i) => `canary-${i + 10}-`)
  for (const word of words) insert.run(bytes(word.padEnd(20_000, '.') + word))
  db.exec("DELETE FROM entries WHERE seq <= 30; UPDATE entries SET body = x'00' WHERE seq <= 50")
  expect(scrubFile(db, 0)).toBe(false)
  expect(found(path, words)).toEqual(words.slice(50))
})

test('the log takes entries while and after it is scrubbed', async () => {
  const path = logPath()
  const log = await openLog({ path })
  await appendWords(log, ['a', 'b'])
  const [, ...appended] = await Promise.all([log.scrub(), log.append(entry('c')), log.append(entry('d'))])
  expect(appended.map(({ seq }) => seq)).toEqual([3, 4])
})
