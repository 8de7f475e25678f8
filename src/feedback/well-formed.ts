/** Texts as every store can keep them: half a character (a lone surrogate) would come back as another, and what it is the id of would never be found again. */
import type { Feedback, FeedbackEvent, FeedbackTarget } from '../model/feedback.ts'

export function wellFormed(event: FeedbackEvent): FeedbackEvent {
  if (event.type === 'withdrawn') return { ...event, id: event.id.toWellFormed() }
  const { target, name, id, ...rest } = event.feedback
  const texts = ['label', 'comment', 'correction', 'userId'] as const
  const feedback: Feedback = {
    ...rest,
    id: id.toWellFormed(),
    name: name.toWellFormed(),
    target: targetOf(target),
    ...Object.fromEntries(texts.map((key) => [key, rest[key]?.toWellFormed() ?? null])),
  }
  return { type: 'given', feedback }
}

function targetOf({ traceId, spanId, conversationId, responseId, messageId }: FeedbackTarget): FeedbackTarget {
  return {
    traceId,
    spanId,
    conversationId: conversationId?.toWellFormed() ?? null,
    responseId: responseId?.toWellFormed() ?? null,
    messageId: messageId?.toWellFormed() ?? null,
  }
}
