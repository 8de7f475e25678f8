/** What a deletion is about: what the records know, what an earlier attempt knew, and, of runs without a row, what only the log does. */
import { setImmediate } from 'node:timers/promises'
import { SeenSet } from './assemble/seen.ts'
import type { LogReading } from './erase/erase-log.ts'
import { findInLog, type FindOptions, type InLog, ownInLog, strayTraces } from './erase/find-in-log.ts'
import { TombstoneSet, tombstonesOf } from './erase/tombstone-set.ts'
import { readContent } from './fold/content.ts'
import type { Log } from './log/log.ts'
import {
  type ConversationName,
  conversationNameText,
  type Deletion,
  type LateTraces,
  type SubjectHash,
} from './model/tombstone.ts'
import { inflate } from './receive/inflate.ts'
import type { DeletionStore } from './records/deletions.ts'
import type { Erasable } from './records/erasable.ts'

interface ReadingOptions {
  readonly log: Pick<Log, 'read' | 'readEntries'>
  /** The last entry that matters; the records have to reach as far. */
  readonly upToSeq: number
  /** Throws where it has to end. */
  readonly goOn: () => void
}

export interface SearchOptions extends ReadingOptions {
  readonly store: Pick<DeletionStore, 'erasable' | 'feedbackIds' | 'remembered' | 'tombstones'>
  readonly hash: SubjectHash
  readonly deletion: Deletion | LateTraces
  readonly deletedAtMs: number
}

export interface FoundErasable extends Erasable {
  readonly feedbackIds: readonly string[]
}

/** A body was within the limit when it was accepted; it may have been lowered since. */
const MAX_BYTES = 1 << 30
const RUNS_AT_ONCE = 100
const ENTRIES_AT_ONCE = 16

export async function findAll(options: SearchOptions): Promise<FoundErasable> {
  const { store, deletion, deletedAtMs } = options
  const before = (await store.tombstones()).flatMap((known) =>
    known.kind === 'trace' && known.deletedAtMs === deletedAtMs ? [known.key] : [],
  )
  const all =
    deletion.kind === 'late'
      ? { traceIds: deletion.traceIds, userId: null, conversations: [], deletedAtMs }
      : await findNamed(options, deletion, before)
  const traceIds = new Set([...before, ...all.traceIds])
  for (const traceId of await strays(options, [...traceIds])) traceIds.add(traceId)
  const found = { ...all, traceIds: [...traceIds] }
  return { ...found, feedbackIds: await store.feedbackIds(found) }
}

async function findNamed(options: SearchOptions, deletion: Deletion, before: readonly string[]): Promise<Erasable> {
  const { store, hash, deletedAtMs } = options
  const inRecords = await store.erasable(deletion, deletedAtMs)
  // Of this deletion alone: what others have deleted is theirs to find.
  const tombstones = new TombstoneSet(
    hash,
    before.map((key) => ({ kind: 'trace', key, deletedAtMs })),
  )
  addTo(tombstones, inRecords, options)
  const named = idsOf(inRecords.conversations)
  const ids = deletion.kind === 'user' ? [deletion.userId, ...named] : named
  const inLog = await findInLog(reading(options, ids), tombstones)
  const all =
    deletion.kind === 'user' ? await withConversations(inRecords, inLog, tombstones, { ...options, deletion }) : inRecords
  return { ...all, traceIds: [...all.traceIds, ...inLog.traceIds] }
}

/** Adds the conversations that only the log knows to be the person's, and what was said in them without naming anybody. */
async function withConversations(
  inRecords: Erasable,
  inLog: InLog,
  tombstones: TombstoneSet,
  options: SearchOptions & { readonly deletion: Deletion & { readonly kind: 'user' } },
): Promise<Erasable> {
  const { store, deletion, deletedAtMs } = options
  const known = new Set(inRecords.conversations.map(conversationNameText))
  const isNew = (name: ConversationName): boolean => !known.has(conversationNameText(name))
  const seen = inLog.conversations.filter(isNew)
  const own = seen.length === 0 ? [] : await ownInLog(reading(options, idsOf(seen)), seen, deletion.userId)
  const all = await store.erasable(deletion, deletedAtMs, { traceIds: [...inLog.traceIds], conversations: own })
  const added = all.conversations.filter(isNew)
  if (added.length === 0) return all
  addTo(tombstones, all, options)
  const { traceIds } = await findInLog(reading(options, idsOf(added)), tombstones)
  return { ...all, traceIds: [...all.traceIds, ...traceIds] }
}

/** Traces of calls that the runs have taken in. */
async function strays(options: SearchOptions, traceIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { store, log } = options
  const { inflate: open, pause } = logReading(options)
  const found = new Set<string>()
  const known = new Set(traceIds)
  for (let start = 0; start < traceIds.length; start += RUNS_AT_ONCE) {
    const { seen, entries } = await store.remembered(traceIds.slice(start, start + RUNS_AT_ONCE))
    const spanIds = new Set(seen.flatMap((packed) => [...SeenSet.unpack(packed).seenSpans()]))
    for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
      const some = await log.readEntries(entries.slice(at, at + ENTRIES_AT_ONCE))
      for (const traceId of strayTraces(some, { traceIds: known, spanIds }, open)) found.add(traceId)
      await pause()
    }
  }
  return found
}

/** How the log is read for a deletion. */
export function logReading<ReadLog extends ReadingOptions['log']>({
  log,
  upToSeq,
  goOn,
}: ReadingOptions & { readonly log: ReadLog }): LogReading & { readonly log: ReadLog } {
  return {
    log,
    upToSeq,
    inflate: (body, encoding) => {
      const inflated = inflate(body, encoding, MAX_BYTES)
      if (inflated.kind !== 'content') throw new Error(`cannot be inflated: ${inflated.kind}`)
      return inflated.content
    },
    pause: async () => {
      goOn()
      await setImmediate()
    },
  }
}

function reading(options: SearchOptions, ids: readonly string[]): FindOptions {
  return {
    ...logReading(options),
    read: (kind, format, content) => {
      const read = readContent(kind, format, content)
      if (read.type !== 'spans' && read.type !== 'logs') throw new Error(`expected telemetry, got ${read.type}`)
      return read
    },
    ids,
  }
}

function addTo(tombstones: TombstoneSet, found: Erasable, { deletion, hash, deletedAtMs }: SearchOptions): void {
  tombstones.add(tombstonesOf(deletion, { ...found, feedbackIds: [] }, hash, deletedAtMs))
}

function idsOf(names: readonly ConversationName[]): readonly string[] {
  return [...new Set(names.map(({ conversationId }) => conversationId))]
}
