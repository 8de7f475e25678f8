/** The two signals that are delivered, spans and log records: how each is encoded, weighed and bounded. */
import type { Attributes } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { Courier } from './courier.ts'
import { createPost } from './post.ts'
import { type Environment, positive, type Target } from './target.ts'
import { createVoice, type Limiter, type Voice } from './voice.ts'

/** How much may wait and when it goes. */
interface Limits {
  readonly batchItems: number
  readonly delayMs: number
  readonly maxItems: number
}

// A second is short enough for a page that is live; 32,768 spans are three seconds at 10,000 a second while the receiver pauses, and about 40 MB
// when it is away.
const defaults: Limits = { batchItems: 512, delayMs: 1_000, maxItems: 32_768 }
/** Characters of attributes that may wait, per signal: what bounds memory where content is sent. */
const MAX_CHARACTERS = 32 * 1_024 * 1_024
/** Encoded in a third of a millisecond. */
const SLICE_ITEMS = 64
/** The processor takes bodies of 16 MiB, many Collectors fewer; and encoding a million characters takes some milliseconds. */
const BATCH_CHARACTERS = 1_024 * 1_024
const MAX_IN_FLIGHT = 4

export function spanCourier(target: Target, env: Environment, isQuiet: boolean): Courier<ReadableSpan> {
  const serializer = target.encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer
  return new Courier({
    ...limitsOf('BSP', target, env),
    encode: (spans) => serializer.serializeRequest(spans),
    rejected: (answer) => {
      const { rejectedSpans, errorMessage } = serializer.deserializeResponse(answer).partialSuccess ?? {}
      return { items: countOf(rejectedSpans), message: errorMessage ?? 'no reason given' }
    },
    weigh: weighSpan,
    target,
    post: createPost(target, MAX_IN_FLIGHT),
    voice: voiceOf('spans', target, isQuiet),
    maxCharacters: MAX_CHARACTERS,
    batchCharacters: BATCH_CHARACTERS,
    maxInFlight: MAX_IN_FLIGHT,
  })
}

export function logCourier(target: Target, env: Environment, isQuiet: boolean): Courier<ReadableLogRecord> {
  const serializer = target.encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer
  return new Courier({
    ...limitsOf('BLRP', target, env),
    encode: (records) => serializer.serializeRequest(records),
    rejected: (answer) => {
      const { rejectedLogRecords, errorMessage } = serializer.deserializeResponse(answer).partialSuccess ?? {}
      return { items: countOf(rejectedLogRecords), message: errorMessage ?? 'no reason given' }
    },
    weigh: (record) => charactersOf(record.attributes) + charactersIn(record.body, 0),
    target,
    post: createPost(target, MAX_IN_FLIGHT),
    voice: voiceOf('log records', target, isQuiet),
    maxCharacters: MAX_CHARACTERS,
    batchCharacters: BATCH_CHARACTERS,
    maxInFlight: MAX_IN_FLIGHT,
  })
}

/** OpenTelemetry's variables for its batch processors, else our defaults. */
function limitsOf(prefix: 'BSP' | 'BLRP', target: Target, env: Environment): Limits & { readonly sliceItems: number } {
  const setting = (name: string): number | null => positive(env[`OTEL_${prefix}_${name}`])
  const maxItems = Math.ceil(setting('MAX_QUEUE_SIZE') ?? defaults.maxItems)
  const batchItems = Math.min(maxItems, Math.ceil(setting('MAX_EXPORT_BATCH_SIZE') ?? defaults.batchItems))
  return {
    maxItems,
    batchItems,
    sliceItems: target.encoding === 'json' ? batchItems : Math.min(batchItems, SLICE_ITEMS),
    delayMs: setting('SCHEDULE_DELAY') ?? defaults.delayMs,
  }
}

// Spans and log records go the same way; when it is blocked, one line is enough for both.
const limiter: Limiter = { saidAtMs: Number.NEGATIVE_INFINITY }

function voiceOf(what: 'spans' | 'log records', target: Target, isQuiet: boolean): Voice {
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

function weighSpan(span: ReadableSpan): number {
  let characters = charactersOf(span.attributes)
  for (const event of span.events) characters += charactersOf(event.attributes)
  return characters
}

/** Only strings can be large. */
function charactersOf(attributes: Attributes | Readonly<Record<string, unknown>> | undefined): number {
  let characters = 0
  for (const name in attributes) characters += charactersIn(attributes[name], 1)
  return characters
}

const MAX_DEPTH = 8

function charactersIn(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0
  if (ArrayBuffer.isView(value)) return value.byteLength
  let characters = 0
  for (const part of Object.values(value)) characters += charactersIn(part, depth + 1)
  return characters
}
