/** Taking items out of bodies, with protobufjs as the judge of what is left. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BodyFormat } from '../../src/model/entry.ts'
import { DecodeError } from '../../src/otlp/decode-error.ts'
import { type Filtered, withoutLogRecords, withoutSpans } from '../../src/otlp/without.ts'
import { captureNames, capturedRequests } from '../helpers/captures.ts'
import { logsRequest, traceRequest } from './arbitrary.ts'
import { json } from './reading.ts'
import { encode, type Message, type RequestType, toOtlpJson } from './reference.ts'
import { concat, nested, tag, varint } from './wire-bytes.ts'

/** Removes the items whose number, in the order of the body, is in the set. */
function without(type: RequestType, body: Uint8Array, format: BodyFormat, numbers: ReadonlySet<number>): Filtered {
  let next = 0
  const isRemoved = (): boolean => numbers.has(next++)
  return type === 'TraceRequest' ? withoutSpans(body, format, isRemoved) : withoutLogRecords(body, format, isRemoved)
}

type Group = Readonly<Record<string, unknown>>

const names = {
  TraceRequest: ['resourceSpans', 'scopeSpans', 'spans'],
  LogsRequest: ['resourceLogs', 'scopeLogs', 'logRecords'],
} as const

/** The same by hand on a message as plain data: groups that lost their last item are left out, groups that never had one stay. */
function expectedWithout(type: RequestType, message: Message, numbers: ReadonlySet<number>): Message {
  const [resources, scopes, items] = names[type]
  let next = 0
  const filtered = (parent: Group, key: string, keep: (child: Group) => Group | null): { group: Group; left: number } => {
    const list = parent[key]
    if (!Array.isArray(list)) return { group: parent, left: 0 }
    const kept = list.flatMap((child: Group) => keep(child) ?? [])
    const { [key]: _, ...rest } = parent
    return { group: kept.length === 0 && list.length > 0 ? rest : { ...parent, [key]: kept }, left: kept.length }
  }
  const lost = new Set<Group>()
  const subgroup = (parent: Group): Group | null => {
    const before = next
    const { group, left } = filtered(parent, items, (item) => (numbers.has(next++) ? null : item))
    const hasLost = [...numbers].some((number) => number >= before && number < next)
    if (hasLost) lost.add(parent)
    return left === 0 && hasLost ? null : group
  }
  const itemsIn = (group: Group): number =>
    ((group[scopes] as readonly Group[] | undefined) ?? []).reduce(
      (sum, child) => sum + ((child[items] as unknown[] | undefined)?.length ?? 0),
      0,
    )
  return filtered(message, resources, (parent) => {
    const { group } = filtered(parent, scopes, subgroup)
    const hasLost = ((parent[scopes] as readonly Group[] | undefined) ?? []).some((child) => lost.has(child))
    return hasLost && itemsIn(group) === 0 ? null : group
  }).group
}

const someNumbers = fc.uniqueArray(fc.nat(12)).map((numbers) => new Set(numbers))

describe.each([
  ['TraceRequest', traceRequest],
  ['LogsRequest', logsRequest],
] as const)('%s', (type, request) => {
  test('what stays is what protobufjs reads without the removed items, in protobuf and in JSON', () => {
    fc.assert(
      fc.property(request, someNumbers, (message, numbers) => {
        const body = encode(type, message)
        const plain = toOtlpJson(type, body)
        const expected = expectedWithout(type, plain, numbers)
        const fromProtobuf = without(type, body, 'protobuf', numbers)
        expect(toOtlpJson(type, fromProtobuf.body)).toEqual(expected)
        const fromJson = without(type, json(plain), 'json', numbers)
        expect(withoutEmptyLists(JSON.parse(Buffer.from(fromJson.body).toString()))).toEqual(withoutEmptyLists(expected))
        expect(fromJson.removed).toBe(fromProtobuf.removed)
      }),
      { numRuns: 500 },
    )
  })

  test('removing nothing gives the body itself', () => {
    fc.assert(
      fc.property(request, (message) => {
        const body = encode(type, message)
        expect(without(type, body, 'protobuf', new Set())).toEqual({ body, removed: 0 })
        const text = json(toOtlpJson(type, body))
        expect(without(type, text, 'json', new Set()).body).toBe(text)
      }),
      { numRuns: 100 },
    )
  })
})

/** protobufjs leaves empty lists out, JSON has them as `[]`. */
function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyLists)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !Array.isArray(member) || member.length > 0)
      .map(([key, member]) => [key, withoutEmptyLists(member)]),
  )
}

describe.each(captureNames)('captured from %s', (name) => {
  test('each trace can be taken out, and nothing else goes with it', () => {
    for (const { kind, content, format } of capturedRequests(name)) {
      const filter = (isRemoved: (traceId: string) => boolean): Filtered =>
        kind === 'spans'
          ? withoutSpans(content, format, ({ traceId }) => isRemoved(traceId))
          : withoutLogRecords(content, format, ({ traceId }) => isRemoved(traceId))
      const idsIn = (body: Uint8Array): string[] => {
        const ids: string[] = []
        const note = ({ traceId, spanId }: { traceId: string; spanId: string }): boolean => ids.push(`${traceId} ${spanId}`) < 0
        if (kind === 'spans') withoutSpans(body, format, note)
        else withoutLogRecords(body, format, note)
        return ids
      }
      const ids = idsIn(content)
      expect(filter(() => false).body).toBe(content)
      for (const traceId of new Set(ids.map((id) => id.split(' ')[0] ?? ''))) {
        const { body, removed } = filter((id) => id === traceId)
        const kept = ids.filter((id) => !id.startsWith(`${traceId} `))
        expect(idsIn(body)).toEqual(kept)
        expect(removed).toBe(ids.length - kept.length)
      }
      const nothing = filter(() => true)
      expect(nothing.removed).toBe(ids.length)
      expect(idsIn(nothing.body)).toEqual([])
      if (format === 'protobuf') expect(nothing.body.length).toBe(0)
    }
  })
})

const CANARY = 'canary-7f3a'
const value = { stringValue: CANARY }
const attributes = [
  { key: CANARY, value },
  { key: 'list', value: { arrayValue: { values: [value, { bytesValue: Buffer.from(CANARY) }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: CANARY, value }] } } },
]
const id = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte)
const spanOf = (userId: string, text: object): Message => ({
  traceId: id(1, 16),
  spanId: id(2, 8),
  attributes: [{ key: 'user.id', value: { stringValue: userId } }],
  ...text,
})
const canarySpan = spanOf('ann', {
  traceState: CANARY,
  name: CANARY,
  attributes: [...attributes, { key: 'user.id', value: { stringValue: 'ann' } }],
  events: [{ name: CANARY, attributes }],
  links: [{ traceId: id(3, 16), spanId: id(4, 8), traceState: CANARY, attributes }],
  status: { message: CANARY },
})
const isOfAnn = (item: { readonly attributes: { string(key: string): string | null } }): boolean =>
  item.attributes.string('user.id') === 'ann'

test.each(['protobuf', 'json'] as const)('nothing of a removed span is left in the bytes: %s', (format) => {
  const resourceSpans = [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [{ scope: { name: 'kept' }, spans: [canarySpan, spanOf('bob', { name: 'kept' })] }],
    },
    { resource: { attributes }, scopeSpans: [{ scope: { name: CANARY, attributes }, spans: [canarySpan], schemaUrl: CANARY }] },
  ]
  const body = bodyOf('TraceRequest', { resourceSpans }, format)
  const filtered = withoutSpans(body, format, isOfAnn)
  expect(filtered.removed).toBe(2)
  expect(Buffer.from(body).includes(CANARY)).toBe(true)
  expect(Buffer.from(filtered.body).includes(CANARY)).toBe(false)
  expect(Buffer.from(filtered.body).includes('kept')).toBe(true)
})

test.each(['protobuf', 'json'] as const)('nothing of a removed log record is left in the bytes: %s', (format) => {
  const record = {
    severityText: CANARY,
    eventName: CANARY,
    body: { kvlistValue: { values: attributes } },
    attributes: [...attributes, { key: 'user.id', value: { stringValue: 'ann' } }],
  }
  const resourceLogs = [
    { scopeLogs: [{ logRecords: [{ eventName: 'kept' }, record] }, { logRecords: [record], schemaUrl: CANARY }] },
  ]
  const filtered = withoutLogRecords(bodyOf('LogsRequest', { resourceLogs }, format), format, isOfAnn)
  expect(filtered.removed).toBe(2)
  expect(Buffer.from(filtered.body).includes(CANARY)).toBe(false)
  expect(Buffer.from(filtered.body).includes('kept')).toBe(true)
})

function bodyOf(type: RequestType, message: Message, format: BodyFormat): Uint8Array {
  const body = encode(type, message)
  return format === 'json' ? json(toOtlpJson(type, body)) : body
}

test('fields that no version knows yet stay, at every level and in every place', () => {
  const unknown = concat(
    nested(1000, 'future'),
    tag(1001, 0),
    varint(7),
    tag(1002, 1),
    new Uint8Array(8),
    tag(1003, 5),
    new Uint8Array(4),
  )
  const span = (spanId: number): Uint8Array => nested(2, concat(nested(1, id(1, 16)), nested(2, id(spanId, 8)), unknown))
  const body = (spans: Uint8Array): Uint8Array =>
    concat(unknown, nested(1, concat(unknown, nested(2, concat(spans, unknown, nested(3, 'url'))), unknown)), unknown)
  const filtered = withoutSpans(
    body(concat(span(1), unknown, span(2), span(3))),
    'protobuf',
    ({ spanId }) => !spanId.startsWith('03'),
  )
  expect(filtered).toEqual({ body: Buffer.from(body(concat(unknown, span(3)))), removed: 2 })
})

test('lengths that take more than one byte are written anew', () => {
  const span = (spanId: number, name: string): Uint8Array => nested(2, concat(nested(2, id(spanId, 8)), nested(5, name)))
  const body = (spans: Uint8Array): Uint8Array => nested(1, nested(2, spans))
  for (const length of [100, 130, 20_000, 3_000_000]) {
    const kept = span(2, 'x'.repeat(length))
    const { body: left } = withoutSpans(body(concat(span(1, 'gone'), kept)), 'protobuf', ({ spanId }) => spanId.startsWith('01'))
    expect(Buffer.compare(left, body(kept))).toBe(0)
  }
})

test('JSON stays as it was written: large numbers, keys said twice, escapes, spaces and unknown members', () => {
  const kept = `{ "spanId" : "02${'0'.repeat(14)}", "name":"\\u0061\\"]}", "startTimeUnixNano": 1700000000000000001, "n": 1e400, "a": 9007199254740993 }`
  const gone = `{"spanId":"01${'0'.repeat(14)}","name":"gone"}`
  const text = (spans: string): string =>
    ` {"extra":[{}, 12345678901234567890],\n "resourceSpans" : [{"resource":{"x":1},"scope\\u0053pans":[{"spans":${spans},"schemaUrl":"u"}]}], "z":"\u00e4\ud83d\ude42" }\n`
  const filtered = withoutSpans(Buffer.from(text(`[${gone} , ${kept},${gone}]`)), 'json', ({ spanId }) => spanId.startsWith('01'))
  expect({ ...filtered, body: Buffer.from(filtered.body).toString() }).toEqual({ body: text(`[${kept}]`).trim(), removed: 2 })
})

test('of a JSON list that is there twice, both are searched, although readers see the last one only', () => {
  const text = (first: string): string =>
    `{"resourceSpans":[${first}],"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"kept"}]}]}]}`
  const gone = '{"scopeSpans":[{"spans":[{"name":"gone"}]}]}'
  const filtered = withoutSpans(Buffer.from(text(gone)), 'json', ({ name }) => name === 'gone')
  expect(Buffer.from(filtered.body).toString()).toBe(text(''))
})

test('a JSON body that is nested deeper than a stack could go is filtered all the same', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const text = (spans: string): string => `{"deep":${deep},"resourceSpans":[{"scopeSpans":[{"spans":[${spans}]}]}]}`
  const { body, removed } = withoutSpans(Buffer.from(text('{"name":"a"},{"name":"b"}')), 'json', ({ name }) => name === 'a')
  expect(removed).toBe(1)
  expect(Buffer.from(body).equals(Buffer.from(text('{"name":"b"}')))).toBe(true)
})

test('a body that is none is refused as it is at the door', () => {
  for (const [body, format] of [
    [Uint8Array.of(0x0a, 0x05), 'protobuf'],
    [Buffer.from('{"resourceSpans":[{]}'), 'json'],
    [Buffer.from('[]'), 'json'],
    [Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]}'), 'json'],
  ] as const)
    expect(() => withoutSpans(body, format, () => false)).toThrow(DecodeError)
  expect(withoutSpans(new Uint8Array(), 'json', () => true)).toEqual({ body: new Uint8Array(), removed: 0 })
})
