/** The provider did not accept the credentials or their rights: HTTP 401 and 403. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = [
  'authenticationerror',
  'authentication failed',
  'invalid api key',
  'missing api key',
  'no api key',
  'unauthorized',
  'unauthenticated',
  'permissiondenied',
  'permission_denied',
  'permission_error',
  'permission denied',
  'access denied',
  'accessdenied',
  'forbidden',
  'expiredtoken',
  'security token included in the request',
]

const phrases = [
  'authentication_error',
  'invalid_api_key',
  'invalid x-api-key',
  'incorrect api key provided',
  'api key not valid',
]

export const authError: ErrorDetector = {
  kind: 'auth_error',
  matches: (error) => error.httpStatus === 401 || error.httpStatus === 403 || mentions(error, words) || states(error, phrases),
}
