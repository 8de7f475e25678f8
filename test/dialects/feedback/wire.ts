/** Feedback as it comes: bodies of OTLP/JSON, as an exporter would write them, and what is read from them. */
import { readRecordFeedback } from '../../../src/dialects/feedback/read-record.ts'
import { readSpanFeedback } from '../../../src/dialects/feedback/read-span.ts'
import { type Feedback, noTarget } from '../../../src/model/feedback.ts'
import { readLogRecords, readSpans } from '../../../src/otlp/decode.ts'

export const traceId = '5b8efff798038103d269b633813fc60c'
export const spanId = 'eee19b7ec3c1b174'
/** 2026-11-01T12:00:00Z */
export const atMs = 1_793_534_400_000
const nanos = (ms: number): string => `${ms}000000`

/** An attribute in the words of OTLP/JSON. */
type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }
type Values = { readonly [key: string]: Value }

function anyValue(value: Value): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: keyValues(value) } }
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function keyValues(values: Values): readonly object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))
}

interface RecordParts {
  readonly attributes?: Values
  readonly body?: Value
  /** Fields of the record in place of the usual ones. */
  readonly over?: object
}

/** What a log record says, with the context of the judged span unless `over` says otherwise. */
export function inRecord({ attributes = {}, body, over = {} }: RecordParts): readonly Feedback[] {
  const record = {
    timeUnixNano: nanos(atMs),
    traceId,
    spanId,
    attributes: keyValues(attributes),
    ...(body === undefined ? {} : { body: anyValue(body) }),
    ...over,
  }
  const found: Feedback[] = []
  readLogRecords(
    Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })),
    'json',
    (read) => void found.push(...readRecordFeedback(read).map(given)),
  )
  return found
}

interface SpanParts {
  readonly attributes?: Values
  readonly events?: readonly { readonly name: string; readonly attributes: Values }[]
  readonly links?: readonly object[]
  readonly over?: object
}

/** What a span says. */
export function onSpan({ attributes = {}, events = [], links = [], over = {} }: SpanParts): readonly Feedback[] {
  const span = {
    traceId,
    spanId,
    name: 'span',
    kind: 1,
    startTimeUnixNano: nanos(atMs - 1_000),
    endTimeUnixNano: nanos(atMs),
    attributes: keyValues(attributes),
    events: events.map((event) => ({ ...event, timeUnixNano: nanos(atMs), attributes: keyValues(event.attributes) })),
    links,
    ...over,
  }
  const found: Feedback[] = []
  readSpans(
    Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
    'json',
    (read) => void found.push(...readSpanFeedback(read).map(given)),
  )
  return found
}

function given(event: ReturnType<typeof readSpanFeedback>[number]): Feedback {
  if (event.type !== 'given') throw new Error(`expected something given, got ${event.type}`)
  return event.feedback
}

/** A result about the usual span; what `over` leaves out is absent. */
export function feedback(over: Partial<Feedback>): Feedback {
  return {
    id: 'otlp:id',
    target: { ...noTarget, traceId, spanId },
    name: 'relevance',
    score: null,
    scale: null,
    label: null,
    rating: null,
    comment: null,
    correction: null,
    userId: null,
    source: 'otlp',
    judge: 'unknown',
    atMs,
    ...over,
  }
}

/** Ids are made from the rest; their own tests say how. */
export function withoutIds(found: readonly Feedback[]): readonly Feedback[] {
  return found.map((one) => ({ ...one, id: one.id.startsWith('otlp:') ? 'otlp:id' : one.id }))
}
