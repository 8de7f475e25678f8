/** The provider failed or could not be reached: HTTP 5xx, overload, connection refused. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = [
  'internalservererror',
  // Bedrock
  'internalserverexception',
  'modelerrorexception',
  'modelnotreadyexception',
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
  'eai_again',
  // Java
  'parser received no bytes',
  'fetch failed',
]

/** Node's code, which stands in the middle of Python's FileNotFoundError, too. */
const unknownHost = /\benotfound\b/

const phrases = ['server had an error', 'overloaded_error']

export const serverError: ErrorDetector = {
  kind: 'server_error',
  matches: (error) =>
    (error.httpStatus !== null && error.httpStatus >= 500) ||
    mentions(error, words) ||
    states(error, phrases) ||
    unknownHost.test(error.type) ||
    (error.isFromModel && unknownHost.test(error.ownWords)),
}
