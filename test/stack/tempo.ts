/** Takes traces over gRPC as Tempo does, and keeps their bytes. */
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

const PREFIX_BYTES = 5

export class TempoStandIn {
  readonly #server: Http2Server
  readonly #requests: Buffer[] = []

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const message = Buffer.concat(chunks)
        const body = message.subarray(PREFIX_BYTES)
        this.#requests.push(message[0] === 1 ? gunzipSync(body) : body)
        response.setHeader('content-type', 'application/grpc')
        response.addTrailers({ 'grpc-status': '0' })
        // An empty answer: everything was accepted.
        response.end(Buffer.alloc(PREFIX_BYTES))
      })
    })
  }

  static async start(): Promise<TempoStandIn> {
    const tempo = new TempoStandIn()
    await new Promise<void>((resolve) => tempo.#server.listen(0, '127.0.0.1', resolve))
    return tempo
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Everything that came, as protobuf. */
  get requests(): readonly Uint8Array[] {
    return this.#requests
  }

  end(): void {
    this.#server.close()
  }
}
