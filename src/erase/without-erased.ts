/** A body without what was deleted: what an application or a Collector sends again must not bring anybody back. */
import { readRecordFeedback } from '../dialects/feedback/read-record.ts'
import { readSpanFeedback } from '../dialects/feedback/read-span.ts'
import { readRecord } from '../dialects/logs/index.ts'
import type { BodyFormat } from '../model/entry.ts'
import type { FeedbackEvent } from '../model/feedback.ts'
import type { Step, StepNote } from '../model/step.ts'
import type { Tombstones } from '../model/tombstone.ts'
import type { LogRecord } from '../otlp/log-record.ts'
import type { Span } from '../otlp/span.ts'
import { withoutLogRecords, withoutSpans } from '../otlp/without.ts'
import { mentionsErased } from './mentions.ts'

export interface OtlpBody {
  readonly kind: 'spans' | 'logs'
  readonly format: BodyFormat
  /** Inflated. */
  readonly content: Uint8Array
  /** When it came, in unix milliseconds. */
  readonly atMs: number
}

/** What the body was read into. */
export interface BodyReading {
  readonly steps: readonly { readonly traceId: string; readonly step: Step }[]
  readonly notes?: readonly { readonly traceId: string; readonly note: StepNote }[]
  readonly feedback: readonly FeedbackEvent[]
  readonly rejected: readonly string[]
}

export interface WithoutErased {
  /** Inflated. */
  readonly content: Uint8Array
  /** Spans or log records that were taken out. */
  readonly removed: number
  /** Traces that are known to be deleted only now, by whom they name. The rest of them has no name in it. */
  readonly traceIds: readonly string[]
}

/**
 * The body without the traces of which an item was deleted, and without single items that name somebody who was. Null = nothing in it was; without
 * tombstones that costs nothing, and for spans with them a look-up each.
 */
export function withoutErased(body: OtlpBody, reading: BodyReading, tombstones: Tombstones): WithoutErased | null {
  if (tombstones.isEmpty) return null
  const traces = erasedTraces(reading, body.atMs, tombstones)
  const isUnread = body.kind === 'logs' || reading.rejected.length > 0
  const isSaid = reading.feedback.some((event) => isErasedEvent(event, body.atMs, tombstones))
  if (traces.size === 0 && !isUnread && !isSaid) return null
  const { body: content, removed } = filter(body, { traces, isSaid, isMadeUp: traces.size > 0 }, tombstones)
  return removed === 0 ? null : { content, removed, traceIds: [...traces].filter((id) => !tombstones.hasTrace(id)) }
}

/** The same once all its traces are known: without the dialects, which only tell whose a trace is, so several times as fast. Null = nothing in it was. */
export function withoutKnown(body: OtlpBody, tombstones: Tombstones): Omit<WithoutErased, 'traceIds'> | null {
  const { body: content, removed } = filter(body, { traces: none, isSaid: true, isMadeUp: true }, tombstones)
  return removed === 0 ? null : { content, removed }
}

const none: ReadonlySet<string> = new Set()

/** A run is one trace: where one of its steps is a deleted person's, all of it is. What came by `cameAtMs` was over then, whatever the emitter's clock says. */
export function erasedTraces({ steps, notes = [] }: BodyReading, cameAtMs: number, tombstones: Tombstones): ReadonlySet<string> {
  const traces = new Set<string>()
  const cameAtUs = cameAtMs * 1_000
  for (const { traceId, step } of steps) {
    const { userId, conversationId, service, environment } = step
    const endUs = Math.min(step.endUs, cameAtUs)
    if (tombstones.isErased({ traceId, userId, conversationId, service, environment, endUs })) traces.add(traceId)
  }
  for (const { traceId, note } of notes) {
    const { userId, conversationId, atUs } = note
    const where = { service: null, environment: null }
    if (tombstones.isErased({ traceId, userId, conversationId, ...where, endUs: Math.min(atUs, cameAtUs) })) traces.add(traceId)
  }
  return traces
}

/** `cameAtMs` counts where the event does not say when it was. */
export function isErasedEvent(event: FeedbackEvent, cameAtMs: number, tombstones: Tombstones): boolean {
  if (event.type === 'withdrawn')
    return tombstones.isErasedFeedback({ id: event.id, traceId: null, userId: null, conversationId: null, atMs: cameAtMs })
  const { id, userId, target, atMs } = event.feedback
  const { traceId, conversationId } = target
  return tombstones.isErasedFeedback({ id, traceId, userId, conversationId, atMs: Math.min(atMs ?? cameAtMs, cameAtMs) })
}

interface Found {
  readonly traces: ReadonlySet<string>
  /** Something in it is said about deleted runs, as far as is known. */
  readonly isSaid: boolean
  /** Records without a trace may be of one that is made of their session. */
  readonly isMadeUp: boolean
}

function filter(
  { kind, format, content, atMs }: OtlpBody,
  found: Found,
  tombstones: Tombstones,
): { readonly body: Uint8Array; readonly removed: number } {
  const { traces } = found
  const isTraceErased = (traceId: string): boolean => traces.has(traceId) || tombstones.hasTrace(traceId)
  const isOfErased = (item: Span | LogRecord, endUs: number): boolean =>
    isTraceErased(item.traceId) || mentionsErased(item, Math.min(endUs, atMs * 1_000), tombstones)
  const isSaid = (readFeedback: () => readonly FeedbackEvent[]): boolean =>
    found.isSaid && orNothing(readFeedback).some((event) => isErasedEvent(event, atMs, tombstones))
  if (kind === 'spans')
    return withoutSpans(content, format, (span) => isOfErased(span, span.endUs) || isSaid(() => readSpanFeedback(span)))
  return withoutLogRecords(content, format, (record) => {
    const isMeant = isOfErased(record, record.atUs) || (found.isMadeUp && isTraceErased(madeUpTraceOf(record)))
    return isMeant || isSaid(() => readRecordFeedback(record))
  })
}

/** Some emitters of logs send no traces: theirs are made of their sessions. */
function madeUpTraceOf(record: LogRecord): string {
  return orNothing(() => [readRecord(record)])[0]?.traceId ?? ''
}

/** Strangers send what we read, and what breaks a reader of ours was rejected when it came. */
function orNothing<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read()
  } catch {
    return []
  }
}
