/**
 * The OTLP door: a plain node:http handler in front of the web app (a body parser of a web framework costs two to three times
 * as much and inflates without a budget). It knows HTTP and OTLP's answers; what a body means is up to `accept`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BodyEncoding, BodyFormat } from '../model/entry.ts'
import { DecodeError } from '../otlp/decode.ts'
import { send } from './answer.ts'
import { readBody } from './body.ts'
import { ByteBudget, type ByteLease } from './budget.ts'
import { type Accepted, encodeExportResponse, type Signal } from './export-response.ts'
import { canInflate, inflate } from './inflate.ts'
import { contentTypeOf, encodingOf, formatOf } from './media-type.ts'
import {
  internalError,
  methodNotAllowed,
  type Refusal,
  tooLarge,
  unauthenticated,
  unavailable,
  undecodable,
  unknownContentEncoding,
  unknownContentType,
} from './refusal.ts'
import { encodeStatus } from './status.ts'
import { carriesToken } from './token.ts'
import { UnavailableError } from '../model/unavailable-error.ts'

export type { Accepted } from './export-response.ts'
export { UnavailableError } from '../model/unavailable-error.ts'

export interface DoorRequest {
  readonly signal: Signal
  readonly format: BodyFormat
  readonly encoding: BodyEncoding
  /** As received. Alone in its ArrayBuffer, so that it can be transferred. */
  readonly body: Uint8Array<ArrayBuffer>
  /** Inflated. For `identity` this is `body` itself: read it before transferring, or transfer a copy. */
  readonly content: Uint8Array
}

export interface DoorOptions {
  /**
   * Takes a body; resolving is the promise that is answered with 200. DecodeError is answered with 400, UnavailableError with
   * 503 and Retry-After, anything else with 500. Not called for an empty body, which is an empty request.
   */
  readonly accept: (request: DoorRequest) => Promise<Accepted>
  /** Why nothing can be accepted at the moment (503 and Retry-After), or null. */
  readonly isReady: () => string | null
  /** The bearer token that senders must show; null lets everybody in. */
  readonly ingestToken: string | null
  /** Cap of one body in bytes, as sent and inflated. Above it 413. */
  readonly maxBodyBytes: number
  /** Bytes that unfinished requests may hold together, as sent and inflated. Above it 503; a request that is alone always fits. */
  readonly maxBytesInFlight: number
  /** Called once for each OTLP request when its answer is decided. Code 499 = the sender went away while sending. */
  readonly onRequest: (outcome: { signal: Signal; encoding: BodyEncoding | 'other'; code: number }) => void
  /** Called with what `accept` threw before a 500, which does not show it to the sender. Default: nothing. */
  readonly onFault?: (error: unknown) => void
}

/** Handles OTLP requests; false when the path is not an OTLP route and the caller goes on to the web app. */
export type Door = (request: IncomingMessage, response: ServerResponse) => boolean

type Outcome =
  | { readonly kind: 'accepted'; readonly accepted: Accepted }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'aborted' }

const CLIENT_CLOSED_REQUEST = 499
const RETRY_WHEN_NOT_READY_SECONDS = 5
const RETRY_WHEN_FULL_SECONDS = 1
const full: Refusal = unavailable('Too many bytes are being received at the moment.', RETRY_WHEN_FULL_SECONDS)
const nothingRejected: Accepted = { rejectedItems: 0, rejectedReason: null }
const otlpPath = /\/v1\/(traces|logs|metrics)$/

/** Any path that ends in /v1/traces, /v1/logs or /v1/metrics is an OTLP route; the query string does not count. */
export function createDoor(options: DoorOptions): Door {
  const budget = new ByteBudget(options.maxBytesInFlight)
  return (request, response) => {
    const signal = signalOf(request.url ?? '')
    if (signal === null) return false
    // A connection that breaks shows as `close` where it matters; without listeners it would be an uncaught error.
    request.on('error', ignore)
    response.on('error', ignore)
    // Only a throwing callback of the options gets here; the sender then sees a broken connection and tries again.
    serve(options, budget.lease(), signal, request, response).catch(() => response.destroy())
    return true
  }
}

function ignore(): void {}

function signalOf(url: string): Signal | null {
  const path = url.split('?', 1)[0] ?? ''
  switch (otlpPath.exec(path)?.[1]) {
    case 'traces':
      return 'traces'
    case 'logs':
      return 'logs'
    case 'metrics':
      return 'metrics'
    default:
      return null
  }
}

async function serve(
  options: DoorOptions,
  lease: ByteLease,
  signal: Signal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const outcome = await outcomeOf(options, lease, signal, request).catch((error: unknown) => failed(options, error))
    answer(options, signal, request, response, outcome)
  } finally {
    lease.release()
  }
}

async function outcomeOf(options: DoorOptions, lease: ByteLease, signal: Signal, request: IncomingMessage): Promise<Outcome> {
  const early = refusalByHeaders(options, request)
  if (early !== null) return refused(early)
  const format = formatOf(request.headers['content-type'])
  const encoding = encodingOf(request.headers['content-encoding'])
  if (format === null) return refused(unknownContentType)
  if (encoding === null || !canInflate(encoding)) return refused(unknownContentEncoding(supportedEncodings()))

  const received = await readBody(request, lease, options.maxBodyBytes)
  if (received.kind === 'aborted') return { kind: 'aborted' }
  if (received.kind === 'too-large') return refused(tooLarge(options.maxBodyBytes))
  if (received.kind === 'no-room') return refused(full)
  return acceptBody(options, lease, { signal, format, encoding, body: received.body })
}

function refusalByHeaders(options: DoorOptions, request: IncomingMessage): Refusal | null {
  if (request.method !== 'POST') return methodNotAllowed
  if (options.ingestToken !== null && !carriesToken(request.headers.authorization, options.ingestToken)) return unauthenticated
  const whyNotReady = options.isReady()
  return whyNotReady === null ? null : unavailable(whyNotReady, RETRY_WHEN_NOT_READY_SECONDS)
}

async function acceptBody(options: DoorOptions, lease: ByteLease, received: Omit<DoorRequest, 'content'>): Promise<Outcome> {
  const inflated = inflate(received.body, received.encoding, options.maxBodyBytes)
  if (inflated.kind === 'too-large') return refused(tooLarge(options.maxBodyBytes))
  if (inflated.kind === 'corrupt') return refused(undecodable(inflated.reason))
  const { content } = inflated
  if (content.length === 0) return { kind: 'accepted', accepted: nothingRejected }
  if (content !== received.body && !lease.take(content.buffer.byteLength)) return refused(full)
  return { kind: 'accepted', accepted: await options.accept({ ...received, content }) }
}

function failed(options: DoorOptions, error: unknown): Outcome {
  if (error instanceof DecodeError) return refused(undecodable(error.message))
  if (error instanceof UnavailableError) return refused(unavailable(error.message, error.retryAfterSeconds))
  options.onFault?.(error)
  return refused(internalError)
}

function refused(refusal: Refusal): Outcome {
  return { kind: 'refused', refusal }
}

function supportedEncodings(): string {
  return canInflate('zstd') ? 'identity, gzip, zstd' : 'identity, gzip'
}

function answer(
  options: DoorOptions,
  signal: Signal,
  request: IncomingMessage,
  response: ServerResponse,
  outcome: Outcome,
): void {
  const encoding = encodingOf(request.headers['content-encoding']) ?? 'other'
  if (outcome.kind === 'aborted') {
    options.onRequest({ signal, encoding, code: CLIENT_CLOSED_REQUEST })
    return
  }
  const format = formatOf(request.headers['content-type']) ?? 'json'
  const { code, headers } = outcome.kind === 'accepted' ? { code: 200, headers: {} } : outcome.refusal
  const body =
    outcome.kind === 'accepted'
      ? encodeExportResponse(signal, outcome.accepted, format)
      : encodeStatus(outcome.refusal.status, format)
  options.onRequest({ signal, encoding, code })
  send(request, response, { code, contentType: contentTypeOf(format), body, headers }, options.maxBodyBytes)
}
