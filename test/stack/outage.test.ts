/** The processor is away while 60,000 spans come, and the Collector is killed meanwhile: afterwards everything is counted once, and nobody was paged for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { GrpcClient } from './grpc.ts'
import { httpForm, type Parcel } from './parcel.ts'
import { eventually } from './prometheus.ts'
import { batched, type Run, RunMaker, sumOf } from './runs.ts'
import { deliver, deliverGrpc } from './sender.ts'
import { Stack } from './stack.ts'
import { countedRuns, countedSpans } from './truth.ts'

const SERVICE = 'outage'
const SENDERS = 4
/** Not a multiple of five: runs are cut in two, and senders overtake each other. */
const SPANS_PER_REQUEST = 256
const EVALUATION_MS = 30_000
const GROUP_WAIT_MS = 10_000
/** A new series shows 0 for two scrape intervals, and is scraped after that. */
const FIRST_SEEN_MS = 3 * 15_000

test('60,000 spans while the processor is down and the Collector is killed once: all counted once, no page about failures', async () => {
  const stack = await Stack.start()
  onTestFinished(() => stack.end())
  const maker = new RunMaker(31)
  const early = runsOf(maker, 200)
  await sendAll(stack, batched(early, SPANS_PER_REQUEST))
  const startedAtMs = Date.now()

  await processed(stack, 1_000)
  await stack.processor.end('SIGKILL')
  const missed = runsOf(maker, 12_000)
  expect(sumOf(missed.map(({ truth }) => truth)).spans).toBe(60_000)
  const sending = sendAll(stack, batched(missed, SPANS_PER_REQUEST))
  await killInTheMiddle(stack)
  await sending
  const backlogBytes = await stack.collector.metric('otelcol_exporter_queue_size', 'exporter="otlp_http/flywheel"')
  expect(backlogBytes).toBeGreaterThan(10e6)

  await stack.processor.start()
  const backAtMs = Date.now()
  await drained(stack)
  const drainedMs = Date.now() - backAtMs
  console.log(`${Math.round(backlogBytes / 1e6)} MB drained ${drainedMs} ms after the processor was back`)
  expect(drainedMs).toBeLessThan(30_000)

  const truth = sumOf([...early, ...missed].map((run) => run.truth))
  const { spans, ...runs } = truth
  const timeoutMs = Math.max(0, startedAtMs + FIRST_SEEN_MS - Date.now()) + 30_000
  expect(
    await eventually(
      () => countedRuns(stack.prometheus, SERVICE),
      (counted) => counted.runs >= runs.runs,
      timeoutMs,
    ),
  ).toEqual(runs)
  expect(
    await eventually(
      () => countedSpans(stack.prometheus),
      (counted) => counted >= spans,
      timeoutMs,
    ),
  ).toBe(spans)

  // The rules wait for nothing: the next evaluation would page.
  await sleep(EVALUATION_MS + GROUP_WAIT_MS)
  const failing = (await stack.prometheus.alerts()).filter(({ labels }) => labels['family'] === 'failures')
  expect(failing).toEqual([])
  expect(stack.webhook.firing().filter((name) => name.startsWith('FlywheelFailure'))).toEqual([])
})

/** One of a hundred fails, as healthy agents do. */
function runsOf(maker: RunMaker, count: number): readonly Run[] {
  const error = { type: 'rate_limit_exceeded', message: 'Rate limit reached' }
  return Array.from({ length: count }, (_, at) =>
    maker.run({ service: SERVICE, endMs: Date.now(), ...(at % 100 === 99 ? { error } : {}) }),
  )
}

/** Several senders at once, over both protocols; each keeps a request until it is acknowledged. */
async function sendAll(stack: Stack, parcels: readonly Parcel[]): Promise<void> {
  const waiting = [...parcels]
  const send = async (sender: number): Promise<void> => {
    const grpc = new GrpcClient(stack.collector.grpcUrl)
    for (let parcel = waiting.shift(); parcel !== undefined; parcel = waiting.shift()) {
      if (sender % 2 === 0) await deliverGrpc(grpc, parcel)
      else await deliver(stack.collector.door, httpForm(parcel, { gzip: true }))
    }
    grpc.close()
  }
  await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)))
}

async function killInTheMiddle(stack: Stack): Promise<void> {
  const queued = (): Promise<number> => stack.collector.metric('otelcol_exporter_queue_size', 'exporter="otlp_http/flywheel"')
  await eventually(queued, (bytes) => bytes > 4e6, 30_000)
  await stack.collector.program.end('SIGKILL')
  await sleep(500)
  await stack.collector.program.start()
}

async function processed(stack: Stack, spans: number): Promise<void> {
  const sent = (): Promise<number> => stack.collector.metric('otelcol_exporter_sent_spans_total', 'exporter="otlp_http/flywheel"')
  expect(await eventually(sent, (count) => count >= spans, 10_000)).toBe(spans)
}

async function drained(stack: Stack): Promise<void> {
  const queued = (): Promise<number> => stack.collector.metric('otelcol_exporter_queue_size', 'exporter="otlp_http/flywheel"')
  expect(await eventually(queued, (bytes) => bytes === 0, 60_000)).toBe(0)
}
