/**
 * OpenTelemetry's spans and log records as OTLP messages, field by field in the order and with the choices of its own serializer, so that the bytes are
 * the same (the tests compare them). Field numbers: opentelemetry-proto 1.x.
 */
import { SeverityNumber, type SpanContext } from '@opentelemetry/api'
import type { InstrumentationScope } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { ProtobufWriter } from './protobuf-writer.ts'

export function writeSpan(writer: ProtobufWriter, field: number, span: ReadableSpan): void {
  const start = writer.begin(field)
  const { traceId, spanId, traceState, traceFlags } = span.spanContext()
  const parent = span.parentSpanContext
  writer.hex(1, traceId)
  writer.hex(2, spanId)
  writeTextIfAny(writer, 3, traceState?.serialize())
  if (parent?.spanId) writer.hex(4, parent.spanId)
  writer.text(5, span.name)
  // The API counts kinds from 0, OTLP from 1: there 0 says that it is not known.
  writer.varint(6, span.kind + 1)
  writer.fixed64Time(7, span.startTime)
  writer.fixed64Time(8, span.endTime)
  writeAttributes(writer, 9, span.attributes)
  writer.varint(10, span.droppedAttributesCount)
  for (const event of span.events) writeEvent(writer, event)
  writer.varint(12, span.droppedEventsCount)
  for (const link of span.links) writeLink(writer, link)
  writer.varint(14, span.droppedLinksCount)
  writeStatus(writer, span.status)
  writer.fixed32(16, flagsOf(traceFlags, parent?.isRemote))
  writer.end(start)
}

function writeEvent(writer: ProtobufWriter, event: ReadableSpan['events'][number]): void {
  const start = writer.begin(11)
  writer.fixed64Time(1, event.time)
  writer.text(2, event.name)
  writeAttributes(writer, 3, event.attributes)
  writer.varint(4, event.droppedAttributesCount ?? 0)
  writer.end(start)
}

function writeLink(writer: ProtobufWriter, { context, attributes, droppedAttributesCount }: ReadableSpan['links'][number]): void {
  const start = writer.begin(13)
  writer.hex(1, context.traceId)
  writer.hex(2, context.spanId)
  writeTextIfAny(writer, 3, context.traceState?.serialize())
  writeAttributes(writer, 4, attributes)
  writer.varint(5, droppedAttributesCount ?? 0)
  writer.fixed32(6, flagsOf(context.traceFlags, context.isRemote))
  writer.end(start)
}

function writeStatus(writer: ProtobufWriter, { code, message }: ReadableSpan['status']): void {
  const start = writer.begin(15)
  writeTextIfAny(writer, 2, message)
  writer.varint(3, code)
  writer.end(start)
}

const FLAG_REMOTE_IS_KNOWN = 0x1_00
const FLAG_REMOTE = 0x2_00

function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | FLAG_REMOTE_IS_KNOWN | (isRemote === true ? FLAG_REMOTE : 0)
}

export function writeLogRecord(writer: ProtobufWriter, field: number, record: ReadableLogRecord): void {
  const start = writer.begin(field)
  writer.fixed64Time(1, record.hrTime)
  const { severityNumber = SeverityNumber.UNSPECIFIED, body } = record
  if (severityNumber !== SeverityNumber.UNSPECIFIED) writer.varint(2, severityNumber)
  writeTextIfAny(writer, 3, record.severityText)
  if (body !== undefined) writeValue(writer, 5, body)
  writeAttributes(writer, 6, record.attributes)
  writer.varint(7, record.droppedAttributesCount)
  if (record.spanContext !== undefined) writeSpanContext(writer, record.spanContext)
  writer.fixed64Time(11, record.hrTimeObserved)
  writeTextIfAny(writer, 12, record.eventName)
  writer.end(start)
}

function writeSpanContext(writer: ProtobufWriter, { traceFlags, traceId, spanId }: SpanContext): void {
  if (traceFlags !== 0) writer.fixed32(8, traceFlags)
  if (traceId !== '') writer.hex(9, traceId)
  if (spanId !== '') writer.hex(10, spanId)
}

export function writeResource(writer: ProtobufWriter, field: number, resource: Resource): void {
  const start = writer.begin(field)
  writeAttributes(writer, 1, resource.attributes)
  writer.varint(2, 0)
  writer.end(start)
}

export function writeScope(writer: ProtobufWriter, field: number, scope: InstrumentationScope): void {
  const start = writer.begin(field)
  writer.text(1, scope.name)
  writeTextIfAny(writer, 2, scope.version)
  writer.end(start)
}

export function writeTextIfAny(writer: ProtobufWriter, field: number, text: string | undefined): void {
  if (text) writer.text(field, text)
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Readonly<Record<string, unknown>> | undefined): void {
  for (const name in attributes) if (Object.hasOwn(attributes, name)) writeKeyValue(writer, field, name, attributes[name])
}

function writeKeyValue(writer: ProtobufWriter, field: number, name: string, value: unknown): void {
  const start = writer.begin(field)
  writer.text(1, name)
  writeValue(writer, 2, value)
  writer.end(start)
}

/** An AnyValue; null and undefined are one without content. */
function writeValue(writer: ProtobufWriter, field: number, value: unknown): void {
  const start = writer.begin(field)
  if (typeof value === 'string') writer.text(1, value)
  else if (typeof value === 'boolean') writer.varint(2, value ? 1 : 0)
  else if (typeof value === 'number') writeNumber(writer, value)
  else if (value instanceof Uint8Array) writer.bytes(7, value)
  else if (Array.isArray(value)) {
    const list = writer.begin(5)
    for (const item of value) writeValue(writer, 1, item)
    writer.end(list)
  } else if (typeof value === 'object' && value !== null) {
    const map = writer.begin(6)
    for (const [name, part] of Object.entries(value)) writeKeyValue(writer, 1, name, part)
    writer.end(map)
  }
  writer.end(start)
}

/** JavaScript does not say which numbers are meant as integers: those that are. */
function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) writer.varint(3, value)
  else writer.double(4, value)
}
