/**
 * The part that meets every span: stamps it with what the context knows when it starts and, where asked to, sends a copy to the flywheel when it
 * ends. It is what `start` registers, and what an existing OpenTelemetry set-up adds to its own processors.
 */
import { type Context, TraceFlags } from '@opentelemetry/api'
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { setContentCapture } from './content.ts'
import type { Courier } from './delivery/courier.ts'
import { spanCourier } from './delivery/signals.ts'
import { targetOf } from './delivery/target.ts'
import { isSilenced } from './environment.ts'
import { couriers } from './state.ts'
import { quietly } from './quietly.ts'
import { missingStamps } from './stamps.ts'

export interface FlywheelSpanProcessorOptions {
  /**
   * Whether spans are also sent to the flywheel, beside what the set-up does with them. Leave it off where they reach it anyway, for instance
   * through a Collector.
   *
   * @default true if `url` is given, else false
   */
  readonly export?: boolean | undefined
  /**
   * Address of the processor.
   *
   * @default OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, 'http://127.0.0.1:4318'
   */
  readonly url?: string | undefined
  /**
   * Sent as bearer token: the processor's FLYWHEEL_INGEST_TOKEN.
   *
   * @default none
   */
  readonly token?: string | undefined
  /**
   * Whether the helpers record tool arguments, tool results and retrieval queries; without it hashes stand for them.
   *
   * @default OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, else false
   */
  readonly captureContent?: boolean | undefined
  /**
   * Never write the line on stderr that says that spans cannot be delivered.
   *
   * @default false, true if OTEL_LOG_LEVEL is "none"
   */
  readonly quiet?: boolean | undefined
}

/** How long a shutdown may wait for a delivery. */
const SHUTDOWN_MS = 5_000

/**
 * Stamps the fields of `withContext` on every span; with `export` or `url` it also sends the spans to the flywheel.
 *
 * @example
 * new NodeSDK({ spanProcessors: [new BatchSpanProcessor(yourExporter), new FlywheelSpanProcessor({ export: true })] })
 */
export class FlywheelSpanProcessor implements SpanProcessor {
  readonly #courier: Courier<ReadableSpan> | null

  constructor(options: FlywheelSpanProcessorOptions = {}) {
    const { url, token, captureContent, quiet } = options
    if (captureContent !== undefined) setContentCapture(captureContent)
    const isExporting = options.export ?? url !== undefined
    const isQuiet = quiet ?? isSilenced(process.env)
    this.#courier = isExporting ? spanCourier(targetOf('TRACES', { url, token }, process.env), process.env, isQuiet) : null
    if (this.#courier !== null) couriers.add(this.#courier)
  }

  onStart(span: Span, parentContext: Context): void {
    quietly('stamping a span', () => {
      const stamps = missingStamps(parentContext, span.attributes)
      if (stamps !== null) span.setAttributes(stamps)
    })
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return
    quietly('queueing a span', () => this.#courier?.add(span))
  }

  /** Delivers what has ended so far; resolves also when it could not. */
  async forceFlush(): Promise<void> {
    await this.#courier?.flush(SHUTDOWN_MS)
  }

  async shutdown(): Promise<void> {
    if (this.#courier === null) return
    couriers.delete(this.#courier)
    await this.#courier.shutdown(SHUTDOWN_MS)
  }
}
