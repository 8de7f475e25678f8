/**
 * What the SDK costs the application that uses it, in good and in bad times of the processor. Requests go to all applications in turn, in random order, so
 * that whatever else the machine does hits all alike; each window of time gives one ratio to "off", and the spread over the windows is shown. The
 * second "off" shows what a difference of nothing looks like, "OpenTelemetry alone" what its own batching and exporter cost in the place of ours, "nowhere" what
 * making spans costs if nobody sends them.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark, Report } from './bench.ts'

const WINDOWS = Number(process.env['BENCH_WINDOWS'] ?? 30)
const REQUESTS_PER_WINDOW = 30
/** To all applications together: two cores should not be busy with the measuring. */
const REQUESTS_PER_SECOND = 50
const WARM_REQUESTS = 2_000
const WARM_LANES = 20
const LEAD_IN_REQUESTS = 400
const BURST_SPANS_PER_SECOND = 10_000

interface App {
  readonly name: string
  readonly process: ChildProcess
  readonly url: string
  /** Latencies in ms, one list a window. */
  readonly windows: number[][]
  /** Of a request while the applications were driven together; null where they were not. */
  cpuMsOfRequest: number | null
}

export const benchmark: Benchmark = {
  name: 'sdk',
  question: 'What does the SDK add to the latency of an application, while the processor is up, away or broken?',
  run: async (report) => {
    const receivers = child('sdk/receivers.ts', [])
    const [ports] = (await once(receivers, 'message')) as [Record<string, number>]
    const at = (name: string): string => `http://127.0.0.1:${ports[name] ?? 0}`
    const start = (name: string, mode: string, receiver: string, spansPerSecond = 0): Promise<App> =>
      startApp(name, [mode, at('model'), at(receiver), String(spansPerSecond)])
    const off = await start('off', 'off', 'up')
    const calm = [off, await start('off, again', 'off', 'up')]
    for (const name of ['up', 'down', 'slow', 'refusing', 'resetting']) calm.push(await start(name, name, name))
    calm.push(await start('up, OpenTelemetry alone', 'stock', 'up'))
    const burstUp = await start('up, 10,000 spans/s', 'burst', 'up', BURST_SPANS_PER_SECOND)
    const burstDown = await start('down, 10,000 spans/s', 'burst', 'down', BURST_SPANS_PER_SECOND)
    const burstStock = await start('up, 10,000 spans/s, OpenTelemetry alone', 'stock', 'up', BURST_SPANS_PER_SECOND)
    const burstNowhere = await start('nowhere, 10,000 spans/s', 'nowhere', 'up', BURST_SPANS_PER_SECOND)
    const burst = [burstUp, burstDown, burstStock, burstNowhere]
    const apps = [...calm, ...burst]
    try {
      for (const app of apps) await warm(app, WARM_REQUESTS)
      await driveAll(calm, [off, ...burst], report)
      await conclude(apps, report)
    } finally {
      for (const { process: app } of apps) app.disconnect()
      receivers.disconnect()
    }
  },
}

async function driveAll(calm: readonly App[], burst: readonly App[], report: Report): Promise<void> {
  const before = await Promise.all(calm.map(stateOf))
  for (let window = 1; window <= WINDOWS; window += 1) {
    report.progress(`window ${window} of ${WINDOWS}: up, down, slow, refusing, resetting`)
    await drive(calm)
  }
  const after = await Promise.all(calm.map(stateOf))
  for (const [index, app] of calm.entries()) {
    app.cpuMsOfRequest = (after[index]!.cpuMs - before[index]!.cpuMs) / (WINDOWS * REQUESTS_PER_WINDOW)
  }
  // Each alone: a process that makes 10,000 spans a second takes the others' core.
  for (let window = 1; window <= WINDOWS; window += 1) {
    report.progress(`window ${window} of ${WINDOWS}: 10,000 spans a second`)
    const order = burst.map((_, index) => burst[(index + window) % burst.length]!)
    for (const app of order) {
      // It has made them for a while when the measuring begins.
      app.process.send({ bursting: true })
      await warm(app, LEAD_IN_REQUESTS)
      await drive([app])
    }
  }
}

/** Applications in production have been running for longer than a compiler needs. */
async function warm(app: App, requests: number): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const lanes = Array.from({ length: WARM_LANES }, async () => {
    for (let request = 0; request < requests / WARM_LANES; request += 1)
      await text(`${app.url}/conversation-${request % 20}`, agent)
  })
  await Promise.all(lanes)
  agent.destroy()
}

/** One window: a steady rate to each application, whether or not the requests before have been answered. */
async function drive(apps: readonly App[]): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  for (const app of apps) app.process.send({ bursting: true })
  const slotMs = 1_000 / REQUESTS_PER_SECOND
  const slots = Array.from({ length: REQUESTS_PER_WINDOW }, () => shuffled(apps)).flat()
  const latencies = new Map<App, number[]>(apps.map((app) => [app, []]))
  await Promise.all(
    slots.map(async (app, index) => {
      await sleep(index * slotMs)
      const startMs = performance.now()
      await text(`${app.url}/conversation-${index % 20}`, agent)
      latencies.get(app)!.push(performance.now() - startMs)
    }),
  )
  for (const app of apps) app.process.send({ bursting: false })
  for (const [app, window] of latencies) app.windows.push(window)
  agent.destroy()
  await sleep(100)
}

async function conclude(apps: readonly App[], report: Report): Promise<void> {
  const states = await Promise.all(apps.map(stateOf))
  const off = apps[0]!
  const rows = apps.map((app) => {
    // "off" was driven with both groups; each is compared with the windows of its own.
    const isBurst = app.name.includes('spans/s')
    const reference = isBurst ? off.windows.slice(WINDOWS) : off.windows.slice(0, WINDOWS)
    const change = (measure: (window: readonly number[]) => number): string =>
      app === off ? '' : spread(app.windows.map((window, place) => measure(window) / measure(reference[place]!)))
    return [
      app.name,
      `${quantile(app.windows.flat(), 0.5).toFixed(2)} ms`,
      change((window) => quantile(window, 0.5)),
      change(mean),
      app === off ? '' : percent(quantile(app.windows.flat(), 0.99) / quantile(reference.flat(), 0.99)),
      app.cpuMsOfRequest === null ? '' : `${app.cpuMsOfRequest.toFixed(2)} ms`,
    ]
  })
  report.table([['processor', 'p50', 'p50 against off', 'mean against off', 'p99 of all', 'CPU a request'], ...rows])
  report.line(
    `  ${WINDOWS} windows of ${REQUESTS_PER_WINDOW} requests to each; median of the windows' ratios to "off" in the same window, middle half in brackets.`,
  )
  report.line(`  Exceptions in the applications: ${states.reduce((sum, { failures }) => sum + failures, 0)}`)
}

async function stateOf(app: App): Promise<{ readonly failures: number; readonly cpuMs: number }> {
  return JSON.parse(await text(`${app.url}/state`)) as { failures: number; cpuMs: number }
}

function spread(ratios: readonly number[]): string {
  return `${percent(quantile(ratios, 0.5))} (${percent(quantile(ratios, 0.25))} to ${percent(quantile(ratios, 0.75))})`
}

function percent(ratio: number): string {
  const change = (ratio - 1) * 100
  return `${change < 0 ? '' : '+'}${change.toFixed(1)} %`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}

async function startApp(name: string, parameters: readonly string[]): Promise<App> {
  const app = child('sdk/app.ts', parameters)
  const [{ port }] = (await once(app, 'message')) as [{ port: number }]
  return { name, process: app, url: `http://127.0.0.1:${port}`, windows: [], cpuMsOfRequest: null }
}

function child(file: string, parameters: readonly string[]): ChildProcess {
  return fork(`${import.meta.dirname}/${file}`, parameters, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

function text(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(`${url}: ${body}`))))
      response.on('error', reject)
    }).on('error', reject)
  })
}
