/** The list of runs: filters and pages. A page ends at a run, not at a number of rows, so rows that are added meanwhile shift nothing. */
import type { Kysely } from 'kysely'

import { decodePlace, encodePlace } from './cursor.ts'
import { fromSummaryRow, summaryColumns, tagsColumn } from './rows.ts'
import type { Tables } from './schema.ts'
import type { RunFilter, RunPage } from './store.ts'

const MAX_LIMIT = 200

/** One page, newest first. @throws InvalidCursorError; RangeError when the limit is not 1 to 200. */
export async function listRuns(db: Kysely<Tables>, filter: RunFilter): Promise<RunPage> {
  const { limit, sinceMs, untilMs, kind, cursor } = filter
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RangeError(`limit: expected 1 to ${MAX_LIMIT}, got ${limit}.`)

  let query = db.selectFrom('runs').select(summaryColumns).select(tagsColumn)
  if (sinceMs !== undefined) query = query.where('started_at_us', '>=', sinceMs * 1000)
  if (untilMs !== undefined) query = query.where('started_at_us', '<', untilMs * 1000)
  if (filter.service !== undefined) query = query.where('service', '=', filter.service)
  if (filter.environment !== undefined) query = query.where('environment', '=', filter.environment)
  if (filter.agent !== undefined) query = query.where('agent', '=', filter.agent)
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome)
  const { conversationId } = filter
  // A conversation that is known by span links only has the id of its first trace, which has none itself.
  if (conversationId !== undefined)
    query = query.where((build) =>
      build.or([
        build('conversation_id', '=', conversationId),
        build.and([build('trace_id', '=', conversationId), build('conversation_id', 'is', null)]),
      ]),
    )
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId)
  if (filter.release !== undefined) query = query.where('release', '=', filter.release)
  const { tag } = filter
  if (tag !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb.selectFrom('run_tags').select('tag').whereRef('run_tags.trace_id', '=', 'runs.trace_id').where('tag', '=', tag),
      ),
    )
  }
  if (kind !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('run_failures')
          .select('kind')
          .whereRef('run_failures.trace_id', '=', 'runs.trace_id')
          .where('kind', '=', kind),
      ),
    )
  }
  const { rating } = filter
  if (rating !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('feedback')
          .select('id')
          .whereRef('feedback.run_id', '=', 'runs.trace_id')
          .where('counted_rating', '=', rating)
          .where('is_withdrawn', '=', 0),
      ),
    )
  }
  if (cursor !== undefined) {
    const [startedAtUs, traceId] = decodePlace(cursor)
    query = query.where((eb) => eb(eb.refTuple('started_at_us', 'trace_id'), '<', eb.tuple(startedAtUs, traceId)))
  }

  const rows = await query
    .orderBy('started_at_us', 'desc')
    .orderBy('trace_id', 'desc')
    .limit(limit + 1) // One more tells whether there is a next page.
    .execute()
  const runs = rows.slice(0, limit).map(fromSummaryRow)
  const last = runs.at(-1)
  return { runs, next: rows.length > limit && last !== undefined ? encodePlace(last.startedAtUs, last.traceId) : null }
}
