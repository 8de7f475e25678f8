/** Tombstones in the records: they outlive the log, in which the deletion was first written. */
import type { Kysely } from 'kysely'

import type { Tombstone } from '../model/tombstone.ts'
import { chunks } from './chunks.ts'
import type { Tables } from './schema.ts'

const SALT_KEY = 'tombstone_salt'

/** What hashes of ids are salted with: made once, with the table. */
export async function tombstoneSalt(db: Kysely<Tables>): Promise<string> {
  const { value } = await db.selectFrom('meta').select('value').where('key', '=', SALT_KEY).executeTakeFirstOrThrow()
  return value
}

export async function loadTombstones(db: Kysely<Tables>): Promise<readonly Tombstone[]> {
  const rows = await db.selectFrom('tombstones').selectAll().orderBy('kind').orderBy('key').execute()
  return rows.map(({ kind, key, deleted_at_ms: deletedAtMs }) => ({ kind, key, deletedAtMs }))
}

/** Which of these traces were deleted. */
export async function erasedTraces(db: Kysely<Tables>, traceIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (traceIds.length === 0) return new Set()
  const rows = await db.selectFrom('tombstones').select('key').where('kind', '=', 'trace').where('key', 'in', traceIds).execute()
  return new Set(rows.map(({ key }) => key))
}

/** Adds tombstones; of a thing that was deleted before, the later time stands. */
export async function saveTombstones(db: Kysely<Tables>, tombstones: readonly Tombstone[]): Promise<void> {
  for (const some of chunks(tombstones, 3)) {
    await db
      .insertInto('tombstones')
      .values(some.map(({ kind, key, deletedAtMs }) => ({ kind, key, deleted_at_ms: deletedAtMs })))
      .onConflict((conflict) =>
        conflict.columns(['kind', 'key']).doUpdateSet((eb) => ({
          deleted_at_ms: eb.fn('max', ['tombstones.deleted_at_ms', 'excluded.deleted_at_ms']),
        })),
      )
      .execute()
  }
}

/** Forgets deletions so old that nobody can have kept a copy to send again. What the audit log says of them stays. */
export async function pruneTombstones(db: Kysely<Tables>, beforeMs: number): Promise<void> {
  await db.deleteFrom('tombstones').where('deleted_at_ms', '<', beforeMs).execute()
  await db.deleteFrom('deletions').where('deleted_at_ms', '<', beforeMs).where('state', '=', 'wiped').execute()
}
