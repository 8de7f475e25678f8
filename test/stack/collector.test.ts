/** What the shipped Collector does by itself: masks secrets and nothing else, splits what is large, keeps what it acknowledged, and never waits for Tempo. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import type { Message } from '../otlp/reference.ts'
import { GrpcClient } from './grpc.ts'
import { httpForm, jsonOf, parcelOf } from './parcel.ts'
import { eventually } from './prometheus.ts'
import { batched, keyValues, RunMaker, tracesOf } from './runs.ts'
import { deliverProtobuf, post } from './sender.ts'
import { collectorConfig, repositoryPath } from './shipped.ts'
import { Sink } from './sink.ts'
import { Collector, type CollectorOptions, ingestToken } from './stack.ts'
import { TempoStandIn } from './tempo.ts'

const folder = mkdtempSync(join(tmpdir(), 'flywheel-collector-'))
const maker = new RunMaker(11)
let sink: Sink
let collector: Collector
let grpc: GrpcClient
let tempo: TempoStandIn

beforeAll(async () => {
  sink = await Sink.start()
  tempo = await TempoStandIn.start()
  collector = await started({ folder: join(folder, 'main'), tempoAddress: tempo.address })
  grpc = new GrpcClient(collector.grpcUrl)
})

afterAll(async () => {
  grpc.close()
  await collector.program.end()
  await sink.end()
  tempo.end()
  rmSync(folder, { recursive: true })
})

beforeEach(() => {
  sink.status = 200
  sink.forget()
})

async function started(options: Omit<CollectorOptions, 'processorUrl'>): Promise<Collector> {
  const created = await Collector.create({ processorUrl: sink.url, ...options })
  await created.program.start()
  return created
}

/** Invented, of the shapes that the vendors document. */
const r = (length: number): string => Array.from({ length }, () => 'aB3dE5gH7jK9mN1pQ'[maker.below(17)]).join('')
const hex = (length: number): string => Array.from({ length }, () => maker.below(16).toString(16)).join('')
const secrets: Readonly<Record<string, string>> = {
  openAiProject: `sk-proj-${r(60)}`,
  openAiOld: `sk-${r(20)}T3BlbkFJ${r(20)}`,
  anthropic: `sk-ant-api03-${r(90)}-${r(4)}`,
  openRouter: `sk-or-v1-${hex(64)}`,
  aws: `AKIA${'Q7ZP'.repeat(4)}`,
  awsTemporary: `ASIA${'Q7ZP'.repeat(4)}`,
  google: `AIza${r(35)}`,
  gitHub: `ghp_${r(36)}`,
  gitHubFine: `github_pat_${r(30)}`,
  gitLab: `glpat-${r(20)}`,
  huggingFace: `hf_${r(34)}`,
  groq: `gsk_${r(52)}`,
  slack: `xoxb-${r(12)}-${r(24)}`,
  slackHook: `hooks.slack.com/services/T${r(8)}/B${r(8)}/${r(24)}`,
  bearer: `Bearer ${r(40)}`,
  bearerInLowerCase: `bearer ${r(40)}`,
  basic: `Authorization: Basic ${r(24)}==`,
  jwt: `eyJ${r(20)}.eyJ${r(40)}.${r(43)}`,
  privateKey: `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${r(64)}\n${r(64)}\n-----END RSA PRIVATE KEY-----`,
  privateKeyCutOff: `-----BEGIN PRIVATE KEY-----\n${r(64)}\n${r(30)}`,
  password: `postgres://app:${r(12)}@db:5432/shop`,
}

test.each(Object.entries(secrets))('a secret does not pass, wherever it stands: %s', async (_, secret) => {
  const text = `before ${secret}`
  const structured = { arrayValue: { values: [{ kvlistValue: { values: keyValues({ content: text }) } }] } }
  const attributes = [...keyValues({ plain: text }), { key: 'nested', value: structured }]
  const [span] = maker.run({ service: 'x', endMs: Date.now(), turns: 0 }).spans
  const spans = [
    {
      ...span,
      attributes,
      status: { code: 2, message: text },
      events: [{ name: 'exception', attributes: keyValues({ m: text }) }],
    },
  ]
  const scope = { name: 's', attributes: keyValues({ a: text }) }
  const resource = { attributes: keyValues({ 'service.name': 'x', 'process.command_line': text }) }
  const record = { body: structured, attributes: keyValues({ m: text }) }
  await deliverProtobuf(collector.door, parcelOf('traces', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] }))
  const logRecords = [record, { body: { stringValue: text } }]
  await deliverProtobuf(collector.door, parcelOf('logs', { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] }))
  const came = await eventually(
    () => Promise.resolve(sink.taken.length),
    (count) => count === 2,
    10_000,
  )
  expect(came).toBe(2)
  const sent = JSON.stringify([...sink.requests('traces'), ...sink.requests('logs')])
  const core = secret.split(/[\s:@]/).toSorted((a, b) => b.length - a.length)[0]!
  expect(sent).not.toContain(core)
  expect(sent.match(/before [^"\\]*\*\*\*\*/g)).toHaveLength(11)
})

test('headers and keys that are named as secrets are masked whatever they hold', async () => {
  const names = [
    'http.request.header.authorization',
    'http.request.header.cookie',
    'http.response.header.set-cookie',
    'http.request.header.x-api-key',
    'openai.api_key',
    'openaiApiKey',
    'oauth.access_token',
    'db.password',
  ]
  const [span] = maker.run({ service: 'x', endMs: Date.now(), turns: 0 }).spans
  const attributes = names.map((key) => ({ key, value: { arrayValue: { values: [{ stringValue: 'short' }] } } }))
  await deliverProtobuf(collector.door, tracesOf('x', [{ ...span, attributes }]))
  const [masked] = await eventually(
    () => Promise.resolve(sink.spans()),
    (spans) => spans.length === 1,
    10_000,
  )
  expect(masked?.['attributes']).toEqual(names.map((key) => ({ key, value: { stringValue: '****' } })))
})

test('numbers, names and ids pass unchanged, also those that look like secrets', async () => {
  const jwt = secrets['jwt']!
  const kept = {
    'gen_ai.usage.input_tokens': 4_111_111_111_111_111,
    'gen_ai.usage.output_tokens': 17,
    'llm.token_count.prompt': 12,
    'ai.usage.promptTokens': 3,
    'gen_ai.request.max_tokens': 100,
    'gen_ai.request.model': 'ft:gpt-4o-mini-2024-07-18:acme::AbCdEf12',
    'gen_ai.conversation.id': jwt,
    'session.id': jwt,
    'ai.telemetry.metadata.threadId': jwt,
    'traceloop.association.properties.user_id': jwt,
    'gen_ai.tool.call.arguments': '{"task":"task-0123456789abcdef0123456789abcdef","url":"https://db:5432/x@y"}',
    'gen_ai.input.messages': '[{"role":"user","content":"Bearer tokens and the basic idea of authorization: none"}]',
    'gen_ai.agent.name': 'disk-sk-cleaner',
  }
  const doubles = [{ key: 'gen_ai.request.temperature', value: { doubleValue: 0.7 } }]
  const flags = [{ key: 'stream', value: { boolValue: true } }]
  const reasons = [{ key: 'gen_ai.response.finish_reasons', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } }]
  const [span] = maker.run({ service: 'x', endMs: Date.now(), turns: 0 }).spans
  const attributes = [...keyValues(kept), ...doubles, ...flags, ...reasons]
  const sent = tracesOf('x', [{ ...span, name: 'chat sk-like', attributes, status: { code: 2, message: 'plain words' } }])
  await deliverProtobuf(collector.door, sent)
  const came = await eventually(
    () => Promise.resolve(sink.requests('traces')),
    (requests) => requests.length === 1,
    10_000,
  )
  expect(came).toEqual([jsonOf(sent)])
})

test('the processor is shown the token and gets zstd', async () => {
  await deliverProtobuf(collector.door, tracesOf('x', maker.run({ service: 'x', endMs: Date.now() }).spans))
  await eventually(
    () => Promise.resolve(sink.taken),
    (taken) => taken.length === 1,
    10_000,
  )
  expect(sink.taken[0]?.headers).toMatchObject({ authorization: `Bearer ${ingestToken}`, 'content-encoding': 'zstd' })
})

test('traces go to Tempo as well, with the same texts masked', async () => {
  const [span] = maker.run({ service: 'x', endMs: Date.now(), turns: 0 }).spans
  const marked = { ...span, attributes: keyValues({ note: `to Tempo ${secrets['anthropic']!}` }) }
  await deliverProtobuf(collector.door, tracesOf('x', [marked]))
  const came = (): string => Buffer.concat(tempo.requests).toString('latin1')
  await eventually(
    () => Promise.resolve(came()),
    (bytes) => bytes.includes('to Tempo'),
    10_000,
  )
  expect(came()).toContain('to Tempo ****')
  expect(came()).not.toContain('sk-ant-')
  await eventually(
    () => Promise.resolve(sink.spans()),
    (spans) => spans.length === 1,
    10_000,
  )
})

const spansOf = (count: number, bytes: number): readonly Message[] => {
  const text = 'x'.repeat(bytes)
  return Array.from({ length: count }, () => ({
    ...maker.run({ service: 'x', endMs: Date.now(), turns: 0 }).spans[0],
    attributes: keyValues({ 'gen_ai.input.messages': text }),
  }))
}
const ids = (spans: readonly Message[]): readonly string[] => spans.map(({ spanId }) => String(spanId)).toSorted()

test('a request of 30 MB comes in parts that the processor takes, with every span once; a larger one than 32 MiB is refused for good', async () => {
  const spans = spansOf(3_000, 10_000)
  const parcel = tracesOf('x', spans)
  expect(parcel.protobuf.byteLength).toBeGreaterThan(30e6)
  expect(await grpc.export('traces', parcel.protobuf)).toEqual({ code: 0, message: '' })
  expect(await post(collector.door, httpForm(parcel, { gzip: true }))).toBe(200)
  const twice = await eventually(
    () => Promise.resolve(ids(sink.spans())),
    (found) => found.length >= 6_000,
    20_000,
  )
  expect(twice).toEqual(ids([...spans, ...spans]))
  const largest = Math.max(...sink.taken.map(({ protobuf }) => protobuf.byteLength))
  // The processor's limit is 16 MiB; half a megabyte of difference comes from the lengths that frame the spans.
  expect(largest).toBeLessThan(12.5 * 1024 * 1024)
  const tooLarge = tracesOf('x', spansOf(4_000, 10_000))
  expect(await post(collector.door, httpForm(tooLarge))).toBe(400)
  expect((await grpc.export('traces', tooLarge.protobuf)).code).toBe(8)
})

test('a span with a text of 20 MB is cut and costs its neighbours nothing', async () => {
  const spans = [...spansOf(4, 10), ...spansOf(1, 20e6), ...spansOf(5, 10)]
  await deliverProtobuf(collector.door, tracesOf('x', spans))
  const came = await eventually(
    () => Promise.resolve(sink.spans()),
    (found) => found.length >= 10,
    10_000,
  )
  expect(ids(came)).toEqual(ids(spans))
})

test('a full queue says try again, over HTTP and gRPC, and loses nothing it took', async () => {
  const full = await started({ folder: join(folder, 'full'), queueBytes: 2_000_000 })
  onTestFinished(() => full.program.end())
  sink.status = 503
  const client = new GrpcClient(full.grpcUrl)
  onTestFinished(() => client.close())
  const taken: Message[] = []
  let refusal = 0
  while (refusal === 0) {
    const spans = spansOf(10, 10_000)
    const status = await post(full.door, httpForm(tracesOf('x', spans)))
    if (status === 200) taken.push(...spans)
    else refusal = status
  }
  expect(refusal).toBe(503)
  expect((await client.export('traces', tracesOf('x', spansOf(10, 10_000)).protobuf)).code).toBe(14)
  expect(taken.length).toBeGreaterThan(150)
  sink.status = 200
  const came = await eventually(
    () => Promise.resolve(ids(sink.spans())),
    (found) => found.length >= taken.length,
    20_000,
  )
  expect(came).toEqual(ids(taken))
  expect(await post(full.door, httpForm(tracesOf('x', spansOf(10, 10_000))))).toBe(200)
})

test('what was acknowledged survives SIGKILL', async () => {
  const killed = await started({ folder: join(folder, 'killed') })
  onTestFinished(() => killed.program.end())
  sink.status = 503
  const spans = spansOf(20, 1_000)
  await deliverProtobuf(killed.door, tracesOf('x', spans.slice(0, 10)))
  await deliverProtobuf(killed.door, tracesOf('x', spans.slice(10)))
  await killed.program.end('SIGKILL')
  sink.status = 200
  await killed.program.start()
  const came = await eventually(
    () => Promise.resolve(ids(sink.spans())),
    (found) => found.length >= 20,
    20_000,
  )
  expect(came).toEqual(ids(spans))
})

test('what no test of seconds can see: writes are synced, and retries have no end', () => {
  const config = parse(readFileSync(repositoryPath(collectorConfig), 'utf8')) as {
    extensions: { file_storage: { fsync: boolean } }
    exporters: { 'otlp_http/flywheel': { retry_on_failure: { max_elapsed_time: number } } }
  }
  expect(config.extensions.file_storage.fsync).toBe(true)
  expect(config.exporters['otlp_http/flywheel'].retry_on_failure.max_elapsed_time).toBe(0)
})

test.each(['that is down', 'that hangs'])('a Tempo %s neither holds up nor loses what goes to the processor', async (state) => {
  const hole = createServer(() => {})
  await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void hole.close())
  const tempoAddress = state === 'that hangs' ? `127.0.0.1:${(hole.address() as AddressInfo).port}` : '127.0.0.1:9'
  const alone = await started({ folder: join(folder, state), tempoAddress })
  onTestFinished(() => alone.program.end('SIGKILL'))
  const runs = Array.from({ length: 4_000 }, () => maker.run({ service: 'x', endMs: Date.now() }))
  const startedAtMs = Date.now()
  for (const parcel of batched(runs, 500)) expect(await post(alone.door, httpForm(parcel))).toBe(200)
  const came = await eventually(
    () => Promise.resolve(sink.spans().length),
    (count) => count >= 20_000,
    20_000,
  )
  expect(came).toBe(20_000)
  expect(Date.now() - startedAtMs).toBeLessThan(15_000)
})
