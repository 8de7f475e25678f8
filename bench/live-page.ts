/**
 * What open live pages cost the processor. One processor takes spans as fast as it can; windows with and without fifty open pages alternate, so that
 * whatever else the machine does hits both alike. Beside the rate stands the processor's own CPU time a thousand spans, which the sender's share of the
 * machine does not blur.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Processor } from '../test/helpers/processor.ts'
import { parcelOf } from '../test/stack/parcel.ts'
import type { Benchmark } from './bench.ts'

const PAIRS = Number(process.env['BENCH_WINDOWS'] ?? 30)
const WINDOW_MS = 2_000
const SETTLED_IN_MS = 500
const OPEN_PAGES = 50
const CONNECTIONS = 4
const RUNS_PER_BODY = 64
const SPANS_PER_RUN = 8

interface Window {
  readonly spansPerSecond: number
  /** Milliseconds of CPU that the whole processor used for a thousand spans. */
  readonly cpuMs: number
}

export const benchmark: Benchmark = {
  name: 'live-page',
  question: `What do ${OPEN_PAGES} open live pages take from the rate at which spans are taken in?`,
  run: async (report) => {
    const folder = await mkdtemp(join(tmpdir(), 'flywheel-bench-'))
    const processor = await Processor.create({ FLYWHEEL_DATA_DIR: join(folder, 'data'), FLYWHEEL_SETTLE_MS: '1000' })
    await processor.start()
    const sender = new Sender(processor.url)
    const without: Window[] = []
    const withPages: Window[] = []
    try {
      sender.start()
      await sleep(5_000)
      for (let pair = 1; pair <= PAIRS; pair++) {
        report.progress(`pair ${pair} of ${PAIRS}`)
        // The order turns round, so that a drift of the machine favours neither.
        for (const hasPages of pair % 2 === 0 ? [false, true] : [true, false]) {
          const pages = hasPages ? await openPages(processor.url) : []
          await sleep(SETTLED_IN_MS)
          ;(hasPages ? withPages : without).push(await measure(processor.url, sender))
          for (const page of pages) page.destroy()
        }
      }
      const updates = await updatesASecond(processor.url)
      report.table([
        ['', 'spans/s', 'CPU ms / 1,000 spans'],
        ['no page', middle(without, 'spansPerSecond').toFixed(0), middle(without, 'cpuMs').toFixed(2)],
        [`${OPEN_PAGES} pages`, middle(withPages, 'spansPerSecond').toFixed(0), middle(withPages, 'cpuMs').toFixed(2)],
      ])
      report.line(`  rate with pages to rate without: ${spread(withPages, without, 'spansPerSecond')}`)
      report.line(`  CPU with pages to CPU without:   ${spread(withPages, without, 'cpuMs')}`)
      report.line(`  (a page got ${updates.toFixed(1)} updates a second)`)
    } finally {
      sender.stop()
      await processor.end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Sends bodies of fresh runs over a few connections, each the next as soon as the last was answered. */
class Sender {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  #isOver = false
  spans = 0

  constructor(url: string) {
    this.#url = url
  }

  start(): void {
    for (let connection = 0; connection < CONNECTIONS; connection++) void this.#send()
  }

  stop(): void {
    this.#isOver = true
    this.#agent.destroy()
  }

  async #send(): Promise<void> {
    const { body, places } = template()
    while (!this.#isOver) {
      const prefix = randomBytes(PREFIX_BYTES)
      for (const place of places) prefix.copy(body, place)
      const status = await this.#post(body).catch(() => 0)
      if (status === 200) this.spans += RUNS_PER_BODY * SPANS_PER_RUN
      else await sleep(20)
    }
  }

  #post(body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
      const sent = request(`${this.#url}/v1/traces`, { method: 'POST', agent: this.#agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      })
      sent.on('error', reject).end(body)
    })
  }
}

const PREFIX_BYTES = 8
const marker = Buffer.from('feedfacecafef00d', 'hex')

/** A body whose trace ids all begin with the marker, and where those stand. */
function template(): { readonly body: Buffer; readonly places: readonly number[] } {
  const spans = Array.from({ length: RUNS_PER_BODY }, (_, run) => runSpans(run)).flat()
  const resource = { attributes: [text('service.name', 'bench'), text('service.version', '1.0.0')] }
  const { protobuf } = parcelOf('traces', { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'bench' }, spans }] }] })
  const body = Buffer.from(protobuf)
  const places: number[] = []
  for (let at = body.indexOf(marker); at >= 0; at = body.indexOf(marker, at + 1)) places.push(at)
  return { body, places }
}

/** An agent, calls and tools, as an agent of some steps sends them; one run of ten fails. */
function runSpans(run: number): readonly object[] {
  const tail = Buffer.alloc(16 - PREFIX_BYTES)
  tail.writeUInt32BE(run + 1, 4)
  const traceId = Buffer.concat([marker, tail]).toString('hex')
  const fails = run % 10 === 0
  const whose = [text('gen_ai.conversation.id', `chat-${run}`), text('user.id', `user-${run % 7}`)]
  const span = (number: number, name: string, attributes: readonly object[]): object => ({
    traceId,
    spanId: spanId(number),
    ...(number === 1 ? {} : { parentSpanId: spanId(1) }),
    name,
    kind: 1,
    startTimeUnixNano: String((1_769_860_800_000 + number * 100) * 1e6),
    endTimeUnixNano: String((1_769_860_800_000 + number * 100 + 90) * 1e6),
    attributes: [...attributes, ...whose],
    ...(fails && (number === 1 || number === SPANS_PER_RUN) ? { status: { code: 2, message: 'the tool did not answer' } } : {}),
  })
  const rest = Array.from({ length: SPANS_PER_RUN - 1 }, (_, index) => {
    const number = index + 2
    return number % 2 === 0
      ? span(number, 'chat gpt-4o-mini', callAttributes)
      : span(number, `execute_tool tool_${number}`, [
          text('gen_ai.operation.name', 'execute_tool'),
          text('gen_ai.tool.name', `tool_${number}`),
        ])
  })
  return [
    span(1, 'invoke_agent support', [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', 'support')]),
    ...rest,
  ]
}

const callAttributes: readonly object[] = [
  text('gen_ai.operation.name', 'chat'),
  text('gen_ai.provider.name', 'openai'),
  text('gen_ai.request.model', 'gpt-4o-mini'),
  text('gen_ai.response.model', 'gpt-4o-mini-2024-07-18'),
  count('gen_ai.usage.input_tokens', 1_200),
  count('gen_ai.usage.output_tokens', 80),
]

function spanId(number: number): string {
  return number.toString(16).padStart(16, '0')
}

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } }
}

function count(key: string, intValue: number): object {
  return { key, value: { intValue } }
}

async function openPages(url: string): Promise<readonly IncomingMessage[]> {
  return Promise.all(Array.from({ length: OPEN_PAGES }, () => openPage(url, () => {})))
}

function openPage(url: string, onData: (chunk: Buffer) => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}/live/events`, (response) => {
      response.on('data', onData).on('error', () => {})
      resolve(response)
    }).on('error', reject)
  })
}

async function measure(url: string, sender: Sender): Promise<Window> {
  const [cpuBefore, spansBefore, beganMs] = [await cpuSeconds(url), sender.spans, performance.now()]
  await sleep(WINDOW_MS)
  const [spans, elapsedMs] = [sender.spans - spansBefore, performance.now() - beganMs]
  const cpuMs = ((await cpuSeconds(url)) - cpuBefore) * 1e3
  return { spansPerSecond: (spans * 1e3) / elapsedMs, cpuMs: (cpuMs * 1e3) / Math.max(1, spans) }
}

async function cpuSeconds(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(page)?.[1] ?? Number.NaN)
}

async function updatesASecond(url: string): Promise<number> {
  let updates = 0
  const page = await openPage(url, (chunk) => (updates += chunk.toString().split('event: update').length - 1))
  await sleep(3_000)
  page.destroy()
  return updates / 3
}

function middle(windows: readonly Window[], what: keyof Window): number {
  return median(windows.map((window) => window[what]))
}

/** Each pair gives one ratio: their median and the middle half. */
function spread(a: readonly Window[], b: readonly Window[], what: keyof Window): string {
  const ratios = a.map((window, index) => window[what] / (b[index]?.[what] ?? Number.NaN)).sort((x, y) => x - y)
  const at = (share: number): string => (ratios[Math.floor(share * (ratios.length - 1))] ?? Number.NaN).toFixed(3)
  return `${median(ratios).toFixed(3)} (middle half of ${ratios.length} pairs: ${at(0.25)} to ${at(0.75)})`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
