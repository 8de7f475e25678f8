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

/** What takes the place of an entry's body. */
export type Replacement = Pick<NewEntry, 'body' | 'format' | 'encoding'>

export interface Scrubbed {
  /** False = the file is too large to be written anew: see `scrub`. */
  readonly isCompact: boolean
}

export interface Log {
  /** Resolves after the commit (fsync) that holds the entry. Rejects with LogUnavailableError when it cannot be written; then nothing was kept. */
  append(entry: NewEntry): Promise<Appended>
  /** Committed entries from `fromSeq` on, in order, in batches, up to the head as of the call. */
  read(fromSeq: number): AsyncIterable<readonly LogEntry[]>
  /** The entries with these numbers, as far as they are still there; in the order of their numbers. */
  readEntries(seqs: readonly number[]): Promise<readonly LogEntry[]>
  /** Deletes entries below `belowSeq` that are older than `olderThanMs` (an age by the log's clock) or that make the log larger than `maxBytes`, oldest first. */
  trim(limits: { readonly belowSeq: number; readonly olderThanMs: number; readonly maxBytes: number }): Promise<void>
  stats(): Promise<LogStats>
  /** Makes sure that the next entry is numbered above `seq` and its clock is not before `atMs` (a checkpoint outlived its log). */
  resumeAfter(seq: number, atMs: number): Promise<void>
  /**
   * Puts another body in the place of an entry's. Number, time, kind and digest stay, so that a copy of what was sent first is still recognised. False when
   * there is no such entry any more.
   */
  replace(seq: number, replacement: Replacement): Promise<boolean>
  /** Wipes what was replaced or deleted from the files, where copies of it may lie in the slack of pages and in the WAL. Appends wait meanwhile. */
  scrub(): Promise<Scrubbed>
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
