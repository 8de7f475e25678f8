/** By what a note is recognised when it comes again: its id in its own system, else what it says. */
import { createHash } from 'node:crypto'

import type { NoteDraft } from '../model/note.ts'

const ID_CHARACTERS = 24

export interface NoteIdentity {
  readonly id: string
  /** Changes with anything that the note says. */
  readonly digest: string
}

/**
 * An external id counts only together with the system it is from: row 1 of one table is not row 1 of another. A note that is recognised by what it says stays the same
 * when its file is renamed, its kind corrected or a link added.
 */
export function identityOf(draft: NoteDraft): NoteIdentity {
  const { system, externalId } = draft.source
  const key = system !== null && externalId !== null ? ['id', system.toLowerCase(), externalId] : ['says', ...saying(draft)]
  const { file: _, ...source } = draft.source
  return { id: hash(key).slice(0, ID_CHARACTERS), digest: hash({ ...draft, title: ownTitle(draft), source }) }
}

function saying(draft: NoteDraft): readonly unknown[] {
  const { text, userId, atMs, author, rating, source, quotes } = draft
  return [
    ownTitle(draft),
    text,
    userId,
    // A whole transcript is told by its words; its time may be filled in later.
    quotes.length > 1 ? null : atMs,
    author.name,
    rating?.score ?? null,
    rating?.label ?? null,
    [source.externalId, source.url],
    quotes.map((quote) => [quote.speaker.name, quote.text, quote.offsetMs]),
  ]
}

/** Empty where the title is only the name of the file. */
function ownTitle({ title, source }: NoteDraft): string {
  return title === titleOfFile(source.file) ? '' : title
}

/** What a file without a title of its own is called. */
export function titleOfFile(file: string | null): string {
  return (file ?? '').replace(/\.[a-z]+$/i, '').slice(0, 300)
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
