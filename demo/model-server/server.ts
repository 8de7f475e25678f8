/**
 * A stand-in for the providers' model servers on loopback: official clients and frameworks work against it unchanged, it costs nothing, it can fail in
 * every way on demand, and it tells afterwards what it really served.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { Generation } from './generation.ts'
import { FaultError, type FaultOrder, readFaultOrder } from './faults.ts'
import { isRecord } from './json.ts'
import { knownModels } from './models.ts'
import type { Script } from './plan.ts'
import { type ServedCall, ServedCalls } from './served-calls.ts'

export interface ModelServerOptions {
  /** @default 0, one that is free */
  readonly port?: number
  /** @default 127.0.0.1 */
  readonly host?: string
  /** Decides about each call; null or undefined for the default behaviour. */
  readonly script?: Script
  /** What goes wrong with every call, as the header `x-stand-in` spells it. */
  readonly fault?: string
}

export interface ModelServer {
  /** Without a path: `http://127.0.0.1:PORT`. OpenAI's clients want `/v1` behind it. */
  readonly url: string
  readonly port: number
  readonly calls: () => readonly ServedCall[]
  readonly clear: () => void
  /** Null: nothing goes wrong any more. */
  readonly setFault: (fault: string | null) => void
  readonly close: () => Promise<void>
}

const MAX_BODY_BYTES = 32 * 1024 * 1024

export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const host = options.host ?? '127.0.0.1'
  const standIn = new StandIn(options.script ?? (() => null), options.fault ?? null)
  const server = createServer((request, response) => {
    standIn.handle(request, response).catch((error: unknown) => fail(response, error))
  })
  const port = await listen(server, options.port ?? 0, host)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    calls: () => standIn.served.list(),
    clear: () => standIn.clear(),
    setFault: (fault) => standIn.setFault(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

class StandIn {
  readonly served = new ServedCalls()
  readonly #generation: Generation
  #fault: FaultOrder | null = null

  constructor(script: Script, fault: string | null) {
    this.#generation = new Generation(script, this.served)
    this.setFault(fault)
  }

  setFault(fault: string | null): void {
    this.#fault = fault === null ? null : readFaultOrder(fault)
    this.#generation.forgetHits()
  }

  clear(): void {
    this.served.clear()
    this.#generation.forgetHits()
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const path = url.pathname.replace(/\/+$/, '')
    if (path.startsWith('/stand-in')) return this.#own(request, response, path)
    if (request.method === 'GET' || request.method === 'HEAD') return models(response, path)
    if (request.method !== 'POST') return problem(response, 405, `expected POST, got ${request.method ?? 'nothing'}`)
    const body = await readJson(request)
    if (body === null) return problem(response, 400, 'expected a body that is a JSON object')
    const arrival = { path, query: url.search.slice(1), headers: headersOf(request) }
    const isKnown = await this.#generation.serve(arrival, body, this.#fault, response)
    if (!isKnown) problem(response, 404, `${path} is none of the paths that this stand-in serves`)
  }

  async #own(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const route = `${request.method ?? ''} ${path}`
    if (route === 'GET /stand-in/calls') {
      return send(response, 200, { calls: this.served.list(), forgotten: this.served.forgotten })
    }
    if (route === 'DELETE /stand-in/calls') {
      this.clear()
      return send(response, 200, { calls: [], forgotten: 0 })
    }
    if (route === 'PUT /stand-in/fault') {
      const order = (await readText(request)).trim()
      this.setFault(order === '' ? null : order)
      return send(response, 200, { fault: order })
    }
    if (route === 'DELETE /stand-in/fault') {
      this.setFault(null)
      return send(response, 200, { fault: '' })
    }
    problem(response, 404, 'expected GET or DELETE /stand-in/calls, PUT or DELETE /stand-in/fault')
  }
}

function models(response: ServerResponse, path: string): void {
  if (path === '') return send(response, 200, { name: 'stand-in model server', calls: '/stand-in/calls' })
  const describe = (id: string): object => ({
    id,
    object: 'model',
    type: 'model',
    display_name: id,
    created: 0,
    owned_by: 'stand-in',
  })
  if (path.endsWith('/models')) return send(response, 200, { object: 'list', data: knownModels().map(describe), has_more: false })
  const one = /\/models\/([^/]+)$/.exec(path)?.[1]
  if (one !== undefined) return send(response, 200, describe(decodeURIComponent(one)))
  problem(response, 404, `${path} is none of the paths that this stand-in serves`)
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const status = error instanceof FaultError ? 400 : error instanceof BodyTooLarge ? 413 : 500
  if (!response.headersSent && !response.destroyed) problem(response, status, message)
}

function problem(response: ServerResponse, status: number, message: string): void {
  send(response, status, {
    error: { message: `stand-in model server: ${message}`, type: 'invalid_request_error', param: null, code: null },
  })
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLarge(`the body has more than ${MAX_BODY_BYTES} bytes`)
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const body: unknown = JSON.parse(await readText(request))
    return isRecord(body) ? body : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address.port)
      else reject(new Error('no address'))
    })
  })
}
