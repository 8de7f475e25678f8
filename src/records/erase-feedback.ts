/** Erasing what was said about runs: feedback, transcripts, and what notes link to. */
import type { Kysely, Transaction } from 'kysely'

import type { FeedbackEvent } from '../model/feedback.ts'
import type { ConversationName, SubjectHash } from '../model/tombstone.ts'
import { idChunks } from './chunks.ts'
import type { Erasable } from './erasable.ts'
import type { Eraser } from './erase.ts'
import type { Tables } from './schema.ts'

/** Transcripts are nothing but text. */
export const eraseTranscripts: Eraser = async (trx, { traceIds }) => {
  if (traceIds.length === 0) return {}
  const { numDeletedRows } = await trx.deleteFrom('transcripts').where('trace_id', 'in', traceIds).executeTakeFirst()
  await trx.deleteFrom('keep_requests').where('trace_id', 'in', traceIds).execute()
  return { transcripts: Number(numDeletedRows) }
}

const nothingSaid = {
  target_trace_id: null,
  target_span_id: null,
  target_conversation_id: null,
  target_response_id: null,
  target_message_id: null,
  name: 'deleted',
  scale: null,
  label: null,
  comment: null,
  correction: null,
  user_id: null,
  digest: '',
  status: 'done',
} as const

/**
 * Feedback that the person gave, that is about one of the runs, or that waits for a run of the conversation: the rating stays with its run. Ids are the
 * application's own and can say anything, so they go too; `feedbackIdsOf` gives them to tombstones before.
 */
export function eraseFeedback(hash: SubjectHash): Eraser {
  return async (trx, what) => {
    const ids = await feedbackIdsOf(trx, what)
    for (const id of ids) {
      await trx
        .updateTable('feedback')
        .set({ ...nothingSaid, id: `deleted:${hash('feedback', id)}` })
        .where('id', '=', id)
        .execute()
    }
    await eraseDueFeedback(trx, what)
    return { feedback: ids.length }
  }
}

/** Feedback out of the person's notes that the ledger has not taken: it is theirs whatever it is about. */
async function eraseDueFeedback(trx: Transaction<Tables>, { userId, traceIds, conversations }: Erasable): Promise<void> {
  const conversationIds = new Set(conversations.map(({ conversationId }) => conversationId))
  const rows = await trx.selectFrom('note_feedback').selectAll().execute()
  for (const { number, event } of rows) {
    const parsed: FeedbackEvent = JSON.parse(event)
    if (parsed.type === 'withdrawn') continue
    const { target, ...feedback } = parsed.feedback
    const isAbout = traceIds.includes(target.traceId ?? '') || conversationIds.has(target.conversationId ?? '')
    if (isAbout || (userId !== null && feedback.userId === userId))
      await trx.deleteFrom('note_feedback').where('number', '=', number).execute()
  }
}

const TAKEN = 'deleted:'

/** Ids of the feedback that a deletion is about, without what was erased before. */
export async function feedbackIdsOf(
  db: Kysely<Tables>,
  { traceIds, userId, conversations, deletedAtMs }: Erasable,
): Promise<readonly string[]> {
  const found = new Set<string>()
  const all = db.selectFrom('feedback').select(['id', 'run_service', 'run_environment']).where('id', 'not like', `${TAKEN}%`)
  for (const some of idChunks(traceIds)) {
    // About one of the runs it goes whenever it was said: it tells of something that is not there any more.
    const rows = await all.where((eb) => eb.or([eb('run_id', 'in', some), eb('target_trace_id', 'in', some)])).execute()
    for (const { id } of rows) found.add(id)
  }
  const before = all.where('received_at_ms', '<=', deletedAtMs)
  if (userId !== null) for (const { id } of await before.where('user_id', '=', userId).execute()) found.add(id)
  for (const conversation of conversations) {
    const rows = await before.where('target_conversation_id', '=', conversation.conversationId).execute()
    for (const row of rows) if (mayBeOf(conversation, row)) found.add(row.id)
  }
  return [...found]
}

/** Feedback does not say of which service it is until it has a run. */
function mayBeOf(
  { service, environment }: ConversationName,
  row: { readonly run_service: string | null; readonly run_environment: string | null },
): boolean {
  const isOther = (asked: string | null, known: string | null): boolean => asked !== null && known !== null && asked !== known
  return !isOther(service, row.run_service) && !isOther(environment, row.run_environment)
}

/** Links name conversations by their id. Notes of the person are deleted whole, by whoever keeps notes. */
export const eraseNoteLinks: Eraser = async (trx, { traceIds, conversations }) => {
  const ids = conversations.map(({ conversationId }) => conversationId)
  if (ids.length > 0)
    await trx.deleteFrom('note_links').where('type', '=', 'conversation').where('target_id', 'in', ids).execute()
  // Why a run was linked may be told in its words.
  if (traceIds.length > 0)
    await trx.updateTable('note_links').set({ why: '' }).where('type', '=', 'run').where('target_id', 'in', traceIds).execute()
  return {}
}
