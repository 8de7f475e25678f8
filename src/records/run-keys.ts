/** The index of keys by which feedback may name a run: span, response and message ids. Trace and conversation ids have columns of their own. */
import type { Kysely } from 'kysely'
import { stepKeys, targetKey, type TargetQuery } from '../model/feedback-state.ts'
import { cyrb53 } from '../model/fingerprint.ts'
import type { RunRecord } from '../model/run.ts'
import type { RunKeysTable, SettledTable, Tables } from './schema.ts'

const SEED = 0
const DAY_MS = 86_400_000

export function toKeyRows({ traceId, settledAtMs, steps }: RunRecord): readonly RunKeysTable[] {
  const day = Math.floor(settledAtMs / DAY_MS)
  return steps.flatMap(stepKeys).map((key) => ({ day, key: cyrb53(key, SEED), trace_id: traceId }))
}

/** The settled runs with these keys, by question; of several with one key the last to settle. */
export async function findByKeys(
  db: Kysely<Tables>,
  queries: readonly TargetQuery[],
): Promise<ReadonlyMap<TargetQuery, SettledTable>> {
  const days = (await db.selectFrom('run_keys').select('day').distinct().execute()).map(({ day }) => day)
  const hashes = new Map(queries.map((query) => [query, cyrb53(targetKey(query.type, query.value), SEED)]))
  const rows = await db
    .selectFrom('run_keys')
    .innerJoin('settled', 'settled.trace_id', 'run_keys.trace_id')
    .selectAll('settled')
    .select('run_keys.key')
    .where('run_keys.day', 'in', days)
    .where('run_keys.key', 'in', [...new Set(hashes.values())])
    .where('settled.outcome', 'is not', null)
    .orderBy('settled.settled_at_ms')
    .execute()
  const byKey = new Map(rows.map(({ key, ...row }) => [key, row]))
  return new Map(
    [...hashes].flatMap(([query, hash]) => {
      const row = byKey.get(hash)
      return row === undefined ? [] : [[query, row] as const]
    }),
  )
}
