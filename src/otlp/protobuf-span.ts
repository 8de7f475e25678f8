/** Spans in protobuf (trace/v1/trace.proto of opentelemetry-proto 1.11): checked in one pass, strings made when they are read. */
import { TableAttributes } from './attributes.ts'
import { idOfBytes, SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.ts'
import { ProtobufAttributeTable } from './protobuf-values.ts'
import type { Attributes, Resource, Scope, Span, SpanEvent, SpanLink } from './span.ts'
import type { Cursor } from './wire.ts'

const spanField = {
  traceId: 1,
  spanId: 2,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  startTime: 7,
  endTime: 8,
  attributes: 9,
  events: 11,
  links: 13,
  status: 15,
  flags: 16,
} as const
const eventField = { time: 1, name: 2, attributes: 3 } as const
const linkField = { traceId: 1, spanId: 2 } as const
const statusField = { message: 2, code: 3 } as const

const none: readonly never[] = []

class ProtobufSpan implements Span {
  readonly resource: Resource
  readonly scope: Scope
  readonly attributes: Attributes
  readonly table: ProtobufAttributeTable
  kind = 0
  flags = 0
  startUs = 0
  endUs = 0
  statusCode = 0
  eventList: SpanEvent[] | null = null
  linkList: SpanLink[] | null = null
  traceIdStart = 0
  traceIdEnd = 0
  spanIdStart = 0
  spanIdEnd = 0
  parentStart = 0
  parentEnd = 0
  nameStart = 0
  nameEnd = 0
  messageStart = 0
  messageEnd = 0
  readonly #bytes: Buffer
  #name: string | null = null

  constructor(bytes: Buffer, resource: Resource, scope: Scope) {
    this.#bytes = bytes
    this.resource = resource
    this.scope = scope
    this.table = new ProtobufAttributeTable(bytes)
    this.attributes = new TableAttributes(this.table)
  }

  get traceId(): string {
    return idOfBytes(this.#bytes, this.traceIdStart, this.traceIdEnd, TRACE_ID_BYTES)
  }

  get spanId(): string {
    return idOfBytes(this.#bytes, this.spanIdStart, this.spanIdEnd, SPAN_ID_BYTES)
  }

  get parentSpanId(): string {
    return idOfBytes(this.#bytes, this.parentStart, this.parentEnd, SPAN_ID_BYTES)
  }

  get name(): string {
    // Kept, because every dialect that is asked whether a span is its own looks at the name.
    this.#name ??= this.#bytes.toString('utf8', this.nameStart, this.nameEnd)
    return this.#name
  }

  get statusMessage(): string {
    return this.#bytes.toString('utf8', this.messageStart, this.messageEnd)
  }

  get events(): readonly SpanEvent[] {
    return this.eventList ?? none
  }

  get links(): readonly SpanLink[] {
    return this.linkList ?? none
  }
}

/** Reads and checks the span that fills the cursor's message. */
export function readSpan(cursor: Cursor, resource: Resource, scope: Scope): Span {
  const span = new ProtobufSpan(cursor.bytes, resource, scope)
  while (cursor.next()) readSpanField(cursor, span)
  return span
}

function readSpanField(cursor: Cursor, span: ProtobufSpan): void {
  switch (cursor.field) {
    case spanField.traceId:
      span.traceIdStart = cursor.range('Span.trace_id')
      span.traceIdEnd = cursor.position
      return
    case spanField.spanId:
      span.spanIdStart = cursor.range('Span.span_id')
      span.spanIdEnd = cursor.position
      return
    case spanField.parentSpanId:
      span.parentStart = cursor.range('Span.parent_span_id')
      span.parentEnd = cursor.position
      return
    case spanField.name:
      span.nameStart = cursor.range('Span.name')
      span.nameEnd = cursor.position
      return
    case spanField.kind:
      span.kind = cursor.int32('Span.kind')
      return
    case spanField.startTime:
      span.startUs = cursor.micros('Span.start_time_unix_nano')
      return
    case spanField.endTime:
      span.endUs = cursor.micros('Span.end_time_unix_nano')
      return
    case spanField.attributes:
      span.table.add(cursor, 'Span.attributes')
      return
    case spanField.events:
      span.eventList ??= []
      span.eventList.push(readEvent(cursor))
      return
    case spanField.links:
      span.linkList ??= []
      span.linkList.push(readLink(cursor))
      return
    case spanField.status:
      readStatus(cursor, span)
      return
    case spanField.flags:
      span.flags = cursor.fixed32('Span.flags')
      return
    default:
      cursor.skip()
  }
}

function readStatus(cursor: Cursor, span: ProtobufSpan): void {
  const outerLimit = cursor.enter('Span.status')
  while (cursor.next()) {
    if (cursor.field === statusField.message) {
      span.messageStart = cursor.range('Status.message')
      span.messageEnd = cursor.position
    } else if (cursor.field === statusField.code) span.statusCode = cursor.int32('Status.code')
    else cursor.skip()
  }
  cursor.leave(outerLimit)
}

class ProtobufEvent implements SpanEvent {
  readonly attributes: Attributes
  readonly table: ProtobufAttributeTable
  atUs = 0
  nameStart = 0
  nameEnd = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.table = new ProtobufAttributeTable(bytes)
    this.attributes = new TableAttributes(this.table)
  }

  get name(): string {
    return this.#bytes.toString('utf8', this.nameStart, this.nameEnd)
  }
}

function readEvent(cursor: Cursor): SpanEvent {
  const event = new ProtobufEvent(cursor.bytes)
  const outerLimit = cursor.enter('Span.events')
  while (cursor.next()) {
    if (cursor.field === eventField.time) event.atUs = cursor.micros('Event.time_unix_nano')
    else if (cursor.field === eventField.name) {
      event.nameStart = cursor.range('Event.name')
      event.nameEnd = cursor.position
    } else if (cursor.field === eventField.attributes) event.table.add(cursor, 'Event.attributes')
    else cursor.skip()
  }
  cursor.leave(outerLimit)
  return event
}

/** Links are rare and their ids are all they have, so these are read at once. */
function readLink(cursor: Cursor): SpanLink {
  const outerLimit = cursor.enter('Span.links')
  let traceId = ''
  let spanId = ''
  while (cursor.next()) {
    if (cursor.field === linkField.traceId) {
      const start = cursor.range('Link.trace_id')
      traceId = idOfBytes(cursor.bytes, start, cursor.position, TRACE_ID_BYTES)
    } else if (cursor.field === linkField.spanId) {
      const start = cursor.range('Link.span_id')
      spanId = idOfBytes(cursor.bytes, start, cursor.position, SPAN_ID_BYTES)
    } else cursor.skip()
  }
  cursor.leave(outerLimit)
  return { traceId, spanId }
}
