/** The two signals that are delivered, spans and log records: how each is encoded and bounded. */
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { JsonBody, ProtobufBody } from './body.ts'
import { Courier, type CourierOptions } from './courier.ts'
import { writeLogRecord, writeSpan } from './otlp-messages.ts'
import { createPost } from './post.ts'
import { type Environment, positive, type Target } from './target.ts'
import { createVoice, type Limiter, type Voice, type What } from './voice.ts'

/** How much may wait and when it goes. */
interface Limits {
  readonly batchItems: number
  readonly delayMs: number
  readonly maxItems: number
}

// A second is short enough for a page that is live; 32,768 spans are three seconds at 10,000 a second while the receiver pauses, and about 10 MB
// when it is away.
const defaults: Limits = { batchItems: 512, delayMs: 1_000, maxItems: 32_768 }
/** Encoded bytes that may wait, per signal: what bounds memory where content is sent. */
const MAX_BYTES = 32 * 1_024 * 1_024
/** The processor takes bodies of 16 MiB, many Collectors fewer. */
const BATCH_BYTES = 1_024 * 1_024
const MAX_IN_FLIGHT = 4

export function spanCourier(target: Target, env: Environment, isQuiet: boolean): Courier<ReadableSpan> {
  const isJson = target.encoding === 'json'
  const serializer = isJson ? JsonTraceSerializer : ProtobufTraceSerializer
  return new Courier({
    ...optionsOf('spans', target, env, isQuiet),
    body: isJson ? new JsonBody('resourceSpans', (spans) => serializer.serializeRequest(spans)) : new ProtobufBody(writeSpan),
    rejected: (answer) => {
      const { rejectedSpans, errorMessage } = serializer.deserializeResponse(answer).partialSuccess ?? {}
      return { items: countOf(rejectedSpans), message: errorMessage ?? 'no reason given' }
    },
  })
}

export function logCourier(target: Target, env: Environment, isQuiet: boolean): Courier<ReadableLogRecord> {
  const isJson = target.encoding === 'json'
  const serializer = isJson ? JsonLogsSerializer : ProtobufLogsSerializer
  return new Courier({
    ...optionsOf('log records', target, env, isQuiet),
    body: isJson
      ? new JsonBody('resourceLogs', (records) => serializer.serializeRequest(records))
      : new ProtobufBody(writeLogRecord),
    rejected: (answer) => {
      const { rejectedLogRecords, errorMessage } = serializer.deserializeResponse(answer).partialSuccess ?? {}
      return { items: countOf(rejectedLogRecords), message: errorMessage ?? 'no reason given' }
    },
  })
}

/** What is the same for both. */
function optionsOf(
  what: What,
  target: Target,
  env: Environment,
  isQuiet: boolean,
): Omit<CourierOptions<unknown>, 'body' | 'rejected'> {
  return {
    ...limitsOf(what === 'spans' ? 'BSP' : 'BLRP', env),
    target,
    post: createPost(target, MAX_IN_FLIGHT),
    voice: voiceOf(what, target, isQuiet),
    maxBytes: MAX_BYTES,
    batchBytes: BATCH_BYTES,
    maxInFlight: MAX_IN_FLIGHT,
  }
}

/** OpenTelemetry's variables for its batch processors, else our defaults. */
function limitsOf(prefix: 'BSP' | 'BLRP', env: Environment): Limits {
  const setting = (name: string): number | null => positive(env[`OTEL_${prefix}_${name}`])
  const maxItems = Math.ceil(setting('MAX_QUEUE_SIZE') ?? defaults.maxItems)
  const batchItems = Math.min(maxItems, Math.ceil(setting('MAX_EXPORT_BATCH_SIZE') ?? defaults.batchItems))
  return {
    maxItems,
    batchItems,
    delayMs: setting('SCHEDULE_DELAY') ?? defaults.delayMs,
  }
}

// Spans and log records go the same way; when it is blocked, one line is enough for both.
const limiter: Limiter = { saidAtMs: Number.NEGATIVE_INFINITY }

function voiceOf(what: What, target: Target, isQuiet: boolean): Voice {
  return createVoice({
    what,
    url: target.url.href,
    isQuiet,
    limiter,
    print: (line) => process.stderr.write(line),
    nowMs: () => performance.now(),
  })
}

/** In OTLP's JSON such a number is a string. */
function countOf(rejected: unknown): number {
  const count = Number(rejected ?? 0)
  return Number.isFinite(count) ? count : 0
}
