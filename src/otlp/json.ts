/**
 * OTLP/JSON to the same spans and log records as protobuf.ts reads. For browsers, tests and curl: JSON.parse builds
 * everything, so this is several times slower than protobuf.
 */
import { plainValue } from './any-value.ts'
import { DecodeError } from './decode-error.ts'
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.ts'
import {
  asObject,
  eachObject,
  enumField,
  idField,
  type JsonObject,
  microsField,
  objectField,
  stringField,
  uint32Field,
} from './json-fields.ts'
import { attributesField, briefEntry, readJsonValue } from './json-values.ts'
import type { LogRecord } from './log-record.ts'
import type { Resource, Scope, Span, SpanEvent, SpanLink } from './span.ts'

export type ReadItem<Item> = (item: JsonObject, path: string, resource: Resource, scope: Scope) => Item

export function readJsonSpans(body: Uint8Array, visit: (span: Span) => void): void {
  readRequest(body, traceNames, readJsonSpan, visit)
}

export function readJsonLogRecords(body: Uint8Array, visit: (record: LogRecord) => void): void {
  readRequest(body, logNames, readJsonLogRecord, visit)
}

/** Names of the members by which the envelopes hold one another. */
export interface EnvelopeNames {
  readonly resources: string
  readonly scopes: string
  readonly items: string
}

export const traceNames: EnvelopeNames = { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' }
export const logNames: EnvelopeNames = { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' }

function readRequest<Item>(body: Uint8Array, names: EnvelopeNames, read: ReadItem<Item>, visit: (item: Item) => void): void {
  if (body.byteLength === 0) return
  eachObject(asObject(parseJson(body), ''), names.resources, '', (resourceItems, resourcePath) => {
    const resource = readResource(resourceItems, resourcePath)
    eachObject(resourceItems, names.scopes, resourcePath, (scopeItems, scopePath) => {
      const scope = readScope(scopeItems, scopePath)
      eachObject(scopeItems, names.items, scopePath, (item, path) => visit(read(item, path, resource, scope)))
    })
  })
}

/** A whole number outside a string that may be too long for a double: nanosecond times and large counts of some emitters. */
const longBareNumber = /[:[,]\s*-?\d{16}/
const wholeNumber = /^-?\d+$/

/** @throws DecodeError */
export function parseJson(body: Uint8Array): unknown {
  let text: string
  let value: unknown
  try {
    text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
    value = JSON.parse(text)
  } catch (cause) {
    throw new DecodeError('the body is not JSON', { cause })
  }
  return longBareNumber.test(text) ? parseExactly(text, value) : value
}

/** Parses again with every whole number beyond 2^53 as its decimal string, which all readers of numbers take. */
function parseExactly(text: string, nearest: unknown): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && wholeNumber.test(context?.source ?? '')
        ? context?.source
        : value,
    )
  } catch (cause) {
    // A reviver recurses and JSON.parse does not: a body nested that deep keeps the nearest doubles.
    if (cause instanceof RangeError) return nearest
    throw cause
  }
}

export function readResource(parent: JsonObject, path: string): Resource {
  return { attributes: attributesField(objectField(parent, 'resource', path), 'attributes', `${path}.resource`) }
}

export function readScope(parent: JsonObject, path: string): Scope {
  const scope = objectField(parent, 'scope', path)
  return { name: stringField(scope, 'name', `${path}.scope`), version: stringField(scope, 'version', `${path}.scope`) }
}

export function readJsonSpan(span: JsonObject, path: string, resource: Resource, scope: Scope): Span {
  const status = objectField(span, 'status', path)
  const events: SpanEvent[] = []
  eachObject(span, 'events', path, (event, eventPath) => events.push(readEvent(event, eventPath)))
  const links: SpanLink[] = []
  eachObject(span, 'links', path, (link, linkPath) => links.push(readLink(link, linkPath)))
  return {
    traceId: idField(span, 'traceId', path, TRACE_ID_BYTES),
    spanId: idField(span, 'spanId', path, SPAN_ID_BYTES),
    parentSpanId: idField(span, 'parentSpanId', path, SPAN_ID_BYTES),
    flags: uint32Field(span, 'flags', path),
    name: stringField(span, 'name', path),
    kind: enumField(span, 'kind', path),
    startUs: microsField(span, 'startTimeUnixNano', path),
    endUs: microsField(span, 'endTimeUnixNano', path),
    statusCode: enumField(status, 'code', `${path}.status`),
    statusMessage: stringField(status, 'message', `${path}.status`),
    attributes: attributesField(span, 'attributes', path),
    resource,
    scope,
    events,
    links,
  }
}

function readEvent(event: JsonObject, path: string): SpanEvent {
  return {
    name: stringField(event, 'name', path),
    atUs: microsField(event, 'timeUnixNano', path),
    attributes: attributesField(event, 'attributes', path),
  }
}

function readLink(link: JsonObject, path: string): SpanLink {
  return { traceId: idField(link, 'traceId', path, TRACE_ID_BYTES), spanId: idField(link, 'spanId', path, SPAN_ID_BYTES) }
}

export function readJsonLogRecord(record: JsonObject, path: string, resource: Resource, scope: Scope): LogRecord {
  const timeUs = microsField(record, 'timeUnixNano', path)
  const observedUs = microsField(record, 'observedTimeUnixNano', path)
  const body = record['body'] ?? undefined
  const value = readJsonValue(body, `${path}.body`, 0)
  return {
    traceId: idField(record, 'traceId', path, TRACE_ID_BYTES),
    spanId: idField(record, 'spanId', path, SPAN_ID_BYTES),
    atUs: timeUs === 0 ? observedUs : timeUs,
    eventName: stringField(record, 'eventName', path),
    severityNumber: enumField(record, 'severityNumber', path),
    body: body === undefined ? undefined : plainValue(value),
    bodyBrief: (key, maxBytes) => briefEntry(value, key, maxBytes),
    attributes: attributesField(record, 'attributes', path),
    resource,
    scope,
  }
}
