/** The provider failed or could not be reached: HTTP 5xx, overload, connection refused. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = [
  'internalservererror',
  'internal server error',
  'internal_server_error',
  'server_error',
  'servererror',
  'overloaded',
  'serviceunavailable',
  'service unavailable',
  'bad gateway',
  'api_error',
  'connectionerror',
  'connecterror',
  'connection error',
  'connection_error',
  'connection refused',
  'connection reset',
  'econnrefused',
  'econnreset',
  'enotfound',
  'eai_again',
  'fetch failed',
]

const phrases = ['server had an error', 'overloaded_error']

export const serverError: ErrorDetector = {
  kind: 'server_error',
  matches: (error) => (error.httpStatus !== null && error.httpStatus >= 500) || mentions(error, words) || states(error, phrases),
}
