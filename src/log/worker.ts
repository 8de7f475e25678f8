/**
 * The thread that owns the log's database, so that an fsync never holds up a request. Appends that arrived while the last commit was
 * running form the next one: under load fsyncs are shared, when idle an entry waits for nobody.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'

import { LogDatabase } from './database.ts'
import { LogOpenError } from './log.ts'
import type {
  Answer,
  AppendQuestion,
  Failure,
  LogAnswers,
  Question,
  SingleQuestion,
  SingleRequest,
  WorkerMessage,
  WorkerOptions,
} from './protocol.ts'

/** Bounds of one commit: what a crash or a full disk can refuse at once, and how long a small entry waits behind large ones. */
const GROUP_ENTRIES = 4096
const GROUP_BYTES = 8 * 1024 * 1024

function serve(port: MessagePort, options: WorkerOptions): void {
  let database: LogDatabase
  try {
    database = new LogDatabase(options.path, options.opened, options.maxPages)
  } catch (error) {
    send(port, { type: 'refused', failure: toFailure(error) })
    return
  }

  port.on('message', (first: Question) => {
    let question: Question | undefined = first
    while (question !== undefined) {
      if (isAppend(question)) {
        const { group, next } = takeGroup(port, question)
        send(port, { type: 'answers', answers: appendAll(database, group) })
        question = next
      } else {
        const answer = answerTo(database, question)
        const bodies = answer.type === 'answer' && Array.isArray(answer.answer) ? answer.answer.flatMap(bodyBuffer) : []
        send(port, { type: 'answers', answers: [answer] }, bodies)
        if (question.request.type === 'close') {
          port.close()
          return
        }
        question = takeNext(port)
      }
    }
  })
  send(port, { type: 'opened' })
}

/** The appends that have arrived by now, up to the bounds, and the question behind them. */
function takeGroup(port: MessagePort, first: AppendQuestion): { group: AppendQuestion[]; next: Question | undefined } {
  const group = [first]
  let bytes = first.request.entry.body.byteLength
  let next = takeNext(port)
  while (next !== undefined && isAppend(next) && group.length < GROUP_ENTRIES && bytes < GROUP_BYTES) {
    group.push(next)
    bytes += next.request.entry.body.byteLength
    next = takeNext(port)
  }
  return { group, next }
}

function takeNext(port: MessagePort): Question | undefined {
  const received: { message: Question } | undefined = receiveMessageOnPort(port)
  return received?.message
}

function isAppend(question: Question): question is AppendQuestion {
  return question.request.type === 'append'
}

function appendAll(database: LogDatabase, group: readonly AppendQuestion[]): Answer[] {
  try {
    const appended = database.append(group.map(({ request }) => request))
    return appended.map((answer, i) => ({ id: group[i]?.id ?? 0, type: 'answer', answer }))
  } catch (error) {
    const failure = toFailure(error)
    return group.map(({ id }) => ({ id, type: 'failure', failure }))
  }
}

function answerTo(database: LogDatabase, { id, request }: SingleQuestion): Answer {
  try {
    return { id, type: 'answer', answer: perform(database, request) }
  } catch (error) {
    return { id, type: 'failure', failure: toFailure(error) }
  }
}

function perform(database: LogDatabase, request: SingleRequest): LogAnswers[keyof LogAnswers] {
  switch (request.type) {
    case 'read':
      return database.read(request.fromSeq, request.toSeq)
    case 'readEntries':
      return database.readEntries(request.seqs)
    case 'trim':
      return database.trim(request, request.time)
    case 'stats':
      return database.stats()
    case 'resumeAfter':
      database.resumeAfter(request.seq, request.atMs, request.time)
      return null
    case 'replace':
      return database.replace(request.seq, request.replacement)
    case 'scrub':
      return database.scrub()
    case 'strike':
      return database.strike(request.seq)
    case 'quarantined':
      return database.quarantined()
    case 'close':
      database.close()
      return null
    default:
      return request satisfies never
  }
}

/** Bodies that were read move to the main thread instead of being copied. */
function bodyBuffer(value: unknown): ArrayBuffer[] {
  const hasBody = typeof value === 'object' && value !== null && 'body' in value
  return hasBody && value.body instanceof Uint8Array && value.body.buffer instanceof ArrayBuffer ? [value.body.buffer] : []
}

function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof LogOpenError) return { name: error.name, message }
  return { name: 'LogUnavailableError', message: `The log cannot be read or written: ${message}` }
}

function send(port: MessagePort, message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

if (parentPort !== null) {
  const options: WorkerOptions = workerData
  serve(parentPort, options)
}
