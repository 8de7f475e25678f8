/** What was deleted on request, so that a copy of it that is sent again is refused. Nobody's id is in it: persons and conversations stand as salted hashes. */

export type TombstoneKind = 'trace' | 'user' | 'conversation' | 'feedback'

export interface Tombstone {
  readonly kind: TombstoneKind
  /** Of a trace its id, which is a random number; of all others a hash. */
  readonly key: string
  /** Unix milliseconds of the log's clock. */
  readonly deletedAtMs: number
}

/** A conversation as a deletion names it: the ids of two services have nothing to do with each other. Null = wherever it is. */
export interface ConversationName {
  readonly conversationId: string
  readonly service: string | null
  readonly environment: string | null
}

/** A deletion as it was asked for. Kept only until it is done. */
export type Deletion = { readonly kind: 'user'; readonly userId: string } | ({ readonly kind: 'conversation' } & ConversationName)

/** Traces of somebody who was deleted before, of which a span that says so has come only since; others of their spans may have come before it. */
export interface LateTraces {
  readonly kind: 'late'
  readonly traceIds: readonly string[]
}

/** Whom a piece of telemetry is about, and when it was over. */
export interface Subject {
  readonly traceId: string
  readonly userId: string | null
  readonly conversationId: string | null
  /** Null = not known. */
  readonly service: string | null
  readonly environment: string | null
  /** Unix microseconds; 0 = not known, which counts as before any deletion. */
  readonly endUs: number
}

/** Whom feedback is about. */
export interface FeedbackSubject {
  readonly id: string
  readonly traceId: string | null
  readonly userId: string | null
  readonly conversationId: string | null
  /** When it was said or came, in unix milliseconds. */
  readonly atMs: number
}

/** The salted hash of an id. */
export type SubjectHash = (kind: TombstoneKind, id: string) => string

export interface Tombstones {
  readonly isEmpty: boolean
  hasTrace(traceId: string): boolean
  /**
   * Whether it is a copy of something deleted: its trace was deleted, or it was over when its user or conversation was. What the same person did since is
   * their new data and is not.
   */
  isErased(subject: Subject): boolean
  isErasedFeedback(feedback: FeedbackSubject): boolean
}

/** A conversation's name as one text, to be hashed. */
export function conversationNameText({ service, environment, conversationId }: ConversationName): string {
  return JSON.stringify([service, environment, conversationId])
}
