/** A guardrail of the application stopped the run: it did its work, and the user got no answer. */
import { type ErrorDetector, type ErrorText, states } from './detector.ts'

const phrases = [
  'guardrailtripwire',
  'guardrail tripwire',
  'guardrail_tripped',
  'guardrail tripped',
  'guardrailtriggered',
  'tripwiretriggered',
]

/** A guardrail that asks a model fails like one. Only how the message begins counts, as behind it may stand what tripped the guardrail. */
const outages =
  /^(?:the )?(?:request timed out|(?:operation|request) was aborted|connection error|rate limit (?:reached|exceeded))/
const outageClasses = /timeout|ratelimit|throttl|connect|authentication|unavailable|internalserver|apistatus/

function isOutage({ type, message, httpStatus }: ErrorText): boolean {
  return httpStatus !== null || outageClasses.test(type) || outages.test(message)
}

export const guardrailTripped: ErrorDetector = {
  kind: 'guardrail_tripped',
  matches: (error, step) => states(error, phrases) || (step.kind === 'guardrail' && !isOutage(error)),
}
