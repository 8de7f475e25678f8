/** The door and the JSON reader judged by something that is not ours: OpenTelemetry's own exporter. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { expect, onTestFinished, test } from 'vitest'
import { DecodeError, readSpans } from '../../src/otlp/decode.ts'
import { UnavailableError } from '../../src/receive/door.ts'
import { type DoorServer, startDoor } from './harness.ts'

type ExportedSpan = Parameters<OTLPTraceExporter['export']>[0][number]

const span = {
  name: 'chat model',
  kind: 2,
  spanContext: () => ({ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', traceFlags: 1 }),
  startTime: [1_700_000_000, 123_456_789],
  endTime: [1_700_000_001, 0],
  duration: [0, 876_543_211],
  status: { code: 2, message: 'overloaded' },
  attributes: { 'gen_ai.usage.input_tokens': 12, 'gen_ai.request.temperature': 0.5 },
  links: [],
  events: [],
  ended: true,
  resource: { attributes: { 'service.name': 'shop' } },
  instrumentationScope: { name: 'lib', version: '1.0' },
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
} as unknown as ExportedSpan

/** Code 0 is success to the exporter, 1 is failure. */
function exportTo(server: DoorServer): Promise<{ code: number; error?: Error }> {
  const exporter = new OTLPTraceExporter({ url: `${server.url}/v1/traces`, headers: { authorization: 'Bearer secret' } })
  onTestFinished(() => exporter.shutdown())
  return new Promise((resolve) => exporter.export([span], resolve))
}

test('the OTLP/HTTP exporter delivers a span', async () => {
  const spans: unknown[] = []
  const server = await startDoor({
    ingestToken: 'secret',
    accept: ({ content, format }) => {
      readSpans(
        content,
        format,
        ({ traceId, name, kind, startUs, endUs, statusCode, statusMessage, attributes, resource, scope }) => {
          const tokens = attributes.number('gen_ai.usage.input_tokens')
          const service = resource.attributes.string('service.name')
          spans.push({ traceId, name, kind, startUs, endUs, statusCode, statusMessage, tokens, service, scope: scope.name })
        },
      )
      return Promise.resolve({ rejectedItems: 0, rejectedReason: null })
    },
  })

  expect(await exportTo(server)).toEqual({ code: 0 })
  expect(spans).toEqual([
    {
      traceId: '5b8efff798038103d269b633813fc60c',
      name: 'chat model',
      kind: 3,
      startUs: 1_700_000_000_123_456,
      endUs: 1_700_000_001_000_000,
      statusCode: 2,
      statusMessage: 'overloaded',
      tokens: 12,
      service: 'shop',
      scope: 'lib',
    },
  ])
  expect(server.outcomes).toEqual([{ signal: 'traces', encoding: 'identity', code: 200 }])
})

test('the OTLP/HTTP exporter does not send again what the door calls undecodable', async () => {
  const server = await startDoor({ accept: () => Promise.reject(new DecodeError('the body is not JSON')) })
  expect(await exportTo(server)).toMatchObject({ code: 1 })
  expect(server.outcomes).toEqual([{ signal: 'traces', encoding: 'identity', code: 400 }])
})

test('the OTLP/HTTP exporter sends again after a 503 and then delivers', async () => {
  let isFull = true
  const server = await startDoor({
    accept: () => {
      if (!isFull) return Promise.resolve({ rejectedItems: 0, rejectedReason: null })
      isFull = false
      return Promise.reject(new UnavailableError('The disk is full.', 1))
    },
  })
  expect(await exportTo(server)).toEqual({ code: 0 })
  expect(server.outcomes.map((outcome) => outcome.code)).toEqual([503, 200])
})
