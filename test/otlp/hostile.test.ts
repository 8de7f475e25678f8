/** Bodies that want to crash, hang or fool the readers. Whatever comes: readings, or a DecodeError. */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BodyFormat } from '../../src/model/entry.ts'
import { DecodeError } from '../../src/otlp/decode.ts'
import type { PlainValue } from '../../src/otlp/span.ts'
import { firstGuards, json, logRecordsIn, spansIn } from './reading.ts'
import { type PlainItem, toOtlpJson } from './reference.ts'
import { attribute, concat, nested, requestWithSpan, varint } from './wire-bytes.ts'

const realBody = readFileSync(new URL('../fixtures/traceloop-openai/bodies/0056-traces.pb', import.meta.url))
const otherBody = readFileSync(new URL('../fixtures/traceloop-openai/bodies/0066-traces.pb', import.meta.url))

/** The spans, or the DecodeError; any other error fails the test. */
function spansOrError(body: Uint8Array, format: BodyFormat): PlainItem[] | DecodeError {
  try {
    return spansIn(body, format)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

test('a body cut at any byte throws, but where two requests meet', () => {
  const first = spansIn(realBody, 'protobuf')
  const both = concat(realBody, otherBody)
  const readable: Record<number, number> = {}
  for (let length = 0; length <= both.length; length += 1) {
    const outcome = spansOrError(both.subarray(0, length), 'protobuf')
    if (outcome instanceof DecodeError) continue
    readable[length] = outcome.length
    expect(outcome.slice(0, first.length)).toEqual(first.slice(0, outcome.length))
  }
  expect(readable).toEqual({ 0: 0, [realBody.length]: 1, [both.length]: 2 })
})

test('any change of any bytes gives readings or a DecodeError', () => {
  const change = fc.record({ place: fc.nat({ max: realBody.length - 1 }), byte: fc.nat({ max: 255 }) })
  let errors = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const body = Uint8Array.from(realBody)
      for (const { place, byte } of changes) body[place] = byte
      if (spansOrError(body, 'protobuf') instanceof DecodeError) errors += 1
      try {
        logRecordsIn(body, 'protobuf')
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }),
    { numRuns: 3000 },
  )
  expect(errors).toBeGreaterThan(0)
})

test('random bytes give readings or a DecodeError in both encodings', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      spansOrError(bytes, 'protobuf')
      spansOrError(requestWithSpan(bytes), 'protobuf')
      spansOrError(requestWithSpan(attribute('k', bytes)), 'protobuf')
      spansOrError(bytes, 'json')
    }),
    { numRuns: 3000 },
  )
})

test('any JSON in the place of any part of a request gives readings or a DecodeError', () => {
  const request = JSON.stringify(toOtlpJson('TraceRequest', realBody))
  const parts: (readonly string[])[] = []
  collectPaths(JSON.parse(request), [], parts)
  fc.assert(
    fc.property(fc.constantFrom(...parts), fc.jsonValue(), (path, replacement) => {
      spansOrError(json(withPart(JSON.parse(request), path, replacement)), 'json')
    }),
    { numRuns: 2000 },
  )
})

function collectPaths(value: unknown, path: readonly string[], found: (readonly string[])[]): void {
  found.push(path)
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) collectPaths(item, [...path, key], found)
}

function withPart(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement
  const parent = value as Record<string, unknown>
  const changed = withPart(parent[key], rest, replacement)
  return Array.isArray(value) ? value.with(Number(key), changed) : { ...parent, [key]: changed }
}

describe('nesting', () => {
  /** `depth` arrays or maps around the string "core", built without recursion. */
  const protobufNest = (depth: number, kind: 'array' | 'map'): Uint8Array => {
    const parts: Uint8Array[] = []
    let length = 0
    const wrap = (field: number): void => {
      const head = Uint8Array.from([field * 8 + 2, ...varint(length)])
      parts.push(head)
      length += head.length
    }
    const core = nested(1, 'core')
    parts.push(core)
    length = core.length
    for (let level = 0; level < depth; level += 1) {
      if (kind === 'map') wrap(2)
      wrap(1)
      wrap(kind === 'map' ? 6 : 5)
    }
    return requestWithSpan(attribute('k', Buffer.concat(parts.toReversed())))
  }
  const jsonNest = (depth: number, kind: 'array' | 'map'): Uint8Array => {
    const [open, close] = kind === 'map' ? ['{"kvlistValue":{"values":[{"value":', '}]}}'] : ['{"arrayValue":{"values":[', ']}}']
    const value = `${open.repeat(depth)}{"stringValue":"core"}${close.repeat(depth)}`
    return json(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`)
  }
  const depthOf = (value: PlainValue | undefined): { depth: number; core: PlainValue | undefined } => {
    let depth = 0
    let core = value
    for (; typeof core === 'object' && core !== null; depth += 1) core = Object.values(core)[0]
    return { depth, core }
  }
  const nests: readonly { format: BodyFormat; kind: 'array' | 'map'; nest: typeof jsonNest }[] = [
    { format: 'protobuf', kind: 'array', nest: protobufNest },
    { format: 'protobuf', kind: 'map', nest: protobufNest },
    { format: 'json', kind: 'array', nest: jsonNest },
    { format: 'json', kind: 'map', nest: jsonNest },
  ]

  test.each(nests)('of $kind values in $format ends in null below 64 of them', ({ format, kind, nest }) => {
    const read = (depth: number): unknown => {
      const guards = firstGuards(nest(depth, kind), format)['k'] as { value: PlainValue }
      return depthOf(guards.value)
    }
    expect(read(63)).toEqual({ depth: 63, core: 'core' })
    expect(read(64)).toEqual({ depth: 64, core: 'core' })
    expect(read(65)).toEqual({ depth: 64, core: null })
    expect(read(100_000)).toEqual({ depth: 64, core: null })
  })

  test.each(nests)('of $kind values in $format 500,000 deep does not overflow the stack', ({ format, kind, nest }) => {
    expect(spansIn(nest(500_000, kind), format)).toHaveLength(1)
  })

  test('of unknown JSON, with a long number in it, does not overflow the stack', () => {
    const deep = `${'['.repeat(500_000)}1700000000123456999${']'.repeat(500_000)}`
    expect(
      spansIn(json(`{"unknown":${deep},"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"n"}]}]}]}`), 'json'),
    ).toMatchObject([{ name: 'n' }])
  })
})

test('100,000 keys that never come again read right, and so does a known one after them', () => {
  const keys = [...Array.from({ length: 100_000 }, (_, index) => `invented.${index}`), 'gen_ai.system']
  const [span] = spansIn(requestWithSpan(concat(...keys.map((key) => attribute(key, nested(1, `of ${key}`))))), 'protobuf')
  expect(span?.['attributes']).toEqual(keys.map((key) => [key, `of ${key}`]))
})
