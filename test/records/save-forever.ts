/** A process to kill: saves checkpoint after checkpoint into the database given as argument, each changing every table; prints what was saved. */
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import { numberedCheckpoint } from './numbered.ts'

const store = await openSqliteStore({ path: process.argv[2] ?? '' })
const stored = await store.restore()
process.stdout.write('open\n')
for (let seq = (stored?.fold.head.seq ?? 0) + 1; ; seq++) {
  await store.save(numberedCheckpoint(seq))
  process.stdout.write(`${seq}\n`)
}
