/**
 * Erasing what a deletion is about: texts and ids go, counts stay. Rows of one kind are one eraser's business; all of them work in the same transactions,
 * and each may be repeated, since a process that was killed half-way begins again.
 */
import { type Kysely, sql, type Transaction } from 'kysely'

import { erasedRun } from '../model/erased-run.ts'
import type { RunRecord } from '../model/run.ts'
import { type ConversationName, conversationNameText, type SubjectHash } from '../model/tombstone.ts'
import { idChunks } from './chunks.ts'
import type { Erasable } from './erasable.ts'
import { fromRunRow, tagsColumn, toRunRow } from './rows.ts'
import { toKeyRows } from './run-keys.ts'
import type { ConversationsTable, Tables } from './schema.ts'

/** How many rows of what were erased. */
export type ErasedCounts = Readonly<Record<string, number>>

export type Eraser = (trx: Transaction<Tables>, what: Erasable) => Promise<ErasedCounts>

/** A run's steps can be a megabyte; a checkpoint waits for a transaction. */
const TRACES_PER_TRANSACTION = 100

/** Erases in transactions of some runs each. What is about the person or the conversation as a whole is done with the first. */
export async function erase(db: Kysely<Tables>, what: Erasable, erasers: readonly Eraser[]): Promise<ErasedCounts> {
  const sums = new Map<string, number>()
  for (let start = 0; start === 0 || start < what.traceIds.length; start += TRACES_PER_TRANSACTION) {
    const traceIds = what.traceIds.slice(start, start + TRACES_PER_TRANSACTION)
    const part = start === 0 ? { ...what, traceIds } : { ...what, traceIds, userId: null, conversations: [] }
    const counts = await db.transaction().execute(async (trx) => {
      const done: ErasedCounts[] = []
      for (const eraser of erasers) done.push(await eraser(trx, part))
      return done
    })
    for (const [name, count] of counts.flatMap((each) => Object.entries(each))) sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return Object.fromEntries(sums)
}

/** Runs keep their numbers, and what recognises their spans when they are sent again. */
export const eraseRuns: Eraser = async (trx, { traceIds }) => {
  if (traceIds.length === 0) return {}
  const rows = await trx.selectFrom('runs').selectAll().select(tagsColumn).where('trace_id', 'in', traceIds).execute()
  await eraseMemories(trx, traceIds)
  await eraseKeys(trx, rows.map(fromRunRow))
  for (const row of rows) {
    const { conversation_id, user_id, title, failures, steps } = toRunRow(erasedRun(fromRunRow(row)))
    await trx
      .updateTable('runs')
      .set({ conversation_id, user_id, title, failures, steps })
      .where('trace_id', '=', row.trace_id)
      .execute()
  }
  await trx.deleteFrom('run_tags').where('trace_id', 'in', traceIds).execute()
  await trx.updateTable('settled').set({ conversation_id: null, entries: '[]' }).where('trace_id', 'in', traceIds).execute()
  return { runs: rows.length }
}

/** What was said last in a conversation, where it was said in one of the runs. */
async function eraseMemories(trx: Transaction<Tables>, traceIds: readonly string[]): Promise<void> {
  const rows = await trx.selectFrom('settled').select('conversation_id').distinct().where('trace_id', 'in', traceIds).execute()
  const ids = rows.flatMap(({ conversation_id: id }) => id ?? [])
  if (ids.length === 0) return
  await trx
    .updateTable('conversations')
    .set({ user_id: null, memory: null, gives_up_at_ms: null })
    .where('conversation_id', 'in', ids)
    .where(sql<string>`json_extract(memory, '$.runId')`, 'in', traceIds)
    .execute()
}

/** Keys by which feedback could still name the runs. Those of an earlier settle may stand under another day. */
async function eraseKeys(trx: Transaction<Tables>, runs: readonly RunRecord[]): Promise<void> {
  const days = (await trx.selectFrom('run_keys').select('day').distinct().execute()).map(({ day }) => day)
  if (days.length === 0) return
  for (const run of runs) {
    const keys = [...new Set(toKeyRows(run).map(({ key }) => key))]
    for (const some of idChunks(keys)) {
      await trx
        .deleteFrom('run_keys')
        .where('day', 'in', days)
        .where('key', 'in', some)
        .where('trace_id', '=', run.traceId)
        .execute()
    }
  }
}

/** Conversations keep their totals under a name that leads nowhere. One that has gone on since is not touched: what it says now is new. */
export function eraseConversations(hash: SubjectHash): Eraser {
  return async (trx, { conversations, userId, deletedAtMs }) => {
    // In a conversation with others only what this person said last is theirs.
    if (userId !== null)
      await trx
        .updateTable('conversations')
        .set({ user_id: null, memory: null, gives_up_at_ms: null })
        .where('user_id', '=', userId)
        .where((eb) => eb.or([eb('settled_at_ms', '<=', deletedAtMs), eb('last_at_us', '<=', deletedAtMs * 1_000)]))
        .execute()
    let erased = 0
    for (const name of conversations) {
      for (const { service, environment, settled_at_ms: settledAtMs } of await conversationRows(trx, name, deletedAtMs)) {
        await trx
          .updateTable('conversations')
          .set({
            // With a time in it, because the same conversation may be deleted again.
            conversation_id: `deleted:${hash('conversation', `${conversationNameText(name)} ${settledAtMs}`)}`,
            user_id: null,
            memory: null,
            gives_up_at_ms: null,
          })
          .where('conversation_id', '=', name.conversationId)
          .where('service', '=', service)
          .where('environment', '=', environment)
          .execute()
        erased += 1
      }
    }
    return { conversations: erased }
  }
}

/** By the log's clock or by the emitters' own: a run may settle between the request and its entry in the log. */
function conversationRows(
  trx: Transaction<Tables>,
  { conversationId, service, environment }: ConversationName,
  deletedAtMs: number,
): Promise<readonly Pick<ConversationsTable, 'service' | 'environment' | 'settled_at_ms'>[]> {
  let query = trx
    .selectFrom('conversations')
    .select(['service', 'environment', 'settled_at_ms'])
    .where('conversation_id', '=', conversationId)
    .where((eb) => eb.or([eb('settled_at_ms', '<=', deletedAtMs), eb('last_at_us', '<=', deletedAtMs * 1_000)]))
  if (service !== null) query = query.where('service', '=', service)
  if (environment !== null) query = query.where('environment', '=', environment)
  return query.execute()
}
