/** Whatever way spans take to the Collector, Prometheus counts them once, as a processor without a Collector does, and sees the very first failure of a kind. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { Processor } from '../helpers/processor.ts'
import { asCaptured, asNewRuns, capturedMetrics } from './captured.ts'
import { GrpcClient } from './grpc.ts'
import { type HttpForm, httpForm, type Parcel } from './parcel.ts'
import { bySeries, eventually, seriesName } from './prometheus.ts'
import { RunMaker, type RunPlan, tracesOf } from './runs.ts'
import { deliver, deliverGrpc, deliverProtobuf, type Door } from './sender.ts'
import { ingestToken, metricsPage, processorEnvironment, Stack } from './stack.ts'

/** Some captured runs have no end; the shipped ten minutes would be waited for. */
const environment = { FLYWHEEL_IDLE_MS: '5000' }
const SCRAPE_INTERVAL_MS = 15_000
/** A new series shows 0 for two scrape intervals. */
const HELD_MS = 2 * SCRAPE_INTERVAL_MS + 2_000
const FIRST = 'first-failure'
const maker = new RunMaker(21)

let stack: Stack
let direct: Processor
let directDoor: Door

beforeAll(async () => {
  stack = await Stack.start({ processor: environment })
  direct = await Processor.create({ ...processorEnvironment(join(stack.folder, 'direct')), ...environment })
  await direct.start()
  directDoor = { httpUrl: direct.url, token: ingestToken }
  await sendHealthyTraffic()
  await sendCaptures()
  await sleep(SCRAPE_INTERVAL_MS)
  await sendFirstFailure()
})

afterAll(async () => {
  await direct.end('SIGTERM')
  await stack.end()
})

/** About deliveries and the moment, not about agents. */
const notCompared =
  /^flywheel_(received_requests_total|ingest_lag_seconds_\w+|log_entries|log_bytes|checkpoint_age_seconds|series|links_info|build_info|open_\w+|affected_users|service_affected_users|release_first_run_timestamp_seconds)\{/

function agentCounters(counters: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counters].filter(([name]) => !notCompared.test(name)))
}

/** Series -> value of a metrics page, named as Prometheus' answers are. */
function readPage(page: string): ReadonlyMap<string, number> {
  const lines = page.split('\n').filter((line) => line.startsWith('flywheel_'))
  return new Map(
    lines.map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, unescaped(text)])
      return [seriesName(name, normalised(Object.fromEntries(pairs) as Record<string, string>)), Number(value)]
    }),
  )
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

/** Prometheus writes the bound of a bucket as a float. */
function normalised(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { le } = labels
  return le === undefined || !/^\d+$/.test(le) ? labels : { ...labels, le: `${le}.0` }
}

async function isQuiet(url: string): Promise<boolean> {
  const page = (await metricsPage(url)) ?? ''
  return page !== '' && !page.includes('flywheel_open_runs{') && page.includes('flywheel_checkpoint_age_seconds 0\n')
}

async function sendHealthyTraffic(): Promise<void> {
  for (let run = 0; run < 20; run++) await sendRun({})
}

/** One run that ends with an error of a kind that nothing before it had. */
function sendFirstFailure(): Promise<void> {
  return sendRun({ error: { type: 'context_length_exceeded', message: "This model's maximum context length is 128000 tokens" } })
}

function sendRun(plan: Pick<RunPlan, 'error'>): Promise<void> {
  const parcel = tracesOf(FIRST, maker.run({ service: FIRST, endMs: Date.now(), ...plan }).spans)
  return both(httpForm(parcel), () => deliverProtobuf(stack.collector.door, parcel))
}

async function sendCaptures(): Promise<void> {
  const grpc = new GrpcClient(stack.collector.grpcUrl)
  const { door } = stack.collector
  for (const form of [...asCaptured(), capturedMetrics()]) await both(form, () => deliver(door, form))
  const ways: readonly ((parcel: Parcel) => Promise<void>)[] = [
    (parcel) => deliverGrpc(grpc, parcel),
    (parcel) => deliverGrpc(grpc, parcel, { gzip: true }),
    (parcel) => deliver(door, httpForm(parcel, { json: true })),
    (parcel) => deliver(door, httpForm(parcel, { json: true, gzip: true })),
    (parcel) => deliver(door, httpForm(parcel, { gzip: true })),
  ]
  for (const [at, send] of ways.entries()) {
    for (const parcel of asNewRuns(at + 1, Date.now() - 60_000)) await both(httpForm(parcel), () => send(parcel))
  }
  grpc.close()
}

async function both(form: HttpForm, throughCollector: () => Promise<void>): Promise<void> {
  await Promise.all([throughCollector(), deliver(directDoor, form)])
}

test.concurrent('captured bytes over gRPC and HTTP, as protobuf and JSON, plain and gzip: every counter in Prometheus is that of a processor without a Collector', async ({
  expect,
}) => {
  await eventually(async () => (await isQuiet(direct.url)) && (await isQuiet(stack.processor.url)), Boolean, 60_000)
  await sleep(HELD_MS)
  const truth = agentCounters(readPage((await metricsPage(direct.url)) ?? ''))
  expect(Object.values(truth).filter((value) => value > 0).length).toBeGreaterThan(100)
  const inPrometheus = async (): Promise<Readonly<Record<string, number>>> =>
    agentCounters(bySeries(await stack.prometheus.query('{__name__=~"flywheel_.+"}')))
  const found = await eventually(
    inPrometheus,
    (counters) => JSON.stringify(sorted(counters)) === JSON.stringify(sorted(truth)),
    30_000,
  )
  expect(found).toEqual(truth)
  const signals = await stack.prometheus.query('sum by (signal) (flywheel_received_requests_total{code="200"}) > 0')
  expect(signals.map(({ labels }) => labels['signal'] ?? '').toSorted()).toEqual(['logs', 'metrics', 'traces'])
})

test.concurrent('a single failure of a kind that was never seen is an increase of at least one', async ({ expect }) => {
  const failures = `flywheel_failures_total{service_name="${FIRST}",impact="fatal"}`
  const failed = `flywheel_runs_total{service_name="${FIRST}",outcome="failed"}`
  const timeoutMs = HELD_MS + 2 * SCRAPE_INTERVAL_MS
  const isThere = (value: number | null): boolean => value !== null && value >= 1
  expect(await eventually(() => stack.prometheus.value(`increase(${failures}[5m])`), isThere, timeoutMs)).toBeGreaterThanOrEqual(
    1,
  )
  expect(await eventually(() => stack.prometheus.value(`increase(${failed}[5m])`), isThere, timeoutMs)).toBeGreaterThanOrEqual(1)
  const [series] = await stack.prometheus.query(failures)
  expect(series).toMatchObject({ labels: { kind: 'context_length' }, samples: [[expect.any(Number), 1]] })
})

function sorted(counters: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(counters).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
