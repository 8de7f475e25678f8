/** Parameters of one statement. SQLite takes 32,766; fewer, because a statement is put together on the main thread and should take about a millisecond. */
const MAX_PARAMETERS = 2000

/** Rows in parts that one statement can take. */
export function* chunks<T>(rows: readonly T[], columns: number): Generator<T[]> {
  const size = Math.floor(MAX_PARAMETERS / columns)
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}
