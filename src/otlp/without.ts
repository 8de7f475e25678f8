/**
 * A body without the spans or log records of somebody whose data was deleted. Attributes of a resource stay as long as another item of it does: they say
 * which service sent it, not who used it.
 */
import type { BodyFormat } from '../model/entry.ts'
import { logNames, readJsonLogRecord, readJsonSpan, traceNames } from './json.ts'
import { jsonWithout } from './json-without.ts'
import type { LogRecord } from './log-record.ts'
import { readLogRecord } from './protobuf-log-record.ts'
import { readSpan } from './protobuf-span.ts'
import { protobufWithout } from './protobuf-without.ts'
import type { Filtered } from './remains.ts'
import type { Span } from './span.ts'

export type { Filtered } from './remains.ts'

/**
 * An inflated ExportTraceServiceRequest without the spans that `isRemoved` names, events and links included. All other bytes are as they were.
 * @throws DecodeError when the body is none.
 */
export function withoutSpans(body: Uint8Array, format: BodyFormat, isRemoved: (span: Span) => boolean): Filtered {
  return format === 'json' ? jsonWithout(body, traceNames, readJsonSpan, isRemoved) : protobufWithout(body, readSpan, isRemoved)
}

/** The same for the records of an ExportLogsServiceRequest. */
export function withoutLogRecords(body: Uint8Array, format: BodyFormat, isRemoved: (record: LogRecord) => boolean): Filtered {
  return format === 'json'
    ? jsonWithout(body, logNames, readJsonLogRecord, isRemoved)
    : protobufWithout(body, readLogRecord, isRemoved)
}
