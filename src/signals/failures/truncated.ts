/** The model stopped because it ran out of output tokens: the answer is cut. */
import type { CallDetector } from './detector.ts'

export const truncated: CallDetector = {
  kind: 'truncated',
  evidence: (step) => (step.finishReasons.includes('length') ? 'the answer was cut: finish reason length' : null),
}
