/** What one statement can take. A statement is put together on the main thread and should take about a millisecond. */

/** SQLite takes 32,766. */
const MAX_PARAMETERS = 2_000

/** Ids asked for, or rows deleted, by one statement. */
export const IDS_PER_STATEMENT = 500

/** Rows in parts that one statement can take. */
export function chunks<T>(rows: readonly T[], columns: number): Generator<readonly T[]> {
  return partsOf(rows, Math.floor(MAX_PARAMETERS / columns))
}

/** Ids in parts that one statement can ask for. */
export function idChunks<T>(ids: readonly T[]): Generator<readonly T[]> {
  return partsOf(ids, IDS_PER_STATEMENT)
}

function* partsOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
