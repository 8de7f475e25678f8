/** The provider's safety filter blocked the prompt or the answer. */
import { type CallDetector, type ErrorDetector, mentions, states } from './detector.ts'

export const contentFilter: CallDetector = {
  kind: 'content_filter',
  evidence: (step) =>
    step.finishReasons.includes('content_filter') ? 'the answer was blocked: finish reason content_filter' : null,
}

const words = ['content_filter', 'contentfilter', 'prohibited_content']

const phrases = ['content management policy', 'blocked by content filtering', 'responsibleaipolicyviolation']

/** Azure and Gemini refuse a filtered prompt with an error instead of a finish reason. */
export const contentFilterError: ErrorDetector = {
  kind: 'content_filter',
  matches: (error, step) =>
    mentions(error, words) || states(error, phrases) || (error.isFromModel && step.finishReasons.includes('content_filter')),
}
