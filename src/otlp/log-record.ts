/** The neutral reading of a log record; the same rules as for a span (see span.ts). */
import type { Attributes, PlainValue, Resource, Scope } from './span.ts'

export interface LogRecord {
  /** Lower-case hex; empty when the record belongs to no trace. */
  readonly traceId: string
  readonly spanId: string
  /** Event time in unix microseconds, else the observed time. */
  readonly atUs: number
  /** The record's event name field; empty when unset (older emitters use the attribute `event.name`). */
  readonly eventName: string
  readonly severityNumber: number
  readonly body: PlainValue | undefined
  /** As `brief` of Attributes, for an entry of a body that is a map; undefined when there is no such entry. Nothing else is decoded. */
  bodyBrief(key: string, maxBytes: number): string | null | undefined
  readonly attributes: Attributes
  readonly resource: Resource
  readonly scope: Scope
}
