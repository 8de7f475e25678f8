/** Notes as the API shows them. Absent is null. */
import { z } from 'zod'
import {
  type LinkSuggestion,
  type LinkType,
  linkTypes,
  type Note,
  type NoteKind,
  noteKinds,
  type NoteSummary,
} from '../model/note.ts'
import { formatTimeUs } from './times.ts'

interface LinkJson {
  readonly type: LinkType
  readonly id: string
  readonly state: 'suggested' | 'confirmed' | 'rejected'
  readonly score: number | null
  readonly why: string
  readonly by: string | null
  readonly at: string | null
}

interface NoteBaseJson {
  readonly id: string
  readonly kind: NoteKind
  readonly title: string
  readonly text: string
  readonly author: { readonly name: string | null; readonly role: string | null; readonly weight: number }
  readonly userId: string | null
  readonly at: string | null
  readonly about: { readonly text: string | null; readonly task: string | null; readonly tags: readonly string[] }
  readonly rating: {
    readonly score: number | null
    readonly label: string | null
    readonly scale: { readonly min: number; readonly max: number; readonly higherIsBetter: boolean } | null
  } | null
  readonly source: {
    readonly system: string | null
    readonly externalId: string | null
    readonly file: string | null
    readonly url: string | null
  }
  readonly createdAt: string
  readonly createdBy: string | null
  readonly changedAt: string
}

export interface NoteSummaryJson extends NoteBaseJson {
  readonly excerpt: string
  readonly quoteCount: number
  readonly linkedCount: number
}

export interface NoteJson extends NoteBaseJson {
  readonly quotes: readonly {
    readonly id: string
    readonly speaker: { readonly name: string | null; readonly role: string | null }
    readonly text: string
    readonly offsetMs: number | null
    readonly links: readonly LinkJson[]
  }[]
}

const time = z.iso.datetime().describe('RFC 3339, UTC')
const text = z.string().nullable()

const link = z.strictObject({
  type: z.enum(linkTypes),
  id: z.string(),
  state: z.enum(['suggested', 'confirmed', 'rejected']).describe('suggested = made when this was read; only people confirm.'),
  score: z.number().min(0).max(1).nullable().describe('Null = nobody suggested it.'),
  why: z.string(),
  by: text.describe('Who decided; null = not known by name.'),
  at: time.nullable(),
})

const speaker = { name: text, role: text }

const base = z.strictObject({
  id: z.string(),
  kind: z.enum(noteKinds),
  title: z.string(),
  text: z.string().describe('Empty where the quotes hold everything, as in a transcript.'),
  author: z.strictObject({ ...speaker, weight: z.number() }),
  userId: text,
  at: time.nullable().describe('When it was said; null = not known.'),
  about: z.strictObject({ text, task: text, tags: z.array(z.string()) }),
  rating: z
    .strictObject({
      score: z.number().nullable(),
      label: text,
      scale: z.strictObject({ min: z.number(), max: z.number(), higherIsBetter: z.boolean() }).nullable(),
    })
    .nullable(),
  source: z.strictObject({ system: text, externalId: text, file: text, url: text }),
  createdAt: time,
  createdBy: text,
  changedAt: time,
})

const count = z.int().min(0)

const summary = base.extend({
  excerpt: z.string().describe('Beginning of the first quote; of `text` this list has the beginning as well.'),
  quoteCount: count,
  linkedCount: count.describe('Quotes with a confirmed link.'),
})

export const noteSchema: z.ZodType<NoteJson> = base.extend({
  quotes: z.array(
    z.strictObject({
      id: z.string(),
      speaker: z.strictObject(speaker).describe('Both null = the author of the note.'),
      text: z.string(),
      offsetMs: count.nullable().describe('How far into the recording.'),
      links: z.array(link),
    }),
  ),
})

export const notePageSchema: z.ZodType<{ readonly notes: readonly NoteSummaryJson[]; readonly next: string | null }> =
  z.strictObject({
    notes: z.array(summary),
    next: z.string().nullable().describe('Pass it as `cursor` for the next page; null = this was the last.'),
  })

export function noteSummaryJson(note: NoteSummary): NoteSummaryJson {
  const { excerpt, quoteCount, linkedCount } = note
  return { ...baseJson(note), excerpt, quoteCount, linkedCount }
}

/** A note with what was decided about its quotes, and what could be. */
export function noteJson(note: Note, suggestions: ReadonlyMap<string, readonly LinkSuggestion[]>): NoteJson {
  return {
    ...baseJson(note),
    quotes: note.quotes.map((quote) => ({
      id: quote.id,
      speaker: quote.speaker,
      text: quote.text,
      offsetMs: quote.offsetMs,
      links: [
        ...quote.links.map(({ atMs, ...decided }) => ({ ...decided, at: timeOf(atMs) })),
        ...(suggestions.get(quote.id) ?? []).map((one) => ({ ...one, state: 'suggested', by: null, at: null }) as const),
      ],
    })),
  }
}

function baseJson(note: Omit<Note, 'quotes' | 'digest'>): NoteBaseJson {
  const { id, kind, title, text: said, author, userId, atMs, about, rating, source, createdAtMs, createdBy, changedAtMs } = note
  return {
    id,
    kind,
    title,
    text: said,
    author,
    userId,
    at: atMs === null ? null : timeOf(atMs),
    about,
    rating,
    source,
    createdAt: timeOf(createdAtMs),
    createdBy,
    changedAt: timeOf(changedAtMs),
  }
}

function timeOf(ms: number): string {
  return formatTimeUs(ms * 1_000)
}
