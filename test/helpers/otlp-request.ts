/** Requests of an exporter, in any of the encodings: the same spans and records can be sent as the same bytes, or as others. */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { encode, type Message } from '../otlp/reference.ts'

type Value = string | number | readonly Value[] | { readonly [key: string]: Value }
type Attributes = Readonly<Record<string, Value>>

export interface SpanLine {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
  readonly traceState?: string
  readonly events?: readonly { readonly name: string; readonly attributes: Attributes }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[]
  readonly status?: { readonly code: number; readonly message: string }
}

export interface LogLine {
  readonly atMs: number
  readonly traceId?: string
  readonly spanId?: string
  readonly eventName?: string
  readonly body?: Value
  readonly attributes?: Attributes
}

interface Wire {
  /** Default: protobuf. */
  readonly format?: 'protobuf' | 'json'
  /** Default: as it is. */
  readonly encoding?: 'identity' | 'gzip' | 'zstd'
  readonly resource?: Attributes
  /** Name of the library. */
  readonly scope?: string
}

export interface OtlpRequest extends Required<Wire> {
  readonly path: '/v1/traces' | '/v1/logs'
  readonly spans: readonly SpanLine[]
  readonly records: readonly LogLine[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

export function spansRequest(items: readonly SpanLine[], wire: Wire = {}): OtlpRequest {
  const spans = items.map(({ startMs, endMs, attributes, events = [], links = [], ...span }) => ({
    ...span,
    kind: 1,
    startTimeUnixNano: nanos(startMs),
    endTimeUnixNano: nanos(endMs),
    attributes: keyValues(attributes),
    events: events.map((event) => ({ ...event, timeUnixNano: nanos(endMs), attributes: keyValues(event.attributes) })),
    links: links.map((link) => ({ ...link, attributes: keyValues(link.attributes) })),
  }))
  return requestOf('/v1/traces', { spans: items, records: [] }, wire, (resource, scope) => ({
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }],
  }))
}

export function logsRequest(items: readonly LogLine[], wire: Wire = {}): OtlpRequest {
  const logRecords = items.map(({ atMs, body, attributes = {}, ...record }) => ({
    ...record,
    timeUnixNano: nanos(atMs),
    attributes: keyValues(attributes),
    ...(body !== undefined && { body: anyValue(body) }),
  }))
  return requestOf('/v1/logs', { spans: [], records: items }, wire, (resource, scope) => ({
    resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }],
  }))
}

/** The same again as other bytes. */
export function inOtherWords({ path, spans, records, format, encoding, resource, scope }: OtlpRequest): OtlpRequest {
  const wire = {
    resource,
    scope,
    format: format === 'json' ? ('protobuf' as const) : ('json' as const),
    encoding: encoding === 'gzip' ? ('identity' as const) : ('gzip' as const),
  }
  return path === '/v1/traces' ? spansRequest(spans, wire) : logsRequest(records, wire)
}

function requestOf(
  path: OtlpRequest['path'],
  items: Pick<OtlpRequest, 'spans' | 'records'>,
  { format = 'protobuf', encoding = 'identity', resource = {}, scope = 'test' }: Wire,
  messageOf: (resource: object, scope: object) => Message,
): OtlpRequest {
  const message = messageOf(
    {
      attributes: keyValues({ 'service.name': 'shop', 'deployment.environment.name': 'prod', ...resource }),
    },
    { name: scope },
  )
  const plain =
    format === 'json'
      ? Buffer.from(JSON.stringify(message))
      : encode(path === '/v1/traces' ? 'TraceRequest' : 'LogsRequest', withBinaryIds(message))
  const body = encoding === 'gzip' ? gzipSync(plain) : encoding === 'zstd' ? zstdCompressSync(plain) : plain
  return {
    path,
    ...items,
    format,
    encoding,
    resource,
    scope,
    headers: {
      'content-type': format === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    },
    body: new Uint8Array(body),
  }
}

const idFields: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId'])

/** JSON has ids in hex, protobuf has their bytes. */
function withBinaryIds(message: Message): Message {
  return mapped(message) as Message
}

function mapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapped)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      idFields.has(key) && typeof item === 'string' ? Buffer.from(item, 'hex') : mapped(item),
    ]),
  )
}

function nanos(ms: number): string {
  return `${Math.floor(ms)}000000`
}

function keyValues(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Value): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: keyValues(value) } }
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
