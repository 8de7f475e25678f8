/** An exporter that counts what arrived and says what did not: the SDK itself keeps silent when nobody takes its spans. */
import type { SpanExporter } from '@opentelemetry/sdk-trace'

type Spans = Parameters<SpanExporter['export']>[0]
type Done = Parameters<SpanExporter['export']>[1]

/** Says the same thing again after this long. */
const REPEAT_MS = 60_000

export class WatchedExporter implements SpanExporter {
  readonly #inner: SpanExporter
  readonly #target: string
  readonly #say: (line: string) => void
  #deliveredSpans = 0
  #lostSpans = 0
  #isFailing = false
  #saidAtMs = Number.NEGATIVE_INFINITY

  constructor(inner: SpanExporter, target: string, say: (line: string) => void) {
    this.#inner = inner
    this.#target = target
    this.#say = say
  }

  get deliveredSpans(): number {
    return this.#deliveredSpans
  }

  /** Spans that were sent and not taken, after the exporter's own retries. */
  get lostSpans(): number {
    return this.#lostSpans
  }

  export(spans: Spans, done: Done): void {
    this.#inner.export(spans, (result) => {
      // The exporter gives a reason with every failure; its result code would need one more package to compare with.
      if (result.error === undefined) {
        this.#deliveredSpans += spans.length
        if (this.#isFailing) this.#say(`${this.#target} takes spans again.`)
        this.#isFailing = false
      } else {
        this.#lostSpans += spans.length
        this.#complain(result.error)
      }
      done(result)
    })
  }

  forceFlush(): Promise<void> {
    return this.#inner.forceFlush?.() ?? Promise.resolve()
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown()
  }

  #complain(error: Error): void {
    const nowMs = Date.now()
    if (this.#isFailing && nowMs - this.#saidAtMs < REPEAT_MS) return
    this.#isFailing = true
    this.#saidAtMs = nowMs
    this.#say(`${this.#target} does not take spans: ${reasonOf(error)}; ${this.#lostSpans} are lost so far. ${remedyFor(error)}`)
  }
}

function reasonOf(error: Error): string {
  const code = codeOf(error)
  const text = error.message.trim()
  return code === undefined || text.includes(code) ? text : `${code} ${text}`.trim()
}

function remedyFor(error: Error): string {
  const code = codeOf(error)
  if (code === '401' || code === '403') return 'Set OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20<ingest token>".'
  return 'Start the processor or the Collector there, or set OTEL_EXPORTER_OTLP_ENDPOINT.'
}

/** An HTTP status or a code of the system such as ECONNREFUSED. */
function codeOf(error: Error): string | undefined {
  if (!('code' in error)) return undefined
  return typeof error.code === 'number' || typeof error.code === 'string' ? String(error.code) : undefined
}
