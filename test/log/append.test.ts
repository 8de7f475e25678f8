import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import { bytes, entry, logPath, openLog, readAll, texts } from './setup.ts'

test('what was appended is there after a restart, as it was', async () => {
  const path = logPath()
  const log = await openLog({ path, now: () => 1_700_000_000_000 })
  const appended = [
    await log.append(entry('one')),
    await log.append(entry('{}', { kind: 'tick', format: 'json', encoding: 'identity', deduplicate: false })),
    await log.append(entry('', { kind: 'feedback', encoding: 'zstd' })),
  ]
  await log.close()

  const atMs = 1_700_000_000_000
  expect(appended).toEqual([
    { seq: 1, atMs, duplicate: false },
    { seq: 2, atMs, duplicate: false },
    { seq: 3, atMs, duplicate: false },
  ])
  expect(await readAll(await openLog({ path }))).toEqual([
    { seq: 1, atMs, version: 1, kind: 'spans', format: 'protobuf', encoding: 'gzip', body: bytes('one') },
    { seq: 2, atMs, version: 1, kind: 'tick', format: 'json', encoding: 'identity', body: bytes('{}') },
    { seq: 3, atMs, version: 1, kind: 'feedback', format: 'protobuf', encoding: 'zstd', body: bytes('') },
  ])
})

test('concurrent appends are numbered in the order of the calls', async () => {
  const log = await openLog({ path: logPath() })
  const appended = await Promise.all(Array.from({ length: 500 }, (_, i) => log.append(entry(`body ${i}`))))
  expect(appended.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
  expect(await texts(log)).toEqual(Array.from({ length: 500 }, (_, i) => `${i + 1} body ${i}`))
})

test('appends that wait together share a commit: they write a fraction of the pages that single commits write', async () => {
  const bodies = Array.from({ length: 200 }, (_, i) => `body ${i}`)
  const alonePath = logPath()
  const alone = await openLog({ path: alonePath })
  for (const body of bodies) await alone.append(entry(body))
  const togetherPath = logPath()
  const together = await openLog({ path: togetherPath })
  await Promise.all(bodies.map((body) => together.append(entry(body))))
  expect(statSync(`${togetherPath}-wal`).size).toBeLessThan(statSync(`${alonePath}-wal`).size / 4)
})

test('a byte-identical body of the same kind is answered with the place of the first', async () => {
  const path = logPath()
  let wallMs = 1000
  const log = await openLog({ path, now: () => wallMs })
  await log.append(entry('a'))
  wallMs = 2000
  const first = await log.append(entry('b'))
  wallMs = 3000
  expect(await log.append(entry('b'))).toEqual({ seq: 2, atMs: 2000, duplicate: true })
  await log.close()

  const reopened = await openLog({ path, now: () => wallMs })
  expect(await reopened.append(entry('b'))).toEqual({ ...first, duplicate: true })
  expect(await texts(reopened)).toEqual(['1 a', '2 b'])
})

test('a copy that arrives while the first is not committed yet waits for the same commit', async () => {
  const log = await openLog({ path: logPath(), now: () => 5 })
  expect(
    await Promise.all([log.append(entry('a')), log.append(entry('a')), log.append(entry('b')), log.append(entry('a'))]),
  ).toEqual([
    { seq: 1, atMs: 5, duplicate: false },
    { seq: 1, atMs: 5, duplicate: true },
    { seq: 2, atMs: 5, duplicate: false },
    { seq: 1, atMs: 5, duplicate: true },
  ])
})

test('the same bytes as another kind, or without deduplication, are entries of their own', async () => {
  const log = await openLog({ path: logPath() })
  await log.append(entry('a', { kind: 'spans' }))
  await log.append(entry('a', { kind: 'logs' }))
  await log.append(entry('a', { kind: 'tick', deduplicate: false }))
  await log.append(entry('a', { kind: 'tick', deduplicate: false }))
  expect(await texts(log)).toEqual(['1 a', '2 a', '3 a', '4 a'])
})

test('the digest is the first 128 bits of SHA-256 over kind and body', async () => {
  const path = logPath()
  const log = await openLog({ path })
  await log.append(entry('a', { kind: 'logs' }))
  await log.append(entry('a', { deduplicate: false }))
  await log.close()
  const db = new DatabaseSync(path)
  expect(
    db
      .prepare('SELECT digest FROM entries')
      .all()
      .map((row) => row['digest']),
  ).toEqual([new Uint8Array(createHash('sha256').update('logs\0a').digest().subarray(0, 16)), null])
  db.close()
})

test('the clock of the log never goes back and never stands still, also when the wall clock is set back', async () => {
  const path = logPath()
  let wallMs = 100_000
  let monotonicMs = 0
  const clocks = { now: () => wallMs, monotonicNow: () => monotonicMs }
  const log = await openLog({ path, ...clocks })
  const before = await log.append(entry('before'))
  wallMs = 40_000
  monotonicMs = 250
  const setBack = await log.append(entry('set back'))
  await log.close()
  monotonicMs = 1000
  const reopened = await openLog({ path, ...clocks })
  monotonicMs = 1300
  const afterRestart = await reopened.append(entry('after restart'))
  wallMs = 200_000
  const forward = await reopened.append(entry('forward'))
  expect([before.atMs, setBack.atMs, afterRestart.atMs, forward.atMs]).toEqual([100_000, 100_250, 100_550, 200_000])
})

test('a body with a buffer of its own is taken over; one inside a larger buffer is copied and stays usable', async () => {
  const log = await openLog({ path: logPath() })
  const own = bytes('own buffer')
  const pool = new Uint8Array([120, 97, 98, 120])
  const shared = new Uint8Array(new SharedArrayBuffer(1))
  const pooled = Buffer.from('pooled by node')
  await log.append(entry('', { body: own }))
  await log.append(entry('', { body: pool.subarray(1, 3) }))
  await log.append(entry('', { body: shared }))
  await log.append(entry('', { body: pooled }))
  expect(own.byteLength).toBe(0)
  expect(pool).toEqual(new Uint8Array([120, 97, 98, 120]))
  expect(pooled.toString()).toBe('pooled by node')
  expect(await texts(log)).toEqual(['1 own buffer', '2 ab', '3 \0', '4 pooled by node'])
  await expect(log.append(entry('', { body: own }))).rejects.toThrow('The body was handed over before')
})
