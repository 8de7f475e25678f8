/** Every way the door says no, as values: HTTP code, google.rpc.Status and headers in one place. */
import { rpcCodes, type Status } from './status.ts'

export interface Refusal {
  readonly code: number
  readonly status: Status
  readonly headers: Readonly<Record<string, string>>
}

function refusal(code: number, rpcCode: number, message: string, headers: Readonly<Record<string, string>> = {}): Refusal {
  return { code, status: { code: rpcCode, message, badBody: null }, headers }
}

export function undecodable(reason: string): Refusal {
  return {
    code: 400,
    status: { code: rpcCodes.invalidArgument, message: `The body cannot be read: ${reason}`, badBody: reason },
    headers: {},
  }
}

export const unauthenticated: Refusal = refusal(
  401,
  rpcCodes.unauthenticated,
  'A valid ingest token is needed (FLYWHEEL_INGEST_TOKEN). Send it as "Authorization: Bearer <token>".',
  { 'www-authenticate': 'Bearer' },
)

export const methodNotAllowed: Refusal = refusal(405, rpcCodes.unimplemented, 'OTLP requests are sent with POST.', {
  allow: 'POST',
})

export function tooLarge(maxBytes: number): Refusal {
  return refusal(
    413,
    rpcCodes.resourceExhausted,
    `The body has more than ${maxBytes} bytes, as sent or after decompression. Send smaller batches.`,
  )
}

export const unknownContentType: Refusal = refusal(
  415,
  rpcCodes.invalidArgument,
  'The Content-Type has to be application/x-protobuf or application/json.',
  { accept: 'application/x-protobuf, application/json' },
)

export function unknownContentEncoding(supported: string): Refusal {
  return refusal(415, rpcCodes.invalidArgument, `The Content-Encoding has to be one of: ${supported}.`, {
    'accept-encoding': supported,
  })
}

/** Transient: exporters keep the batch and send it again. */
export function unavailable(reason: string, retryAfterSeconds: number): Refusal {
  return refusal(503, rpcCodes.unavailable, reason, { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) })
}

export const internalError: Refusal = refusal(500, rpcCodes.internal, 'An internal error occurred.')
