/** The store of notes over SQLite, on the connections of the other records. */
import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely'

import type { FeedbackEvent } from '../model/feedback.ts'
import type { Note } from '../model/note.ts'
import { chunks, idChunks } from './chunks.ts'
import { decodePlace, encodePlace } from './cursor.ts'
import { fromNoteRows, fromSummaryRow, summaryColumns, toLinkRows, toNoteRow, toQuoteRows } from './note-rows.ts'
import type { DueFeedback, KnownNotes, NoteChanges, NoteFilter, NotePage, NoteStore } from './notes.ts'
import type { Tables } from './schema.ts'

const MAX_LIMIT = 200

export class SqliteNotes implements NoteStore {
  readonly #writer: Kysely<Tables>
  readonly #reader: Kysely<Tables>

  constructor(writer: Kysely<Tables>, reader: Kysely<Tables>) {
    this.#writer = writer
    this.#reader = reader
  }

  async find(id: string): Promise<Note | null> {
    return (await findNotes(this.#reader, [id])).get(id) ?? null
  }

  async list(filter: NoteFilter): Promise<NotePage> {
    const { limit, cursor } = filter
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw new RangeError(`limit: expected 1 to ${MAX_LIMIT}, got ${limit}.`)
    let query = filtered(this.#reader.selectFrom('notes'), filter).select(summaryColumns)
    if (cursor !== undefined) {
      const [shownAtMs, id] = decodePlace(cursor)
      query = query.where((eb) => eb(eb.refTuple('shown_at_ms', 'id'), '<', eb.tuple(shownAtMs, id)))
    }
    const rows = await query
      .orderBy('shown_at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1) // One more tells whether there is a next page.
      .execute()
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const next = rows.length > limit && last !== undefined ? encodePlace(last.shown_at_ms, last.id) : null
    return { notes: shown.map(fromSummaryRow), next }
  }

  async count(filter: Omit<NoteFilter, 'limit' | 'cursor'>): Promise<number> {
    const row = await filtered(this.#reader.selectFrom('notes'), filter)
      .select(({ fn }) => fn.countAll<number>().as('all'))
      .executeTakeFirst()
    return row?.all ?? 0
  }

  async idsOfUser(userId: string): Promise<readonly string[]> {
    const rows = await this.#reader.selectFrom('notes').select('id').where('user_id', '=', userId).orderBy('id').execute()
    return rows.map(({ id }) => id)
  }

  async change(ids: readonly string[], nowMs: number, decide: (known: KnownNotes) => NoteChanges): Promise<void> {
    await this.#writer.transaction().execute(async (trx) => {
      const {
        save = [],
        remove = [],
        feedback = [],
      } = decide({
        notes: await findNotes(trx, ids),
        deleted: await findDeleted(trx, ids),
      })
      await deleteNotes(trx, [...remove, ...save.map(({ id }) => id)])
      await saveNotes(trx, save)
      for (const rows of chunks([...new Set(remove)], 2))
        await trx
          .replaceInto('deleted_notes')
          .values(rows.map((id) => ({ id, deleted_at_ms: nowMs })))
          .execute()
      for (const part of idChunks(save.map(({ id }) => id)))
        await trx.deleteFrom('deleted_notes').where('id', 'in', part).execute()
      for (const rows of chunks(feedback, 1))
        await trx
          .insertInto('note_feedback')
          .values(rows.map((event) => ({ event: JSON.stringify(event) })))
          .execute()
    })
  }

  async dueFeedback(limit: number): Promise<readonly DueFeedback[]> {
    // By the connection that writes: what was just committed is to be seen.
    const rows = await this.#writer.selectFrom('note_feedback').selectAll().orderBy('number').limit(limit).execute()
    return rows.map(({ number, event }) => {
      const parsed: FeedbackEvent = JSON.parse(event)
      return { number, event: parsed }
    })
  }

  async settleFeedback(numbers: readonly number[]): Promise<void> {
    for (const part of idChunks(numbers)) await this.#writer.deleteFrom('note_feedback').where('number', 'in', part).execute()
  }
}

async function findNotes(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, Note>> {
  const found = new Map<string, Note>()
  for (const part of idChunks(ids)) {
    const rows = await db.selectFrom('notes').selectAll().where('id', 'in', part).execute()
    if (rows.length === 0) continue
    const quotes = await db.selectFrom('note_quotes').selectAll().where('note_id', 'in', part).orderBy('position').execute()
    const links = await db.selectFrom('note_links').selectAll().where('note_id', 'in', part).orderBy('position').execute()
    const quotesOf = Map.groupBy(quotes, (row) => row.note_id)
    const linksOf = Map.groupBy(links, (row) => row.note_id)
    for (const row of rows) found.set(row.id, fromNoteRows(row, quotesOf.get(row.id) ?? [], linksOf.get(row.id) ?? []))
  }
  return found
}

async function findDeleted(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const deleted = new Set<string>()
  for (const part of idChunks(ids)) {
    const rows = await db.selectFrom('deleted_notes').select('id').where('id', 'in', part).execute()
    for (const { id } of rows) deleted.add(id)
  }
  return deleted
}

async function deleteNotes(trx: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  for (const part of idChunks(ids)) {
    await trx.deleteFrom('note_links').where('note_id', 'in', part).execute()
    await trx.deleteFrom('note_quotes').where('note_id', 'in', part).execute()
    await trx.deleteFrom('notes').where('id', 'in', part).execute()
  }
}

async function saveNotes(trx: Transaction<Tables>, notes: readonly Note[]): Promise<void> {
  for (const rows of chunks(notes, 16)) await trx.insertInto('notes').values(rows.map(toNoteRow)).execute()
  for (const rows of chunks(notes.flatMap(toQuoteRows), 7)) await trx.insertInto('note_quotes').values(rows).execute()
  for (const rows of chunks(notes.flatMap(toLinkRows), 10)) await trx.insertInto('note_links').values(rows).execute()
}

function filtered<O>(
  query: SelectQueryBuilder<Tables, 'notes', O>,
  filter: Omit<NoteFilter, 'limit' | 'cursor'>,
): SelectQueryBuilder<Tables, 'notes', O> {
  const { kind, sinceMs, untilMs, userId, text, isLinked, about } = filter
  let rest = query
  if (kind !== undefined) rest = rest.where('kind', '=', kind)
  if (sinceMs !== undefined) rest = rest.where('shown_at_ms', '>=', sinceMs)
  if (untilMs !== undefined) rest = rest.where('shown_at_ms', '<', untilMs)
  if (userId !== undefined) rest = rest.where('user_id', '=', userId)
  if (text !== undefined) {
    const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    const holds = (column: string) => sql<boolean>`${sql.ref(column)} LIKE ${pattern} ESCAPE '\\'`
    rest = rest.where((eb) =>
      eb.or([
        holds('notes.title'),
        holds('notes.text'),
        eb.exists(
          eb
            .selectFrom('note_quotes')
            .select('id')
            .whereRef('note_quotes.note_id', '=', 'notes.id')
            .where(holds('note_quotes.text')),
        ),
      ]),
    )
  }
  if (isLinked !== undefined)
    rest = rest.where((eb) => {
      const links = eb
        .selectFrom('note_links')
        .select('target_id')
        .whereRef('note_links.note_id', '=', 'notes.id')
        .where('state', '=', 'confirmed')
      return isLinked ? eb.exists(links) : eb.not(eb.exists(links))
    })
  // By the index of targets, and not note by note: each page of a run asks this.
  if (about !== undefined)
    rest = rest.where('notes.id', 'in', (eb) =>
      eb
        .selectFrom('note_links')
        .select('note_id')
        .where('type', '=', about.type)
        .where('target_id', '=', about.id)
        .where('state', '=', 'confirmed'),
    )
  return rest
}
