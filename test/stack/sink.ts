/** Stands where the processor stands and keeps what the Collector sends, for what is easier seen in the bytes than in the counters. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { zstdDecompressSync } from 'node:zlib'
import type { Message } from '../otlp/reference.ts'
import { jsonOf } from './parcel.ts'

export interface Taken {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Inflated. */
  readonly protobuf: Uint8Array
}

export class Sink {
  readonly #server: Server
  readonly #taken: Taken[] = []
  /** What it answers with; it keeps a request only with 200. */
  status = 200

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { url: path = '', headers } = request
        if (this.status === 200) this.#taken.push({ path, headers, protobuf: zstdDecompressSync(Buffer.concat(chunks)) })
        response.writeHead(this.status, { 'content-type': 'application/x-protobuf' }).end()
      })
    })
  }

  static async start(): Promise<Sink> {
    const sink = new Sink()
    await new Promise<void>((resolve) => sink.#server.listen(0, '127.0.0.1', resolve))
    return sink
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get taken(): readonly Taken[] {
    return this.#taken
  }

  /** What came of a signal, as OTLP/JSON. */
  requests(signal: 'traces' | 'logs'): readonly Message[] {
    const ofSignal = this.#taken.filter(({ path }) => path === `/v1/${signal}`)
    return ofSignal.map(({ protobuf }) => jsonOf({ signal, protobuf }))
  }

  spans(): readonly Message[] {
    return this.requests('traces').flatMap((request) =>
      (request['resourceSpans'] as readonly ResourceSpans[]).flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans),
      ),
    )
  }

  forget(): void {
    this.#taken.length = 0
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

interface ResourceSpans {
  readonly scopeSpans: readonly { readonly spans: readonly Message[] }[]
}
