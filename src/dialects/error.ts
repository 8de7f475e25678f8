/** What a span says about its own failure. Emitters differ: status, `error.type`, an exception event, or only a finish reason. */
import type { FinishReason, StepError } from '../model/step.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import { cut, firstString } from './read.ts'

const STATUS_OK = 1
const STATUS_ERROR = 2
const MAX_MESSAGE = 1_000

/** Class names that say no more than "failed"; an exception event may know better. */
const vagueTypes: ReadonlySet<string> = new Set(['Error', 'Exception', '_OTHER', 'error', 'RuntimeError'])

/** Something failed and nothing says why. */
export const unexplainedError: StepError = { type: null, message: null, httpStatus: null, kind: null }

/**
 * The span's failure, or null when it did not fail. A recorded exception alone is not one: applications record exceptions that they handle.
 */
export function errorOf(span: Span, finishReasons: readonly FinishReason[]): StepError | null {
  const type = firstString(span.attributes, ['error.type'])
  const failed =
    span.statusCode === STATUS_ERROR ||
    (type !== null && span.statusCode !== STATUS_OK) ||
    finishReasons.includes('error') ||
    span.attributes.string('gen_ai.tool.status') === 'error'
  if (!failed) return null
  const exception = span.events.findLast((event) => event.name === 'exception')?.attributes
  const exceptionType = exception === undefined ? null : firstString(exception, ['exception.type'])
  return {
    type: type === null || vagueTypes.has(type) ? (exceptionType ?? type) : type,
    message:
      messageOf(span.statusMessage) ??
      messageOf(exception?.string('exception.message') ?? '') ??
      messageOf(span.attributes.string('error.message') ?? ''),
    httpStatus: httpStatusOf(span.attributes, type),
    kind: null,
  }
}

/** An exception that came as a log record. */
export function exceptionOf(attributes: Attributes): StepError {
  return {
    type: firstString(attributes, ['error.type', 'exception.type']),
    message: messageOf(attributes.string('exception.message') ?? ''),
    httpStatus: httpStatusOf(attributes, attributes.string('error.type')),
    kind: null,
  }
}

function messageOf(text: string): string | null {
  const message = cut(text, MAX_MESSAGE).trim()
  return message === '' ? null : message
}

function httpStatusOf(attributes: Attributes, type: string | null): number | null {
  const status =
    attributes.number('http.response.status_code') ??
    attributes.number('http.status_code') ??
    (type === null ? null : Number(type))
  return status !== null && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null
}
