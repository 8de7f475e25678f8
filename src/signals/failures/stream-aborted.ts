/** A streamed answer broke off on the wire before its end. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = ['socket hang up', 'other side closed', 'stream ended unexpectedly']

const phrases = ['premature close', 'incomplete chunked read', 'peer closed connection', 'err_stream_premature_close']

export const streamAborted: ErrorDetector = {
  kind: 'stream_aborted',
  // undici says just "terminated" when the body of a fetch ends early.
  matches: (error) =>
    error.message === 'terminated' ||
    error.message.startsWith('terminated\n') ||
    mentions(error, words) ||
    states(error, phrases),
}
