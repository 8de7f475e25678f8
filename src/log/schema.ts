/** The log's file: opening it for this process alone, its tables, and the rows read back as entries. */
import { dirname } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'

import { entryKinds, ENTRY_VERSION, type BodyEncoding, type BodyFormat, type EntryKind, type LogEntry } from '../model/entry.ts'
import { LogOpenError } from './log.ts'

/** Version of the tables, kept in `user_version`. */
const SCHEMA_VERSION = 1

/** `application_id` of files in which nothing was ever deleted without being overwritten ("FLYW"). Earlier ones have none. */
const WIPED_FROM_THE_START = 0x464c_5957

const SQLITE_BUSY = 5

// AUTOINCREMENT: a number is never given out twice, also when the entries with the highest numbers were trimmed.
// Totals are kept in the file because counting the entries of a log of some GiB would make every start wait.
const TABLES = `
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    format TEXT NOT NULL,
    encoding TEXT NOT NULL,
    digest BLOB,
    body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entries_digest ON entries (digest) WHERE digest IS NOT NULL;
  CREATE TABLE strikes (seq INTEGER PRIMARY KEY, strikes INTEGER NOT NULL) STRICT;
  CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL, last_at_ms INTEGER NOT NULL) STRICT;
  INSERT INTO totals VALUES (0, 0, 0);
  INSERT INTO sqlite_sequence VALUES ('entries', 0);
  PRAGMA user_version = ${SCHEMA_VERSION};
  PRAGMA application_id = ${WIPED_FROM_THE_START};
`

export type Row = Record<string, SQLOutputValue>

/**
 * Opens the file for this process alone and creates the tables of a new one.
 * @param maxPages upper bound of the file in pages of 4 KiB; null = none. Tests use it as a disk that is full.
 * @throws LogOpenError when another process has it, when a newer version wrote it, or when it is no log.
 */
export function openLogFile(path: string, maxPages: number | null): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { timeout: 200 })
    // Before the first access: then WAL works without shared memory, and a second process is refused instead of let in.
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    db.exec('PRAGMA journal_mode = WAL')
    db.exec('PRAGMA synchronous = FULL')
    // What is deleted is overwritten with zeros, free pages too. Appends cost the same, trims about 3 ms more a megabyte.
    db.exec('PRAGMA secure_delete = ON')
    // A burst may grow the WAL; give the space back at the next checkpoint.
    db.exec('PRAGMA journal_size_limit = 67108864')
    // The transaction takes the lock that is then kept.
    db.exec('BEGIN IMMEDIATE')
    createTables(db, path)
    db.exec('COMMIT')
    if (maxPages !== null) db.exec(`PRAGMA max_page_count = ${maxPages}`)
    return db
  } catch (cause) {
    db?.close()
    throw cause instanceof LogOpenError ? cause : new LogOpenError(whyNotOpened(path, cause), { cause })
  }
}

function createTables(db: DatabaseSync, path: string): void {
  const version = integer(db.prepare('PRAGMA user_version').get(), 'user_version')
  if (version > SCHEMA_VERSION) {
    throw new LogOpenError(
      `${path} was written by a newer version of Agent Flywheel (log format ${version}, this one knows ${SCHEMA_VERSION}). Start that version.`,
    )
  }
  if (version === SCHEMA_VERSION) return
  if (db.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) {
    throw new LogOpenError(
      `${path} is a SQLite database but not a log of Agent Flywheel. Move it away or choose another data directory.`,
    )
  }
  db.exec(TABLES)
}

/**
 * Wipes what was deleted or replaced from the file and the WAL; answers whether the file was written anew. Deletes overwrite what they delete, but where
 * SQLite moves rows between pages, copies can stay in the gaps of pages, where no delete finds them. Rows of the log hardly ever move (only where trims
 * leave a page nearly empty), so above `maxBytes` it is left at that. A file from before deletes overwrote anything is always written anew.
 */
export function scrubFile(db: DatabaseSync, maxBytes: number): boolean {
  const pragma = (name: string): number => integer(db.prepare(`PRAGMA ${name}`).get(), name)
  const isWiped = pragma('application_id') === WIPED_FROM_THE_START
  const isSmall = pragma('page_count') * pragma('page_size') <= maxBytes
  // First, because there may be no room on the disk for what comes after it.
  emptyWal(db)
  if (!isSmall && isWiped) return false
  db.exec(`PRAGMA temp_store_directory = '${folderOf(db)}'; VACUUM; PRAGMA application_id = ${WIPED_FROM_THE_START}`)
  emptyWal(db)
  return true
}

function emptyWal(db: DatabaseSync): void {
  const { busy } = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? {}
  if (busy !== 0) throw new Error('the WAL could not be emptied')
}

/** Where SQLite may put a copy of the file for a moment: /tmp can be small, or not there. Quoted for SQL. */
function folderOf(db: DatabaseSync): string {
  return dirname(db.location() ?? '.').replaceAll("'", "''")
}

function whyNotOpened(path: string, cause: unknown): string {
  if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) {
    return `${path} is in use by another process. Only one processor can own a data directory: stop the other one or choose another directory.`
  }
  return `${path} cannot be opened as a log: ${cause instanceof Error ? cause.message : String(cause)}`
}

/** A row as an entry. @throws LogOpenError when a newer version wrote it or when it is damaged. */
export function toEntry(row: Row): LogEntry {
  const seq = integer(row, 'seq')
  const version = integer(row, 'version')
  if (version > ENTRY_VERSION) {
    throw new LogOpenError(
      `Entry ${seq} of the log was written by a newer version of Agent Flywheel (entry version ${version}, this one knows ${ENTRY_VERSION}). Start that version.`,
    )
  }
  const { kind, format, encoding, body } = row
  if (!isKind(kind) || !isFormat(format) || !isEncoding(encoding) || !(body instanceof Uint8Array)) {
    throw new LogOpenError(
      `Entry ${seq} of the log is damaged: kind ${String(kind)}, format ${String(format)}, encoding ${String(encoding)}.`,
    )
  }
  return { seq, atMs: integer(row, 'at_ms'), version, kind, format, encoding, body }
}

/** A column that is never null. */
export function integer(row: Row | undefined, column: string): number {
  const value = row?.[column]
  if (typeof value !== 'number') throw new LogOpenError(`The log is damaged: ${column} is ${String(value)}, expected a number.`)
  return value
}

function isKind(value: SQLOutputValue | undefined): value is EntryKind {
  return entryKinds.some((kind) => kind === value)
}

function isFormat(value: SQLOutputValue | undefined): value is BodyFormat {
  return value === 'protobuf' || value === 'json'
}

function isEncoding(value: SQLOutputValue | undefined): value is BodyEncoding {
  return value === 'identity' || value === 'gzip' || value === 'zstd'
}
