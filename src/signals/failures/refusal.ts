/** The model itself would not answer: a finish reason, a field of the API, or an answer that is nothing but a refusal. */
import type { CallDetector } from './detector.ts'

export const refusal: CallDetector = {
  kind: 'refusal',
  evidence: (step) => {
    if (step.finishReasons.includes('refusal')) return 'the model refused: finish reason refusal'
    return step.answer?.form === 'refusal' ? 'the model refused: its answer is nothing but a refusal' : null
  },
}
