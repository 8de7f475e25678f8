/** Reads bodies with the readers under test and copies every field out of the views. */
import type { BodyFormat } from '../../src/model/entry.ts'
import { readLogRecords, readSpans } from '../../src/otlp/decode.ts'
import type { Attributes, PlainValue } from '../../src/otlp/span.ts'
import type { PlainItem } from './reference.ts'

export function spansIn(body: Uint8Array, format: BodyFormat): PlainItem[] {
  const spans: PlainItem[] = []
  readSpans(body, format, (span) => {
    spans.push({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      flags: span.flags,
      name: span.name,
      kind: span.kind,
      startUs: span.startUs,
      endUs: span.endUs,
      statusCode: span.statusCode,
      statusMessage: span.statusMessage,
      attributes: entriesOf(span.attributes),
      resource: entriesOf(span.resource.attributes),
      scope: { name: span.scope.name, version: span.scope.version },
      events: span.events.map((event) => ({ name: event.name, atUs: event.atUs, attributes: entriesOf(event.attributes) })),
      links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    })
  })
  return spans
}

export function logRecordsIn(body: Uint8Array, format: BodyFormat): PlainItem[] {
  const records: PlainItem[] = []
  readLogRecords(body, format, (record) => {
    records.push({
      traceId: record.traceId,
      spanId: record.spanId,
      atUs: record.atUs,
      eventName: record.eventName,
      severityNumber: record.severityNumber,
      body: record.body,
      attributes: entriesOf(record.attributes),
      resource: entriesOf(record.resource.attributes),
      scope: { name: record.scope.name, version: record.scope.version },
    })
  })
  return records
}

function entriesOf(attributes: Attributes): [string, PlainValue | undefined][] {
  return attributes.keys().map((key) => [key, attributes.value(key)])
}

/** Every guard of every key, as one comparable value. */
export function guardsOf(attributes: Attributes): PlainItem {
  return Object.fromEntries(
    attributes.keys().map((key) => [
      key,
      {
        has: attributes.has(key),
        string: attributes.string(key),
        number: attributes.number(key),
        boolean: attributes.boolean(key),
        strings: attributes.strings(key),
        text: attributes.text(key),
        value: attributes.value(key),
      },
    ]),
  )
}

export function json(request: unknown): Uint8Array {
  return new TextEncoder().encode(typeof request === 'string' ? request : JSON.stringify(request))
}

/** The guards of the attributes of the first span. */
export function firstGuards(body: Uint8Array, format: BodyFormat): PlainItem {
  let guards: PlainItem | null = null
  readSpans(body, format, (span) => (guards ??= guardsOf(span.attributes)))
  if (guards === null) throw new Error('no span in the body')
  return guards
}
