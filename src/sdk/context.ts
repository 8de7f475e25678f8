/**
 * What is known about the request being served (conversation, user, agent, release, prompt) travels in OpenTelemetry's context and is stamped on
 * every span that starts in it, also on those of other instrumentations: the processor can then count by it without looking at other spans.
 */
import { context, trace } from '@opentelemetry/api'
import type { ContextFields } from './context-fields.ts'
import { follow } from './follow.ts'
import { quietly, warn } from './quietly.ts'
import { stampedContext } from './stamps.ts'

/**
 * Runs `fn`; every span that starts inside carries `fields`, also across awaits, timers, streams and `Promise.all`. Contexts nest: what an
 * inner one sets wins, the rest is inherited. The value or exception of `fn` passes through. An async generator that `fn` returns
 * runs in this context too.
 *
 * @example
 * await withContext({ conversationId: chat.id, userId: user.id }, () => answer(chat))
 */
export function withContext<T>(fields: ContextFields, fn: () => T): T {
  if (typeof fn !== 'function') {
    warn('withContext(fields, fn): expected a function as second argument; it was passed through.')
    return fn
  }
  const scope = quietly('reading the context fields', () => stampedContext(context.active(), fields)) ?? context.active()
  return follow(context.with(scope, fn), null, scope)
}

/** Trace id of the run being served, for instance to hand it to the page that will send feedback; null outside of a span. */
export function currentTraceId(): string | null {
  const spanContext = trace.getActiveSpan()?.spanContext()
  return spanContext === undefined || /^0*$/.test(spanContext.traceId) ? null : spanContext.traceId
}
