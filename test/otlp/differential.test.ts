/** The readers against protobufjs: random requests and everything that real emitters sent us, in both encodings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logsRequest, traceRequest } from './arbitrary.ts'
import { json, logRecordsIn, spansIn } from './reading.ts'
import { encode, referenceLogRecords, referenceSpans, toOtlpJson } from './reference.ts'

test('any trace request reads the same as by protobufjs, in protobuf and in JSON', () => {
  fc.assert(
    fc.property(traceRequest, (request) => {
      const body = encode('TraceRequest', request)
      const expected = referenceSpans(body)
      expect(spansIn(body, 'protobuf')).toEqual(expected)
      expect(spansIn(json(toOtlpJson('TraceRequest', body)), 'json')).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

test('any logs request reads the same as by protobufjs, in protobuf and in JSON', () => {
  fc.assert(
    fc.property(logsRequest, (request) => {
      const body = encode('LogsRequest', request)
      const expected = referenceLogRecords(body)
      expect(logRecordsIn(body, 'protobuf')).toEqual(expected)
      expect(logRecordsIn(json(toOtlpJson('LogsRequest', body)), 'json')).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

interface CapturedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly file: string
}

const fixtures = new URL('../fixtures/', import.meta.url)
const emitters = readdirSync(fixtures).filter(
  (emitter) => existsSync(new URL(`${emitter}/requests.jsonl`, fixtures)) && capturedBodies(emitter, '/v1/traces').length > 0,
)

function capturedBodies(emitter: string, path: string): Uint8Array[] {
  const folder = new URL(`${emitter}/`, fixtures)
  return readFileSync(new URL('requests.jsonl', folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): CapturedRequest => JSON.parse(line))
    .filter((request) => request.path === path && request.headers['content-type'] === 'application/x-protobuf')
    .map((request) => {
      const body = readFileSync(new URL(request.file, folder))
      return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    })
}

describe.each(emitters)('captured from %s', (emitter) => {
  test('spans read the same as by protobufjs, in protobuf and in JSON', () => {
    const bodies = capturedBodies(emitter, '/v1/traces')
    expect(bodies.length).toBeGreaterThan(0)
    for (const body of bodies) {
      const expected = referenceSpans(body)
      expect(expected.length).toBeGreaterThan(0)
      expect(spansIn(body, 'protobuf')).toEqual(expected)
      expect(spansIn(json(toOtlpJson('TraceRequest', body)), 'json')).toEqual(expected)
    }
  })

  test('log records read the same as by protobufjs, in protobuf and in JSON', () => {
    for (const body of capturedBodies(emitter, '/v1/logs')) {
      const expected = referenceLogRecords(body)
      expect(expected.length).toBeGreaterThan(0)
      expect(logRecordsIn(body, 'protobuf')).toEqual(expected)
      expect(logRecordsIn(json(toOtlpJson('LogsRequest', body)), 'json')).toEqual(expected)
    }
  })
})

test('log records were captured from at least one emitter', () => {
  expect(emitters.flatMap((emitter) => capturedBodies(emitter, '/v1/logs')).length).toBeGreaterThan(0)
})
