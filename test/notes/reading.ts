/** Short forms of what was read, so that a test can show all of it. */
import type { NoteDraft } from '../../src/model/note.ts'
import { draftOf } from '../../src/notes/draft.ts'
import { decodeText } from '../../src/notes/decode-text.ts'
import type { NoteFormat } from '../../src/notes/formats.ts'
import { readNotes, type ReadNotes, type ReadOptions } from '../../src/notes/read-notes.ts'

export function read(content: string | Uint8Array, format: NoteFormat, options: ReadOptions = {}): ReadNotes {
  return readNotes(typeof content === 'string' ? content : decodeText(content), format, options)
}

/** Fields that say something, and only those. */
export function short(draft: NoteDraft): Record<string, unknown> {
  const { kind, title, text, author, userId, atMs, about, rating, source, quotes } = draft
  const [only] = quotes
  const isPlain = quotes.length === 1 && only?.text === text && only.links.length === 0
  return withoutNothing({
    kind,
    title,
    text,
    by: [author.name, author.role].filter((part) => part !== null).join(', '),
    weight: author.weight === 1 ? null : author.weight,
    userId,
    at: atMs === null ? null : new Date(atMs).toISOString().replace(':00.000Z', 'Z'),
    about: [about.text, about.task, ...about.tags].filter((part) => part !== null).join(', '),
    rating:
      rating === null
        ? null
        : [rating.label, rating.score, rating.scale && `of ${rating.scale.min} to ${rating.scale.max}`]
            .filter((part) => part !== null)
            .join(' '),
    from: [source.system, source.externalId, source.file, source.url].filter((part) => part !== null).join(' | '),
    quotes: isPlain
      ? null
      : quotes.map((quote) =>
          [
            quote.offsetMs === null ? '' : `${quote.offsetMs} `,
            [quote.speaker.name, quote.speaker.role].filter((part) => part !== null).join(', '),
            `: ${quote.text}`,
            ...quote.links.map(({ type, id }) => ` -> ${type} ${id}`),
          ].join(''),
        ),
  })
}

export function shorts(result: ReadNotes): Record<string, unknown>[] {
  return result.drafts.map(({ draft }) => short(draft))
}

/** `line 3, Star Rating: a number from 1 to 5, not "9"`. */
export function problems(result: ReadNotes): string[] {
  return result.wrong.map(
    ({ line, field, expected, received }) => `line ${line}, ${field}: ${expected}, not ${JSON.stringify(received)}`,
  )
}

export function noteDraft(body: Parameters<typeof draftOf>[0] = {}): NoteDraft {
  return draftOf({ text: 'It asked me three times.', ...body })
}

function withoutNothing(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))
}
