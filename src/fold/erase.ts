/** A deletion in the fold: what is open of whoever asked for it is counted as it is and forgotten, and nothing that comes later brings it back. */
import type { DueRun, OpenRun } from '../assemble/open-runs.ts'
import type { FeedbackState } from '../model/feedback-state.ts'
import type { Tombstone, Tombstones } from '../model/tombstone.ts'

/**
 * Whether a step or a note of the run is a deleted person's or conversation's: then all of it is. What came before a deletion is from before it, whatever
 * the emitter's clock says.
 */
export function isErasedRun({ traceId, steps, notes, opened }: OpenRun, tombstones: Tombstones): boolean {
  if (tombstones.hasTrace(traceId)) return true
  const openedUs = opened.atMs * 1_000
  for (const { userId, conversationId, service, environment, endUs } of steps.values()) {
    const subject = { traceId, userId, conversationId, service, environment, endUs: Math.min(endUs, openedUs) }
    if (tombstones.isErased(subject)) return true
  }
  for (const { userId, conversationId, atUs } of notes.values()) {
    const subject = { traceId, userId, conversationId, service: null, environment: null, endUs: Math.min(atUs, openedUs) }
    if (tombstones.isErased(subject)) return true
  }
  return false
}

export function isErasedState({ id, target, userId, run, ...said }: FeedbackState, tombstones: Tombstones): boolean {
  const { traceId, conversationId } = target
  const atMs = Math.min(said.saidAtMs, said.receivedAtMs)
  return tombstones.isErasedFeedback({ id, traceId: run?.traceId ?? traceId, userId, conversationId, atMs })
}

/** The traces of runs that were open, for what comes of them later; with those of calls that they have taken in. */
export function gravesOf(due: readonly DueRun[], deletedAtMs: number): readonly Tombstone[] {
  const traceIds = due.flatMap(({ run }) => [run.traceId, ...run.adopted.map(({ traceId }) => traceId)])
  return traceIds.map((key) => ({ kind: 'trace', key, deletedAtMs }))
}

/** The door has taken out what it knew; this leaves out what came in while a deletion was on its way. */
export function unerased<Item extends { readonly traceId: string }>(
  items: readonly Item[],
  graves: { readonly tombstones: Tombstones } | undefined,
): readonly Item[] {
  if (graves === undefined || graves.tombstones.isEmpty) return items
  return items.filter(({ traceId }) => !graves.tombstones.hasTrace(traceId))
}
