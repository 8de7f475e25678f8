/**
 * What feedback costs the processor, beside what spans cost it. Windows in which spans come and windows in which feedback about their runs comes alternate; CPU
 * time is the whole processor's, so it holds the log, the joining, the counting and the records. Feedback is told apart by when it finds its run.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chat } from '../test/helpers/chat.ts'
import { otlpSpan, sendJson } from './otlp.ts'
import { Processor } from '../test/helpers/processor.ts'
import type { Benchmark, Report } from './bench.ts'
import { median, ratioOf } from './spread.ts'

const PAIRS = Number(process.env['BENCH_WINDOWS'] ?? 30)
const BODIES = 40
const RUNS_PER_BODY = 50
const SPANS_PER_RUN = 2
const ITEMS_PER_REQUEST = 100
const CONNECTIONS = 4

interface Window {
  /** Milliseconds of CPU a thousand spans or feedback. */
  readonly cpuMs: number
  readonly perSecond: number
}

export const benchmark: Benchmark = {
  name: 'feedback',
  question: `What does feedback cost that is sent ${ITEMS_PER_REQUEST} a request, until it is joined, counted and saved?`,
  run: async (report) => {
    const folder = await mkdtemp(join(tmpdir(), 'flywheel-bench-'))
    const processor = await Processor.create({
      FLYWHEEL_DATA_DIR: join(folder, 'data'),
      FLYWHEEL_SETTLE_MS: '0',
      FLYWHEEL_FEEDBACK_HOLD_MS: '0',
      FLYWHEEL_RUN_ROWS_PER_SECOND: '100000',
      // Transcripts of rated runs are another benchmark's question.
      FLYWHEEL_CONTENT: 'off',
    })
    await processor.start()
    try {
      await measureAll(processor.url, report)
    } finally {
      await processor.end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measureAll(url: string, report: Report): Promise<void> {
  const spans: Window[] = []
  const feedback: Window[] = []
  for (let pair = 0; pair <= PAIRS; pair++) {
    report.progress(`pair ${pair} of ${PAIRS}`)
    const traceIds = Array.from({ length: BODIES * RUNS_PER_BODY }, () => randomBytes(16).toString('hex'))
    const ofSpans = await measure(url, traceIds.length * SPANS_PER_RUN, spanRequests(traceIds))
    const ofFeedback = await measure(url, traceIds.length, feedbackRequests(traceIds))
    // The first warms up.
    if (pair === 0) continue
    spans.push(ofSpans)
    feedback.push(ofFeedback)
  }
  const cpu = (windows: readonly Window[]): readonly number[] => windows.map(({ cpuMs }) => cpuMs)
  const row = (name: string, windows: readonly Window[]): readonly string[] => [
    name,
    median(windows.map(({ perSecond }) => perSecond)).toFixed(0),
    median(cpu(windows)).toFixed(1),
  ]
  report.table([['', 'a second', 'CPU ms / 1,000'], row('spans', spans), row('feedback', feedback)])
  report.line(
    `  CPU of a feedback to that of a span: ${ratioOf(cpu(feedback), cpu(spans))}, middle half of ${PAIRS} pairs in brackets`,
  )
}

interface Request {
  readonly path: string
  readonly body: object
}

function spanRequests(traceIds: readonly string[]): readonly Request[] {
  return chunks(traceIds, RUNS_PER_BODY).map((ids) => ({ path: '/v1/traces', body: otlpBody(ids.flatMap(runSpans)) }))
}

function otlpBody(spans: readonly object[]): object {
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] }
}

function runSpans(traceId: string): readonly object[] {
  const root = randomBytes(8).toString('hex')
  const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support' }
  return [
    otlpSpan({ traceId, spanId: root, name: 'invoke_agent support', attributes: agent }),
    otlpSpan({ traceId, spanId: randomBytes(8).toString('hex'), parentSpanId: root, name: 'chat', attributes: chat(1_200, 80) }),
  ]
}

function feedbackRequests(traceIds: readonly string[]): readonly Request[] {
  return chunks(traceIds, ITEMS_PER_REQUEST).map((ids) => ({
    path: '/v1/feedback',
    body: ids.map((traceId, place) => ({
      id: randomUUID(),
      target: { traceId },
      rating: place % 3 === 0 ? 'negative' : 'positive',
      comment: 'It did not find my order, and I had to ask twice.',
    })),
  }))
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return [...chunksOf(items, size)]
}

/** Sends everything over some connections, and waits until it is counted and saved. */
async function measure(url: string, items: number, requests: readonly Request[]): Promise<Window> {
  const bodies = requests.map(({ path, body }) => ({ path, text: JSON.stringify(body) }))
  const [cpuBefore, beganMs] = [await cpuSeconds(url), performance.now()]
  let next = 0
  const lanes = Array.from({ length: CONNECTIONS }, async () => {
    for (let request = bodies[next++]; request !== undefined; request = bodies[next++])
      await sendJson(url + request.path, request.text)
  })
  await Promise.all(lanes)
  const acceptedMs = performance.now() - beganMs
  await quiet(url)
  return { cpuMs: (((await cpuSeconds(url)) - cpuBefore) * 1e6) / items, perSecond: (items * 1e3) / acceptedMs }
}

async function quiet(url: string): Promise<void> {
  for (let calm = 0; calm < 2;) {
    await sleep(500)
    const page = await metrics(url)
    calm = !page.includes('flywheel_open_runs{') && page.includes('flywheel_checkpoint_age_seconds 0\n') ? calm + 1 : 0
  }
}

async function metrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

async function cpuSeconds(url: string): Promise<number> {
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(await metrics(url))?.[1] ?? Number.NaN)
}
