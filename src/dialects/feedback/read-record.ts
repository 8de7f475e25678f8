/** Feedback in log records. Asked for every record: one that is no evaluation costs a few look-ups. */
import { FEEDBACK_LIMITS, type FeedbackEvent, type FeedbackTarget } from '../../model/feedback.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import { messageIdOf } from '../message-id.ts'
import { otelKeys } from '../otel-genai.ts'
import { evaluationsIn, internalOf, isEvaluation, NAME, RESULT } from './evaluation.ts'
import { either, type Fields, fieldsIn, fieldsOf, idIn, textIn } from './fields.ts'
import { eventOf } from './said.ts'

const none: readonly FeedbackEvent[] = []

/** What the record says of a run; nothing for other records. */
export function readRecordFeedback(record: LogRecord): readonly FeedbackEvent[] {
  const event = nameOf(record)
  if (!isEvaluation(event)) return none
  const fields = fieldsOf(record.attributes)
  const occasion = {
    target: targetOf(record, either(fields, fieldsIn(record.body))),
    atUs: record.atUs,
    key: String(record.atUs),
    isReplacing: true,
  }
  return evaluationsIn(event, fields, record.body).flatMap((said) => eventOf(said, occasion) ?? [])
}

/** In the field, in an attribute, in the one by which Azure Monitor sorts; and loggers that know none of it write the name as their message. */
function nameOf({ eventName, attributes }: LogRecord): string {
  if (eventName !== '') return eventName
  const named = attributes.string('event.name') ?? attributes.string('microsoft.custom_event.name')
  if (named !== null) return named
  return attributes.has(NAME) ? RESULT : ''
}

/** The context of a record may be that of the request that brought the feedback: the other keys are kept beside it. */
function targetOf({ traceId, spanId, attributes }: LogRecord, fields: Fields): FeedbackTarget {
  const id = idIn(fields, otelKeys.responseId, FEEDBACK_LIMITS.key)
  const isSession = textIn(internalOf(fields), ['gen_ai.response.id.type'], 32) === 'session'
  return {
    traceId: traceId === '' ? null : traceId,
    spanId: traceId === '' || spanId === '' ? null : spanId,
    responseId: isSession ? null : id,
    conversationId: idIn(fields, otelKeys.conversationId, FEEDBACK_LIMITS.key) ?? (isSession ? id : null),
    messageId: messageIdOf(attributes),
  }
}
