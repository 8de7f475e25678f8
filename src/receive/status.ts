/** Error answers: google.rpc.Status in the encoding of the request (google/rpc/status.proto and error_details.proto). */
import type { BodyFormat } from '../model/entry.ts'
import { bytesField, numberField } from './protobuf-message.ts'

/** Codes of google/rpc/code.proto. */
export const rpcCodes = {
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

export interface Status {
  readonly code: number
  /** For the developer of the sender, in English. */
  readonly message: string
  /** What was wrong with the body, for a BadRequest detail; null when the body was not the reason. */
  readonly badBody: string | null
}

const BAD_REQUEST_TYPE = 'type.googleapis.com/google.rpc.BadRequest'

export function encodeStatus(status: Status, format: BodyFormat): Uint8Array {
  return format === 'json' ? jsonStatus(status) : protobufStatus(status)
}

function jsonStatus({ code, message, badBody }: Status): Uint8Array {
  const detail = { '@type': BAD_REQUEST_TYPE, fieldViolations: [{ field: 'body', description: badBody }] }
  return Buffer.from(JSON.stringify(badBody === null ? { code, message } : { code, message, details: [detail] }))
}

function protobufStatus({ code, message, badBody }: Status): Uint8Array {
  const status = Buffer.concat([numberField(1, code), bytesField(2, message)])
  if (badBody === null) return status
  const violation = Buffer.concat([bytesField(1, 'body'), bytesField(2, badBody)])
  const badRequest = bytesField(1, violation)
  const detail = Buffer.concat([bytesField(1, BAD_REQUEST_TYPE), bytesField(2, badRequest)])
  return Buffer.concat([status, bytesField(3, detail)])
}
