/**
 * Entry point of the readers: an inflated body in either encoding to spans or log records, one visit each.
 * Both encodings give the same readings: `any-value.ts` and `attributes.ts` hold everything that could differ.
 */
import type { BodyFormat } from '../model/entry.ts'
import { readJsonLogRecords, readJsonSpans } from './json.ts'
import type { LogRecord } from './log-record.ts'
import { readProtobufLogRecords, readProtobufSpans } from './protobuf.ts'
import type { Span } from './span.ts'

export { DecodeError } from './decode-error.ts'

/**
 * Visits every span of an ExportTraceServiceRequest in the order of the body; an empty body has none.
 * Throws DecodeError when the body is not one, possibly after some visits: whoever visits discards everything on a throw.
 * Once the call has returned, no reading of a visited span can throw.
 */
export function readSpans(body: Uint8Array, format: BodyFormat, visit: (span: Span) => void): void {
  if (format === 'json') readJsonSpans(body, visit)
  else readProtobufSpans(body, visit)
}

/** Visits every log record of an ExportLogsServiceRequest; otherwise as `readSpans`. */
export function readLogRecords(body: Uint8Array, format: BodyFormat, visit: (record: LogRecord) => void): void {
  if (format === 'json') readJsonLogRecords(body, visit)
  else readProtobufLogRecords(body, visit)
}
