/** A streamed answer broke off on the wire before its end. */
import type { Step } from '../../model/step.ts'
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = [
  'socket hang up',
  'other side closed',
  'stream ended unexpectedly',
  'stream failed',
  'eventstreamerror',
  'modelstreamerror',
]

const phrases = [
  'premature close',
  'incomplete chunked read',
  'peer closed connection',
  'err_stream_premature_close',
  // Java
  'chunked transfer encoding, state',
]

export const streamAborted: ErrorDetector = {
  kind: 'stream_aborted',
  // undici says just "terminated" when the body of a fetch ends early.
  matches: (error, step) =>
    error.message === 'terminated' ||
    error.message.startsWith('terminated\n') ||
    mentions(error, words) ||
    states(error, phrases) ||
    // A call that was answered with 200 had begun.
    ((hasBegun(step) || (step.kind === 'llm' && error.httpStatus === 200)) &&
      (mentions(error, connectionWords) || states(error, endings))),
}

/** A connection that failed once the answer had begun. */
const connectionWords = [
  'connectionerror',
  'connection error',
  'connection_error',
  'connection reset',
  'econnreset',
  'readerror',
  'client_error',
]

/** AI SDK 7 */
const endings = ['failed to process successful response']

function hasBegun({ kind, responseId, timeToFirstTokenUs }: Step): boolean {
  return kind === 'llm' && (responseId !== null || timeToFirstTokenUs !== null)
}
