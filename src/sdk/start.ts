/** One call that sets OpenTelemetry up for an agent and sends it to the flywheel. Standard OTEL_* variables keep their meaning. */
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { ConsoleSpanExporter, SimpleSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { setContentCapture } from './content.ts'
import { logCourier } from './delivery/signals.ts'
import { type Address, type Environment, targetOf } from './delivery/target.ts'
import { exportersOf, isDisabled, isSilenced } from './environment.ts'
import { deliverAtExit, deliverAtSignals, forgetExit } from './exit.ts'
import { flush } from './flush.ts'
import { logProcessor } from './log-processor.ts'
import { FlywheelSpanProcessor } from './processor.ts'
import { warn } from './quietly.ts'
import { detectorsOf } from './resource.ts'
import { setFeedbackAddress, setFeedbackSigning, setUp } from './state.ts'

export interface StartOptions {
  /**
   * Name of the application or service.
   *
   * @default OTEL_SERVICE_NAME or service.name of OTEL_RESOURCE_ATTRIBUTES, else "unknown_service:node"
   */
  readonly service?: string | undefined
  /**
   * Version of the application: the processor compares releases by it.
   *
   * @default service.version of OTEL_RESOURCE_ATTRIBUTES, else none
   */
  readonly release?: string | undefined
  /**
   * For instance "production" or "staging".
   *
   * @default deployment.environment.name of OTEL_RESOURCE_ATTRIBUTES, else none
   */
  readonly environment?: string | undefined
  /**
   * Base address of the processor, or of a Collector in front of it.
   *
   * @default OTEL_EXPORTER_OTLP_ENDPOINT, else 'http://127.0.0.1:4318'
   */
  readonly url?: string | undefined
  /**
   * Sent as bearer token: the processor's FLYWHEEL_INGEST_TOKEN.
   *
   * @default none; OTEL_EXPORTER_OTLP_HEADERS are sent where `url` is not given
   */
  readonly token?: string | undefined
  /**
   * Base address that `sendFeedback` talks to, where spans go through a Collector.
   *
   * @default the address that spans go to
   */
  readonly feedbackUrl?: string | undefined
  /**
   * Signs what `feedbackToken` and `feedbackLink` make: the processor's FLYWHEEL_FEEDBACK_SECRET.
   *
   * @default FLYWHEEL_FEEDBACK_SECRET, else none
   */
  readonly feedbackSecret?: string | undefined
  /**
   * Base address under which the browsers of your users reach the processor, for `feedbackLink`.
   *
   * @default FLYWHEEL_PUBLIC_URL, else the address that `sendFeedback` talks to
   */
  readonly publicUrl?: string | undefined
  /**
   * OpenTelemetry instrumentations to switch on, for instance `[new OpenAIInstrumentation()]`.
   *
   * @default []
   */
  readonly instrumentations?: NodeSDKConfiguration['instrumentations'] | undefined
  /**
   * Whether the helpers record tool arguments, tool results and retrieval queries; without it hashes stand for them. Instrumentations
   * have their own switch, usually the same variable.
   *
   * @default OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, else false
   */
  readonly captureContent?: boolean | undefined
  /**
   * Whether what is left is delivered when the process ends: before a normal end, within `process.exit`, after an uncaught exception, and at SIGTERM
   * and SIGINT. How the process ends does not change.
   *
   * @default true
   */
  readonly flushOnExit?: boolean | undefined
  /**
   * Never write the line on stderr that says that spans cannot be delivered, or that another set-up was there first.
   *
   * @default false, true if OTEL_LOG_LEVEL is "none"
   */
  readonly quiet?: boolean | undefined
}

/** What `start` began. */
export interface Flywheel {
  /** Delivers everything that has ended so far; resolves with whether it arrived, never rejects. `timeoutMs` defaults to 5000. */
  flush(timeoutMs?: number): Promise<boolean>
  /** Delivers what is left and stops. Never rejects. */
  shutdown(): Promise<void>
}

let running: Flywheel | null = null

/**
 * Starts tracing. Call it once, as the first thing the program does: instrumentations patch libraries that are loaded later. Never throws; where
 * OpenTelemetry is already set up it changes nothing and says what to do.
 *
 * @example
 * import { start } from 'agent-flywheel/sdk'
 * start({ service: 'support', release: '1.4.2' })
 */
export function start(options: StartOptions = {}): Flywheel {
  if (running !== null) {
    say(
      options.quiet ?? isSilenced(process.env),
      'start() was called again; the first call stands. To change options, await shutdown() of the first one before.',
    )
    return running
  }
  const isQuiet = options.quiet ?? isSilenced(process.env)
  try {
    setFeedbackAddress(feedbackAddressOf(options))
    setFeedbackSigning({ secret: options.feedbackSecret, publicUrl: options.publicUrl })
    if (options.captureContent !== undefined) setContentCapture(options.captureContent)
    if (isDisabled(process.env)) return inert
    if (isSetUp()) {
      say(
        isQuiet,
        'OpenTelemetry is already set up, so start() changed nothing. Add `new FlywheelSpanProcessor({ export: true })` to the span processors of that set-up, or call start() first and leave the other one out.',
      )
      return inert
    }
    running = begin(options, isQuiet)
    return running
  } catch (error) {
    say(
      isQuiet,
      `could not start, the application runs without tracing: ${error instanceof Error ? error.message : String(error)}`,
    )
    return inert
  }
}

const inert: Flywheel = { flush, shutdown: async () => {} }

function begin(options: StartOptions, isQuiet: boolean): Flywheel {
  const sdk = new NodeSDK({
    resourceDetectors: detectorsOf(options, process.env),
    spanProcessors: spanProcessorsOf(options, isQuiet),
    logRecordProcessors: logProcessorsOf(options, isQuiet, process.env),
    // The flywheel counts from spans. Metrics of the application are sent where it says so itself.
    ...(exportersOf('OTEL_METRICS_EXPORTER', process.env) === null ? { metricReaders: [] } : {}),
    ...(options.instrumentations === undefined ? {} : { instrumentations: options.instrumentations }),
  })
  sdk.start()
  setUp.isOwn = true
  if (options.flushOnExit !== false) {
    deliverAtExit()
    deliverAtSignals()
  }
  return {
    flush,
    shutdown: async () => {
      running = null
      setUp.isOwn = false
      forgetExit()
      await sdk.shutdown().catch((error: unknown) => warn(`shutdown failed: ${String(error)}`))
      for (const api of [trace, context, propagation, logs, metrics]) api.disable()
    },
  }
}

/** Stamping always; sending unless OTEL_TRACES_EXPORTER says otherwise. */
function spanProcessorsOf(options: StartOptions, quiet: boolean): SpanProcessor[] {
  const exporters = exportersOf('OTEL_TRACES_EXPORTER', process.env) ?? new Set(['otlp'])
  const { url, token } = options
  const own = new FlywheelSpanProcessor({ export: exporters.has('otlp'), url, token, quiet })
  return exporters.has('console') ? [own, new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })] : [own]
}

function logProcessorsOf(address: Address, isQuiet: boolean, env: Environment): LogRecordProcessor[] {
  const exporters = exportersOf('OTEL_LOGS_EXPORTER', env) ?? new Set(['otlp'])
  return exporters.has('otlp') ? [logProcessor(logCourier(targetOf('LOGS', address, env), env, isQuiet))] : []
}

function feedbackAddressOf({ url, feedbackUrl, token }: StartOptions): Address {
  return { url: feedbackUrl ?? url, token }
}

/** Whether somebody registered a tracer provider: only then does the API's proxy have a tracer to delegate to. */
function isSetUp(): boolean {
  const provider: object = trace.getTracerProvider()
  if (!('getDelegateTracer' in provider) || typeof provider.getDelegateTracer !== 'function') return true
  return Reflect.apply(provider.getDelegateTracer, provider, ['agent-flywheel']) !== undefined
}

function say(isQuiet: boolean, line: string): void {
  warn(line)
  if (!isQuiet) process.stderr.write(`agent-flywheel: ${line}\n`)
}
