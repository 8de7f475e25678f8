/** Writing a checkpoint whole and reading back what a start needs. The fold's head is written with everything else: it says how far counting went. */
import type { Kysely, Transaction } from 'kysely'

import type { Checkpoint, FoldHead, KeepRequest, RestoredState } from '../model/checkpoint.ts'
import type { RunRecord } from '../model/run.ts'
import {
  fromLabelRow,
  fromSeriesRow,
  toConversationRow,
  toFailureRows,
  toTagRows,
  toLabelRow,
  toRunRow,
  toSeriesRow,
  toSettledRow,
} from './rows.ts'
import { chunks } from './chunks.ts'
import { pendingConversations, saveConversationStates } from './conversation-states.ts'
import { pendingFeedback, saveFeedback } from './feedback-rows.ts'
import { toKeyRows } from './run-keys.ts'
import type { ConversationTotals, KeepRequestsTable, Tables } from './schema.ts'

const FOLD_KEY = 'fold'

/**
 * Saves a checkpoint in one transaction. One with the same head as the stored one is taken for saved already, so that a save whose
 * outcome is unknown can be repeated without adding conversation totals twice.
 * @throws Error when the stored checkpoint is ahead of this one.
 */
export async function saveCheckpoint(db: Kysely<Tables>, checkpoint: Checkpoint): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const stored = await readHead(trx)
    const { seq } = checkpoint.fold.head
    if (stored !== null && stored.head.seq > seq) {
      throw new Error(
        `The checkpoint as of entry ${seq} is older than the stored one as of entry ${stored.head.seq}: saving it would count entries twice.`,
      )
    }
    if (stored?.head.seq === seq) return
    await trx
      .replaceInto('meta')
      .values({ key: FOLD_KEY, value: JSON.stringify(checkpoint.fold) })
      .execute()
    await saveSeries(trx, checkpoint)
    await saveSettled(trx, checkpoint)
    await saveRuns(trx, checkpoint.runs)
    await addConversations(trx, checkpoint)
    await saveConversationStates(trx, checkpoint.conversationStates)
    await saveFeedback(trx, checkpoint.feedback)
    await saveKeeps(trx, checkpoint.keeps)
  })
}

/** Null before the first checkpoint. */
export async function restoreState(db: Kysely<Tables>): Promise<RestoredState | null> {
  const fold = await readHead(db)
  if (fold === null) return null
  const series = await db.selectFrom('series').selectAll().orderBy('metric').orderBy('labels').execute()
  const labels = await db.selectFrom('label_values').selectAll().orderBy('label').orderBy('value').execute()
  return {
    fold,
    pendingFeedback: await pendingFeedback(db),
    pendingConversations: await pendingConversations(db),
    series: series.map(fromSeriesRow),
    labels: labels.map(fromLabelRow),
  }
}

async function readHead(db: Kysely<Tables>): Promise<FoldHead | null> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', FOLD_KEY).executeTakeFirst()
  if (row === undefined) return null
  const fold: FoldHead = JSON.parse(row.value)
  return fold
}

async function saveSeries(trx: Transaction<Tables>, { series, labels, removedLabels }: Checkpoint): Promise<void> {
  for (const rows of chunks(series, 3)) await trx.replaceInto('series').values(rows.map(toSeriesRow)).execute()
  // Removed first: a value that gave up its place and came back since is among the labels.
  for (const { label, value } of removedLabels) {
    await trx.deleteFrom('label_values').where('label', '=', label).where('value', '=', value).execute()
  }
  for (const rows of chunks(labels, 3)) await trx.replaceInto('label_values').values(rows.map(toLabelRow)).execute()
}

async function saveSettled(trx: Transaction<Tables>, { settled }: Checkpoint): Promise<void> {
  for (const rows of chunks(settled, 12)) await trx.replaceInto('settled').values(rows.map(toSettledRow)).execute()
}

async function saveRuns(trx: Transaction<Tables>, runs: readonly RunRecord[]): Promise<void> {
  for (const rows of chunks(runs, 24)) {
    await trx.replaceInto('runs').values(rows.map(toRunRow)).execute()
    const ids = rows.map(({ traceId }) => traceId)
    await trx.deleteFrom('run_failures').where('trace_id', 'in', ids).execute()
    await trx.deleteFrom('run_tags').where('trace_id', 'in', ids).execute()
  }
  for (const rows of chunks(runs.flatMap(toFailureRows), 3)) {
    // A run may be in the checkpoint twice, when it was settled again.
    await trx.replaceInto('run_failures').values(rows).execute()
  }
  for (const rows of chunks(runs.flatMap(toTagRows), 2)) await trx.replaceInto('run_tags').values(rows).execute()
  for (const rows of chunks(runs.flatMap(toKeyRows), 3)) await trx.replaceInto('run_keys').values(rows).execute()
}

/** That somebody rated or picked a run is the better reason, whichever was first. */
async function saveKeeps(trx: Transaction<Tables>, keeps: readonly KeepRequest[]): Promise<void> {
  const rows = keeps.map(({ traceId, reason, askedAtMs }) => ({ trace_id: traceId, reason, asked_at_ms: askedAtMs, tries: 0 }))
  const isSaid = ({ reason }: KeepRequestsTable): boolean => reason === 'rated' || reason === 'picked'
  for (const some of chunks(rows.filter(isSaid), 4)) await trx.replaceInto('keep_requests').values(some).execute()
  for (const some of chunks(
    rows.filter((row) => !isSaid(row)),
    4,
  ))
    await trx
      .insertInto('keep_requests')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

async function addConversations(trx: Transaction<Tables>, { conversations }: Checkpoint): Promise<void> {
  const totals = new Map<string, ConversationTotals>()
  for (const row of conversations.map(toConversationRow)) {
    const key = JSON.stringify([row.conversation_id, row.service, row.environment])
    const known = totals.get(key)
    totals.set(key, known === undefined ? row : added(known, row))
  }
  for (const rows of chunks([...totals.values()], 15)) {
    await trx
      .insertInto('conversations')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['conversation_id', 'service', 'environment']).doUpdateSet((eb) => ({
          first_at_us: eb.fn('min', ['conversations.first_at_us', 'excluded.first_at_us']),
          last_at_us: eb.fn('max', ['conversations.last_at_us', 'excluded.last_at_us']),
          settled_at_ms: eb.fn('max', ['conversations.settled_at_ms', 'excluded.settled_at_ms']),
          runs: eb('conversations.runs', '+', eb.ref('excluded.runs')),
          failed_runs: eb('conversations.failed_runs', '+', eb.ref('excluded.failed_runs')),
          llm_calls: eb('conversations.llm_calls', '+', eb.ref('excluded.llm_calls')),
          tool_calls: eb('conversations.tool_calls', '+', eb.ref('excluded.tool_calls')),
          input_tokens: eb('conversations.input_tokens', '+', eb.ref('excluded.input_tokens')),
          output_tokens: eb('conversations.output_tokens', '+', eb.ref('excluded.output_tokens')),
          cost_nano_usd: eb('conversations.cost_nano_usd', '+', eb.ref('excluded.cost_nano_usd')),
          unpriced_calls: eb('conversations.unpriced_calls', '+', eb.ref('excluded.unpriced_calls')),
        })),
      )
      .execute()
  }
}

/** Two parts of one conversation. Names stay those of the first, as they do in the database. */
export function added(a: ConversationTotals, b: ConversationTotals): ConversationTotals {
  return {
    ...a,
    first_at_us: Math.min(a.first_at_us, b.first_at_us),
    last_at_us: Math.max(a.last_at_us, b.last_at_us),
    settled_at_ms: Math.max(a.settled_at_ms, b.settled_at_ms),
    runs: a.runs + b.runs,
    failed_runs: a.failed_runs + b.failed_runs,
    llm_calls: a.llm_calls + b.llm_calls,
    tool_calls: a.tool_calls + b.tool_calls,
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cost_nano_usd: a.cost_nano_usd + b.cost_nano_usd,
    unpriced_calls: a.unpriced_calls + b.unpriced_calls,
  }
}
