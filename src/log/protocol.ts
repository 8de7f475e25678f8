/** What the main thread and the log's worker say to each other. Messages are answered in the order they were sent. */
import type { Appended, LogEntry, NewEntry } from '../model/entry.ts'
import type { ClockReading } from './clock.ts'
import type { LogStats, Replacement, Scrubbed } from './log.ts'

/** Handed to the worker when it starts. */
export interface WorkerOptions {
  readonly path: string
  readonly opened: ClockReading
  readonly maxPages: number | null
}

/** `time` is read on the main thread when the call is made, so that clocks can be injected and waiting in the queue is not counted. */
export type LogRequest =
  | { readonly type: 'append'; readonly entry: NewEntry; readonly time: ClockReading }
  | { readonly type: 'read'; readonly fromSeq: number; readonly toSeq: number }
  | {
      readonly type: 'trim'
      readonly belowSeq: number
      readonly olderThanMs: number
      readonly maxBytes: number
      readonly time: ClockReading
    }
  | { readonly type: 'readEntries'; readonly seqs: readonly number[] }
  | { readonly type: 'stats' }
  | { readonly type: 'resumeAfter'; readonly seq: number; readonly atMs: number; readonly time: ClockReading }
  | { readonly type: 'replace'; readonly seq: number; readonly replacement: Replacement }
  | { readonly type: 'scrub' }
  | { readonly type: 'strike'; readonly seq: number }
  | { readonly type: 'quarantined' }
  | { readonly type: 'close' }

/** Performed in groups. */
export type AppendRequest = Extract<LogRequest, { type: 'append' }>

/** Performed one at a time. */
export type SingleRequest = Exclude<LogRequest, AppendRequest>

export interface LogAnswers {
  readonly append: Appended
  readonly read: readonly LogEntry[]
  readonly readEntries: readonly LogEntry[]
  /** True when there is more to trim: work is cut into slices so that appends are not kept waiting. */
  readonly trim: boolean
  readonly stats: LogStats
  readonly resumeAfter: null
  readonly replace: boolean
  readonly scrub: Scrubbed
  readonly strike: number
  readonly quarantined: readonly number[]
  readonly close: null
}

export interface QuestionOf<Request extends LogRequest> {
  readonly id: number
  readonly request: Request
}

export type AppendQuestion = QuestionOf<AppendRequest>
export type SingleQuestion = QuestionOf<SingleRequest>
export type Question = AppendQuestion | SingleQuestion

/** Errors lose their class between threads, so they travel as a name and a text. */
export interface Failure {
  readonly name: 'LogOpenError' | 'LogUnavailableError'
  readonly message: string
}

export type Answer =
  | { readonly id: number; readonly type: 'answer'; readonly answer: LogAnswers[keyof LogAnswers] }
  | { readonly id: number; readonly type: 'failure'; readonly failure: Failure }

/** What the worker sends: first how opening went, then answers, those of one commit together. */
export type WorkerMessage =
  | { readonly type: 'opened' }
  | { readonly type: 'refused'; readonly failure: Failure }
  | { readonly type: 'answers'; readonly answers: readonly Answer[] }
