/** Says on a span that its work failed. Anything can be thrown in JavaScript, so reading it must survive anything. */
import { type Span, SpanStatusCode } from '@opentelemetry/api'
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions'

/** Characters of an error's message that are sent. */
const MAX_MESSAGE = 1_024
const MAX_TYPE = 128

export interface Described {
  /** For `error.type`: a class name, low in cardinality. */
  readonly type: string
  readonly message: string
}

/** Marks the span as failed. No exception event: stack traces are long, hold paths, and the message is in the status. */
export function markFailed(span: Span, error: Described): void {
  span.setAttribute(ATTR_ERROR_TYPE, error.type)
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
}

/** Type and message of whatever was thrown. */
export function describeError(error: unknown): Described {
  try {
    if (error instanceof Error) {
      return { type: typeOf(error).slice(0, MAX_TYPE), message: text(error.message) }
    }
    return { type: '_OTHER', message: typeof error === 'string' ? text(error) : '' }
  } catch {
    return { type: '_OTHER', message: '' }
  }
}

/** Many client libraries leave `name` at "Error" and say it in the class only. */
function typeOf(error: Error): string {
  const { name } = error
  const className: unknown = error.constructor.name
  const vague = typeof name !== 'string' || name === '' || name === 'Error'
  if (!vague) return name
  return typeof className === 'string' && className !== '' ? className : 'Error'
}

function text(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE) : ''
}
