/**
 * Taking what was deleted out of the log: entries that hold some of it get a body without it. Both passes may be repeated, and neither changes what was
 * counted: the caller hands in only what the last saved checkpoint has counted.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib'

import type { BodyEncoding, BodyFormat, LogEntry } from '../model/entry.ts'
import type { FeedbackEvent } from '../model/feedback.ts'
import type { Tombstones } from '../model/tombstone.ts'
import { type BodyReading, erasedTraces, isErasedEvent, type OtlpBody, withoutKnown } from './without-erased.ts'

export interface LogToErase {
  read(fromSeq: number): AsyncIterable<readonly LogEntry[]>
  replace(
    seq: number,
    replacement: { readonly body: Uint8Array; readonly format: BodyFormat; readonly encoding: BodyEncoding },
  ): Promise<boolean>
}

export interface EraseLogOptions {
  readonly log: LogToErase
  /** The last entry that may be changed. */
  readonly upToSeq: number
  readonly tombstones: Tombstones
  /** @throws when the body cannot be inflated. */
  readonly inflate: (body: Uint8Array, encoding: BodyEncoding) => Uint8Array
  /** @throws when the content is none. */
  readonly read: (kind: OtlpBody['kind'], format: BodyFormat, content: Uint8Array) => BodyReading
  /** Called between entries, so that others get their turn. */
  readonly pause: () => Promise<void>
  /** The ids that were deleted, where they are still known: entries without any of them need not be read. Null = not known any more. */
  readonly ids: readonly string[] | null
}

export interface LogErased {
  /** Entries that were changed. */
  readonly entries: number
  /** Spans, log records and feedback that were taken out of them. */
  readonly items: number
  /** Entries that nobody can read, and that may still hold something. */
  readonly unreadable: readonly number[]
}

/**
 * Traces of the deleted users and conversations that only the log knows: of runs that were sampled away, and of spans that came before the one that says
 * whose they are. To become tombstones before `eraseFromLog` begins.
 */
export async function tracesInLog(options: EraseLogOptions): Promise<ReadonlySet<string>> {
  const { tombstones, read } = options
  const mayName = finderOf(options.ids)
  const found = new Set<string>()
  for await (const entry of entriesOf(options)) {
    const body = opened(entry, options)
    if (body === null || !mayName(body.content)) continue
    for (const traceId of tracesIn(body, read, tombstones)) if (!tombstones.hasTrace(traceId)) found.add(traceId)
  }
  return found
}

/** What cannot be read was told by nobody. */
function tracesIn(body: OtlpBody, read: EraseLogOptions['read'], tombstones: Tombstones): Iterable<string> {
  try {
    return erasedTraces(read(body.kind, body.format, body.content), tombstones)
  } catch {
    return []
  }
}

/** Ids that are written the same way wherever they stand: not as a number, and without what JSON escapes. */
const plainId = /^(?=.*[A-Za-z])[\w.:@|+-]+$/

function finderOf(ids: readonly string[] | null): (content: Uint8Array) => boolean {
  if (ids === null || !ids.every((id) => plainId.test(id))) return () => true
  return ({ buffer, byteOffset, byteLength }) => {
    const bytes = Buffer.from(buffer, byteOffset, byteLength)
    return ids.some((id) => bytes.includes(id))
  }
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
    const body = openedOrThrow(entry, options)
    return body === null ? null : withoutKnown(body, tombstones)
  } catch {
    return 'unreadable'
  }
}

async function* entriesOf({ log, upToSeq, pause }: EraseLogOptions): AsyncGenerator<LogEntry> {
  for await (const batch of log.read(1)) {
    for (const entry of batch) {
      if (entry.seq > upToSeq) return
      yield entry
      await pause()
    }
  }
}

/** Null where it is no telemetry or cannot be inflated. */
function opened(entry: LogEntry, options: EraseLogOptions): OtlpBody | null {
  try {
    return openedOrThrow(entry, options)
  } catch {
    return null
  }
}

function openedOrThrow({ kind, format, encoding, body, atMs }: LogEntry, { inflate }: EraseLogOptions): OtlpBody | null {
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
