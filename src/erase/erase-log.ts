/**
 * Taking what was deleted out of the log: entries that hold some of it get a body without it. It may be repeated, and does not change what was counted: the
 * caller hands in only what the last saved checkpoint has counted.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib'

import type { BodyEncoding, BodyFormat, LogEntry } from '../model/entry.ts'
import type { FeedbackEvent } from '../model/feedback.ts'
import type { Tombstones } from '../model/tombstone.ts'
import { isErasedEvent, type OtlpBody, withoutKnown } from './without-erased.ts'

/** Reading the log as far as a deletion is concerned. */
export interface LogReading {
  readonly log: { read(fromSeq: number): AsyncIterable<readonly LogEntry[]> }
  /** The last entry that matters. */
  readonly upToSeq: number
  /** @throws when the body cannot be inflated. */
  readonly inflate: (body: Uint8Array, encoding: BodyEncoding) => Uint8Array
  /** Called between entries, so that others get their turn. */
  readonly pause: () => Promise<void>
}

interface LogToErase {
  replace(
    seq: number,
    replacement: { readonly body: Uint8Array; readonly format: BodyFormat; readonly encoding: BodyEncoding },
  ): Promise<boolean>
}

export interface EraseLogOptions extends LogReading {
  readonly log: LogReading['log'] & LogToErase
  readonly tombstones: Tombstones
}

export interface LogErased {
  /** Entries that were changed. */
  readonly entries: number
  /** Spans, log records and feedback that were taken out of them. */
  readonly items: number
  /** Entries that nobody can read, and that may still hold something. */
  readonly unreadable: readonly number[]
}

export async function eraseFromLog(options: EraseLogOptions): Promise<LogErased> {
  const unreadable: number[] = []
  let entries = 0
  let items = 0
  for await (const entry of entriesOf(options)) {
    const left = leftOf(entry, options)
    if (left === 'unreadable') unreadable.push(entry.seq)
    if (left === null || left === 'unreadable') continue
    const { format, encoding } = entry
    const wasThere = await options.log.replace(entry.seq, { body: encoded(left.content, encoding), format, encoding })
    if (!wasThere) continue
    entries += 1
    items += left.removed
  }
  return { entries, items, unreadable }
}

interface Left {
  readonly content: Uint8Array
  readonly removed: number
}

/** Null = there was nothing in it. */
function leftOf(entry: LogEntry, options: EraseLogOptions): Left | 'unreadable' | null {
  const { tombstones } = options
  try {
    if (entry.kind === 'feedback') return feedbackWithoutErased(entry, tombstones)
    const body = opened(entry, options.inflate)
    return body === null ? null : withoutKnown(body, tombstones)
  } catch {
    return 'unreadable'
  }
}

export async function* entriesOf({ log, upToSeq, pause }: LogReading): AsyncGenerator<LogEntry> {
  for await (const batch of log.read(1)) {
    for (const entry of batch) {
      if (entry.seq > upToSeq) return
      yield entry
      await pause()
    }
  }
}

/** Null where it is no telemetry. @throws when it cannot be inflated. */
export function opened({ kind, format, encoding, body, atMs }: LogEntry, inflate: LogReading['inflate']): OtlpBody | null {
  return kind === 'spans' || kind === 'logs' ? { kind, format, content: inflate(body, encoding), atMs } : null
}

function feedbackWithoutErased({ body, atMs }: LogEntry, tombstones: Tombstones): Left | null {
  const events: readonly FeedbackEvent[] = JSON.parse(Buffer.from(body).toString('utf8'))
  const left = events.filter((event) => !isErasedEvent(event, atMs, tombstones))
  const removed = events.length - left.length
  return removed === 0 ? null : { content: Buffer.from(JSON.stringify(left)), removed }
}

/** As it was encoded before, so that the log does not grow by a deletion. */
function encoded(content: Uint8Array, encoding: BodyEncoding): Uint8Array {
  switch (encoding) {
    case 'identity':
      return content
    case 'gzip':
      return gzipSync(content)
    case 'zstd':
      return zstdCompressSync(content)
    default:
      return encoding satisfies never
  }
}
