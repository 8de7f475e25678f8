/** A search found nothing: whatever the model says next it says without the documents it was to use. */
import type { StepDetector } from './detector.ts'

export const retrievalEmpty: StepDetector = {
  kind: 'retrieval_empty',
  evidence: (step) => (step.kind === 'retrieval' && step.documents === 0 ? 'the search found no documents' : null),
}
