/** What accepting a body needs besides the log: what it answers, and what of it may not come in again. */
import { readContent, type EntryContent } from './fold/content.ts'
import { isErasedEvent, withoutErased } from './erase/without-erased.ts'
import { LogUnavailableError } from './log/log.ts'
import type { NewEntry } from './model/entry.ts'
import type { FeedbackEvent, FeedbackReceipt } from './model/feedback.ts'
import type { Tombstone, Tombstones } from './model/tombstone.ts'
import type { Accepted, DoorRequest } from './receive/door.ts'
import { UnavailableError } from './receive/door.ts'

/** A body as it goes to the log, and what it says. */
export interface Admitted {
  readonly entry: NewEntry
  readonly content: EntryContent
  /** Spans or log records that were deleted before and are left out. */
  readonly removed: number
  /** Traces of which it is known only now that they were deleted. */
  readonly lateTraceIds: readonly string[]
}

/** What may not come in again, and the way to add to it. */
export interface DoorGraves {
  readonly atDoor: Tombstones
  readonly refuse: (tombstones: readonly Tombstone[]) => void
}

/** Takes out of a body what was deleted on request. Without deletions it costs nothing. @throws DecodeError */
export function admit(kind: 'spans' | 'logs', request: DoorRequest, graves: DoorGraves | null, nowMs: number): Admitted {
  const { format, encoding, body } = request
  const content = readContent(kind, format, request.content)
  const whole: Admitted = { entry: { kind, format, encoding, body, deduplicate: true }, content, removed: 0, lateTraceIds: [] }
  if (graves === null || (content.type !== 'spans' && content.type !== 'logs')) return whole
  const left = withoutErased({ kind, format, content: request.content, atMs: nowMs }, content, graves.atDoor)
  if (left === null) return whole
  graves.refuse(left.traceIds.map((key) => ({ kind: 'trace', key, deletedAtMs: nowMs })))
  const entry: NewEntry = { kind, format, encoding: 'identity', body: left.content, deduplicate: true }
  return { entry, content: readContent(kind, format, left.content), removed: left.removed, lateTraceIds: left.traceIds }
}

/** Feedback of or about whoever was deleted is answered like the rest and kept nowhere. */
export function withoutErasedEvents(
  events: readonly FeedbackEvent[],
  tombstones: Tombstones,
  nowMs: number,
): readonly FeedbackEvent[] {
  return tombstones.isEmpty ? events : events.filter((event) => !isErasedEvent(event, nowMs, tombstones))
}

export async function unlessUnavailable<T>(appending: Promise<T>): Promise<T> {
  try {
    return await appending
  } catch (error) {
    if (error instanceof LogUnavailableError) throw new UnavailableError('The log cannot be written at the moment.', 5)
    throw error
  }
}

/** Before a body is answered of which the rest has to go as well: nobody sends again what was taken. */
export async function unlessUnkept(keeping: Promise<void> | undefined): Promise<void> {
  try {
    await keeping
  } catch (cause) {
    throw new UnavailableError('What was deleted cannot be noted at the moment.', 5, { cause })
  }
}

/** It is kept, or was deleted before; whether it was known is not said. */
export function plainReceipt(event: FeedbackEvent): FeedbackReceipt {
  return event.type === 'given' ? { id: event.feedback.id, outcome: 'new' } : { id: event.id, outcome: 'withdrawn' }
}

export function acceptedOf(content: EntryContent): Accepted {
  // A span whose feedback is about nothing is taken nevertheless.
  const rejected = content.type === 'spans' ? content.rejected.filter((reason) => reason !== 'feedback_without_target') : []
  if (rejected.length === 0) return { rejectedItems: 0, rejectedReason: null }
  const reasons = [...new Set(rejected)].sort().join(', ')
  return { rejectedItems: rejected.length, rejectedReason: `Items without a valid id were not taken: ${reasons}.` }
}
