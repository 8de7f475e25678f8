/** The tables without the store around them, for what works on them directly. */
import { Kysely } from 'kysely'
import { onTestFinished } from 'vitest'

import { migrate } from '../../src/records/migrations.ts'
import type { Tables } from '../../src/records/schema.ts'
import { SqliteWorkerDialect } from '../../src/records/sqlite-driver.ts'
import { storePath } from './setup.ts'

export async function openDatabase(path: string = storePath()): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: new SqliteWorkerDialect({ path, mode: 'write' }) })
  onTestFinished(() => db.destroy())
  await migrate(db, path)
  return db
}
