/** A real HTTP server with only the door in it, and senders that speak to it. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import protobuf from 'protobufjs'
import { onTestFinished } from 'vitest'
import { createDoor, type DoorOptions, type DoorRequest } from '../../src/receive/door.ts'

interface Outcome {
  readonly signal: string
  readonly encoding: string
  readonly code: number
}

export interface DoorServer {
  readonly url: string
  readonly port: number
  /** What `accept` was called with, in order. */
  readonly accepted: DoorRequest[]
  /** What `onRequest` was called with, in order. */
  readonly outcomes: Outcome[]
  /** Resolves when `onRequest` has been called `count` times. */
  outcomesReached(count: number): Promise<void>
}

/** Starts a server for the running test; it answers 404 where the door says that a path is not its own. */
export async function startDoor(options: Partial<DoorOptions> = {}): Promise<DoorServer> {
  const accepted: DoorRequest[] = []
  const outcomes: Outcome[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const { accept = () => Promise.resolve({ rejectedItems: 0, rejectedReason: null }), ...rest } = options
  const door = createDoor({
    isReady: () => null,
    ingestToken: null,
    maxBodyBytes: 1024 * 1024,
    maxBytesInFlight: 8 * 1024 * 1024,
    onRequest: (outcome) => {
      outcomes.push(outcome)
      for (const { count, resolve } of waiting) if (outcomes.length >= count) resolve()
    },
    ...rest,
    accept: (request) => {
      accepted.push(request)
      return accept(request)
    },
  })
  const server = createServer((request, response) => {
    if (!door(request, response)) response.writeHead(404).end('not an OTLP route')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const outcomesReached = (count: number): Promise<void> =>
    outcomes.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))
  return { url: `http://127.0.0.1:${port}`, port, accepted, outcomes, outcomesReached }
}

export interface Reply {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Sending {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** Sends one request on a connection of its own and reads the whole answer. */
export function send(server: DoorServer, sending: Sending): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { path = '/v1/traces', method = 'POST', headers = { 'content-type': 'application/x-protobuf' }, body = '' } = sending
    const request = httpRequest(`${server.url}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ code: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** A bare connection, for senders that stop, go away or say several things at once. */
export async function openSocket(server: DoorServer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  onTestFinished(() => {
    socket.destroy()
  })
  return socket
}

/** Everything the server sends until `enough` says so or the connection ends. */
export function readSocket(socket: Socket, enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (enough(text)) resolve(text)
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

/** The start of a chunked request with one chunk of `bytes` zeros, and no end. */
export function unfinishedRequest(bytes: number, headers = ''): Buffer {
  const head = `POST /v1/traces HTTP/1.1\r\nHost: door\r\nContent-Type: application/x-protobuf\r\n${headers}Transfer-Encoding: chunked\r\n\r\n`
  return Buffer.concat([Buffer.from(`${head}${bytes.toString(16)}\r\n`), Buffer.alloc(bytes), Buffer.from('\r\n')])
}

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message BadRequest { repeated FieldViolation field_violations = 1; }
  message FieldViolation { string field = 1; string description = 2; }
  message TracesResponse { TracesPartial partial_success = 1; }
  message TracesPartial { int64 rejected_spans = 1; string error_message = 2; }
  message LogsResponse { LogsPartial partial_success = 1; }
  message LogsPartial { int64 rejected_log_records = 1; string error_message = 2; }
  message MetricsResponse { MetricsPartial partial_success = 1; }
  message MetricsPartial { int64 rejected_data_points = 1; string error_message = 2; }
`)

/** An answer in protobuf as proto3 JSON has it, with Any details unfolded. */
function decodeMessage(type: string, body: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(type)
  const { details, ...fields } = message.toObject(message.decode(body), { longs: String, bytes: Array })
  if (!Array.isArray(details)) return fields
  return {
    ...fields,
    details: details.map(({ typeUrl, value }: { typeUrl: string; value: number[] }) => ({
      '@type': typeUrl,
      ...decodeMessage(typeUrl.slice(typeUrl.lastIndexOf('.') + 1), Uint8Array.from(value)),
    })),
  }
}

/** The body of an answer, whichever encoding its Content-Type names. */
export function messageIn(reply: Reply, type: string): unknown {
  return reply.headers['content-type'] === 'application/json'
    ? JSON.parse(reply.body.toString('utf8'))
    : decodeMessage(type, reply.body)
}
