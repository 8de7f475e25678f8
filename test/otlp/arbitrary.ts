/** Random OTLP requests as protobufjs takes them, with the awkward ids, numbers, keys and nestings in them. */
import * as fc from 'fast-check'
import type { Message } from './reference.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const key = fc.oneof(fc.constantFrom('gen_ai.system', 'a', 'b', '', '__proto__', 'constructor', 'k'.repeat(200)), text)
const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength })
const traceId = fc.oneof(bytes(16, 16), bytes(0, 20), fc.constant(new Uint8Array(16)))
const spanId = fc.oneof(bytes(8, 8), bytes(0, 10), fc.constant(new Uint8Array(8)))
const nanos = fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n }).map(String)
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -300n, max: 300n })).map(String)

const { anyValue, keyValue } = fc.letrec<{ anyValue: Message; keyValue: Message }>((tie) => ({
  anyValue: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64 }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: bytes(0, 9) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('anyValue'), { maxLength: 4 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('keyValue'), { maxLength: 4 }) }) }),
  ),
  keyValue: fc.record({ key, value: tie('anyValue') }, { requiredKeys: ['key'] }),
}))

const attributes = fc.array(keyValue, { maxLength: 6 })
const optional = { requiredKeys: [] }
const resource = fc.record({ attributes }, optional)
const scope = fc.record({ name: text, version: text, attributes }, optional)

const span = fc.record(
  {
    traceId,
    spanId,
    traceState: text,
    parentSpanId: spanId,
    name: text,
    kind: fc.integer(),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    droppedAttributesCount: fc.nat(),
    events: fc.array(fc.record({ timeUnixNano: nanos, name: text, attributes }, optional), { maxLength: 3 }),
    links: fc.array(fc.record({ traceId, spanId, attributes, flags: fc.nat() }, optional), { maxLength: 3 }),
    status: fc.record({ message: text, code: fc.integer({ min: 0, max: 3 }) }, optional),
    flags: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  },
  optional,
)

const logRecord = fc.record(
  {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: text,
    body: anyValue,
    attributes,
    flags: fc.nat(),
    traceId,
    spanId,
    eventName: text,
  },
  optional,
)

const list = <Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<Item[]> => fc.array(item, { maxLength: 3 })

export const traceRequest: fc.Arbitrary<Message> = fc.record({
  resourceSpans: list(fc.record({ resource, scopeSpans: list(fc.record({ scope, spans: list(span) }, optional)) }, optional)),
})

export const logsRequest: fc.Arbitrary<Message> = fc.record({
  resourceLogs: list(
    fc.record({ resource, scopeLogs: list(fc.record({ scope, logRecords: list(logRecord) }, optional)) }, optional),
  ),
})
