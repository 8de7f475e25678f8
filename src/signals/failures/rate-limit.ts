/** The provider refused a call because of a rate or quota limit: HTTP 429 and its many names. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = [
  'rate limit',
  'rate_limit',
  'ratelimit',
  'too many requests',
  'toomanyrequests',
  'throttl',
  'resource has been exhausted',
  'quota exceeded',
  'quotaexceeded',
]

const phrases = [
  'rate_limit_exceeded',
  'rate_limit_error',
  'rate limit reached for',
  'resource_exhausted',
  'insufficient_quota',
  'exceeded your current quota',
]

export const rateLimit: ErrorDetector = {
  kind: 'rate_limit',
  matches: (error) => error.httpStatus === 429 || mentions(error, words) || states(error, phrases),
}
