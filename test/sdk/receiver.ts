/** A real HTTP server in the place of the processor: keeps what it was sent, answers as the test says. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { PlainValue } from '../../src/otlp/span.ts'
import { readLogRecords, readSpans } from '../../src/otlp/decode.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly status: string
  readonly attributes: Readonly<Record<string, PlainValue | undefined>>
  readonly resource: Readonly<Record<string, PlainValue | undefined>>
  readonly durationUs: number
}

export type Answer = (response: ServerResponse, received: Received) => void

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** How requests are answered from now on. */
  answer: Answer
  /** Spans of all requests so far, copies included. */
  spans(): ReceivedSpan[]
  /** Bodies of the log records so far. */
  logBodies(): (PlainValue | undefined)[]
  /** Resolves when that many requests have come. */
  reached(count: number): Promise<void>
  close(): Promise<void>
}

export const taken: Answer = (response) => response.end()

/** Starts a receiver that lives as long as the running test, or until it is closed. */
export async function startReceiver(answer: Answer = taken, port = 0): Promise<Receiver> {
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const isGzipped = request.headers['content-encoding'] === 'gzip'
      const received = { path: request.url ?? '', headers: request.headers, body: isGzipped ? gunzipSync(body) : body }
      receiver.received.push(received)
      receiver.answer(response, received)
      for (const { count, resolve } of waiting) if (receiver.received.length >= count) resolve()
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer,
    spans: () => receiver.received.filter(({ path }) => path.endsWith('/v1/traces')).flatMap(spansOf),
    logBodies: () => receiver.received.filter(({ path }) => path.endsWith('/v1/logs')).flatMap(logBodiesOf),
    reached: (count) =>
      receiver.received.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return receiver
}

function formatOf({ headers }: Received): 'json' | 'protobuf' {
  return headers['content-type'] === 'application/json' ? 'json' : 'protobuf'
}

function spansOf(received: Received): ReceivedSpan[] {
  const spans: ReceivedSpan[] = []
  readSpans(received.body, formatOf(received), (span) => {
    spans.push({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      name: span.name,
      kind: span.kind,
      status: span.statusCode === 2 ? `error: ${span.statusMessage}` : 'unset',
      attributes: plain(span.attributes),
      resource: plain(span.resource.attributes),
      durationUs: span.endUs - span.startUs,
    })
  })
  return spans
}

function logBodiesOf(received: Received): (PlainValue | undefined)[] {
  const bodies: (PlainValue | undefined)[] = []
  readLogRecords(received.body, formatOf(received), (record) => bodies.push(record.body))
  return bodies
}

function plain(attributes: {
  keys(): readonly string[]
  value(key: string): PlainValue | undefined
}): ReceivedSpan['attributes'] {
  return Object.fromEntries(attributes.keys().map((key) => [key, attributes.value(key)]))
}
