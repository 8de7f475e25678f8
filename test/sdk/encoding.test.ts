import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonBody, ProtobufBody } from '../../src/sdk/delivery/body.ts'
import { writeLogRecord, writeSpan } from '../../src/sdk/delivery/otlp-messages.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom('gen_ai.request.model', '', 'é'.repeat(30), 'a'.repeat(127), 'a'.repeat(128), 'ü'.repeat(9_000)),
)
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    -1,
    127,
    128,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53,
    2 ** 62,
    2 ** 63,
    -(2 ** 63),
    Number.NaN,
    Infinity,
  ),
)
const scalar = fc.oneof(text, number, fc.boolean())
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 5 }), fc.constant(undefined), fc.uint8Array({ maxLength: 40 }))
const deep = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value
const attributes = fc.dictionary(text, value, { maxKeys: 6 }).map((entries) => entries as Attributes)
// Times of the process clock: whole seconds below 2^32, as an OTLP fixed64 of nanoseconds holds them.
const time: fc.Arbitrary<HrTime> = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1_700_000_000, max: 1_900_000_000 })),
  fc.integer({ min: 0, max: 999_999_999 }),
)
const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 31 }))
const none = { serialize: () => '', get: () => undefined, set: () => none, unset: () => none }
const traceState = text.map((state) => ({ ...none, serialize: () => state }))
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'.split('')), minLength: length, maxLength: length })
const spanContext: fc.Arbitrary<SpanContext> = fc.record(
  { traceId: hex(32), spanId: hex(16), traceFlags: fc.integer({ min: 0, max: 255 }), isRemote: fc.boolean(), traceState },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
)
const scopes = [
  { name: 'agent-flywheel' },
  { name: '@opentelemetry/instrumentation-openai', version: '0.22.0', schemaUrl: 'https://opentelemetry.io/schemas/1.36.0' },
  { name: '' },
]
const resources: Resource[] = [
  resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 17 }),
  resourceFromAttributes({}, { schemaUrl: 'https://opentelemetry.io/schemas/1.36.0' }),
]
const origin = { resource: fc.constantFrom(...resources), instrumentationScope: fc.constantFrom(...scopes) }

const span: fc.Arbitrary<ReadableSpan> = fc
  .record({
    ...origin,
    name: text,
    kind: fc.integer({ min: 0, max: 4 }),
    context: spanContext,
    parentSpanContext: fc.option(spanContext, { nil: undefined }),
    startTime: time,
    endTime: time,
    attributes,
    events: fc.array(
      fc.record({ name: text, time, attributes, droppedAttributesCount: count }, { requiredKeys: ['name', 'time'] }),
      { maxLength: 3 },
    ),
    links: fc.array(
      fc.record({ context: spanContext, attributes, droppedAttributesCount: count }, { requiredKeys: ['context'] }),
      { maxLength: 3 },
    ),
    status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }, { requiredKeys: ['code'] }),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  })
  .map(({ context, ...rest }) => ({ ...rest, spanContext: () => context }) as unknown as ReadableSpan)

const record: fc.Arbitrary<ReadableLogRecord> = fc
  .record(
    {
      ...origin,
      hrTime: time,
      hrTimeObserved: time,
      severityNumber: fc.integer({ min: 0, max: 24 }),
      severityText: text,
      body: deep,
      attributes: fc.dictionary(text, deep, { maxKeys: 4 }),
      spanContext,
      eventName: text,
      droppedAttributesCount: count,
    },
    { requiredKeys: ['resource', 'instrumentationScope', 'hrTime', 'hrTimeObserved', 'attributes', 'droppedAttributesCount'] },
  )
  .map((fields) => fields as unknown as ReadableLogRecord)

test("spans are the bytes that OpenTelemetry's own serializer writes", () => {
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 6 }), (spans) => {
      const body = new ProtobufBody(writeSpan)
      for (const each of spans) body.add(each)
      expect(body.items).toBe(spans.length)
      expect(Buffer.from(body.take())).toEqual(Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []))
      expect({ items: body.items, bytes: body.bytes }).toEqual({ items: 0, bytes: 0 })
    }),
    { numRuns: 500 },
  )
})

test("log records are the bytes that OpenTelemetry's own serializer writes", () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (records) => {
      const body = new ProtobufBody(writeLogRecord)
      for (const each of records) body.add(each)
      expect(Buffer.from(body.take())).toEqual(Buffer.from(ProtobufLogsSerializer.serializeRequest(records) ?? []))
    }),
    { numRuns: 500 },
  )
})

test('what was undone or could not be encoded leaves no byte behind', () => {
  const [first, second] = fc.sample(span, { numRuns: 2, seed: 7 }) as [ReadableSpan, ReadableSpan]
  const unreadable = {
    ...second,
    spanContext: second.spanContext,
    get status(): never {
      throw new Error('no status')
    },
  }
  const body = new ProtobufBody<ReadableSpan>(writeSpan)
  body.add(first)
  const { bytes } = body
  body.add(second)
  body.undo()
  expect(() => body.add(unreadable)).toThrow('no status')
  expect({ items: body.items, bytes: body.bytes }).toEqual({ items: 1, bytes })
  expect(Buffer.from(body.take())).toEqual(Buffer.from(ProtobufTraceSerializer.serializeRequest([first]) ?? []))
})

test('in JSON too, spans and log records are what OpenTelemetry says of each, and the last one can be undone', () => {
  const spans = fc.sample(span, { numRuns: 3, seed: 8 })
  const records = fc.sample(record, { numRuns: 3, seed: 9 })
  const spanBody = new JsonBody<ReadableSpan>('resourceSpans', (items) => JsonTraceSerializer.serializeRequest(items))
  const logBody = new JsonBody<ReadableLogRecord>('resourceLogs', (items) => JsonLogsSerializer.serializeRequest(items))
  for (const each of [...spans, ...spans.slice(0, 1)]) spanBody.add(each)
  for (const each of records) logBody.add(each)
  spanBody.undo()
  const alone = spans.flatMap((each) => parsed(JsonTraceSerializer.serializeRequest([each]))['resourceSpans'])
  expect(parsed(spanBody.take())).toEqual({ resourceSpans: alone })
  const aloneLogs = records.flatMap((each) => parsed(JsonLogsSerializer.serializeRequest([each]))['resourceLogs'])
  expect(parsed(logBody.take())).toEqual({ resourceLogs: aloneLogs })
  expect({ items: spanBody.items, bytes: spanBody.bytes }).toEqual({ items: 0, bytes: 0 })
})

function parsed(body: Uint8Array | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(body ?? []).toString()) as Record<string, unknown>
}
