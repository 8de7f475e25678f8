/** What is judged, and by whom, where an application does not say so. */
import { context } from '@opentelemetry/api'
import { ATTR_GEN_AI_CONVERSATION_ID, ATTR_USER_ID } from '@opentelemetry/semantic-conventions/incubating'
import { currentTraceId } from './context.ts'
import type { FeedbackTarget } from './feedback-types.ts'
import { stampOf } from './stamps.ts'

/** The run being served, else the conversation of the context. */
export function targetOfContext(): FeedbackTarget | null {
  const traceId = currentTraceId()
  if (traceId !== null) return { traceId }
  const conversationId = stampOf(context.active(), ATTR_GEN_AI_CONVERSATION_ID)
  return conversationId === null ? null : { conversationId }
}

/** Who is served. */
export function userOfContext(): string | undefined {
  return stampOf(context.active(), ATTR_USER_ID) ?? undefined
}
