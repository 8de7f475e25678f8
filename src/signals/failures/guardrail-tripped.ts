/** A guardrail of the application stopped the run: it did its work, and the user got no answer. */
import { type ErrorDetector, states } from './detector.ts'

const phrases = [
  'guardrailtripwire',
  'guardrail tripwire',
  'guardrail_tripped',
  'guardrail tripped',
  'guardrailtriggered',
  'tripwiretriggered',
]

export const guardrailTripped: ErrorDetector = {
  kind: 'guardrail_tripped',
  matches: (error, step) => step.kind === 'guardrail' || states(error, phrases),
}
