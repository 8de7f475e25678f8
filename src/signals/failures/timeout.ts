/** A call took longer than the client or a gateway was willing to wait. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = ['timeout', 'timed out', 'timedout', 'deadline exceeded', 'deadlineexceeded']

const phrases = ['request timed out', 'aborted due to timeout', 'deadline_exceeded', 'etimedout']

export const timeout: ErrorDetector = {
  kind: 'timeout',
  matches: (error) => error.httpStatus === 408 || error.httpStatus === 504 || mentions(error, words) || states(error, phrases),
}
