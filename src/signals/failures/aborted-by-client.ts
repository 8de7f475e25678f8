/** The caller cancelled, for instance because the user pressed stop. Nothing failed for the user. */
import { type ErrorDetector, states } from './detector.ts'

const phrases = [
  'aborterror',
  'apiuserabort',
  'operation was aborted',
  'request was aborted',
  'cancellederror',
  'cancelled by the user',
  'canceled by the user',
]

export const abortedByClient: ErrorDetector = {
  kind: 'aborted_by_client',
  // A timeout is also an abort ("aborted due to timeout"); its detector is asked before this one.
  matches: (error) => states(error, phrases),
}
