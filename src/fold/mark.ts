/** Where the fold stands in the log: after which entry, and what that makes of its clocks. */
import type { LogMark } from '../model/checkpoint.ts'
import type { LogEntry } from '../model/entry.ts'

/** What of an entry the fold needs beside its content. */
export type EntryPlace = Pick<LogEntry, 'seq' | 'atMs' | 'kind'> & { readonly bytes: number }

/** A stall or a suspended machine advances uptime by this much at most, so that runs get their quiet time after it. */
const MAX_STEP_MS = 5_000

export function nextMark(before: LogMark, entry: EntryPlace): LogMark {
  const elapsedMs = entry.kind === 'start' || before.seq === 0 ? 0 : Math.min(MAX_STEP_MS, Math.max(0, entry.atMs - before.atMs))
  return {
    seq: entry.seq,
    atMs: Math.max(before.atMs, entry.atMs),
    uptimeMs: before.uptimeMs + elapsedMs,
    bytes: before.bytes + entry.bytes,
  }
}
