/** The audit log in the records. There is nothing here that changes or deletes, and triggers of the table refuse it. */
import type { Kysely } from 'kysely'

import type { AuditEvent, AuditPage } from '../model/audit.ts'
import { decodePlace, encodePlace } from './cursor.ts'
import type { Tables } from './schema.ts'

const MAX_LIMIT = 200

export interface AuditStore {
  append(event: AuditEvent): Promise<void>
  /** Newest first. @throws InvalidCursorError; RangeError when the limit is not 1 to 200. */
  list(page: { readonly limit: number; readonly cursor?: string | undefined }): Promise<AuditPage>
}

export class SqliteAudit implements AuditStore {
  readonly #writer: Kysely<Tables>
  readonly #reader: Kysely<Tables>

  constructor(writer: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#writer = writer
    this.#reader = reader
  }

  append(event: AuditEvent): Promise<void> {
    return appendAudit(this.#writer, event)
  }

  list(page: { readonly limit: number; readonly cursor?: string | undefined }): Promise<AuditPage> {
    return listAudit(this.#reader, page)
  }
}

/** Also in the transaction of what it tells of. An event that is there already is not added again. */
export async function appendAudit(db: Kysely<Tables>, { id, atMs, who, action, object, counts }: AuditEvent): Promise<void> {
  await db
    .insertInto('audit')
    .values({ id, at_ms: atMs, who, action, object, counts: JSON.stringify(counts) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** @throws InvalidCursorError; RangeError when the limit is not 1 to 200. */
export async function listAudit(
  db: Kysely<Tables>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<AuditPage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RangeError(`limit: expected 1 to ${MAX_LIMIT}, got ${limit}.`)
  let query = db.selectFrom('audit').selectAll()
  if (cursor !== undefined) query = query.where('number', '<', decodePlace(cursor)[0])
  // By number, not by time: clocks are set back, and what was added later happened later.
  const rows = await query
    .orderBy('number', 'desc')
    .limit(limit + 1) // One more tells whether there is a next page.
    .execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    events: shown.map(({ id, at_ms, who, action, object, counts }) => ({
      id,
      atMs: at_ms,
      who,
      action,
      object,
      counts: countsIn(counts),
    })),
    next: rows.length > limit && last !== undefined ? encodePlace(last.number, '') : null,
  }
}

function countsIn(text: string): Readonly<Record<string, number>> {
  const counts: Readonly<Record<string, number>> = JSON.parse(text)
  return counts
}
