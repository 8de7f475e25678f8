/** The log as synchronous SQL: what the worker runs. Every method that writes is one transaction and leaves nothing behind when it fails. */
import { createHash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { ENTRY_VERSION, type Appended, type LogEntry, type NewEntry } from '../model/entry.ts'
import { LogClock, type ClockReading } from './clock.ts'
import type { LogStats, Replacement, Scrubbed } from './log.ts'
import type { AppendRequest } from './protocol.ts'
import { integer, openLogFile, scrubFile, toEntry } from './schema.ts'

/** One batch of a read, and one slice of a trim: enough to be efficient, little enough that appends hardly wait. */
const SLICE_ENTRIES = 512
const SLICE_BYTES = 4 * 1024 * 1024

/** A larger file is not written anew, because appends wait for it: 5 to 8 ms a megabyte. */
const MAX_COMPACTED_BYTES = 64 * 1024 * 1024

/** An entry that failed this often is passed over. */
const STRIKES_TO_QUARANTINE = 2

interface Totals {
  readonly entries: number
  readonly bytes: number
  readonly lastAtMs: number
}

export class LogDatabase {
  readonly #db: DatabaseSync
  readonly #clock: LogClock
  readonly #insert: StatementSync
  readonly #findDigest: StatementSync
  readonly #readFrom: StatementSync
  readonly #writeTotals: StatementSync
  #totals: Totals
  #lastSeq: number

  /** @throws LogOpenError */
  constructor(path: string, opened: ClockReading, maxPages: number | null) {
    this.#db = openLogFile(path, maxPages)
    const totals = this.#db.prepare('SELECT entries, bytes, last_at_ms FROM totals').get()
    this.#totals = {
      entries: integer(totals, 'entries'),
      bytes: integer(totals, 'bytes'),
      lastAtMs: integer(totals, 'last_at_ms'),
    }
    this.#lastSeq = integer(this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").get(), 'seq')
    this.#clock = new LogClock(this.#totals.lastAtMs, opened)
    this.#insert = this.#db.prepare(
      'INSERT INTO entries (at_ms, version, kind, format, encoding, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#findDigest = this.#db.prepare('SELECT seq, at_ms FROM entries WHERE digest = ?')
    this.#readFrom = this.#db.prepare(
      'SELECT seq, at_ms, version, kind, format, encoding, body FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?',
    )
    this.#writeTotals = this.#db.prepare('UPDATE totals SET entries = ?, bytes = ?, last_at_ms = ?')
  }

  /** Appends a group in one transaction; answers in its order. Throws when the group could not be committed: then none of it is kept. */
  append(group: readonly AppendRequest[]): Appended[] {
    let totals = this.#totals
    let lastSeq = this.#lastSeq
    const answers = this.#transaction(() => {
      const appended = group.map(({ entry, time }): Appended => {
        // A statement of this transaction sees its own rows, so a copy within the group is found too, and is answered after the same commit.
        const digest = entry.deduplicate ? digestOf(entry) : null
        const first = digest === null ? undefined : this.#findDigest.get(digest)
        if (first !== undefined) return { seq: integer(first, 'seq'), atMs: integer(first, 'at_ms'), duplicate: true }

        const atMs = this.#clock.advance(time)
        const { lastInsertRowid } = this.#insert.run(
          atMs,
          ENTRY_VERSION,
          entry.kind,
          entry.format,
          entry.encoding,
          digest,
          entry.body,
        )
        lastSeq = Number(lastInsertRowid)
        totals = { entries: totals.entries + 1, bytes: totals.bytes + entry.body.byteLength, lastAtMs: atMs }
        return { seq: lastSeq, atMs, duplicate: false }
      })
      if (totals !== this.#totals) this.#saveTotals(totals)
      return appended
    })
    this.#totals = totals
    this.#lastSeq = lastSeq
    return answers
  }

  /** The next entries of a range, at least one unless there is none. @throws LogOpenError on an entry of a newer version. */
  read(fromSeq: number, toSeq: number): LogEntry[] {
    const entries: LogEntry[] = []
    let bytes = 0
    for (const row of this.#readFrom.iterate(fromSeq, toSeq, SLICE_ENTRIES)) {
      const entry = toEntry(row)
      entries.push(entry)
      bytes += entry.body.byteLength
      if (bytes >= SLICE_BYTES) break
    }
    return entries
  }

  /** The entries with these numbers that are still there, in the order of their numbers. */
  readEntries(seqs: readonly number[]): LogEntry[] {
    return [...new Set(seqs)].sort((a, b) => a - b).flatMap((seq) => this.#readFrom.all(seq, seq, 1).map(toEntry))
  }

  /** Deletes one slice of what is too old or too much. True when there may be more. */
  trim(
    limits: { readonly belowSeq: number; readonly olderThanMs: number; readonly maxBytes: number },
    time: ClockReading,
  ): boolean {
    const nowMs = this.#clock.advance(time)
    const oldest = this.#db.prepare('SELECT seq, at_ms, length(body) AS bytes FROM entries WHERE seq < ? ORDER BY seq LIMIT ?')
    let { entries, bytes } = this.#totals
    let lastDeleted = 0
    let sliceEntries = 0
    for (const row of oldest.iterate(limits.belowSeq, SLICE_ENTRIES)) {
      const isOld = nowMs - integer(row, 'at_ms') > limits.olderThanMs
      if (!isOld && bytes <= limits.maxBytes) break
      entries -= 1
      bytes -= integer(row, 'bytes')
      lastDeleted = integer(row, 'seq')
      sliceEntries += 1
      if (this.#totals.bytes - bytes >= SLICE_BYTES) break
    }
    if (sliceEntries === 0) return false

    const totals = { ...this.#totals, entries, bytes }
    this.#transaction(() => {
      this.#db.prepare('DELETE FROM entries WHERE seq <= ?').run(lastDeleted)
      this.#db.prepare('DELETE FROM strikes WHERE seq <= ?').run(lastDeleted)
      this.#saveTotals(totals)
    })
    const sliceBytes = this.#totals.bytes - bytes
    this.#totals = totals
    return sliceEntries === SLICE_ENTRIES || sliceBytes >= SLICE_BYTES
  }

  /** False when there is no such entry. */
  replace(seq: number, { body, format, encoding }: Replacement): boolean {
    const before = this.#db.prepare('SELECT length(body) AS bytes FROM entries WHERE seq = ?').get(seq)
    if (before === undefined) return false
    const totals = { ...this.#totals, bytes: this.#totals.bytes - integer(before, 'bytes') + body.byteLength }
    this.#transaction(() => {
      this.#db.prepare('UPDATE entries SET format = ?, encoding = ?, body = ? WHERE seq = ?').run(format, encoding, body, seq)
      this.#saveTotals(totals)
    })
    this.#totals = totals
    return true
  }

  scrub(): Scrubbed {
    this.#rollBackOpen()
    return { isCompact: scrubFile(this.#db, MAX_COMPACTED_BYTES) }
  }

  stats(): LogStats {
    const first = this.#db.prepare('SELECT coalesce(min(seq), 0) AS seq FROM entries').get()
    return { ...this.#totals, firstSeq: integer(first, 'seq'), lastSeq: this.#lastSeq }
  }

  resumeAfter(seq: number, atMs: number, time: ClockReading): void {
    const lastSeq = Math.max(seq, this.#lastSeq)
    const totals = { ...this.#totals, lastAtMs: Math.max(atMs, this.#totals.lastAtMs) }
    this.#transaction(() => {
      this.#db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'entries'").run(lastSeq)
      this.#saveTotals(totals)
    })
    this.#lastSeq = lastSeq
    this.#totals = totals
    this.#clock.resumeAfter(atMs, time)
  }

  /** One more failure of an entry; answers how many there are now. */
  strike(seq: number): number {
    const count = this.#db.prepare(
      'INSERT INTO strikes (seq, strikes) VALUES (?, 1) ON CONFLICT DO UPDATE SET strikes = strikes + 1 RETURNING strikes',
    )
    return this.#transaction(() => integer(count.get(seq), 'strikes'))
  }

  quarantined(): number[] {
    const rows = this.#db.prepare('SELECT seq FROM strikes WHERE strikes >= ? ORDER BY seq').all(STRIKES_TO_QUARANTINE)
    return rows.map((row) => integer(row, 'seq'))
  }

  close(): void {
    this.#db.close()
  }

  #saveTotals(totals: Totals): void {
    this.#writeTotals.run(totals.entries, totals.bytes, totals.lastAtMs)
  }

  #transaction<T>(work: () => T): T {
    this.#rollBackOpen()
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#rollBackOpen()
      throw error
    }
  }

  // On some errors (a full disk) SQLite has rolled back by itself, and a second ROLLBACK would hide the first error behind its own.
  #rollBackOpen(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }
}

/** 128 bits over kind and body. The kind is part of it: the same bytes sent to another route are another delivery. */
function digestOf(entry: NewEntry): Uint8Array {
  return createHash('sha256').update(entry.kind).update('\0').update(entry.body).digest().subarray(0, 16)
}
