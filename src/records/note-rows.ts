/** Rows <-> notes. What is filtered or sorted by has a column; the rest of a note travels as JSON written here, so it is trusted when read. */
import { type AliasedRawBuilder, type Selectable, sql } from 'kysely'

import type { Note, NoteAbout, NoteLink, NoteQuote, NoteRating, NoteSource, NoteSummary } from '../model/note.ts'
import type { NoteLinksTable, NoteQuotesTable, NotesTable } from './schema.ts'

export function toNoteRow(note: Note): NotesTable {
  return {
    id: note.id,
    shown_at_ms: note.atMs ?? note.createdAtMs,
    kind: note.kind,
    user_id: note.userId,
    at_ms: note.atMs,
    author_name: note.author.name,
    author_role: note.author.role,
    weight: note.author.weight,
    created_at_ms: note.createdAtMs,
    created_by: note.createdBy,
    changed_at_ms: note.changedAtMs,
    digest: note.digest,
    rating: note.rating === null ? null : JSON.stringify(note.rating),
    details: JSON.stringify({ about: note.about, source: note.source } satisfies Details),
    title: note.title,
    text: note.text,
  }
}

interface Details {
  readonly about: NoteAbout
  readonly source: NoteSource
}

export function toQuoteRows({ id, quotes }: Note): NoteQuotesTable[] {
  return quotes.map((quote, position) => ({
    note_id: id,
    id: quote.id,
    position,
    speaker_name: quote.speaker.name,
    speaker_role: quote.speaker.role,
    offset_ms: quote.offsetMs,
    text: quote.text,
  }))
}

export function toLinkRows({ id, quotes }: Note): NoteLinksTable[] {
  return quotes.flatMap((quote) =>
    quote.links.map((link, position) => ({
      note_id: id,
      quote_id: quote.id,
      position,
      type: link.type,
      target_id: link.id,
      state: link.state,
      score: link.score,
      why: link.why,
      decided_by: link.by,
      decided_at_ms: link.atMs,
    })),
  )
}

type NoteRow = Selectable<NotesTable>

/** Quotes and links in their order. */
export function fromNoteRows(row: NoteRow, quotes: readonly NoteQuotesTable[], links: readonly NoteLinksTable[]): Note {
  const linksOf = Map.groupBy(links, ({ quote_id: quoteId }) => quoteId)
  return {
    ...baseOf(row),
    digest: row.digest,
    quotes: quotes.map((quote): NoteQuote => ({
      id: quote.id,
      speaker: { name: quote.speaker_name, role: quote.speaker_role },
      text: quote.text,
      offsetMs: quote.offset_ms,
      links: (linksOf.get(quote.id) ?? []).map(fromLinkRow),
    })),
  }
}

function fromLinkRow(row: NoteLinksTable): NoteLink {
  const { type, target_id: id, state, score, why, decided_by: by, decided_at_ms: atMs } = row
  return { type, id, state, score, why, by, atMs }
}

function baseOf(row: Omit<NoteRow, 'digest' | 'shown_at_ms'>): Omit<Note, 'quotes' | 'digest'> {
  const details: Details = JSON.parse(row.details)
  const rating: NoteRating | null = row.rating === null ? null : JSON.parse(row.rating)
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    text: row.text,
    author: { name: row.author_name, role: row.author_role, weight: row.weight },
    userId: row.user_id,
    atMs: row.at_ms,
    about: details.about,
    rating,
    source: details.source,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    changedAtMs: row.changed_at_ms,
  }
}

const MAX_EXCERPT = 300

type SummaryRow = Omit<NoteRow, 'digest'> & {
  readonly excerpt: string | null
  readonly quotes: number
  readonly linked: number
}

type SummaryColumn = Exclude<keyof NotesTable, 'digest' | 'text'>

const plainColumns: readonly `notes.${SummaryColumn}`[] = [
  'notes.id',
  'notes.shown_at_ms',
  'notes.kind',
  'notes.user_id',
  'notes.at_ms',
  'notes.author_name',
  'notes.author_role',
  'notes.weight',
  'notes.created_at_ms',
  'notes.created_by',
  'notes.changed_at_ms',
  'notes.rating',
  'notes.details',
  'notes.title',
]

/** The columns of a list: of texts only their beginnings, since a page of transcripts can be megabytes. */
export const summaryColumns: readonly (
  | (typeof plainColumns)[number]
  | AliasedRawBuilder<string, 'text'>
  | AliasedRawBuilder<string | null, 'excerpt'>
  | AliasedRawBuilder<number, 'quotes' | 'linked'>
)[] = [
  ...plainColumns,
  sql<string>`substr(notes.text, 1, ${sql.lit(MAX_EXCERPT)})`.as('text'),
  sql<
    string | null
  >`(SELECT substr(text, 1, ${sql.lit(MAX_EXCERPT)}) FROM note_quotes WHERE note_id = notes.id ORDER BY position LIMIT 1)`.as(
    'excerpt',
  ),
  sql<number>`(SELECT count(*) FROM note_quotes WHERE note_id = notes.id)`.as('quotes'),
  sql<number>`(SELECT count(DISTINCT quote_id) FROM note_links WHERE note_id = notes.id AND state = 'confirmed')`.as('linked'),
]

export function fromSummaryRow(row: SummaryRow): NoteSummary {
  return { ...baseOf(row), excerpt: row.excerpt ?? '', quoteCount: row.quotes, linkedCount: row.linked }
}
