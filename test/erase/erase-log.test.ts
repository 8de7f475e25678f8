import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { eraseFromLog, type LogErased } from '../../src/erase/erase-log.ts'
import { findInLog } from '../../src/erase/find-in-log.ts'
import { createSubjectHash } from '../../src/erase/subject-hash.ts'
import { TombstoneSet, tombstonesOf } from '../../src/erase/tombstone-set.ts'
import type { OtlpBody } from '../../src/erase/without-erased.ts'
import { readContent } from '../../src/fold/content.ts'
import type { Log } from '../../src/log/log.ts'
import type { BodyEncoding, LogEntry } from '../../src/model/entry.ts'
import { type FeedbackEvent, noTarget } from '../../src/model/feedback.ts'
import { bytes, entry, logPath, openLog, readAll } from '../log/setup.ts'
import { logsBody, read, spansBody, T } from './bodies.ts'

const hash = createSubjectHash('salt')
const nothingFound = { traceIds: [], conversations: [], feedbackIds: [] }
const deletion = { kind: 'user', userId: 'canary-ann' } as const
const ofAnn = { 'user.id': 'canary-ann' }

function inflate(body: Uint8Array, encoding: BodyEncoding): Uint8Array {
  if (encoding === 'gzip') return gunzipSync(body)
  return encoding === 'zstd' ? zstdDecompressSync(body) : body
}

function encoded(content: Uint8Array, encoding: BodyEncoding): Uint8Array {
  if (encoding === 'gzip') return gzipSync(content)
  return encoding === 'zstd' ? zstdCompressSync(content) : content
}

async function appendBody(log: Log, { kind, format, content }: OtlpBody, encoding: BodyEncoding = 'identity'): Promise<void> {
  await log.append(entry('', { kind, format, encoding, body: Uint8Array.from(encoded(content, encoding)) }))
}

function withoutBody(logEntry: LogEntry): object {
  return { ...logEntry, body: null }
}

/** Both passes, as a deletion makes them. */
async function deleteAnn(log: Log, upToSeq = Infinity): Promise<LogErased> {
  const tombstones = new TombstoneSet(hash, tombstonesOf(deletion, nothingFound, hash, T))
  const reading = { log, upToSeq, inflate, pause: () => Promise.resolve() }
  const { traceIds } = await findInLog({ ...reading, read, ids: [deletion.userId] }, tombstones)
  tombstones.add(tombstonesOf(deletion, { ...nothingFound, traceIds }, hash, T))
  return eraseFromLog({ ...reading, tombstones })
}

function given(id: string, changes: Partial<Extract<FeedbackEvent, { type: 'given' }>['feedback']>): FeedbackEvent {
  const feedback = {
    name: 'user_rating',
    score: 1,
    scale: null,
    label: null,
    rating: null,
    comment: id,
    correction: null,
    userId: null,
  }
  return { type: 'given', feedback: { id, target: noTarget, source: 'api', judge: 'user', atMs: T - 5, ...feedback, ...changes } }
}

test('spans that came before the one that says whose they are go as well, in every encoding, and others stay as they were', async () => {
  const path = logPath()
  const log = await openLog({ path })
  await appendBody(
    log,
    spansBody({ trace: 'a', attributes: { text: 'canary-early' } }, { trace: 'b', attributes: { text: 'bob-1' } }),
    'gzip',
  )
  await appendBody(log, logsBody({ trace: 'a', body: 'canary-log' }, { trace: 'b', body: 'bob-2' }), 'zstd')
  await appendBody(log, spansBody({ trace: 'a', id: '2', attributes: ofAnn }))
  await appendBody(log, spansBody({ trace: 'b', id: '2', attributes: { 'user.id': 'bob', text: 'bob-3' } }))
  await log.append(entry('[]', { kind: 'tick', format: 'json', encoding: 'identity', deduplicate: false }))
  const before = await readAll(log)

  expect(await deleteAnn(log)).toEqual({ entries: 3, items: 3, unreadable: [] })
  await log.scrub()
  const after = await readAll(log)
  const inflated = after.map(({ body, encoding }) => Buffer.from(inflate(body, encoding)).toString('latin1'))
  expect(inflated.join(' ')).not.toContain('canary')
  expect(['bob-1', 'bob-2', 'bob-3'].filter((text) => inflated.join(' ').includes(text))).toEqual(['bob-1', 'bob-2', 'bob-3'])
  expect(after.map(withoutBody)).toEqual(before.map(withoutBody))
  expect([after[3], after[4]]).toEqual([before[3], before[4]])
  expect(await deleteAnn(log)).toEqual({ entries: 0, items: 0, unreadable: [] })
})

test('the files hold nothing of the deleted after the log was scrubbed', async () => {
  const path = logPath()
  const log = await openLog({ path })
  for (let i = 0; i < 40; i++)
    await appendBody(
      log,
      spansBody({ trace: i % 2 === 0 ? 'a' : 'b', id: `${i}`, attributes: { ...(i === 38 && ofAnn), text: `canary-${i % 2}` } }),
    )
  await deleteAnn(log)
  await log.scrub()
  const content = execFileSync('cat', [path, `${path}-wal`].filter(existsSync), { maxBuffer: 1 << 28 })
  expect([content.includes('canary-0'), content.includes('canary-ann'), content.includes('canary-1')]).toEqual([
    false,
    false,
    true,
  ])
})

test('a copy of what was sent first is still recognised', async () => {
  const log = await openLog({ path: logPath() })
  const body = spansBody({ trace: 'a', attributes: ofAnn })
  await appendBody(log, body)
  await deleteAnn(log)
  expect(await log.append(entry('', { kind: 'spans', encoding: 'identity', body: Uint8Array.from(body.content) }))).toMatchObject(
    {
      seq: 1,
      duplicate: true,
    },
  )
})

test('feedback of the deleted goes from its entries', async () => {
  const log = await openLog({ path: logPath() })
  const events = [
    given('canary-1', { userId: 'canary-ann' }),
    given('bob', { userId: 'bob' }),
    given('late', { userId: 'canary-ann', atMs: T + 1 }),
  ]
  await log.append(entry('', { kind: 'feedback', format: 'json', encoding: 'identity', body: bytes(JSON.stringify(events)) }))
  expect(await deleteAnn(log)).toEqual({ entries: 1, items: 1, unreadable: [] })
  const [left] = await readAll(log)
  expect(readContent('feedback', 'json', left?.body ?? new Uint8Array())).toEqual({ type: 'feedback', feedback: events.slice(1) })
})

test('nothing beyond the given entry is changed, and what cannot be read is said', async () => {
  const log = await openLog({ path: logPath() })
  await appendBody(log, spansBody({ trace: 'a', attributes: ofAnn }))
  await log.append(entry('no protobuf', { encoding: 'identity' }))
  await log.append(entry('no gzip', { encoding: 'gzip' }))
  await log.append(entry('no json', { kind: 'feedback', format: 'json', encoding: 'identity' }))
  await appendBody(log, spansBody({ trace: 'b', attributes: ofAnn }))
  expect(await deleteAnn(log, 4)).toEqual({ entries: 1, items: 1, unreadable: [2, 3, 4] })
  expect(Buffer.from((await readAll(log))[4]?.body ?? []).includes('canary-ann')).toBe(true)
})
