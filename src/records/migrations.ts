/** How the tables came about. A migration that was released is never changed: what is different comes as a new one, named by its date. */
import { sql, type Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'

import type { Tables } from './schema.ts'
import { StoreOpenError } from './store.ts'

// Big columns (seen, failures, steps) stand last: SQLite reads the columns before them without touching the pages they overflow to.
// Indexes are few, because each run pays for each of them.
const firstTables = [
  'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  `CREATE TABLE series (
    metric TEXT NOT NULL, labels TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (metric, labels)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE label_values (
    label TEXT NOT NULL, value TEXT NOT NULL, used_at_ms INTEGER NOT NULL,
    PRIMARY KEY (label, value)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE settled (
    trace_id TEXT PRIMARY KEY,
    settled_at_ms INTEGER NOT NULL, settle_number INTEGER NOT NULL, outcome TEXT,
    service TEXT NOT NULL, agent TEXT NOT NULL, conversation_id TEXT,
    is_stored INTEGER NOT NULL, seen BLOB NOT NULL
  ) STRICT`,
  // Runs without a row are forgotten by age and by number.
  'CREATE INDEX settled_time ON settled (settled_at_ms) WHERE is_stored = 0',
  'CREATE INDEX settled_number ON settled (settle_number) WHERE is_stored = 0',
  `CREATE TABLE runs (
    trace_id TEXT PRIMARY KEY,
    conversation_id TEXT, user_id TEXT,
    service TEXT NOT NULL, environment TEXT NOT NULL, agent TEXT NOT NULL, release TEXT NOT NULL,
    started_at_us INTEGER NOT NULL, duration_us INTEGER NOT NULL, outcome TEXT NOT NULL,
    input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, reasoning_tokens INTEGER,
    cost_nano_usd INTEGER, unpriced_calls INTEGER NOT NULL, llm_calls INTEGER NOT NULL, tool_calls INTEGER NOT NULL,
    settled_at_ms INTEGER NOT NULL, sample_rate REAL NOT NULL,
    failures TEXT NOT NULL, steps TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX runs_start ON runs (started_at_us, trace_id)',
  'CREATE INDEX runs_settled ON runs (settled_at_ms)',
  'CREATE INDEX runs_conversation ON runs (conversation_id, started_at_us) WHERE conversation_id IS NOT NULL',
  'CREATE INDEX runs_user ON runs (user_id, started_at_us) WHERE user_id IS NOT NULL',
  `CREATE TABLE run_failures (
    trace_id TEXT NOT NULL, kind TEXT NOT NULL, impact TEXT NOT NULL,
    PRIMARY KEY (trace_id, kind, impact)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE conversations (
    conversation_id TEXT NOT NULL, service TEXT NOT NULL, environment TEXT NOT NULL, agent TEXT NOT NULL,
    first_at_us INTEGER NOT NULL, last_at_us INTEGER NOT NULL, settled_at_ms INTEGER NOT NULL,
    runs INTEGER NOT NULL, failed_runs INTEGER NOT NULL, llm_calls INTEGER NOT NULL, tool_calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost_nano_usd INTEGER NOT NULL, unpriced_calls INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, service, environment)
  ) STRICT`,
  'CREATE INDEX conversations_settled ON conversations (settled_at_ms)',
]

const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-23-first-tables': {
    async up(db) {
      for (const statement of firstTables) await sql.raw(statement).execute(db)
    },
  },
  '2026-11-25-run-tags': {
    async up(db) {
      await sql
        .raw(
          'CREATE TABLE run_tags (trace_id TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (trace_id, tag)) STRICT, WITHOUT ROWID',
        )
        .execute(db)
    },
  },
}

/**
 * Brings the tables to the state this version knows, all or nothing.
 * @throws StoreOpenError when a newer version has changed the database, or when a migration fails.
 */
export async function migrate(db: Kysely<Tables>, path: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const unknown = await unknownMigration(db)
  if (unknown !== undefined) {
    throw new StoreOpenError(
      `${path} was changed by a newer version of Agent Flywheel (migration ${unknown} is not known here). Start that version.`,
    )
  }
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const reason = error instanceof Error ? error.message : 'unknown reason'
    throw error instanceof StoreOpenError
      ? error
      : new StoreOpenError(`${path} could not be migrated: ${reason}`, { cause: error })
  }
}

/** The name of a migration that was done and that this version does not have. */
async function unknownMigration(db: Kysely<Tables>): Promise<string | undefined> {
  const table = await sql`SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'`.execute(db)
  if (table.rows.length === 0) return undefined
  const done = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
  return done.rows.find(({ name }) => !Object.hasOwn(migrations, name))?.name
}
