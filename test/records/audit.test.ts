import { expect, test } from 'vitest'

import type { AuditEvent } from '../../src/model/audit.ts'
import { appendAudit, listAudit } from '../../src/records/audit.ts'
import { loadTombstones, pruneTombstones, saveTombstones, tombstoneSalt } from '../../src/records/tombstones.ts'
import { openDatabase } from './database.ts'
import { storePath } from './setup.ts'

function event(id: string, changes: Partial<AuditEvent> = {}): AuditEvent {
  return { id, atMs: 1_700_000_000_000, who: 'ann', action: 'delete_user', object: 'hash', counts: { runs: 3 }, ...changes }
}

test('what was done is listed as it was told, newest first, page by page', async () => {
  const db = await openDatabase()
  const events = [event('a'), event('b', { atMs: 5, action: 'import_notes', counts: {} }), event('c', { who: 'api-token' })]
  for (const each of events) await appendAudit(db, each)
  const first = await listAudit(db, { limit: 2 })
  expect(first.events).toEqual([events[2], events[1]])
  expect(await listAudit(db, { limit: 2, cursor: first.next ?? '' })).toEqual({ events: [events[0]], next: null })
  await expect(listAudit(db, { limit: 0 })).rejects.toThrow('limit: expected 1 to 200, got 0.')
  await expect(listAudit(db, { limit: 1, cursor: 'x' })).rejects.toThrow('cursor')
})

test('an event that is told again stands there once', async () => {
  const db = await openDatabase()
  for (const runs of [3, 0]) await appendAudit(db, event('a', { counts: { runs } }))
  expect((await listAudit(db, { limit: 10 })).events).toEqual([event('a')])
})

test('what stands in the audit log cannot be changed or deleted, whatever the code tries', async () => {
  const db = await openDatabase()
  await appendAudit(db, event('a'))
  await expect(db.updateTable('audit').set({ who: 'bob' }).execute()).rejects.toThrow('the audit log only grows')
  await expect(db.deleteFrom('audit').execute()).rejects.toThrow('the audit log only grows')
  expect((await listAudit(db, { limit: 10 })).events).toEqual([event('a')])
})

test('tombstones come back as they were saved, the later of two for one thing, until they are forgotten', async () => {
  const path = storePath()
  const db = await openDatabase(path)
  await saveTombstones(db, [
    { kind: 'trace', key: 'aa', deletedAtMs: 5 },
    { kind: 'user', key: 'hash', deletedAtMs: 7 },
  ])
  await saveTombstones(db, [
    { kind: 'user', key: 'hash', deletedAtMs: 9 },
    { kind: 'trace', key: 'aa', deletedAtMs: 3 },
  ])
  const salt = await tombstoneSalt(db)
  await db.destroy()
  const again = await openDatabase(path)
  expect(await loadTombstones(again)).toEqual([
    { kind: 'trace', key: 'aa', deletedAtMs: 5 },
    { kind: 'user', key: 'hash', deletedAtMs: 9 },
  ])
  expect(salt).toMatch(/^[0-9a-f]{32}$/)
  expect(await tombstoneSalt(again)).toBe(salt)
  await pruneTombstones(again, 6)
  expect(await loadTombstones(again)).toEqual([{ kind: 'user', key: 'hash', deletedAtMs: 9 }])
})

test('every instance has a salt of its own', async () => {
  const salts = await Promise.all([openDatabase(), openDatabase()].map(async (db) => tombstoneSalt(await db)))
  expect(new Set(salts).size).toBe(2)
})
