/** The tombstones that are in force, in memory: asked for every span that comes in, so an empty set costs nothing and a full one a few look-ups. */
import {
  type ConversationName,
  conversationNameText,
  type Deletion,
  type FeedbackSubject,
  type LateTraces,
  type Subject,
  type SubjectHash,
  type Tombstone,
  type TombstoneKind,
  type Tombstones,
} from '../model/tombstone.ts'

export class TombstoneSet implements Tombstones {
  readonly #hash: SubjectHash
  /** Key -> time of the deletion in unix milliseconds. */
  readonly #deleted: Readonly<Record<TombstoneKind, Map<string, number>>> = {
    trace: new Map(),
    user: new Map(),
    conversation: new Map(),
    feedback: new Map(),
  }
  #size = 0

  constructor(hash: SubjectHash, tombstones: Iterable<Tombstone> = []) {
    this.#hash = hash
    this.add(tombstones)
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** Of a thing that was deleted before, the later time stands. */
  add(tombstones: Iterable<Tombstone>): void {
    for (const { kind, key, deletedAtMs } of tombstones) {
      const deleted = this.#deleted[kind]
      const before = deleted.get(key)
      if (before === undefined) this.#size++
      deleted.set(key, Math.max(before ?? deletedAtMs, deletedAtMs))
    }
  }

  hasTrace(traceId: string): boolean {
    return this.#deleted.trace.has(traceId)
  }

  isErased({ traceId, userId, conversationId, service, environment, endUs }: Subject): boolean {
    if (this.#size === 0) return false
    if (this.hasTrace(traceId)) return true
    const endMs = endUs / 1_000
    return (
      (userId !== null && this.#wasDeletedAfter('user', userId, endMs)) ||
      (conversationId !== null && this.#wasConversationDeleted({ conversationId, service, environment }, endMs))
    )
  }

  /** Whether somebody was deleted after this time in unix milliseconds; 0 = it is not known when it was. */
  isErasedUser(userId: string, atMs: number): boolean {
    return this.#wasDeletedAfter('user', userId, atMs)
  }

  isErasedFeedback({ id, traceId, userId, conversationId, atMs }: FeedbackSubject): boolean {
    if (this.#size === 0) return false
    return (
      this.#wasDeletedAfter('feedback', id, 0) ||
      this.isErased({ traceId: traceId ?? '', userId, conversationId, service: null, environment: null, endUs: atMs * 1_000 })
    )
  }

  #wasConversationDeleted({ conversationId, service, environment }: ConversationName, endMs: number): boolean {
    if (this.#deleted.conversation.size === 0) return false
    const isDeleted = (where: Omit<ConversationName, 'conversationId'>): boolean =>
      this.#wasDeletedAfter('conversation', conversationNameText({ conversationId, ...where }), endMs)
    return (
      isDeleted({ service: null, environment: null }) ||
      isDeleted({ service, environment: null }) ||
      isDeleted({ service, environment })
    )
  }

  #wasDeletedAfter(kind: TombstoneKind, id: string, endMs: number): boolean {
    const deleted = this.#deleted[kind]
    return deleted.size > 0 && (deleted.get(this.#hash(kind, id)) ?? -1) >= endMs
  }
}

/** What a deletion is found to be about. */
interface Found {
  readonly traceIds: Iterable<string>
  /** Conversations that are only this person's. */
  readonly conversations: readonly ConversationName[]
  readonly feedbackIds: readonly string[]
}

/** The tombstones of a deletion. Made again from the same, they are the same. */
export function tombstonesOf(
  deletion: Deletion | LateTraces,
  found: Found,
  hash: SubjectHash,
  deletedAtMs: number,
): readonly Tombstone[] {
  return [
    ...askedFor(deletion, hash, deletedAtMs),
    ...found.conversations.map((name): Tombstone => ({
      kind: 'conversation',
      key: hash('conversation', conversationNameText(name)),
      deletedAtMs,
    })),
    ...[...found.traceIds].map((key): Tombstone => ({ kind: 'trace', key, deletedAtMs })),
    ...found.feedbackIds.map((id): Tombstone => ({ kind: 'feedback', key: hash('feedback', id), deletedAtMs })),
  ]
}

/** Of what is known at once, before anything is looked for. */
export function askedFor(deletion: Deletion | LateTraces, hash: SubjectHash, deletedAtMs: number): readonly Tombstone[] {
  switch (deletion.kind) {
    case 'user':
      return [{ kind: 'user', key: hash('user', deletion.userId), deletedAtMs }]
    case 'conversation':
      return [{ kind: 'conversation', key: hash('conversation', conversationNameText(deletion)), deletedAtMs }]
    case 'late':
      return deletion.traceIds.map((key) => ({ kind: 'trace', key, deletedAtMs }))
    default:
      return deletion satisfies never
  }
}
