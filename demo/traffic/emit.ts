/**
 * Planned runs -> real spans through OpenTelemetry's own SDK and exporter. One tracer provider a release of a service, because that is what a
 * resource stands for, but one queue and one exporter for all of them: fifty queues with a batch each would be the memory of fifty processes.
 */
import {
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  type Tracer,
} from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { opinionSpan, wireSpan } from './attributes.ts'
import type { PlannedRun, PlannedSpan } from './plan.ts'

/** Whatever shows it, shows that it is not real. */
const ENVIRONMENT = 'demo'

/** Some ten seconds of the largest traffic; when the receiver is away for longer, the rest is dropped rather than kept in memory. */
const MAX_QUEUED_SPANS = 8_192
const BATCH_SPANS = 512
/** Shorter than the default of 5 s: a first look should not have to wait. */
const SEND_EVERY_MS = 1_000

/** Releases of which runs may still come; older providers are let go. */
const MAX_RELEASES_PER_SERVICE = 3

export class Emitter {
  readonly #queue: BatchSpanProcessor
  readonly #tracers = new Map<string, Map<string, Tracer>>()
  readonly #waiting = new Set<Waiting>()

  constructor(exporter: SpanExporter) {
    this.#queue = new BatchSpanProcessor({
      exporter,
      maxQueueSize: MAX_QUEUED_SPANS,
      maxExportBatchSize: BATCH_SPANS,
      scheduledDelayMillis: SEND_EVERY_MS,
    })
  }

  /** Sends a whole run at once, as one that ends now, and later what is said of it. Returns the number of spans. */
  sendEnded(run: PlannedRun, nowMs: number): number {
    const { spans, root } = this.#start(run, nowMs - run.root.endMs)
    for (const { span, endMs } of spans) span.end(hrTime(endMs))
    return spans.length + this.#rate(run, root, nowMs, nowMs)
  }

  /** Begins a run now and sends each span when it ends. Returns the number of spans. */
  sendLive(run: PlannedRun, nowMs: number): number {
    const { spans, root } = this.#start(run, nowMs)
    for (const { span, endMs } of spans) this.#wait(endMs - nowMs, () => span.end(hrTime(endMs)))
    return spans.length + this.#rate(run, root, nowMs + run.root.endMs, nowMs)
  }

  flush(): Promise<void> {
    return this.#queue.forceFlush()
  }

  /** Ends what is under way and sends what is left. */
  async close(): Promise<void> {
    for (const { timer, end } of this.#waiting) {
      if (timer !== null) clearTimeout(timer)
      end()
    }
    this.#waiting.clear()
    await this.#queue.shutdown()
  }

  /** Says what is said of the run when it has ended. Returns the number of spans that this takes. */
  #rate(run: PlannedRun, root: SpanContext, endMs: number, nowMs: number): number {
    const tracer = this.#tracerOf(run)
    for (const opinion of run.opinions) {
      const { name, kind, attributes } = opinionSpan(opinion, run)
      const at = hrTime(endMs + opinion.afterMs)
      this.#wait(endMs + opinion.afterMs - nowMs, () =>
        tracer.startSpan(name, { kind, attributes, links: [{ context: root }], startTime: at }, ROOT_CONTEXT).end(at),
      )
    }
    return run.opinions.length
  }

  #wait(ms: number, end: () => void): void {
    const waiting: Waiting = { end, timer: null }
    waiting.timer = setTimeout(() => {
      this.#waiting.delete(waiting)
      end()
    }, ms)
    this.#waiting.add(waiting)
  }

  /** Starts all spans of a run, parents first; those that are never sent are left out of the answer. */
  #start(run: PlannedRun, startMs: number): { readonly spans: readonly StartedSpan[]; readonly root: SpanContext } {
    const spans: StartedSpan[] = []
    const tracer = this.#tracerOf(run)
    const start = (planned: PlannedSpan, parent: Context): SpanContext => {
      const { name, kind, attributes } = wireSpan(planned, run)
      const span = tracer.startSpan(name, { kind, attributes, startTime: hrTime(startMs + planned.startMs) }, parent)
      const { error } = planned
      if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
      const context = trace.setSpan(parent, span)
      for (const child of planned.children) start(child, context)
      if (planned.isSent) spans.push({ span, endMs: startMs + planned.endMs })
      return span.spanContext()
    }
    return { root: start(run.root, ROOT_CONTEXT), spans }
  }

  #tracerOf({ service, release }: PlannedRun): Tracer {
    const ofService = this.#tracers.get(service) ?? new Map<string, Tracer>()
    this.#tracers.set(service, ofService)
    const known = ofService.get(release)
    if (known !== undefined) return known
    const resource = resourceFromAttributes({
      'service.name': service,
      'service.version': release,
      'deployment.environment.name': ENVIRONMENT,
    })
    const tracer = new TracerProvider({ resource, spanProcessors: [this.#queue] }).getTracer('agent-flywheel-demo-traffic')
    ofService.set(release, tracer)
    const [oldest] = ofService.keys()
    if (oldest !== undefined && ofService.size > MAX_RELEASES_PER_SERVICE) ofService.delete(oldest)
    return tracer
  }
}

interface StartedSpan {
  readonly span: Span
  readonly endMs: number
}

interface Waiting {
  readonly end: () => void
  timer: NodeJS.Timeout | null
}

/** Not a plain number: the SDK takes small ones for time since the process began. */
function hrTime(ms: number): HrTime {
  const wholeMs = Math.round(ms)
  return [Math.floor(wholeMs / 1_000), (wholeMs % 1_000) * 1_000_000]
}
