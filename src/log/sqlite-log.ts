/**
 * The log over SQLite, as the main thread sees it: each call is a message to the one worker thread that owns the file.
 * Bodies move between the threads, they are not copied.
 */
import { isMarkedAsUntransferable, Worker } from 'node:worker_threads'

import type { Appended, LogEntry, NewEntry } from '../model/entry.ts'
import type { ClockReading } from './clock.ts'
import { LogOpenError, LogUnavailableError, type Log, type LogStats, type Replacement, type Scrubbed } from './log.ts'
import type { Answer, Failure, LogAnswers, LogRequest, QuestionOf, WorkerMessage, WorkerOptions } from './protocol.ts'

export interface SqliteLogOptions {
  /** The database file; its folder has to exist. `-wal` is written beside it. */
  readonly path: string
  /** Unix time in milliseconds; `Date.now` unless a test says otherwise. */
  readonly now?: (() => number) | undefined
  /** Milliseconds that no one can set back; `performance.now` unless a test says otherwise. */
  readonly monotonicNow?: (() => number) | undefined
  /** Upper bound of the file in pages of 4 KiB, above which appends fail like on a full disk. Default: none. */
  readonly maxPages?: number | undefined
}

/**
 * Opens the log, creating it when it does not exist. `append` and `replace` take over the body: do not use it afterwards.
 * `trim` counts the age of entries by the log's clock and deletes in slices, so that appends go on meanwhile; the file keeps its size
 * and its free pages are used again.
 * @throws LogOpenError when another process has the log open, when a newer version wrote it, or when the file is no log.
 */
export async function openSqliteLog(options: SqliteLogOptions): Promise<Log> {
  const now = options.now ?? Date.now
  const monotonicNow = options.monotonicNow ?? (() => performance.now())
  const readClocks = (): ClockReading => ({ wallMs: now(), monotonicMs: monotonicNow() })

  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
  const workerData: WorkerOptions = { path: options.path, opened: readClocks(), maxPages: options.maxPages ?? null }
  const worker = new Worker(new URL(file, import.meta.url), { workerData, name: 'log' })
  const opened = Promise.withResolvers<void>()
  const log = new SqliteLog(worker, readClocks, opened)
  await opened.promise
  return log
}

/** How an open question is settled. Methods, because their parameters are compared loosely: each question knows the type of its answer. */
interface OpenQuestion {
  resolve(answer: LogAnswers[keyof LogAnswers]): void
  reject(error: Error): void
}

class SqliteLog implements Log {
  readonly #worker: Worker
  readonly #readClocks: () => ClockReading
  readonly #exited: Promise<void>
  readonly #open = new Map<number, OpenQuestion>()
  #nextId = 1
  #unusable: LogUnavailableError | null = null
  #closed: Promise<void> | null = null

  constructor(worker: Worker, readClocks: () => ClockReading, opened: PromiseWithResolvers<void>) {
    this.#worker = worker
    this.#readClocks = readClocks
    const exited = Promise.withResolvers<void>()
    this.#exited = exited.promise
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'opened':
          return opened.resolve()
        case 'refused':
          return opened.reject(toError(message.failure))
        case 'answers':
          return message.answers.forEach((answer) => this.#settle(answer))
      }
    })
    worker.on('error', (cause: unknown) => {
      const error = new LogUnavailableError("The log's worker thread crashed. Restart the process.", { cause })
      this.#fail(error)
      opened.reject(error)
    })
    worker.on('exit', () => {
      const error = new LogUnavailableError(
        this.#closed === null ? "The log's worker thread ended. Restart the process." : 'The log is closed.',
      )
      this.#fail(error)
      opened.reject(error)
      exited.resolve()
    })
  }

  async append(entry: NewEntry): Promise<Appended> {
    const body = ownBytes(entry.body)
    return this.#ask({ type: 'append', entry: { ...entry, body }, time: this.#readClocks() }, [body.buffer])
  }

  read(fromSeq: number): AsyncIterable<readonly LogEntry[]> {
    // Asked here and not by the generator, which would start at the first next(): the head is that of the call.
    const head = this.stats()
    head.catch(() => undefined) // Whoever iterates gets the error; who does not, needs no crash.
    return this.#readUpTo(fromSeq, head)
  }

  async *#readUpTo(fromSeq: number, head: Promise<LogStats>): AsyncGenerator<readonly LogEntry[]> {
    const toSeq = (await head).lastSeq
    let next = fromSeq
    while (next <= toSeq) {
      const entries = await this.#ask({ type: 'read', fromSeq: next, toSeq })
      const last = entries.at(-1)
      if (last === undefined) return
      yield entries
      next = last.seq + 1
    }
  }

  readEntries(seqs: readonly number[]): Promise<readonly LogEntry[]> {
    return this.#ask({ type: 'readEntries', seqs })
  }

  async trim(limits: { readonly belowSeq: number; readonly olderThanMs: number; readonly maxBytes: number }): Promise<void> {
    const { belowSeq, olderThanMs, maxBytes } = limits
    let hasMore = true
    while (hasMore) hasMore = await this.#ask({ type: 'trim', belowSeq, olderThanMs, maxBytes, time: this.#readClocks() })
  }

  stats(): Promise<LogStats> {
    return this.#ask({ type: 'stats' })
  }

  async resumeAfter(seq: number, atMs: number): Promise<void> {
    await this.#ask({ type: 'resumeAfter', seq, atMs, time: this.#readClocks() })
  }

  replace(seq: number, replacement: Replacement): Promise<boolean> {
    const body = ownBytes(replacement.body)
    return this.#ask({ type: 'replace', seq, replacement: { ...replacement, body } }, [body.buffer])
  }

  scrub(): Promise<Scrubbed> {
    return this.#ask({ type: 'scrub' })
  }

  strike(seq: number): Promise<number> {
    return this.#ask({ type: 'strike', seq })
  }

  async quarantined(): Promise<ReadonlySet<number>> {
    return new Set(await this.#ask({ type: 'quarantined' }))
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    if (this.#unusable === null) {
      const answered = this.#ask({ type: 'close' })
      this.#unusable = new LogUnavailableError('The log is closed.')
      await answered
    }
    await this.#exited
  }

  #ask<Type extends keyof LogAnswers>(
    request: Extract<LogRequest, { type: Type }>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<LogAnswers[Type]> {
    if (this.#unusable !== null) return Promise.reject(this.#unusable)
    const { promise, resolve, reject } = Promise.withResolvers<LogAnswers[Type]>()
    const id = this.#nextId++
    const settle: OpenQuestion = { resolve: (answer: LogAnswers[Type]) => resolve(answer), reject }
    this.#open.set(id, settle)
    const question: QuestionOf<LogRequest> = { id, request }
    this.#worker.postMessage(question, transfer)
    return promise
  }

  #settle(answer: Answer): void {
    const question = this.#open.get(answer.id)
    this.#open.delete(answer.id)
    if (answer.type === 'answer') question?.resolve(answer.answer)
    else question?.reject(toError(answer.failure))
  }

  #fail(error: LogUnavailableError): void {
    this.#unusable ??= error
    for (const question of this.#open.values()) question.reject(error)
    this.#open.clear()
  }
}

/** The body in a buffer of its own that can move to the worker: itself where that is possible, else a copy (pooled, shared or part of more). */
function ownBytes(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = body
  if (!(buffer instanceof ArrayBuffer)) return new Uint8Array(body)
  if (buffer.detached)
    throw new TypeError('The body was handed over before, for instance to an earlier append. Each append needs bytes of its own.')
  const isWhole = buffer.byteLength === body.byteLength && !buffer.resizable && !isMarkedAsUntransferable(buffer)
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(body)
}

function toError({ name, message }: Failure): Error {
  return name === 'LogOpenError' ? new LogOpenError(message) : new LogUnavailableError(message)
}
