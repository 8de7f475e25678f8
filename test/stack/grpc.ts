/** OTLP/gRPC over node:http2: one unary call with the bytes as they are. A client library would read and write them again. */
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Signal } from './parcel.ts'

const services: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
}
const CALL_TIMEOUT_MS = 10_000
const PIECE_BYTES = 65_536
/** Codes of gRPC: nobody answered. */
export const UNAVAILABLE = 14

export interface GrpcAnswer {
  readonly code: number
  readonly message: string
}

export class GrpcClient {
  readonly #url: string
  #session: ClientHttp2Session | null = null

  /** `url` as http://host:port. */
  constructor(url: string) {
    this.#url = url
  }

  /** Sends an OTLP request in protobuf. A broken connection is an answer too: UNAVAILABLE, as a client library says it. */
  async export(signal: Signal, request: Uint8Array, options: { readonly gzip?: boolean } = {}): Promise<GrpcAnswer> {
    const session = await this.#connected()
    if (session === null) return { code: UNAVAILABLE, message: 'cannot connect' }
    return new Promise((resolve) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/opentelemetry.proto.collector.${services[signal]}/Export`,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        ...(options.gzip === true ? { 'grpc-encoding': 'gzip' } : {}),
      })
      let answer: GrpcAnswer = { code: UNAVAILABLE, message: 'the connection broke' }
      const read = (headers: IncomingHttpHeaders): void => {
        if (headers['grpc-status'] === undefined) return
        answer = {
          code: Number(headers['grpc-status']),
          message: decodeURIComponent([headers['grpc-message'] ?? ''].flat().join('')),
        }
        // A server that refuses does not read the rest.
        stream.destroy()
      }
      stream.on('response', read)
      stream.on('trailers', read)
      stream.on('error', () => {})
      stream.on('close', () => resolve(answer))
      stream.setTimeout(CALL_TIMEOUT_MS, () => stream.destroy())
      stream.resume()
      // In pieces: an answer to a request that is still being written in one go never arrives.
      Readable.from(pieces(framed(request, options.gzip === true))).pipe(stream)
    })
  }

  close(): void {
    this.#session?.destroy()
    this.#session = null
  }

  #connected(): Promise<ClientHttp2Session | null> {
    const known = this.#session
    if (known !== null && !known.closed && !known.destroyed) return Promise.resolve(known)
    return new Promise((resolve) => {
      const session = connect(this.#url)
      session.once('connect', () => {
        this.#session = session
        resolve(session)
      })
      session.on('error', () => resolve(null))
    })
  }
}

/** A gRPC message: whether it is compressed, its length, itself. */
function framed(request: Uint8Array, isGzip: boolean): Buffer {
  const body = isGzip ? gzipSync(request) : request
  const prefix = Buffer.alloc(5)
  prefix.writeUInt8(isGzip ? 1 : 0, 0)
  prefix.writeUInt32BE(body.byteLength, 1)
  return Buffer.concat([prefix, body])
}

function* pieces(buffer: Buffer): Generator<Buffer> {
  for (let at = 0; at < buffer.byteLength; at += PIECE_BYTES) yield buffer.subarray(at, at + PIECE_BYTES)
}
