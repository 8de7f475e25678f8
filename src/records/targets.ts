/** The settled runs that feedback may be about: by trace id, by the index of keys, or the latest of a conversation. */
import type { Kysely } from 'kysely'
import { NEXT_RUN_MS, type RunRef, type TargetQuery } from '../model/feedback-state.ts'
import { idChunks } from './chunks.ts'
import { findByKeys } from './run-keys.ts'
import type { SettledTable, Tables } from './schema.ts'

type Found = RunRef & { readonly startedAtUs: number }

export async function findTargets(db: Kysely<Tables>, queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, Found>> {
  const found = new Map<TargetQuery, Found>()
  for (const some of idChunks(queries)) {
    for (const [query, run] of await ofTraces(
      db,
      some.filter(({ type }) => type === 'trace'),
    ))
      found.set(query, run)
    const byKey = some.filter(({ type }) => type !== 'trace' && type !== 'conversation')
    if (byKey.length > 0) for (const [query, row] of await findByKeys(db, byKey)) found.set(query, toFound(row))
    for (const query of some.filter(({ type }) => type === 'conversation')) {
      const run = await latestOf(db, query)
      if (run !== null) found.set(query, run)
    }
  }
  return found
}

async function ofTraces(db: Kysely<Tables>, queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, Found>> {
  if (queries.length === 0) return new Map()
  const rows = await db
    .selectFrom('settled')
    .selectAll()
    .where('trace_id', 'in', [...new Set(queries.map(({ value }) => value))])
    // A trace without an agent is no run.
    .where('outcome', 'is not', null)
    .execute()
  const byId = new Map(rows.map((row) => [row.trace_id, toFound(row)]))
  return new Map(
    queries.flatMap((query) => {
      const run = byId.get(query.value)
      return run === undefined ? [] : [[query, run] as const]
    }),
  )
}

/** A conversation's feedback belongs to its latest run at that time, else to the one that began next. */
async function latestOf(db: Kysely<Tables>, { value, beforeMs }: TargetQuery): Promise<Found | null> {
  const ofConversation = db
    .selectFrom('runs')
    .select(['trace_id', 'service', 'environment', 'agent', 'started_at_us'])
    .where('conversation_id', '=', value)
    .limit(1)
  const before = await ofConversation
    .where('started_at_us', '<', beforeMs * 1_000)
    .orderBy('started_at_us', 'desc')
    .orderBy('trace_id', 'desc')
    .executeTakeFirst()
  if (before !== undefined) return toFound(before)
  const next = await ofConversation
    .where('started_at_us', '<', (beforeMs + NEXT_RUN_MS) * 1_000)
    .orderBy('started_at_us')
    .orderBy('trace_id')
    .executeTakeFirst()
  return next === undefined ? null : toFound(next)
}

function toFound(row: Pick<SettledTable, 'trace_id' | 'service' | 'environment' | 'agent' | 'started_at_us'>): Found {
  return {
    traceId: row.trace_id,
    service: row.service,
    environment: row.environment,
    agent: row.agent,
    startedAtUs: row.started_at_us,
  }
}
