/** Notes as pages and the API ask for them, and the one way to change them. Their feedback is noted in the same transaction, so that a kill between the two loses neither. */
import type { FeedbackEvent } from '../model/feedback.ts'
import type { LinkTarget, Note, NoteKind, NoteSummary } from '../model/note.ts'

/** Filters of the list; absent = no filter. Times are unix milliseconds of when it was said, else added; `since` inclusive, `until` exclusive. */
export interface NoteFilter {
  readonly kind?: NoteKind | undefined
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly userId?: string | undefined
  /** Stands in the title, the text or a quote. */
  readonly text?: string | undefined
  /** True = a quote has a confirmed link. */
  readonly isLinked?: boolean | undefined
  /** Confirmed to be about this. */
  readonly about?: LinkTarget | undefined
  /** 1 to 200. */
  readonly limit: number
  /** Opaque place to go on from, as returned in `next`. */
  readonly cursor?: string | undefined
}

export interface NotePage {
  /** Newest first. */
  readonly notes: readonly NoteSummary[]
  readonly next: string | null
}

/** What is known of notes that are about to change. */
export interface KnownNotes {
  readonly notes: ReadonlyMap<string, Note>
  /** Ids of notes that somebody has deleted. */
  readonly deleted: ReadonlySet<string>
}

export interface NoteChanges {
  readonly save?: readonly Note[] | undefined
  /** They stay known as deleted, so that the next import does not bring them back. */
  readonly remove?: readonly string[] | undefined
  /** For the feedback ledger; kept until it has taken them. */
  readonly feedback?: readonly FeedbackEvent[] | undefined
}

export interface DueFeedback {
  readonly number: number
  readonly event: FeedbackEvent
}

export interface NoteStore {
  find(id: string): Promise<Note | null>
  /** @throws InvalidCursorError; RangeError when the limit is not 1 to 200. */
  list(filter: NoteFilter): Promise<NotePage>
  /** How many there are, whatever their page. */
  count(filter: Omit<NoteFilter, 'limit' | 'cursor'>): Promise<number>
  /** Ids of all notes of this user. */
  idsOfUser(userId: string): Promise<readonly string[]>
  /** Reads these notes, asks what is to be done, and does it: in one transaction, one change after the other. */
  change(ids: readonly string[], nowMs: number, decide: (known: KnownNotes) => NoteChanges): Promise<void>
  /** What the ledger has not taken yet, the first to come first. */
  dueFeedback(limit: number): Promise<readonly DueFeedback[]>
  /** Forgets what the ledger has taken. */
  settleFeedback(numbers: readonly number[]): Promise<void>
}
