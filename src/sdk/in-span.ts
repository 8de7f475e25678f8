/** Runs a function inside a span of ours: the common part of agent, step, tool, retrieval and parse. */
import {
  type Attributes,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  trace,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { SCOPE_NAME } from './attributes.ts'
import type { ContextFields } from './context-fields.ts'
import { describeError, type Described, markFailed } from './error.ts'
import { type Ending, follow } from './follow.ts'
import { quietly, warn } from './quietly.ts'
import { linked } from './link-context.ts'
import { stampedContext } from './stamps.ts'

export interface SpanPlan {
  readonly name: string
  readonly kind?: SpanKind
  readonly attributes: Attributes
  /** Stamped on the spans inside. */
  readonly inside?: ContextFields
  /** Called while the span is recorded, before `fn` runs. */
  readonly onStart?: (span: Span) => void
  /** Called with the result before the span ends. */
  readonly onDone?: (span: Span, value: unknown) => void
  /** What is said about an exception. */
  readonly describe?: (error: unknown) => Described
  readonly onFailed?: (span: Span) => void
}

const silent: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

let lastProvider: TracerProvider | null = null
let lastTracer: Tracer | null = null

/** The same one as long as the set-up is the same: looking it up by name costs a tenth of a span. */
function tracer(): Tracer {
  const provider = trace.getTracerProvider()
  if (lastTracer === null || provider !== lastProvider) {
    lastProvider = provider
    lastTracer = provider.getTracer(SCOPE_NAME)
  }
  return lastTracer
}

/** The value or exception of `fn` passes through. Without a tracer provider this is a call of `fn` and little else. */
export function inSpan<T>(plan: SpanPlan, fn: (span: Span) => T): T {
  const outer = context.active()
  const { name, kind = SpanKind.INTERNAL, attributes } = plan
  const span = quietly('starting a span', () => tracer().startSpan(name, { kind, attributes }, outer)) ?? silent
  const scope = trace.setSpan(linked(plan.inside === undefined ? outer : stampedContext(outer, plan.inside)), span)
  if (!span.isRecording()) return follow(context.with(scope, fn, undefined, span), null, scope)
  const { onStart } = plan
  if (onStart !== undefined) quietly('recording a start', () => onStart(span))
  const ending = endingOf(span, plan)
  let result: T
  try {
    result = context.with(scope, fn, undefined, span)
  } catch (error) {
    ending.failed(error)
    throw error
  }
  return follow(result, ending, scope)
}

function endingOf(span: Span, plan: SpanPlan): Ending {
  let isOver = false
  function end(record: () => void): void {
    if (isOver) return
    isOver = true
    quietly('recording a result', record)
    quietly('ending a span', () => span.end())
  }
  return {
    done: (value) => end(() => plan.onDone?.(span, value)),
    failed: (error) =>
      end(() => {
        markFailed(span, (plan.describe ?? describeError)(error))
        plan.onFailed?.(span)
      }),
  }
}

/** A name for a span: low in cardinality is the caller's business, a bounded string is ours. */
export function nameOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, 128) : otherwise
}

/** Instead of a function something else came, for instance a promise already running: it is handed back, and the diagnostics say so. */
export function misused<T>(call: string, value: T): T {
  warn(`${call}: expected a function as last argument; what came was passed through and no span was made.`)
  return value
}
