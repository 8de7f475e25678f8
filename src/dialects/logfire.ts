/**
 * Logfire's own instrumentation of OpenAI's and Anthropic's clients (scopes `logfire.openai`, `logfire.anthropic`): plain conventions, with the
 * API's whole usage beside them. Seen on the wire: 5.4 and 6.0 beta.
 *
 * A streamed call is two spans: the request, which ends when the stream opens and knows nothing of the answer, and at the stream's end a second one
 * that says all. They are siblings; without a parent each is a trace of its own, and there only the second is the call.
 */
import type { FinishReason } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import { apiUsageOf, filledUp } from './api-answer.ts'
import { usageOf } from './counts.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { messageFinishReasons } from './finish-reasons.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { finishReasons, firstNumber, jsonObject } from './read.ts'

const keys: KeyTable = {
  ...otelKeys,
  // Before version 4 messages stood in the request's and the response's own words.
  inputMessages: [...otelKeys.inputMessages, 'request_data'],
  outputMessages: [...otelKeys.outputMessages, 'response_data'],
  content: [...otelKeys.content, 'response_data'],
}

export const logfire: Dialect = {
  name: 'logfire',
  keys,
  matches: (span) => span.scope.name.startsWith('logfire') && span.attributes.has('gen_ai.request.model'),
  read: (span) => {
    const meaning = readOperation(span)
    if (meaning.kind !== 'llm') return isPending(span) ? nothing : meaning
    if (isPending(span) || (span.parentSpanId === '' && isOpenedStream(span))) return nothing
    const usage = filledUp(
      usageOf(span.attributes, keys),
      apiUsageOf(jsonObject(span.attributes, 'gen_ai.usage.raw') ?? undefined),
    )
    const finished = finishReasonsOf(span)
    // The application let go of the stream before the model was done: how the answer would have been, nobody knows.
    const isLeft = isStreamEnd(span) && finished.length === 0 && usage.output === null
    return { ...meaning, usage, finishReasons: finished, ...streamEnd(span), ...(isLeft ? { answer: null } : {}) }
  },
}

const nothing: Reading = { kind: 'other', operation: '' }

/** A copy that is sent when a span starts, for the live view. */
function isPending(span: Span): boolean {
  return span.attributes.string('logfire.span_type') === 'pending_span'
}

const STATUS_ERROR = 2
const answerKeys = ['gen_ai.response.id', 'gen_ai.output.messages', 'gen_ai.usage.raw', 'response_data', ...otelKeys.inputTokens]

/** The response's model is no sign of an answer: without one it repeats the request's. */
function isOpenedStream(span: Span): boolean {
  return span.statusCode !== STATUS_ERROR && !isStreamEnd(span) && !answerKeys.some((key) => span.attributes.has(key))
}

function isStreamEnd(span: Span): boolean {
  return span.attributes.string('logfire.span_type') === 'log'
}

/** The second span lasts no time and says how long the stream took. */
function streamEnd(span: Span): Pick<Reading, 'startUs' | 'isContinuation'> {
  if (!isStreamEnd(span)) return {}
  const seconds = firstNumber(span.attributes, ['duration'])
  return { isContinuation: true, ...(seconds === null ? {} : { startUs: span.endUs - Math.round(seconds * 1e6) }) }
}

function finishReasonsOf(span: Span): readonly FinishReason[] {
  const told = finishReasons(span.attributes, keys.finishReasons)
  return told.length > 0 ? told : messageFinishReasons(span.attributes, 'gen_ai.output.messages')
}
