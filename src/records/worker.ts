/** The thread of one SQLite connection: SQL is synchronous in node:sqlite and would hold up requests on the main thread. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'

import { type Question, type Result, WIPED_FROM_THE_START, type WorkerMessage, type WorkerOptions } from './protocol.ts'

/** How long to wait for a lock, in milliseconds. Readers of a WAL do not wait for the writer, so this is for the moment of opening. */
const BUSY_TIMEOUT_MS = 5000

/** Prepared statements kept. Inserts of many rows are other texts for other numbers of rows, so there are more than the code has queries. */
const CACHED_STATEMENTS = 200

const nothing: Result = { rows: [], changes: null, lastInsertRowid: null }

function serve(port: MessagePort, options: WorkerOptions): void {
  let db: DatabaseSync
  try {
    db = openDatabase(options)
  } catch (error) {
    send(port, { type: 'refused', message: textOf(error) })
    return
  }
  const statements = new Map<string, StatementSync>()
  port.on('message', (question: Question) => {
    try {
      send(port, { type: 'result', id: question.id, result: perform(db, statements, question) })
    } catch (error) {
      send(port, { type: 'failure', id: question.id, message: textOf(error) })
    }
    if (question.type === 'close') port.close()
  })
  send(port, { type: 'opened' })
}

function openDatabase({ path, mode }: WorkerOptions): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: mode === 'read' })
  try {
    if (mode === 'write') {
      if (isNew(db)) db.exec(`PRAGMA application_id = ${WIPED_FROM_THE_START}`)
      db.exec('PRAGMA journal_mode = WAL')
      // A checkpoint that was reported as saved has to survive a power cut, because the log is trimmed up to it.
      db.exec('PRAGMA synchronous = FULL')
      db.exec('PRAGMA journal_size_limit = 67108864')
      // What is deleted is overwritten, in free pages too.
      db.exec('PRAGMA secure_delete = ON')
    }
    db.exec('PRAGMA schema_version') // The first access: says here, not at the first query, that a file is no database.
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function isNew(db: DatabaseSync): boolean {
  return db.prepare('PRAGMA page_count').get()?.['page_count'] === 0
}

function perform(db: DatabaseSync, statements: Map<string, StatementSync>, question: Question): Result {
  switch (question.type) {
    case 'query':
      return query(prepared(db, statements, question.sql), question.parameters)
    case 'rollback':
      // On some errors (a full disk) SQLite has rolled back by itself; a second time would be an error that hides the first.
      if (db.isTransaction) db.exec('ROLLBACK')
      return nothing
    case 'close':
      db.close()
      return nothing
    default:
      return question satisfies never
  }
}

function query(statement: StatementSync, parameters: readonly unknown[]): Result {
  const values = parameters.map(toInputValue)
  // Integers beyond 2^53 make all() throw: nothing we store is that large, and a rounded number would be wrong without a sign of it.
  if (statement.columns().length > 0) return { ...nothing, rows: statement.all(...values) }
  const { changes, lastInsertRowid } = statement.run(...values)
  return { rows: [], changes, lastInsertRowid }
}

/** From the cache, where the longest unused one gives way. */
function prepared(db: DatabaseSync, statements: Map<string, StatementSync>, sql: string): StatementSync {
  const statement = statements.get(sql) ?? db.prepare(sql)
  statements.delete(sql)
  statements.set(sql, statement)
  const oldest = statements.size > CACHED_STATEMENTS ? statements.keys().next().value : undefined
  if (oldest !== undefined) statements.delete(oldest)
  return statement
}

function toInputValue(value: unknown): SQLInputValue {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
  if (isScalar || value === null || value instanceof Uint8Array) return value
  throw new TypeError(`A SQL parameter is ${typeof value}, expected text, number, bigint, bytes or null.`)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function send(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message)
}

if (parentPort !== null) {
  const options: WorkerOptions = workerData
  serve(parentPort, options)
}
