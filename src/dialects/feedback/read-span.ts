/**
 * Feedback on spans: events of the conventions, and OpenInference's annotations. Asked for every span: one without costs a few look-ups. Langfuse,
 * LangSmith, MLflow, Phoenix and Traceloop send their scores to an API of their own and none on spans.
 */
import { FEEDBACK_LIMITS, type FeedbackEvent, type FeedbackTarget, noTarget } from '../../model/feedback.ts'
import type { Span, SpanLink } from '../../otlp/span.ts'
import { isEvaluator } from '../evaluator.ts'
import { dialectOf } from '../index.ts'
import { otelKeys } from '../otel-genai.ts'
import { type AnnotationScope, annotationsOf, isAnnotated } from './annotations.ts'
import { evaluationsIn, isEvaluation } from './evaluation.ts'
import { either, fieldsOf, idIn } from './fields.ts'
import { eventOf } from './said.ts'

const none: readonly FeedbackEvent[] = []

/** What the span says of itself or of another one; nothing for most. */
export function readSpanFeedback(span: Span): readonly FeedbackEvent[] {
  const isJudged = span.events.length > 0 && span.events.some(({ name }) => isEvaluation(name))
  if (!isJudged && !isAnnotated(span.attributes)) return none
  const subject = subjectOf(span)
  return [...annotated(span, subject), ...(isJudged ? evaluated(span, subject) : [])]
}

/** What spans of feedback are about. */
interface Subject {
  /** Null where it links to several: then nobody knows which is meant. */
  readonly target: FeedbackTarget | null
  /** The span was made to say something of another one. */
  readonly isCarrier: boolean
}

const CONSUMER = 5

/**
 * Work of an agent is judged where it stands; what is no work and has one link was made to carry feedback to what it links to. Consumers link to what
 * they were sent, and evaluators without a link judge the trace that they are in. Parents do not matter.
 */
function subjectOf(span: Span): Subject {
  const { traceId, spanId } = span
  const own: Subject = { target: { ...noTarget, traceId, spanId }, isCarrier: false }
  if (span.kind === CONSUMER || dialectOf(span).read(span).kind !== 'other') return own
  const links = span.links.filter((link) => link.traceId !== '')
  const [link] = links
  if (link !== undefined) return { target: links.length === 1 ? targetOfLink(link) : null, isCarrier: true }
  return isEvaluator(span.attributes) ? { target: { ...noTarget, traceId }, isCarrier: true } : own
}

function targetOfLink({ traceId, spanId }: SpanLink): FeedbackTarget {
  return { ...noTarget, traceId, spanId: spanId === '' ? null : spanId }
}

function annotated(span: Span, { target, isCarrier }: Subject): readonly FeedbackEvent[] {
  const key = isCarrier ? `${span.traceId} ${span.spanId}` : ''
  return annotationsOf(span.attributes).flatMap(([scope, said]) => {
    const scoped = scopedTarget(scope, target, span) ?? noTarget
    // Who is served by a run is not who judges it.
    const whole = isCarrier ? said : { ...said, userId: null }
    return eventOf(whole, { target: scoped, atUs: span.endUs, key, isReplacing: isCarrier }) ?? []
  })
}

function scopedTarget(scope: AnnotationScope, target: FeedbackTarget | null, { attributes }: Span): FeedbackTarget | null {
  if (scope === 'session') {
    const session = idIn(fieldsOf(attributes), ['session.id', 'gen_ai.conversation.id'], FEEDBACK_LIMITS.key)
    return session === null ? null : { ...noTarget, conversationId: session }
  }
  return scope === 'trace' && target !== null ? { ...noTarget, traceId: target.traceId } : target
}

/** An answer's id is of use where the span is another one's: evaluators may know nothing else of what they judge. */
function evaluated(span: Span, { target, isCarrier }: Subject): readonly FeedbackEvent[] {
  const ofSpan = fieldsOf(span.attributes)
  return span.events.flatMap((event) => {
    if (!isEvaluation(event.name)) return []
    const fields = fieldsOf(event.attributes)
    const responseId = idIn(isCarrier ? either(fields, ofSpan) : fields, otelKeys.responseId, FEEDBACK_LIMITS.key)
    const conversationId = idIn(fields, otelKeys.conversationId, FEEDBACK_LIMITS.key)
    const whole = { ...(target ?? noTarget), responseId, conversationId }
    const occasion = { target: whole, atUs: event.atUs, key: String(event.atUs), isReplacing: true }
    return evaluationsIn(event.name, fields, undefined).flatMap((said) => eventOf(said, occasion) ?? [])
  })
}
