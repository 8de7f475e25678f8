import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import { LogOpenError, type Log } from '../../src/log/log.ts'
import { entry, logPath, openLog, texts } from './setup.ts'

const noLimits = { belowSeq: Infinity, olderThanMs: Infinity, maxBytes: Infinity }

async function appendAll(log: Log, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await log.append(entry(body))
}

test('reads in batches of 512 entries or 4 MiB, whichever is less', async () => {
  const log = await openLog({ path: logPath() })
  const large = 'x'.repeat(2 * 1024 * 1024)
  await Promise.all(Array.from({ length: 600 }, (_, i) => log.append(entry(`small ${i}`))))
  await appendAll(log, [`${large}1`, `${large}2`, `${large}3`])
  const batches: number[] = []
  for await (const batch of log.read(1)) batches.push(batch.length)
  expect(batches).toEqual([512, 90, 1])
})

test('reads from the given entry up to the head as of the call, not further', async () => {
  const log = await openLog({ path: logPath() })
  await appendAll(log, ['a', 'b'])
  const unfinished = log.append(entry('c'))
  const entries = log.read(2)
  await log.append(entry('d'))
  const seen: number[] = []
  for await (const batch of entries) seen.push(...batch.map(({ seq }) => seq))
  expect(seen).toEqual([2, 3])
  await unfinished
  expect(await texts(log, 5)).toEqual([])
})

test('an entry of a newer version stops reading there with a reason', async () => {
  const path = logPath()
  const log = await openLog({ path })
  await appendAll(log, ['a', 'b'])
  await log.close()
  const db = new DatabaseSync(path)
  db.exec('UPDATE entries SET version = 2 WHERE seq = 2')
  db.close()
  const reopened = await openLog({ path })
  await expect(texts(reopened)).rejects.toThrow(
    new LogOpenError(
      'Entry 2 of the log was written by a newer version of Agent Flywheel (entry version 2, this one knows 1). Start that version.',
    ),
  )
})

test('trims the entries that are too old, but none at or above belowSeq', async () => {
  let wallMs = 0
  const log = await openLog({ path: logPath(), now: () => wallMs })
  for (const body of ['a', 'b', 'c', 'd']) {
    wallMs += 1000
    await log.append(entry(body))
  }
  wallMs = 5000
  await log.trim({ ...noLimits, olderThanMs: 3000 })
  expect(await texts(log)).toEqual(['2 b', '3 c', '4 d'])
  await log.trim({ ...noLimits, olderThanMs: 0, belowSeq: 4 })
  expect(await texts(log)).toEqual(['4 d'])
})

test('trims the oldest entries until the log is not larger than allowed, but none at or above belowSeq', async () => {
  const log = await openLog({ path: logPath() })
  await appendAll(log, ['aaaa', 'bbbb', 'cccc', 'dddd'])
  await log.trim({ ...noLimits, maxBytes: 8 })
  expect(await texts(log)).toEqual(['3 cccc', '4 dddd'])
  await log.trim({ ...noLimits, maxBytes: 0, belowSeq: 4 })
  expect(await texts(log)).toEqual(['4 dddd'])
})

test('trims more than one slice, and nothing when there is nothing to trim', async () => {
  const log = await openLog({ path: logPath() })
  await Promise.all(Array.from({ length: 1500 }, (_, i) => log.append(entry(`body ${i}`))))
  await log.trim(noLimits)
  expect((await log.stats()).entries).toBe(1500)
  await log.trim({ ...noLimits, belowSeq: 1500, maxBytes: 0 })
  expect(await texts(log)).toEqual(['1500 body 1499'])
})

test('numbers are not used again and time does not go back when the whole log was trimmed', async () => {
  const path = logPath()
  let wallMs = 9000
  const options = { path, now: () => wallMs, monotonicNow: () => 0 }
  const log = await openLog(options)
  await appendAll(log, ['a', 'b', 'c'])
  await log.trim({ ...noLimits, maxBytes: 0 })
  await log.close()
  wallMs = 10
  const reopened = await openLog(options)
  expect(await reopened.stats()).toEqual({ entries: 0, bytes: 0, firstSeq: 0, lastSeq: 3, lastAtMs: 9000 })
  expect(await reopened.append(entry('a'))).toEqual({ seq: 4, atMs: 9000, duplicate: false })
})

test('stats follow appends, duplicates and trims, and are the same after a restart', async () => {
  const path = logPath()
  const options = { path, now: () => 77, monotonicNow: () => 0 }
  const log = await openLog(options)
  expect(await log.stats()).toEqual({ entries: 0, bytes: 0, firstSeq: 0, lastSeq: 0, lastAtMs: 0 })
  await appendAll(log, ['one', 'three', 'three', 'seven'])
  await log.trim({ ...noLimits, belowSeq: 2, maxBytes: 0 })
  const stats = { entries: 2, bytes: 10, firstSeq: 2, lastSeq: 3, lastAtMs: 77 }
  expect(await log.stats()).toEqual(stats)
  await log.close()
  expect(await (await openLog(options)).stats()).toEqual(stats)
})

test('a fresh log goes on after the checkpoint that outlived the old one, never back', async () => {
  const path = logPath()
  const options = { path, now: () => 1000, monotonicNow: () => 0 }
  const log = await openLog(options)
  await log.resumeAfter(500, 8000)
  await log.resumeAfter(20, 30)
  await log.close()
  const reopened = await openLog(options)
  expect(await reopened.stats()).toEqual({ entries: 0, bytes: 0, firstSeq: 0, lastSeq: 500, lastAtMs: 8000 })
  expect(await reopened.append(entry('a'))).toEqual({ seq: 501, atMs: 8000, duplicate: false })
})

test('an entry that failed twice is in quarantine, also after a restart, until it is trimmed', async () => {
  const path = logPath()
  const log = await openLog({ path })
  await appendAll(log, ['a', 'b', 'c'])
  expect([await log.strike(2), await log.strike(3), await log.strike(2)]).toEqual([1, 1, 2])
  await log.close()
  const reopened = await openLog({ path })
  expect(await reopened.quarantined()).toEqual(new Set([2]))
  expect(await reopened.strike(3)).toBe(2)
  expect(await reopened.quarantined()).toEqual(new Set([2, 3]))
  await reopened.trim({ ...noLimits, belowSeq: 3, maxBytes: 0 })
  expect(await reopened.quarantined()).toEqual(new Set([3]))
})
