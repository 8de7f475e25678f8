/**
 * One OTLP request over HTTP. The exporter of OpenTelemetry keeps a finished program alive for its time-outs and retries; here sockets and
 * timers are unreferenced, so that a program ends when its own work is done, and who flushes holds it open for as long as wanted.
 */
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Target } from './target.ts'

export type Reply =
  | { readonly kind: 'taken'; readonly body: Uint8Array }
  /** Worth another try: no connection, no answer in time, or an answer that says so. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number | null }
  /** The receiver will never take this body. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

export type Post = (body: Uint8Array) => Promise<Reply>

const MAX_REPLY_BYTES = 65_536
/** Statuses that the OTLP specification calls retryable. */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504])
const compress = promisify(gzip)

/** Sends bodies to the target over connections that are kept. */
export function createPost(target: Target, maxConnections: number): Post {
  const isSecure = target.url.protocol === 'https:'
  const settings = { keepAlive: true, maxSockets: maxConnections }
  const agent = isSecure ? new HttpsAgent({ ...settings, ...target.tls }) : new HttpAgent(settings)
  const send = isSecure ? httpsRequest : httpRequest
  const headers = headersOf(target)
  const open = (): ClientRequest => send(target.url, { method: 'POST', agent, headers })
  return async (body) => {
    const bytes = target.isGzipped ? await compress(body) : body
    // Our own requests make no spans, and none of the application's context is held by them.
    return context.with(suppressTracing(ROOT_CONTEXT), () => exchange(open, bytes, target.timeoutMs, true))
  }
}

/** What every request of the target carries, except the length. */
export function headersOf(target: Target): Record<string, string> {
  return {
    'user-agent': 'agent-flywheel-sdk',
    ...target.headers,
    'content-type': target.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(target.isGzipped ? { 'content-encoding': 'gzip' } : {}),
  }
}

function exchange(open: () => ClientRequest, body: Uint8Array, timeoutMs: number, mayRepeat: boolean): Promise<Reply> {
  return new Promise((resolve) => {
    const request = open()
    let isAnswering = false
    function settle(reply: Reply | Promise<Reply>): void {
      clearTimeout(timer)
      resolve(reply)
    }
    const timer = setTimeout(() => {
      settle(later(`no answer within ${timeoutMs} ms`))
      request.destroy()
    }, timeoutMs).unref()
    request.on('socket', (socket) => socket.unref())
    request.on('error', (error) => {
      // The receiver closed a kept connection just as it was used again: that says nothing about the receiver.
      const wasStale = mayRepeat && request.reusedSocket && !isAnswering
      settle(wasStale ? exchange(open, body, timeoutMs, false) : later(reasonOf(error)))
    })
    request.on('response', (response) => {
      isAnswering = true
      readReply(response, settle)
    })
    request.setHeader('content-length', body.length)
    request.end(body)
  })
}

function readReply(response: IncomingMessage, settle: (reply: Reply) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MAX_REPLY_BYTES) chunks.push(chunk)
  })
  response.on('error', (error) => settle(later(reasonOf(error))))
  response.on('end', () => settle(replyOf(response, Buffer.concat(chunks))))
}

function replyOf(response: IncomingMessage, body: Uint8Array): Reply {
  const status = response.statusCode ?? 0
  if (status >= 200 && status <= 299) return { kind: 'taken', body }
  if (retryable.has(status)) return later(`HTTP ${status}`, retryAfterMs(response.headers['retry-after']))
  return { kind: 'refused', status, reason: `HTTP ${status}` }
}

function later(reason: string, afterMs: number | null = null): Reply {
  return { kind: 'later', reason, afterMs }
}

/** Seconds or a date, as HTTP has it. */
export function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '') return null
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name cannot be looked up now',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
}

/** A connection error in words. */
function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return words[code] ?? (code === '' ? error.message : code)
}
