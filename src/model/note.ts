/** Notes: what somebody said directly, in an interview, a meeting, a ticket or a review, and which runs it is about. */
import type { ScoreScale } from './feedback.ts'

export const noteKinds = ['interview', 'meeting', 'ticket', 'review', 'other'] as const
export type NoteKind = (typeof noteKinds)[number]

/** Who said something. The role in the team's own words: `customer`, `support`; null = not given. */
export interface Speaker {
  readonly name: string | null
  readonly role: string | null
}

interface NoteAuthor extends Speaker {
  /** How much their word counts, 0 to 10; 1 unless given. */
  readonly weight: number
}

export const linkTypes = ['run', 'conversation', 'task'] as const
export type LinkType = (typeof linkTypes)[number]

/** What a quote can be about: a run by its trace id, a conversation or a task by its id. */
export interface LinkTarget {
  readonly type: LinkType
  readonly id: string
}

/** What was decided about a link. Suggestions are not kept: they are made anew whenever a note is read. */
export interface NoteLink extends LinkTarget {
  readonly state: 'confirmed' | 'rejected'
  /** How sure the suggestion was, 0 to 1; null = nobody suggested it. */
  readonly score: number | null
  /** In words. */
  readonly why: string
  /** Name of whoever decided; null = not known by name. */
  readonly by: string | null
  readonly atMs: number
}

export interface LinkSuggestion extends LinkTarget {
  readonly score: number
  readonly why: string
}

/** Something that was said in one go. */
export interface NoteQuote {
  /** Unique within its note, and kept when the note is imported again. */
  readonly id: string
  /** Both null = the author of the note. */
  readonly speaker: Speaker
  readonly text: string
  /** How far into the recording, in milliseconds; null = no recording. */
  readonly offsetMs: number | null
  readonly links: readonly NoteLink[]
}

/** Stars, a number or a word. At least one of score and label is there. */
export interface NoteRating {
  readonly score: number | null
  readonly label: string | null
  /** Null = not known. */
  readonly scale: ScoreScale | null
}

export interface NoteAbout {
  readonly text: string | null
  readonly task: string | null
  readonly tags: readonly string[]
}

export interface NoteSource {
  /** Where it is kept, for instance `zendesk`. */
  readonly system: string | null
  /** Its id there. Together with `system` it is what a note is recognised by when it is imported again. */
  readonly externalId: string | null
  readonly file: string | null
  readonly url: string | null
}

/** What all notes say, without what we add. Texts of a stored note are redacted. */
interface NoteBase {
  readonly kind: NoteKind
  readonly title: string
  /** Empty where the quotes hold everything, as in a transcript. */
  readonly text: string
  readonly author: NoteAuthor
  readonly userId: string | null
  /** When it was said; null = not known. */
  readonly atMs: number | null
  readonly about: NoteAbout
  readonly rating: NoteRating | null
  readonly source: NoteSource
}

/** A quote as it is given; `links` are explicit and therefore confirmed. */
export interface QuoteDraft extends Pick<NoteQuote, 'speaker' | 'text' | 'offsetMs'> {
  readonly links: readonly LinkTarget[]
}

/** A note as it is given. There is always a quote, else there is nothing that could be linked. */
export interface NoteDraft extends NoteBase {
  readonly quotes: readonly QuoteDraft[]
}

export interface Note extends NoteBase {
  readonly id: string
  readonly quotes: readonly NoteQuote[]
  readonly createdAtMs: number
  /** Name of whoever added it; null = not known by name. */
  readonly createdBy: string | null
  readonly changedAtMs: number
  /** Of the draft it was made from: tells whether a note that comes again has changed. */
  readonly digest: string
}

/** A note in a list. */
export interface NoteSummary extends Omit<Note, 'quotes' | 'digest'> {
  /** Beginning of the first quote. */
  readonly excerpt: string
  readonly quoteCount: number
  /** Quotes with a confirmed link. */
  readonly linkedCount: number
}

export const noSource: NoteSource = { system: null, externalId: null, file: null, url: null }
export const noAbout: NoteAbout = { text: null, task: null, tags: [] }
export const noSpeaker: Speaker = { name: null, role: null }

/** Limits of what is taken: texts in characters, the rest in numbers. */
export const NOTE_LIMITS = {
  title: 300,
  text: 100_000,
  name: 100,
  role: 64,
  id: 256,
  url: 2_000,
  tag: 64,
  tags: 16,
  quotes: 2_000,
  links: 20,
  maxWeight: 10,
  /** In one request. */
  notes: 10_000,
} as const

/** The same target, whatever is said about it. */
export function isSameTarget(a: LinkTarget, b: LinkTarget): boolean {
  return a.type === b.type && a.id === b.id
}
