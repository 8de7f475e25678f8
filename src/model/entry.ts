/** Entries of the log: the only input of the fold, so that reading them again gives the same numbers. */

export const entryKinds = ['spans', 'logs', 'feedback', 'config', 'tick', 'start', 'delete'] as const

export type EntryKind = (typeof entryKinds)[number]
export type BodyFormat = 'protobuf' | 'json'
export type BodyEncoding = 'identity' | 'gzip' | 'zstd'

/** Version of the envelope and of what the bodies of our own kinds mean. A reader refuses a higher one. */
export const ENTRY_VERSION = 1

/** Something to append. `body` is as received (still compressed), or our own JSON for `config` and `tick`. */
export interface NewEntry {
  readonly kind: EntryKind
  readonly format: BodyFormat
  readonly encoding: BodyEncoding
  readonly body: Uint8Array
  /** True for OTLP bodies: a byte-identical copy of one that is still in the log is the same delivery, not a new one. */
  readonly deduplicate: boolean
}

/** A committed entry. `seq` counts from 1 without reuse; `atMs` is the log's clock and never goes back. */
export interface LogEntry {
  readonly seq: number
  readonly atMs: number
  readonly version: number
  readonly kind: EntryKind
  readonly format: BodyFormat
  readonly encoding: BodyEncoding
  readonly body: Uint8Array
}

/** What an append answers once it is on disk. A duplicate carries the place of the first delivery. */
export interface Appended {
  readonly seq: number
  readonly atMs: number
  readonly duplicate: boolean
}
