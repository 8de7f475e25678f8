/** Log records in protobuf (logs/v1/logs.proto of opentelemetry-proto 1.11), read as lazily as spans. */
import { plainValue } from './any-value.ts'
import { TableAttributes } from './attributes.ts'
import { idOfBytes, SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.ts'
import type { LogRecord } from './log-record.ts'
import { briefEntry, checkValue, ProtobufAttributeTable, readValue } from './protobuf-values.ts'
import type { Attributes, PlainValue, Resource, Scope } from './span.ts'
import { Cursor } from './wire.ts'

const recordField = {
  time: 1,
  severityNumber: 2,
  body: 5,
  attributes: 6,
  traceId: 9,
  spanId: 10,
  observedTime: 11,
  eventName: 12,
} as const

class ProtobufLogRecord implements LogRecord {
  readonly resource: Resource
  readonly scope: Scope
  readonly attributes: Attributes
  readonly table: ProtobufAttributeTable
  severityNumber = 0
  timeUs = 0
  observedUs = 0
  traceIdStart = 0
  traceIdEnd = 0
  spanIdStart = 0
  spanIdEnd = 0
  eventNameStart = 0
  eventNameEnd = 0
  bodyStart = 0
  bodyEnd = 0
  readonly #bytes: Buffer
  #traceId: string | null = null
  #spanId: string | null = null

  constructor(bytes: Buffer, resource: Resource, scope: Scope) {
    this.#bytes = bytes
    this.resource = resource
    this.scope = scope
    this.table = new ProtobufAttributeTable(bytes)
    this.attributes = new TableAttributes(this.table)
  }

  get traceId(): string {
    this.#traceId ??= idOfBytes(this.#bytes, this.traceIdStart, this.traceIdEnd, TRACE_ID_BYTES)
    return this.#traceId
  }

  get spanId(): string {
    this.#spanId ??= idOfBytes(this.#bytes, this.spanIdStart, this.spanIdEnd, SPAN_ID_BYTES)
    return this.#spanId
  }

  get atUs(): number {
    return this.timeUs === 0 ? this.observedUs : this.timeUs
  }

  get eventName(): string {
    return this.#bytes.toString('utf8', this.eventNameStart, this.eventNameEnd)
  }

  get body(): PlainValue | undefined {
    // A present body starts behind its own tag, so never at 0.
    if (this.bodyStart === 0) return undefined
    return plainValue(readValue(new Cursor(this.#bytes, this.bodyStart, this.bodyEnd), 0))
  }

  bodyBrief(key: string, maxBytes: number): string | null | undefined {
    return briefEntry(new Cursor(this.#bytes, this.bodyStart, this.bodyEnd), key, maxBytes)
  }
}

/** Reads and checks the log record that fills the cursor's message. */
export function readLogRecord(cursor: Cursor, resource: Resource, scope: Scope): LogRecord {
  const record = new ProtobufLogRecord(cursor.bytes, resource, scope)
  while (cursor.next()) readLogRecordField(cursor, record)
  return record
}

function readLogRecordField(cursor: Cursor, record: ProtobufLogRecord): void {
  switch (cursor.field) {
    case recordField.time:
      record.timeUs = cursor.micros('LogRecord.time_unix_nano')
      return
    case recordField.observedTime:
      record.observedUs = cursor.micros('LogRecord.observed_time_unix_nano')
      return
    case recordField.severityNumber:
      record.severityNumber = cursor.int32('LogRecord.severity_number')
      return
    case recordField.body: {
      const outerLimit = cursor.enter('LogRecord.body')
      record.bodyStart = cursor.position
      record.bodyEnd = cursor.limit
      checkValue(cursor, 0)
      cursor.leave(outerLimit)
      return
    }
    case recordField.attributes:
      record.table.add(cursor, 'LogRecord.attributes')
      return
    case recordField.traceId:
      record.traceIdStart = cursor.range('LogRecord.trace_id')
      record.traceIdEnd = cursor.position
      return
    case recordField.spanId:
      record.spanIdStart = cursor.range('LogRecord.span_id')
      record.spanIdEnd = cursor.position
      return
    case recordField.eventName:
      record.eventNameStart = cursor.range('LogRecord.event_name')
      record.eventNameEnd = cursor.position
      return
    default:
      cursor.skip()
  }
}
