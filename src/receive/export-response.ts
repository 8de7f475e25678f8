/** The answer to an accepted request: Export<signal>ServiceResponse, empty unless a part of the request was rejected. */
import type { BodyFormat } from '../model/entry.ts'
import { bytesField, numberField } from './protobuf-message.ts'

export type Signal = 'traces' | 'logs' | 'metrics'

/** What accepting did. `rejected` items were not usable (reason in words for the sender). */
export interface Accepted {
  readonly rejectedItems: number
  readonly rejectedReason: string | null
}

/** In UTF-16 units. OTLP asks for answers below 4 MiB and allows to shorten the message for it. */
const LONGEST_MESSAGE = 1024

const rejectedNames = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const

export function encodeExportResponse(signal: Signal, accepted: Accepted, format: BodyFormat): Uint8Array {
  if (accepted.rejectedItems === 0) return Buffer.from(format === 'json' ? '{}' : '')
  const reason = accepted.rejectedReason ?? 'some items could not be used'
  const message = reason.slice(0, LONGEST_MESSAGE).toWellFormed()
  if (format === 'json') {
    // An int64, which JSON has as a decimal string.
    const partialSuccess = { [rejectedNames[signal]]: String(accepted.rejectedItems), errorMessage: message }
    return Buffer.from(JSON.stringify({ partialSuccess }))
  }
  return bytesField(1, Buffer.concat([numberField(1, accepted.rejectedItems), bytesField(2, message)]))
}
