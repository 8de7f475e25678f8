/** What an event of the GenAI conventions says about the span it belongs to: finish reasons, exceptions, answers, failed tools, and whether there was content. */
import { fingerprint } from '../model/fingerprint.ts'
import type { FinishReason, StepError, StepNote } from '../model/step.ts'
import type { LogRecord } from '../otlp/log-record.ts'
import type { PlainValue } from '../otlp/span.ts'
import { choiceHasContent, detailsHaveContent, messageHasContent } from './content.ts'
import { exceptionOf, unexplainedError } from './error.ts'
import { answerOf } from './messages/answer.ts'
import { readAttributes } from './messages/exchange.ts'
import { readMessages } from './messages/read-messages.ts'
import { asObject, textOf } from './messages/shapes.ts'
import { reportOf } from './messages/tool-reports.ts'
import { otelKeys } from './otel-genai.ts'
import { finishReasonOf, finishReasons, firstId, path, toName } from './read.ts'

/** A note that says nothing yet. */
export function emptyNote(key: string, spanId: string, atUs: number): StepNote {
  return {
    key,
    spanId,
    callId: null,
    atUs,
    error: null,
    exception: null,
    finishReasons: [],
    hasContent: false,
    answer: null,
    toolReports: [],
    said: null,
    argumentsFingerprint: null,
    looseArguments: null,
    resultFingerprint: null,
    conversationId: null,
    userId: null,
  }
}

/**
 * Reads a record into a note; null when it says nothing about a step (other events, plain application logs). Of the span `contentSpanId` it is known
 * already that content came with it: its messages need not be looked at, and a call has dozens of them.
 */
export function readNote(record: LogRecord, event: string, contentSpanId = ''): StepNote | null {
  switch (event) {
    case 'gen_ai.choice':
      return choiceNote(event, record)
    case 'gen_ai.client.inference.operation.details':
      return detailsNote(event, record)
    case 'gen_ai.client.operation.exception':
      return noteOf(event, record, { error: exceptionOf(record.attributes) })
    case 'exception':
      return noteOf(event, record, { exception: exceptionOf(record.attributes) })
    case 'gen_ai.tool.message':
      return toolNote(record) ?? contentNoteOf(record, contentSpanId)
    default:
      return isMessageEvent(event) ? contentNoteOf(record, contentSpanId) : null
  }
}

/** `gen_ai.user.message` and the like. */
function isMessageEvent(event: string): boolean {
  return event.startsWith('gen_ai.') && event.endsWith('.message')
}

function choiceNote(event: string, record: LogRecord): StepNote | null {
  const { body, attributes } = record
  const word = toName(path(body, 'finish_reason')) ?? attributes.string('finish_reason')
  const finished = word === null ? [] : [finishReasonOf(word)]
  const messages = readMessages(assistant(path(body, 'message') ?? (path(body, 'content') === undefined ? undefined : body)))
  const answer = messages.length === 0 ? null : answerOf(messages, null)
  const hasContent = choiceHasContent(body, attributes)
  return noteOf(event, record, { finishReasons: finished, error: errorOfFinish(finished), hasContent, answer })
}

/** The message of a choice need not say its role. */
function assistant(message: PlainValue | undefined): PlainValue | undefined {
  if (typeof message === 'string') return { role: 'assistant', content: message }
  const object = asObject(message)
  return object === null ? message : { role: 'assistant', ...object }
}

function detailsNote(event: string, record: LogRecord): StepNote | null {
  const { attributes } = record
  const finished = finishReasons(attributes, otelKeys.finishReasons)
  return noteOf(event, record, {
    finishReasons: finished,
    error: errorOfFinish(finished),
    hasContent: detailsHaveContent(record),
    ...readAttributes(attributes, otelKeys, null, null),
    conversationId: firstId(attributes, otelKeys.conversationId),
    userId: firstId(attributes, otelKeys.userId),
  })
}

/** Null unless the tool failed. Every call repeats the messages before it: whether this one is new is known once the run is whole. */
function toolNote(record: LogRecord): StepNote | null {
  const callId = toName(path(record.body, 'id')) ?? record.attributes.string('id')
  const text = textOf(path(record.body, 'content') ?? record.attributes.value('content'))
  const name = toName(path(record.body, 'name'))
  const toolReports = callId === null ? [] : reportOf({ id: callId, name, text, isMarkedFailed: false })
  if (toolReports.length === 0) return null
  return { ...emptyNote(`tool ${record.spanId} ${callId}`, record.spanId, 0), toolReports, hasContent: true }
}

function contentNoteOf(record: LogRecord, contentSpanId: string): StepNote | null {
  return record.spanId === contentSpanId || !messageHasContent(record) ? null : contentNote(record.spanId)
}

/** A note of what the record says; null when that is nothing. */
function noteOf(event: string, record: LogRecord, said: Partial<StepNote>): StepNote | null {
  const saysMore =
    said.error != null ||
    said.exception != null ||
    said.answer != null ||
    said.said != null ||
    (said.finishReasons?.length ?? 0) > 0 ||
    (said.toolReports?.length ?? 0) > 0 ||
    said.conversationId != null ||
    said.userId != null
  if (!saysMore) return said.hasContent === true ? contentNote(record.spanId) : null
  return { ...emptyNote(noteKey(event, record), record.spanId, record.atUs), ...said }
}

/**
 * Every call repeats the messages before it, an event each. All of a span are one note, which says the same in whatever order they come: a run
 * holds at most one more item a call, and no key has to be made from the text.
 */
function contentNote(spanId: string): StepNote {
  return { ...emptyNote(`content ${spanId}`, spanId, 0), hasContent: true }
}

/** An answer that ended in an error failed, also where only the log says so. */
function errorOfFinish(finished: readonly FinishReason[]): StepError | null {
  return finished.includes('error') ? unexplainedError : null
}

/** Equal in every copy of the record, different for two records that only look alike. */
export function noteKey(event: string, record: LogRecord): string {
  const service = record.resource.attributes.string('service.name')
  const attributes = [...record.attributes.keys()].sort().map((key) => [key, record.attributes.text(key)])
  return fingerprint(JSON.stringify([service, record.spanId, record.atUs, event, attributes, record.body ?? null]))
}
