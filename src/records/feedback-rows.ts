/** Feedback in the records: what the fold writes with a checkpoint and reads back. */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { FeedbackChanges } from '../model/checkpoint.ts'
import type { FeedbackRecord } from '../model/feedback.ts'
import type { FeedbackState } from '../model/feedback-state.ts'
import { chunks } from './chunks.ts'
import type { FeedbackTable, Tables } from './schema.ts'

type StateColumns = Pick<
  FeedbackTable,
  | 'changed_at_ms'
  | 'counted_rating'
  | 'counted'
  | 'digest'
  | 'status'
  | 'is_withdrawn'
  | 'run_id'
  | 'run_service'
  | 'run_environment'
  | 'run_agent'
>

/** What was given is written whole; of the rest only what the fold knows of it, since its texts are in the table. */
export async function saveFeedback(trx: Transaction<Tables>, { records, states }: FeedbackChanges): Promise<void> {
  const given = new Map(records.map((record) => [record.id, record]))
  const rows = states.flatMap((state) => {
    const record = given.get(state.id)
    if (record === undefined) return []
    return [{ ...toRow(record), ...stateColumns(state), ...(state.isWithdrawn ? withoutWords : {}) }]
  })
  for (const some of chunks(rows, COLUMNS)) await trx.replaceInto('feedback').values(some).execute()
  const known = states.filter(({ id }) => !given.has(id)).map((state) => ({ id: state.id, ...stateColumns(state) }))
  for (const some of chunks(known, STATE_COLUMNS)) await updateStates(trx, some)
}

/** Who takes back what they said takes back their words. */
const withoutWords = { comment: null, correction: null }

const COLUMNS = 28
const STATE_COLUMNS = 11

/** All in one statement: a vote changes its state twice, and a statement costs more than a row. */
async function updateStates(trx: Transaction<Tables>, rows: readonly (StateColumns & { readonly id: string })[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'id')
  const columns = names.map((name) => sql`${sql.id(name)} = state.value ->> ${sql.lit(name)}`)
  const words = Object.keys(withoutWords).map(
    (name) => sql`${sql.id(name)} = CASE state.value ->> 'is_withdrawn' WHEN 1 THEN NULL ELSE ${sql.id(name)} END`,
  )
  await sql`UPDATE feedback SET ${sql.join([...columns, ...words])} FROM json_each(${JSON.stringify(rows)}) AS state
    WHERE feedback.id = state.value ->> 'id'`.execute(trx)
}

/** Feedback that has no run or is not counted yet, the first to come first. */
export async function pendingFeedback(db: Kysely<Tables>): Promise<readonly FeedbackState[]> {
  const rows = await db
    .selectFrom('feedback')
    .selectAll()
    .where('status', '<>', 'done')
    .orderBy('received_at_ms')
    .orderBy('id')
    .execute()
  return rows.map(toState)
}

function stateColumns(state: FeedbackState): StateColumns {
  const { run } = state
  return {
    changed_at_ms: state.changedAtMs,
    counted_rating: state.rating,
    counted: state.counted,
    digest: state.digest,
    status: state.status,
    is_withdrawn: state.isWithdrawn ? 1 : 0,
    run_id: run?.traceId ?? null,
    run_service: run?.service ?? null,
    run_environment: run?.environment ?? null,
    run_agent: run?.agent ?? null,
  }
}

function toRow(record: FeedbackRecord): Omit<FeedbackTable, keyof StateColumns> {
  const { target, scale } = record
  return {
    id: record.id,
    target_trace_id: target.traceId,
    target_span_id: target.spanId,
    target_conversation_id: target.conversationId,
    target_response_id: target.responseId,
    target_message_id: target.messageId,
    name: record.name,
    score: record.score,
    scale: scale === null ? null : JSON.stringify(scale),
    label: record.label,
    rating: record.rating,
    comment: record.comment,
    correction: record.correction,
    user_id: record.userId,
    source: record.source,
    judge: record.judge,
    at_ms: record.atMs,
    received_at_ms: record.receivedAtMs,
  }
}

function targetOf(row: Selectable<FeedbackTable>): FeedbackRecord['target'] {
  return {
    traceId: row.target_trace_id,
    spanId: row.target_span_id,
    conversationId: row.target_conversation_id,
    responseId: row.target_response_id,
    messageId: row.target_message_id,
  }
}

export function toState(row: Selectable<FeedbackTable>): FeedbackState {
  const { run_id: traceId, run_service: service, run_environment: environment, run_agent: agent } = row
  return {
    id: row.id,
    target: targetOf(row),
    source: row.source,
    judge: row.judge,
    rating: row.counted_rating,
    digest: row.digest,
    userId: row.user_id,
    saidAtMs: row.at_ms ?? row.received_at_ms,
    receivedAtMs: row.received_at_ms,
    changedAtMs: row.changed_at_ms,
    run: traceId === null ? null : { traceId, service: service ?? '', environment: environment ?? '', agent: agent ?? '' },
    counted: row.counted,
    status: row.status,
    isWithdrawn: row.is_withdrawn === 1,
  }
}

export function toRecord(row: Selectable<FeedbackTable>): FeedbackRecord {
  return {
    id: row.id,
    target: targetOf(row),
    name: row.name,
    score: row.score,
    scale: row.scale === null ? null : JSON.parse(row.scale),
    label: row.label,
    rating: row.rating,
    comment: row.comment,
    correction: row.correction,
    userId: row.user_id,
    source: row.source,
    judge: row.judge,
    atMs: row.at_ms,
    receivedAtMs: row.received_at_ms,
    changedAtMs: row.changed_at_ms,
    countedRating: row.counted_rating,
    runId: row.run_id,
    isWithdrawn: row.is_withdrawn === 1,
  }
}
