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
export const unexplainedError: StepError = { type: null, message: null, httpStatus: null, cause: null, kind: null }

/**
 * The span's failure, or null when it did not fail. A recorded exception alone is not one: applications record exceptions that they handle.
 */
export function errorOf(span: Span, finishReasons: readonly FinishReason[]): StepError | null {
  const type = firstString(span.attributes, ['error.type'])
  const failed =
    span.statusCode === STATUS_ERROR ||
    (type !== null && span.statusCode !== STATUS_OK) ||
    finishReasons.includes('error') ||
    toolOutcomes.some((key) => span.attributes.string(key) === 'error')
  if (!failed) return null
  if (type === null && span.statusCode !== STATUS_ERROR && isLeftStream(span.attributes)) return leftStream
  return explained(span, type ?? firstString(span.attributes, ['gen_ai.tool.error.type']))
}

/** OpenLLMetry's, and Rig's, whose other outcomes (denied, skipped) are no failures. */
const toolOutcomes: readonly string[] = ['gen_ai.tool.status', 'gen_ai.tool.call.outcome']

/** The exception that a span recorded without calling itself failed; null when there is none, or it says that it went well. */
export function recordedError(span: Span): StepError | null {
  return span.statusCode === STATUS_OK || exceptionIn(span) === undefined ? null : explained(span, null)
}

function exceptionIn({ events }: Span): Attributes | undefined {
  return events.findLast(({ name }) => name === 'exception')?.attributes
}

function explained(span: Span, type: string | null): StepError {
  const exception = exceptionIn(span)
  const exceptionType = exception === undefined ? null : firstString(exception, ['exception.type'])
  return {
    type: type === null || vagueTypes.has(type) ? (exceptionType ?? type) : type,
    message:
      messageOf(span.statusMessage) ??
      messageOf(exception?.string('exception.message') ?? '') ??
      messageOf(span.attributes.string('error.message') ?? ''),
    httpStatus: httpStatusOf(span.attributes, type),
    cause: exception === undefined ? null : causeOf(exception),
    kind: null,
  }
}

/**
 * Frameworks also throw to go somewhere else: to wait for a person (LangGraph, Pydantic AI, Strands) or to hand over to another agent. Alone or in
 * front of what it carries.
 */
const controlFlow =
  /^(?:\w{1,64}\.){0,8}(?:GraphInterrupt|NodeInterrupt|GraphBubbleUp|ParentCommand|ApprovalRequired|CallDeferred|InterruptException)(?:$|[:(])|^\(*Interrupt\(value=/
/** Python throws it into a generator that nobody reads any more. */
const generatorExit = /^GeneratorExit(?:$|[:(])/

/** What of an error is a failure: null for control flow, and a stream that was left is the reader's doing. */
export function failureIn(error: StepError): StepError | null {
  const says = (words: RegExp): boolean => words.test(error.type ?? '') || words.test(error.message ?? '')
  if (says(controlFlow)) return null
  return says(generatorExit) ? { ...error, kind: 'aborted_by_client' } : error
}

/** The application stopped reading: no error, but the instrumentation that waited for the end calls it one. */
const leftStream: StepError = { ...unexplainedError, message: 'the stream was left before its end', kind: 'aborted_by_client' }

function isLeftStream(attributes: Attributes): boolean {
  return attributes.boolean('gen_ai.request.stream') === true && attributes.string('gen_ai.tool.status') === null
}

/** An exception that came as a log record. */
export function exceptionOf(attributes: Attributes): StepError {
  return {
    type: firstString(attributes, ['error.type', 'exception.type']),
    message: messageOf(attributes.string('exception.message') ?? ''),
    httpStatus: httpStatusOf(attributes, attributes.string('error.type')),
    cause: causeOf(attributes),
    kind: null,
  }
}

const MAX_STACK = 131_072
const MAX_CAUSE = 300

/** What Python writes between the exceptions of a chain, the first cause first. */
const raisedFrom = /^(?:The above exception was the direct cause of|During handling of the above exception)/m
/** The line that names a Python exception stands at the beginning of a line, as no frame does. */
const pythonException = /^(?:[A-Za-z_]\w{0,99}\.){0,12}[A-Z]\w{1,99}: /m
/** Node and Java. */
const otherCause = /(?:\[cause\]|^Caused by): ?/m

/** The first cause of a chain of exceptions, from the stack trace: the message of the last one often says no more than that something failed. */
function causeOf(exception: Attributes): string | null {
  return causeIn(exception.string('exception.stacktrace'))
}

/** The same of the text of a stack trace, for emitters that put it elsewhere. */
export function causeIn(stack: string | null): string | null {
  if (stack === null || stack.length > MAX_STACK) return null
  const chained = raisedFrom.exec(stack)
  if (chained !== null) {
    const first = stack.slice(0, chained.index)
    const found = pythonException.exec(first)
    return found === null ? null : messageCut(first.slice(found.index))
  }
  const other = otherCause.exec(stack)
  return other === null ? null : messageCut(stack.slice(other.index + other[0].length))
}

function messageCut(text: string): string {
  return cut(text, MAX_CAUSE).trim()
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
  return toHttpStatus(status)
}

/** Null for what cannot be one. */
export function toHttpStatus(status: number | null): number | null {
  return status !== null && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null
}
