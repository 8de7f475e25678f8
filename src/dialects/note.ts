/** What a log record says about the span it belongs to: finish reasons, exceptions, and whether there was message content. */
import { fingerprint } from '../model/fingerprint.ts'
import type { FinishReason, StepError, StepNote } from '../model/step.ts'
import type { LogRecord } from '../otlp/log-record.ts'
import type { PlainValue } from '../otlp/span.ts'
import { choiceHasContent, detailsHaveContent, messageHasContent } from './content.ts'
import { exceptionOf, unexplainedError } from './error.ts'
import { otelKeys } from './otel-genai.ts'
import { finishReasonOf, finishReasons, path, toName } from './read.ts'

/**
 * Reads a record into a note; null when it says nothing about a step (other events, plain application logs). Of the span `contentSpanId` it is known
 * already that content came with it: its messages need not be looked at, and a call has dozens of them.
 */
export function readNote(record: LogRecord, contentSpanId = ''): StepNote | null {
  if (record.traceId === '' || record.spanId === '') return null
  // Newer SDKs fill the field, older ones send an attribute.
  const event = record.eventName !== '' ? record.eventName : (record.attributes.string('event.name') ?? '')
  switch (event) {
    case 'gen_ai.choice': {
      const { body } = record
      const word = toName(path(body, 'finish_reason')) ?? record.attributes.string('finish_reason')
      const finished = word === null ? [] : [finishReasonOf(word)]
      return noteOf(event, record, body, finished, errorOfFinish(finished), choiceHasContent(body, record.attributes))
    }
    case 'gen_ai.client.inference.operation.details': {
      const finished = finishReasons(record.attributes, otelKeys.finishReasons)
      return noteOf(event, record, record.body, finished, errorOfFinish(finished), detailsHaveContent(record))
    }
    case 'gen_ai.client.operation.exception':
      return noteOf(event, record, record.body, [], exceptionOf(record.attributes), false)
    default:
      if (!isMessageEvent(event) || record.spanId === contentSpanId || !messageHasContent(record)) return null
      return contentNote(record.spanId)
  }
}

/** `gen_ai.user.message` and the like. */
function isMessageEvent(event: string): boolean {
  return event.startsWith('gen_ai.') && event.endsWith('.message')
}

function noteOf(
  event: string,
  record: LogRecord,
  body: PlainValue | undefined,
  finished: readonly FinishReason[],
  error: StepError | null,
  hasContent: boolean,
): StepNote | null {
  if (error === null && finished.length === 0) return hasContent ? contentNote(record.spanId) : null
  const { spanId, atUs } = record
  return { key: noteKey(event, record, body), spanId, atUs, error, finishReasons: finished, hasContent }
}

/**
 * Every call repeats the messages before it, an event each. All of a span are one note, which says the same in whatever order they come: a run
 * holds at most one more item a call, and no key has to be made from the text.
 */
function contentNote(spanId: string): StepNote {
  return { key: `content ${spanId}`, spanId, atUs: 0, error: null, finishReasons: [], hasContent: true }
}

/** An answer that ended in an error failed, also where only the log says so. */
function errorOfFinish(finished: readonly FinishReason[]): StepError | null {
  return finished.includes('error') ? unexplainedError : null
}

/** Equal in every copy of the record, different for two records that only look alike. */
function noteKey(event: string, record: LogRecord, body: PlainValue | undefined): string {
  const service = record.resource.attributes.string('service.name')
  const attributes = [...record.attributes.keys()].sort().map((key) => [key, record.attributes.text(key)])
  return fingerprint(JSON.stringify([service, record.spanId, record.atUs, event, attributes, body ?? null]))
}
