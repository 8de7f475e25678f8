/** The captured bytes of real emitters as parcels, also as further runs: with other trace ids and with times of now. */
import { truthNames, capturedRequests } from '../helpers/captures.ts'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Message } from '../otlp/reference.ts'
import { type HttpForm, jsonOf, type Parcel, parcelOf } from './parcel.ts'

/** The requests of all emitters as they were sent, encodings included. Prefixes of paths are left out, which a Collector does not know. */
export function asCaptured(): readonly HttpForm[] {
  return truthNames.flatMap((name) =>
    capturedRequests(name).map(({ path, contentType, encoding, body }) => ({
      path: path.slice(path.indexOf('/v1/')),
      headers: { 'content-type': contentType, ...(encoding === 'gzip' ? { 'content-encoding': encoding } : {}) },
      body: new Uint8Array(body),
    })),
  )
}

/** A metrics request of an SDK: acknowledged by the processor and not used. */
export function capturedMetrics(): HttpForm {
  const file = new URL('../fixtures/otel-openai/bodies/0009-metrics.pb', import.meta.url)
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }
  return { path: '/v1/metrics', headers, body: new Uint8Array(gzipSync(readFileSync(file))) }
}

/** The same requests as runs of their own: the first byte of every trace id is replaced, and the capture begins at the given time. */
export function asNewRuns(firstByte: number, startMs: number): readonly Parcel[] {
  return truthNames.flatMap((name) => {
    const requests = capturedRequests(name).map(({ kind, format, content }) => {
      const signal = kind === 'logs' ? ('logs' as const) : ('traces' as const)
      const parcel = { signal, protobuf: content }
      return { signal, request: format === 'json' ? (JSON.parse(Buffer.from(content).toString()) as Message) : jsonOf(parcel) }
    })
    const shiftNanos = BigInt(startMs) * 1_000_000n - firstNanos(requests.map(({ request }) => request))
    return requests.map(({ signal, request }) => parcelOf(signal, moved(request, firstByte, shiftNanos)))
  })
}

const timeFields = new Set(['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'observedTimeUnixNano'])

function firstNanos(requests: readonly Message[]): bigint {
  let first = 2n ** 63n
  JSON.stringify(requests, (key, value: unknown) => {
    if (key === 'startTimeUnixNano' && BigInt(String(value)) < first) first = BigInt(String(value))
    return value
  })
  return first
}

function moved(request: Message, firstByte: number, shiftNanos: bigint): Message {
  const prefix = firstByte.toString(16).padStart(2, '0')
  return JSON.parse(JSON.stringify(request), (key, value: unknown) => {
    if (key === 'traceId' && typeof value === 'string' && value !== '') return prefix + value.slice(2)
    if (timeFields.has(key) && BigInt(String(value)) > 0n) return String(BigInt(String(value)) + shiftNanos)
    return value
  }) as Message
}
