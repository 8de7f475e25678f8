/** Feedback for tests: a thumb down of a user for a run, unless told otherwise. */
import { type Feedback, type FeedbackEvent, type FeedbackTarget, noTarget } from '../../src/model/feedback.ts'

export function feedbackOn(target: Partial<FeedbackTarget>, over: Partial<Feedback> = {}): Feedback {
  return {
    id: 'f1',
    target: { ...noTarget, ...target },
    name: 'user_rating',
    score: null,
    scale: null,
    label: null,
    rating: 'negative',
    comment: null,
    correction: null,
    userId: null,
    source: 'api',
    judge: 'user',
    atMs: null,
    ...over,
  }
}

export function given(target: Partial<FeedbackTarget>, over: Partial<Feedback> = {}): FeedbackEvent {
  return { type: 'given', feedback: feedbackOn(target, over) }
}
