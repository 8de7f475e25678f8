/** A deletion in the fold: what is open of whoever asked for it is counted as it is and forgotten, and nothing that comes later brings it back. */
import type { DueRun, OpenRun } from '../assemble/open-runs.ts'
import type { FeedbackState } from '../model/feedback-state.ts'
import type { Tombstone, Tombstones } from '../model/tombstone.ts'

/** Whether a step or a note of the run is a deleted person's or conversation's: then all of it is. */
export function isErasedRun({ traceId, steps, notes }: OpenRun, tombstones: Tombstones): boolean {
  if (tombstones.hasTrace(traceId)) return true
  for (const { userId, conversationId, service, environment, endUs } of steps.values())
    if (tombstones.isErased({ traceId, userId, conversationId, service, environment, endUs })) return true
  for (const { userId, conversationId, atUs } of notes.values())
    if (tombstones.isErased({ traceId, userId, conversationId, service: null, environment: null, endUs: atUs })) return true
  return false
}

export function isErasedState({ id, target, userId, run, saidAtMs }: FeedbackState, tombstones: Tombstones): boolean {
  const { traceId, conversationId } = target
  return tombstones.isErasedFeedback({ id, traceId: run?.traceId ?? traceId, userId, conversationId, atMs: saidAtMs })
}

/** The traces of runs that were open, for what comes of them later. */
export function gravesOf(due: readonly DueRun[], tombstones: readonly Tombstone[]): readonly Tombstone[] {
  const deletedAtMs = Math.max(0, ...tombstones.map((tombstone) => tombstone.deletedAtMs))
  return due.map(({ run }) => ({ kind: 'trace', key: run.traceId, deletedAtMs }))
}

/** The door has taken out what it knew; this leaves out what came in while a deletion was on its way. */
export function unerased<Item extends { readonly traceId: string }>(
  items: readonly Item[],
  graves: { readonly tombstones: Tombstones } | undefined,
): readonly Item[] {
  if (graves === undefined || graves.tombstones.isEmpty) return items
  return items.filter(({ traceId }) => !graves.tombstones.hasTrace(traceId))
}
