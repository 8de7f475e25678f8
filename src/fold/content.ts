/** What an entry of the log says: its bytes read into steps, notes and settings. Pure, so that live and replay read the same. */
import { type HeardMessage, noteOfHeard } from '../dialects/logs/heard.ts'
import { readRecord } from '../dialects/logs/index.ts'
import { readStep } from '../dialects/index.ts'
import { readRecordFeedback } from '../dialects/feedback/read-record.ts'
import { readSpanFeedback } from '../dialects/feedback/read-span.ts'
import type { BodyFormat, EntryKind } from '../model/entry.ts'
import { wellFormed } from '../feedback/well-formed.ts'
import type { FeedbackEvent } from '../model/feedback.ts'
import type { Step, StepNote } from '../model/step.ts'
import type { Tombstone } from '../model/tombstone.ts'
import { readLogRecords, readSpans } from '../otlp/decode.ts'
import type { Span } from '../otlp/span.ts'

export type EntryContent =
  | {
      readonly type: 'spans'
      readonly steps: readonly TracedStep[]
      readonly feedback: readonly FeedbackEvent[]
      readonly rejected: readonly RejectReason[]
    }
  | {
      readonly type: 'logs'
      readonly notes: readonly TracedNote[]
      readonly steps: readonly TracedStep[]
      readonly feedback: readonly FeedbackEvent[]
      readonly rejected: readonly RejectReason[]
    }
  | { readonly type: 'feedback'; readonly feedback: readonly FeedbackEvent[] }
  /** Somebody asked for the deletion of what stands behind these. */
  | { readonly type: 'delete'; readonly tombstones: readonly Tombstone[] }
  | { readonly type: 'tick'; readonly door: readonly DoorCount[] }
  | { readonly type: 'config'; readonly settings: string }
  | { readonly type: 'start' }
  /** Kinds that this version does not read. */
  | { readonly type: 'other' }

export interface TracedStep {
  readonly traceId: string
  readonly step: Step
}

export interface TracedNote {
  readonly traceId: string
  readonly note: StepNote
}

/** Why an item of an otherwise good body was not taken. */
type RejectReason = 'invalid_trace_id' | 'invalid_span_id' | 'unreadable' | 'feedback_without_target'

/** What the door counted since the last tick. It enters the log with the tick, so that these counters survive a kill like all others. */
export type DoorCount =
  | {
      readonly type: 'request'
      readonly signal: string
      readonly encoding: string
      readonly code: string
      readonly count: number
    }
  | { readonly type: 'rejected'; readonly signal: string; readonly reason: string; readonly count: number }
  /** Spans of bodies that were copies of an earlier body: they are not in the log again. */
  | { readonly type: 'copied_spans'; readonly count: number }

/** Reads an inflated body. Throws DecodeError when it is not what its kind and format say. */
export function readContent(kind: EntryKind, format: BodyFormat, body: Uint8Array): EntryContent {
  switch (kind) {
    case 'spans':
      return readSpanContent(body, format)
    case 'logs':
      return readLogContent(body, format)
    case 'tick': {
      const door: readonly DoorCount[] = body.byteLength === 0 ? [] : JSON.parse(Buffer.from(body).toString('utf8'))
      return { type: 'tick', door }
    }
    case 'config':
      return { type: 'config', settings: Buffer.from(body).toString('utf8') }
    case 'start':
      return { type: 'start' }
    case 'feedback': {
      const feedback: readonly FeedbackEvent[] = JSON.parse(Buffer.from(body).toString('utf8'))
      return { type: 'feedback', feedback: feedback.map(wellFormed) }
    }
    case 'delete': {
      const tombstones: readonly Tombstone[] = JSON.parse(Buffer.from(body).toString('utf8'))
      return { type: 'delete', tombstones }
    }
    default:
      return kind satisfies never
  }
}

function readSpanContent(body: Uint8Array, format: BodyFormat): EntryContent {
  const steps: TracedStep[] = []
  const feedback: FeedbackEvent[] = []
  const rejected: RejectReason[] = []
  readSpans(body, format, (span) => {
    const read = rejectReason(span) ?? orUnreadable(() => readStep(span))
    if (typeof read === 'string') return rejected.push(read)
    steps.push({ traceId: span.traceId, step: read })
    const said = orUnreadable(() => readSpanFeedback(span))
    if (said === 'unreadable') rejected.push(said)
    else takeFeedback(said, feedback, rejected)
    return undefined
  })
  return { type: 'spans', steps, feedback, rejected }
}

/** Reading takes anything, but it reads what strangers send: one span that breaks it must not cost the others of its body. */
function orUnreadable<T>(read: () => T): T | 'unreadable' {
  try {
    return read()
  } catch {
    return 'unreadable'
  }
}

/** What is said of nothing that has a name can reach no run: it is counted, so that somebody sees that it comes. */
function takeFeedback(said: readonly FeedbackEvent[], feedback: FeedbackEvent[], rejected: RejectReason[]): void {
  for (const event of said) {
    const isOfNothing = event.type === 'given' && Object.values(event.feedback.target).every((key) => key === null)
    if (isOfNothing) rejected.push('feedback_without_target')
    else feedback.push(wellFormed(event))
  }
}

function rejectReason(span: Span): RejectReason | null {
  if (span.traceId === '') return 'invalid_trace_id'
  return span.spanId === '' ? 'invalid_span_id' : null
}

/** Records without a trace are fine: most application logs have none. They say nothing about a run. */
function readLogContent(body: Uint8Array, format: BodyFormat): EntryContent {
  const notes: TracedNote[] = []
  const steps: TracedStep[] = []
  const feedback: FeedbackEvent[] = []
  const rejected: RejectReason[] = []
  const heard = new Map<string, { readonly traceId: string; readonly message: HeardMessage }>()
  let contentSpanId = ''
  readLogRecords(body, format, (record) => {
    const reading = orUnreadable(() => readRecord(record, contentSpanId))
    const said = orUnreadable(() => readRecordFeedback(record))
    if (reading === 'unreadable' || said === 'unreadable') rejected.push('unreadable')
    if (said !== 'unreadable') takeFeedback(said, feedback, rejected)
    if (reading === null || reading === 'unreadable') return
    const { traceId } = reading
    for (const note of reading.notes) {
      notes.push({ traceId, note })
      if (note.hasContent) contentSpanId = note.spanId
    }
    for (const step of reading.steps) steps.push({ traceId, step })
    const message = reading.heard ?? null
    const before = message === null ? undefined : heard.get(message.spanId)
    if (message !== null && message.atUs >= (before?.message.atUs ?? 0)) heard.set(message.spanId, { traceId, message })
  })
  for (const { traceId, message } of heard.values()) {
    const note = noteOfHeard(message)
    if (note !== null) notes.push({ traceId, note })
  }
  return { type: 'logs', notes, steps, feedback, rejected }
}
