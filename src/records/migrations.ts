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

const feedbackTables = [
  'ALTER TABLE runs ADD COLUMN title TEXT',
  'ALTER TABLE conversations ADD COLUMN user_id TEXT',
  'ALTER TABLE conversations ADD COLUMN memory TEXT',
  'ALTER TABLE conversations ADD COLUMN gives_up_at_ms INTEGER',
  'CREATE INDEX conversations_pending ON conversations (gives_up_at_ms) WHERE gives_up_at_ms IS NOT NULL',
  "ALTER TABLE settled ADD COLUMN environment TEXT NOT NULL DEFAULT ''",
  'ALTER TABLE settled ADD COLUMN started_at_us INTEGER NOT NULL DEFAULT 0',
  "ALTER TABLE settled ADD COLUMN entries TEXT NOT NULL DEFAULT '[]'",
  `CREATE TABLE run_keys (
    day INTEGER NOT NULL, key INTEGER NOT NULL, trace_id TEXT NOT NULL,
    PRIMARY KEY (day, key, trace_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    target_trace_id TEXT, target_span_id TEXT, target_conversation_id TEXT, target_response_id TEXT, target_message_id TEXT,
    name TEXT NOT NULL, score REAL, scale TEXT, label TEXT, rating TEXT, comment TEXT, correction TEXT, user_id TEXT,
    source TEXT NOT NULL, judge TEXT NOT NULL, at_ms INTEGER, received_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL,
    counted_rating TEXT, counted TEXT, digest TEXT NOT NULL, status TEXT NOT NULL, is_withdrawn INTEGER NOT NULL,
    run_id TEXT, run_service TEXT, run_environment TEXT, run_agent TEXT
  ) STRICT`,
  'CREATE INDEX feedback_run ON feedback (run_id) WHERE run_id IS NOT NULL',
  'CREATE INDEX feedback_conversation ON feedback (target_conversation_id) WHERE target_conversation_id IS NOT NULL',
  'CREATE INDEX feedback_user ON feedback (user_id) WHERE user_id IS NOT NULL',
  'CREATE INDEX feedback_received ON feedback (received_at_ms, id)',
  "CREATE INDEX feedback_pending ON feedback (status) WHERE status <> 'done'",
  `CREATE TABLE transcripts (
    trace_id TEXT PRIMARY KEY, reason TEXT NOT NULL, kept_at_ms INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX transcripts_kept ON transcripts (kept_at_ms)',
  `CREATE TABLE keep_requests (
    trace_id TEXT PRIMARY KEY, reason TEXT NOT NULL, asked_at_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
]

const noteTables = [
  `CREATE TABLE notes (
    id TEXT PRIMARY KEY, shown_at_ms INTEGER NOT NULL, kind TEXT NOT NULL, user_id TEXT, at_ms INTEGER,
    author_name TEXT, author_role TEXT, weight REAL NOT NULL,
    created_at_ms INTEGER NOT NULL, created_by TEXT, changed_at_ms INTEGER NOT NULL, digest TEXT NOT NULL,
    rating TEXT, details TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX notes_shown ON notes (shown_at_ms, id)',
  'CREATE INDEX notes_user ON notes (user_id) WHERE user_id IS NOT NULL',
  `CREATE TABLE note_quotes (
    note_id TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
    speaker_name TEXT, speaker_role TEXT, offset_ms INTEGER, text TEXT NOT NULL,
    PRIMARY KEY (note_id, position)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE note_links (
    note_id TEXT NOT NULL, quote_id TEXT NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL, target_id TEXT NOT NULL,
    state TEXT NOT NULL, score REAL, why TEXT NOT NULL, decided_by TEXT, decided_at_ms INTEGER NOT NULL,
    PRIMARY KEY (note_id, quote_id, type, target_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX note_links_target ON note_links (type, target_id)',
  'CREATE TABLE deleted_notes (id TEXT PRIMARY KEY, deleted_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  'CREATE TABLE note_feedback (number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT',
]

// What stands in the audit log is neither changed nor deleted, also not by mistake.
const auditTables = [
  `CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    at_ms INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, counts TEXT NOT NULL
  ) STRICT`,
  "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log only grows'); END",
  "CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log only grows'); END",
  `CREATE TABLE tombstones (
    kind TEXT NOT NULL, key TEXT NOT NULL, deleted_at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE deletions (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, deletion TEXT, kind TEXT NOT NULL, subject TEXT NOT NULL,
    deleted_at_ms INTEGER NOT NULL, who TEXT NOT NULL, counts TEXT NOT NULL
  ) STRICT`,
  "INSERT INTO meta VALUES ('tombstone_salt', lower(hex(randomblob(16))))",
]

const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-23-first-tables': {
    async up(db) {
      for (const statement of firstTables) await sql.raw(statement).execute(db)
    },
  },
  '2026-11-26-feedback': {
    async up(db) {
      for (const statement of feedbackTables) await sql.raw(statement).execute(db)
    },
  },
  '2026-11-26-notes': {
    async up(db) {
      for (const statement of noteTables) await sql.raw(statement).execute(db)
    },
  },
  '2026-11-26-tombstones': {
    async up(db) {
      for (const statement of auditTables) await sql.raw(statement).execute(db)
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
