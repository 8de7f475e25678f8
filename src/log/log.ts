/** The append-only log of everything that was accepted. An interface this small because beyond one machine it is a Kafka topic. */
import type { Appended, LogEntry, NewEntry } from '../model/entry.ts'

export interface LogStats {
  readonly entries: number
  /** Body bytes held. */
  readonly bytes: number
  /** 0 when empty. */
  readonly firstSeq: number
  /** The last sequence number ever given out, also when its entry was trimmed. */
  readonly lastSeq: number
  /** The log's clock at `lastSeq`. */
  readonly lastAtMs: number
}

export interface Log {
  /** Resolves after the commit (fsync) that holds the entry. Rejects with LogUnavailableError when it cannot be written; then nothing was kept. */
  append(entry: NewEntry): Promise<Appended>
  /** Committed entries from `fromSeq` on, in order, in batches, up to the head as of the call. */
  read(fromSeq: number): AsyncIterable<readonly LogEntry[]>
  /** Deletes entries below `belowSeq` that are older than `olderThanMs` (an age by the log's clock) or that make the log larger than `maxBytes`, oldest first. */
  trim(limits: { readonly belowSeq: number; readonly olderThanMs: number; readonly maxBytes: number }): Promise<void>
  stats(): Promise<LogStats>
  /** Makes sure that the next entry is numbered above `seq` and its clock is not before `atMs` (a checkpoint outlived its log). */
  resumeAfter(seq: number, atMs: number): Promise<void>
  /** Notes that applying the entry failed; resolves to how often that has happened. */
  strike(seq: number): Promise<number>
  /** Entries that failed twice and are passed over from now on. */
  quarantined(): Promise<ReadonlySet<number>>
  close(): Promise<void>
}

/** The log cannot take entries now (disk full, I/O error): the sender has to keep the data and try again. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError'
}

/** The log belongs to another running process, or was written by a newer version. Not retryable. */
export class LogOpenError extends Error {
  override readonly name = 'LogOpenError'
}
