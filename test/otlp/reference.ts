/**
 * A second reading of OTLP that shares nothing with src/otlp: protobufjs over the field numbers of opentelemetry-proto 1.11,
 * everything built at once. The readers are compared with it.
 */
import protobuf from 'protobufjs'
import type { PlainValue } from '../../src/otlp/span.ts'

const schema = `
  syntax = "proto3";
  message TraceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    uint32 dropped_attributes_count = 10; repeated Event events = 11; uint32 dropped_events_count = 12;
    repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15; fixed32 flags = 16;
  }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  message Link {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4;
    uint32 dropped_attributes_count = 5; fixed32 flags = 6;
  }
  message Status { string message = 2; int32 code = 3; }
  message LogsRequest { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
  message LogRecord {
    fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
    bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12;
  }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  message KeyValue { string key = 1; AnyValue value = 2; int32 key_strindex = 3; }
  message AnyValue {
    oneof value {
      string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5;
      KeyValueList kvlist_value = 6; bytes bytes_value = 7; int32 string_value_strindex = 8;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
`
const { root } = protobuf.parse(schema)

export type RequestType = 'TraceRequest' | 'LogsRequest'
/** A message as protobufjs takes it. */
export type Message = Readonly<Record<string, unknown>>

/** Messages as protobufjs gives them with the options of `decode`. */
type Bytes = readonly number[]
interface AnyValue {
  readonly value?: 'stringValue' | 'boolValue' | 'intValue' | 'doubleValue' | 'bytesValue' | 'arrayValue' | 'kvlistValue'
  readonly stringValue: string
  readonly boolValue: boolean
  readonly intValue: string
  readonly doubleValue: number
  readonly bytesValue: Bytes
  readonly arrayValue: { readonly values: readonly AnyValue[] }
  readonly kvlistValue: { readonly values: readonly KeyValue[] }
}
interface KeyValue {
  readonly key: string
  readonly value: AnyValue | null
}
interface Envelope {
  readonly resource: { readonly attributes: readonly KeyValue[] } | null
}
interface ScopeEnvelope {
  readonly scope: { readonly name: string; readonly version: string } | null
}
interface TraceRequest {
  readonly resourceSpans: readonly (Envelope & {
    readonly scopeSpans: readonly (ScopeEnvelope & { readonly spans: readonly Span[] })[]
  })[]
}
interface Span {
  readonly traceId: Bytes
  readonly spanId: Bytes
  readonly parentSpanId: Bytes
  readonly flags: number
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number; readonly message: string } | null
  readonly attributes: readonly KeyValue[]
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string; readonly attributes: readonly KeyValue[] }[]
  readonly links: readonly { readonly traceId: Bytes; readonly spanId: Bytes }[]
}
interface LogsRequest {
  readonly resourceLogs: readonly (Envelope & {
    readonly scopeLogs: readonly (ScopeEnvelope & { readonly logRecords: readonly LogRecord[] })[]
  })[]
}
interface LogRecord {
  readonly traceId: Bytes
  readonly spanId: Bytes
  readonly timeUnixNano: string
  readonly observedTimeUnixNano: string
  readonly eventName: string
  readonly severityNumber: number
  readonly body: AnyValue | null
  readonly attributes: readonly KeyValue[]
}

export function encode(type: RequestType, request: Message): Uint8Array {
  const message = root.lookupType(type)
  return message.encode(message.fromObject(request)).finish()
}

function decode(type: RequestType, body: Uint8Array): unknown {
  const message = root.lookupType(type)
  return message.toObject(message.decode(body), { longs: String, bytes: Array, oneofs: true, defaults: true, arrays: true })
}

const idFields = new Set(['traceId', 'spanId', 'parentSpanId'])

/** The same request as OTLP/JSON: proto3 JSON with hex ids and enums as integers. */
export function toOtlpJson(type: RequestType, body: Uint8Array): Message {
  const message = root.lookupType(type)
  const proto3Json = message.toObject(message.decode(body), { longs: String, bytes: String, json: true })
  const withHexIds = (key: string, value: unknown): unknown =>
    idFields.has(key) && typeof value === 'string' ? Buffer.from(value, 'base64').toString('hex') : value
  return JSON.parse(JSON.stringify(proto3Json), withHexIds)
}

/** A span or log record with every field read. */
export interface PlainItem {
  readonly [field: string]: unknown
}

export function referenceSpans(body: Uint8Array): PlainItem[] {
  return (decode('TraceRequest', body) as TraceRequest).resourceSpans.flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        traceId: hex(span.traceId, 16),
        spanId: hex(span.spanId, 8),
        parentSpanId: hex(span.parentSpanId, 8),
        flags: span.flags,
        name: span.name,
        kind: span.kind,
        startUs: micros(span.startTimeUnixNano),
        endUs: micros(span.endTimeUnixNano),
        statusCode: span.status?.code ?? 0,
        statusMessage: span.status?.message ?? '',
        attributes: entries(span.attributes),
        resource: entries(resource.resource?.attributes ?? []),
        scope: { name: scope.scope?.name ?? '', version: scope.scope?.version ?? '' },
        events: span.events.map((event) => ({
          name: event.name,
          atUs: micros(event.timeUnixNano),
          attributes: entries(event.attributes),
        })),
        links: span.links.map((link) => ({ traceId: hex(link.traceId, 16), spanId: hex(link.spanId, 8) })),
      })),
    ),
  )
}

export function referenceLogRecords(body: Uint8Array): PlainItem[] {
  return (decode('LogsRequest', body) as LogsRequest).resourceLogs.flatMap((resource) =>
    resource.scopeLogs.flatMap((scope) =>
      scope.logRecords.map((record) => ({
        traceId: hex(record.traceId, 16),
        spanId: hex(record.spanId, 8),
        atUs: micros(record.timeUnixNano) || micros(record.observedTimeUnixNano),
        eventName: record.eventName,
        severityNumber: record.severityNumber,
        body: record.body ? plain(record.body) : undefined,
        attributes: entries(record.attributes),
        resource: entries(resource.resource?.attributes ?? []),
        scope: { name: scope.scope?.name ?? '', version: scope.scope?.version ?? '' },
      })),
    ),
  )
}

function hex(bytes: Bytes, length: number): string {
  const id = Buffer.from(bytes)
  return id.length === length && id.some((byte) => byte !== 0) ? id.toString('hex') : ''
}

function micros(nanos: string): number {
  return Number(BigInt(nanos) / 1000n)
}

function entries(list: readonly KeyValue[]): [string, PlainValue][] {
  return [...new Map(list.map((entry) => [entry.key, plain(entry.value)]))]
}

function plain(value: AnyValue | null): PlainValue {
  switch (value?.value) {
    case 'stringValue':
      return value.stringValue
    case 'boolValue':
      return value.boolValue
    case 'intValue':
      return Number(value.intValue)
    case 'doubleValue':
      return Number.isFinite(value.doubleValue) ? value.doubleValue + 0 : String(value.doubleValue)
    case 'bytesValue':
      return Buffer.from(value.bytesValue).toString('base64')
    case 'arrayValue':
      return value.arrayValue.values.map(plain)
    case 'kvlistValue':
      return Object.assign(Object.create(null), Object.fromEntries(entries(value.kvlistValue.values)))
    default:
      return null
  }
}
