/**
 * Kysely over node:sqlite on a worker thread: each query is a message there and back. One dialect is one connection; Kysely itself
 * queues what wants to use it, so that nothing slips into an open transaction.
 */
import { Worker } from 'node:worker_threads'

import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type QueryCompiler,
  type QueryResult,
} from 'kysely'

import type { Question, Result, WorkerMessage, WorkerOptions } from './protocol.ts'
import { StoreOpenError } from './store.ts'

/**
 * One connection to a SQLite file on a thread of its own. With mode `read` it cannot write and never waits for a writer.
 * The first query fails with StoreOpenError when the file cannot be opened.
 */
export class SqliteWorkerDialect implements Dialect {
  readonly #options: WorkerOptions

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  createDriver(): Driver {
    return new WorkerDriver(this.#options)
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter()
  }

  // Kysely's own interface asks for Kysely<any>.
  createIntrospector(db: Parameters<Dialect['createIntrospector']>[0]): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

/** SQLite can roll back CREATE and ALTER; with this, Kysely's Migrator uses it, and a killed migration leaves nothing half done. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class WorkerDriver implements Driver {
  readonly #options: WorkerOptions
  #connection: WorkerConnection | null = null

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  async init(): Promise<void> {
    this.#connection = await WorkerConnection.open(this.#options)
  }

  async acquireConnection(): Promise<WorkerConnection> {
    if (this.#connection === null) throw new Error(`${this.#options.path} is not open.`)
    return this.#connection
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // IMMEDIATE: the lock is taken here and not at the first write, where a refusal would come in the middle of the work.
    await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'))
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection?.rollback()
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#connection?.close()
  }
}

/** How an open question is settled. Methods, because their parameters are compared loosely: what type the rows have, the query knows. */
interface OpenQuestion {
  resolve(result: Result): void
  reject(error: Error): void
}

class WorkerConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #exited: Promise<void>
  readonly #open = new Map<number, OpenQuestion>()
  #nextId = 1
  #unusable: Error | null = null

  static async open(options: WorkerOptions): Promise<WorkerConnection> {
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
    const worker = new Worker(new URL(file, import.meta.url), { workerData: options, name: `records-${options.mode}` })
    const opened = Promise.withResolvers<void>()
    const connection = new WorkerConnection(worker, options.path, opened)
    await opened.promise
    return connection
  }

  private constructor(worker: Worker, path: string, opened: PromiseWithResolvers<void>) {
    this.#worker = worker
    const exited = Promise.withResolvers<void>()
    this.#exited = exited.promise
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'opened':
          return opened.resolve()
        case 'refused':
          return opened.reject(new StoreOpenError(`${path} cannot be opened as a database of Agent Flywheel: ${message.message}`))
        case 'result':
          return this.#take(message.id)?.resolve(message.result)
        case 'failure':
          return this.#take(message.id)?.reject(new Error(`${path}: ${message.message}`))
        default:
          return message satisfies never
      }
    })
    worker.on('error', (cause: unknown) =>
      this.#fail(new Error(`The database thread of ${path} crashed. Restart the process.`, { cause })),
    )
    worker.on('exit', () => {
      this.#fail(new Error(`The database thread of ${path} has ended.`))
      opened.reject(this.#unusable)
      exited.resolve()
    })
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const id = this.#nextId++
    const { rows, changes, lastInsertRowid } = await this.#ask<R>({
      id,
      type: 'query',
      sql,
      parameters: parameters.map(ownBytes),
    })
    return {
      rows,
      ...(changes !== null && { numAffectedRows: BigInt(changes) }),
      ...(lastInsertRowid !== null && { insertId: BigInt(lastInsertRowid) }),
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not supported by this driver: ask for pages with a keyset cursor.')
  }

  async rollback(): Promise<void> {
    await this.#ask({ id: this.#nextId++, type: 'rollback' })
  }

  async close(): Promise<void> {
    if (this.#unusable === null) await this.#ask({ id: this.#nextId++, type: 'close' })
    await this.#exited
  }

  #ask<R>(question: Question): Promise<Result<R>> {
    if (this.#unusable !== null) return Promise.reject(this.#unusable)
    const { promise, resolve, reject } = Promise.withResolvers<Result<R>>()
    const settle: OpenQuestion = { resolve: (result: Result<R>) => resolve(result), reject }
    this.#open.set(question.id, settle)
    this.#worker.postMessage(question)
    return promise
  }

  #take(id: number): OpenQuestion | undefined {
    const question = this.#open.get(id)
    this.#open.delete(id)
    return question
  }

  #fail(error: Error): void {
    this.#unusable ??= error
    for (const question of this.#open.values()) question.reject(this.#unusable)
    this.#open.clear()
  }
}

/** Bytes that are part of a larger buffer are copied out of it: a message would take the whole buffer along. */
function ownBytes(value: unknown): unknown {
  return value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? new Uint8Array(value) : value
}
