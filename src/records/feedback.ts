/** Feedback as pages and the API ask for it. What was withdrawn is kept and not shown. */
import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { FeedbackRecord, FeedbackSource, Judge, Rating } from '../model/feedback.ts'
import type { FeedbackState } from '../model/feedback-state.ts'
import { idChunks } from './chunks.ts'
import { decodePlace, encodePlace } from './cursor.ts'
import { toRecord, toState } from './feedback-rows.ts'
import type { Tables } from './schema.ts'

/** Filters of the list; absent = no filter. Times are unix milliseconds of when it came, `since` inclusive, `until` exclusive. */
export interface FeedbackFilter {
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly rating?: Rating | undefined
  readonly source?: FeedbackSource | undefined
  readonly judge?: Judge | undefined
  readonly name?: string | undefined
  readonly userId?: string | undefined
  readonly service?: string | undefined
  /** True = joined to a run, false = no run has come. */
  readonly isMatched?: boolean | undefined
  /** True = with a comment or a correction. */
  readonly hasText?: boolean | undefined
  /** 1 to 200. */
  readonly limit: number
  /** Opaque place to go on from, as returned in `next`. */
  readonly cursor?: string | undefined
}

export interface FeedbackPage {
  /** Newest first. */
  readonly feedback: readonly FeedbackRecord[]
  readonly next: string | null
}

export interface FeedbackCounts {
  readonly all: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  /** Without a run. */
  readonly unmatched: number
}

const MAX_LIMIT = 200

/** @throws InvalidCursorError; RangeError when the limit is not 1 to 200. */
export async function listFeedback(db: Kysely<Tables>, filter: FeedbackFilter): Promise<FeedbackPage> {
  const { limit, cursor } = filter
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RangeError(`limit: expected 1 to ${MAX_LIMIT}, got ${limit}.`)
  let query = filtered(db.selectFrom('feedback').selectAll(), filter)
  if (cursor !== undefined) {
    const [receivedAtMs, id] = decodePlace(cursor)
    query = query.where((eb) => eb(eb.refTuple('received_at_ms', 'id'), '<', eb.tuple(receivedAtMs, id)))
  }
  const rows = await query
    .orderBy('received_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1) // One more tells whether there is a next page.
    .execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    feedback: shown.map(toRecord),
    next: rows.length > limit && last !== undefined ? encodePlace(last.received_at_ms, last.id) : null,
  }
}

export async function countFeedback(
  db: Kysely<Tables>,
  filter: Omit<FeedbackFilter, 'limit' | 'cursor'>,
): Promise<FeedbackCounts> {
  const rows = await filtered(db.selectFrom('feedback'), filter)
    .select([
      'counted_rating',
      ({ fn }) => fn.count<number>('id').as('all'),
      ({ fn }) => fn.count<number>('run_id').as('matched'),
    ])
    .groupBy('counted_rating')
    .execute()
  const of = (rating: Rating): number => rows.find((row) => row.counted_rating === rating)?.all ?? 0
  const all = rows.reduce((sum, row) => sum + row.all, 0)
  const matched = rows.reduce((sum, row) => sum + row.matched, 0)
  return { all, positive: of('positive'), neutral: of('neutral'), negative: of('negative'), unmatched: all - matched }
}

/** What was said about these runs, the first to come first, by trace id. */
export async function feedbackOfRuns(
  db: Kysely<Tables>,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly FeedbackRecord[]>> {
  const found: FeedbackRecord[] = []
  for (const some of idChunks(traceIds)) {
    const rows = await db
      .selectFrom('feedback')
      .selectAll()
      .where('run_id', 'in', some)
      .where('is_withdrawn', '=', 0)
      .orderBy('received_at_ms')
      .orderBy('id')
      .execute()
    found.push(...rows.map(toRecord))
  }
  return Map.groupBy(found, ({ runId }) => runId ?? '')
}

/** What was said about a conversation or about one of its runs, the first to come first. */
export async function feedbackOfConversation(db: Kysely<Tables>, id: string): Promise<readonly FeedbackRecord[]> {
  const rows = await db
    .selectFrom('feedback')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('target_conversation_id', '=', id),
        eb('run_id', 'in', eb.selectFrom('runs').select('trace_id').where('conversation_id', '=', id)),
      ]),
    )
    .where('is_withdrawn', '=', 0)
    .orderBy('received_at_ms')
    .orderBy('id')
    .execute()
  return rows.map(toRecord)
}

export async function findFeedback(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, FeedbackState>> {
  const found = new Map<string, FeedbackState>()
  for (const some of idChunks(ids)) {
    const rows = await db.selectFrom('feedback').selectAll().where('id', 'in', some).execute()
    for (const row of rows) found.set(row.id, toState(row))
  }
  return found
}

function filtered<Row>(
  all: SelectQueryBuilder<Tables, 'feedback', Row>,
  filter: Omit<FeedbackFilter, 'limit' | 'cursor'>,
): SelectQueryBuilder<Tables, 'feedback', Row> {
  let query = all.where('is_withdrawn', '=', 0)
  const { sinceMs, untilMs, rating, source, judge, name, userId, service, isMatched, hasText } = filter
  if (sinceMs !== undefined) query = query.where('received_at_ms', '>=', sinceMs)
  if (untilMs !== undefined) query = query.where('received_at_ms', '<', untilMs)
  if (rating !== undefined) query = query.where('counted_rating', '=', rating)
  if (source !== undefined) query = query.where('source', '=', source)
  if (judge !== undefined) query = query.where('judge', '=', judge)
  if (name !== undefined) query = query.where('name', '=', name)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  if (service !== undefined) query = query.where('run_service', '=', service)
  if (isMatched !== undefined) query = query.where('run_id', isMatched ? 'is not' : 'is', null)
  if (hasText === true) query = query.where((eb) => eb.or([eb('comment', 'is not', null), eb('correction', 'is not', null)]))
  return query
}
