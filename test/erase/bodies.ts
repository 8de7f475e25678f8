/** Bodies of a few spans, read as the pipeline reads them. */
import type { OtlpBody, BodyReading } from '../../src/erase/without-erased.ts'
import { readContent } from '../../src/fold/content.ts'
import type { BodyFormat } from '../../src/model/entry.ts'
import { encode, type Message } from '../otlp/reference.ts'

/** The log's clock at the deletions of these tests. */
export const T = 1_790_000_000_000

export function read(kind: OtlpBody['kind'], format: BodyFormat, content: Uint8Array): BodyReading {
  const reading = readContent(kind, format, content)
  if (reading.type !== 'spans' && reading.type !== 'logs') throw new Error(`read as ${reading.type}`)
  return reading
}

export interface SpanLine {
  /** One letter a trace. */
  readonly trace: string
  readonly id?: string
  readonly endMs?: number
  readonly attributes?: Readonly<Record<string, string>>
  readonly links?: readonly string[]
  readonly service?: string
  readonly resource?: Readonly<Record<string, string>>
}

export function traceIdOf(letter: string): string {
  return letter === '' ? '' : Buffer.from(letter.repeat(16)).toString('hex')
}

export function spansBody(...lines: readonly SpanLine[]): OtlpBody {
  const resourceSpans = lines.map(
    ({ trace, id = trace, endMs = T - 1_000, attributes = {}, links = [], service = 'shop', resource = {} }) => ({
      resource: { attributes: keyValues({ 'service.name': service, ...resource }) },
      scopeSpans: [
        {
          spans: [
            {
              traceId: Buffer.from(trace.repeat(16)),
              spanId: Buffer.from(id.repeat(8).slice(0, 8)),
              name: `span ${trace} ${id}`,
              startTimeUnixNano: `${endMs - 500}000000`,
              endTimeUnixNano: `${endMs}000000`,
              attributes: keyValues(attributes),
              links: links.map((link) => ({ traceId: Buffer.from(link.repeat(16)), spanId: Buffer.from(link.repeat(8)) })),
            },
          ],
        },
      ],
    }),
  )
  return { kind: 'spans', format: 'protobuf', content: encode('TraceRequest', { resourceSpans }), atMs: T + 60_000 }
}

export interface RecordLine {
  readonly trace?: string
  readonly event?: string
  readonly body?: string
  readonly atMs?: number
  readonly attributes?: Readonly<Record<string, string>>
}

export function logsBody(...lines: readonly RecordLine[]): OtlpBody {
  const logRecords = lines.map(({ trace = '', event = '', body = '', atMs = T - 1_000, attributes = {} }) => ({
    traceId: Buffer.from(trace.repeat(16)),
    spanId: Buffer.from(trace.repeat(8)),
    eventName: event,
    timeUnixNano: `${atMs}000000`,
    body: { stringValue: body },
    attributes: keyValues(attributes),
  }))
  const resourceLogs = [{ scopeLogs: [{ logRecords }] }]
  return { kind: 'logs', format: 'protobuf', content: encode('LogsRequest', { resourceLogs }), atMs: T + 60_000 }
}

function keyValues(attributes: Readonly<Record<string, string>>): readonly Message[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}
