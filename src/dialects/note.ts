/** What a log record says about the span it belongs to: finish reasons and exceptions. Message content is not read here. */
import { fingerprint } from '../model/fingerprint.ts'
import type { FinishReason, StepError, StepNote } from '../model/step.ts'
import type { LogRecord } from '../otlp/log-record.ts'
import { exceptionOf } from './error.ts'
import { otelKeys } from './otel-genai.ts'
import { finishReasonOf, finishReasons, path, toName } from './read.ts'

/** Reads a record into a note; null when it says nothing about a step (other events, plain application logs). */
export function readNote(record: LogRecord): StepNote | null {
  if (record.traceId === '' || record.spanId === '') return null
  // Newer SDKs fill the field, older ones send an attribute.
  const event = record.eventName !== '' ? record.eventName : (record.attributes.string('event.name') ?? '')
  const finished = finishReasonsOf(event, record)
  const error = event === 'gen_ai.client.operation.exception' ? exceptionOf(record.attributes) : errorOfFinish(finished)
  if (error === null && finished.length === 0) return null
  return { key: noteKey(event, record), spanId: record.spanId, atUs: record.atUs, error, finishReasons: finished }
}

function finishReasonsOf(event: string, record: LogRecord): readonly FinishReason[] {
  switch (event) {
    case 'gen_ai.choice': {
      const word = toName(path(record.body, 'finish_reason')) ?? record.attributes.string('finish_reason')
      return word === null ? [] : [finishReasonOf(word)]
    }
    case 'gen_ai.client.inference.operation.details':
      return finishReasons(record.attributes, otelKeys.finishReasons)
    default:
      return []
  }
}

/** An answer that ended in an error failed, also where only the log says so. */
function errorOfFinish(finished: readonly FinishReason[]): StepError | null {
  return finished.includes('error') ? { type: null, message: null, httpStatus: null, kind: null } : null
}

/** Equal in every copy of the record, different for two records that only look alike. */
function noteKey(event: string, record: LogRecord): string {
  const service = record.resource.attributes.string('service.name')
  const attributes = [...record.attributes.keys()].sort().map((key) => [key, record.attributes.text(key)])
  return fingerprint(JSON.stringify([service, record.spanId, record.atUs, event, attributes, record.body ?? null]))
}
