/** The processor is killed ten times under traffic while Prometheus scrapes: no counter falls, and what is counted in the end is what was sent. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type HttpForm, httpForm } from './parcel.ts'
import { eventually, type Series, seriesName } from './prometheus.ts'
import { RunMaker, sumOf, tracesOf, type Truth } from './runs.ts'
import { deliver } from './sender.ts'
import { Stack } from './stack.ts'
import { countedRuns, countedSpans } from './truth.ts'

const KILLS = 10
const SENDERS = 2
const SERVICE = 'kill'
/** Shorter than the shipped 15 s, so that there are scrapes before, between and after all kills: a fall has more chances to be seen. */
const SCRAPE_INTERVAL_S = 1
/** What the processor is told: longer, because on a busy machine several scrapes of one a second are missed, and the 0 that each series begins with has to be seen. */
const TOLD_INTERVAL_MS = 4_000
const COUNTERS = '{__name__=~"flywheel_.+_(total|bucket|count|sum)"}'

test(`${KILLS} SIGKILLs under traffic: no counter in Prometheus ever falls, the last values are exact, increase() is within its extrapolation`, async () => {
  const stack = await Stack.start({
    processor: { FLYWHEEL_SCRAPE_INTERVAL_MS: String(TOLD_INTERVAL_MS) },
    prometheus: { 'scrape_interval: 15s': `scrape_interval: ${SCRAPE_INTERVAL_S}s` },
  })
  onTestFinished(() => stack.end())
  const startedAtMs = Date.now()
  let isOver = false
  const sending = Promise.all(Array.from({ length: SENDERS }, (_, sender) => sendUntil(stack, sender, () => isOver)))
  // From here on every series has been seen at 0 and with a value.
  const ok = `flywheel_runs_total{service_name="${SERVICE}",outcome="ok"}`
  await eventually(
    () => stack.prometheus.value(ok),
    (value) => value !== null && value > 0,
    30_000,
  )
  const random = new RunMaker(47)
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(1_500 + random.below(1_500))
    await stack.processor.end('SIGKILL')
    await sleep(random.below(1_000))
    await stack.processor.start()
  }
  isOver = true
  const truth = sumOf(await sending)
  const { spans, ...runs } = truth
  const { prometheus } = stack
  expect(
    await eventually(
      () => countedRuns(prometheus, SERVICE),
      (counted) => JSON.stringify(counted) === JSON.stringify(runs),
      40_000,
    ),
  ).toEqual(runs)
  expect(
    await eventually(
      () => countedSpans(prometheus),
      (counted) => counted === spans,
      10_000,
    ),
  ).toBe(spans)

  const windowS = Math.ceil((Date.now() - startedAtMs) / 1_000)
  const now = Date.now() / 1_000
  const scraped = await prometheus.query(`${COUNTERS}[${windowS}s]`, now)
  const scrapes = Math.max(...scraped.map(({ samples }) => samples.length))
  console.log(`${spans} spans, ${scraped.length} counters, up to ${scrapes} samples each in ${windowS} s`)
  expect(scraped.length).toBeGreaterThan(50)
  expect(scraped.flatMap(falls)).toEqual([])

  const [first] = await prometheus.query(`${ok}[${windowS}s]`, now)
  const [increase] = await prometheus.query(`increase(${ok}[${windowS}s])`, now)
  const { least, most } = increaseBounds(first!.samples)
  expect(least).toBe(truth.runs)
  expect(increase?.samples[0]?.[1]).toBeGreaterThanOrEqual(least)
  expect(increase?.samples[0]?.[1]).toBeLessThanOrEqual(most)
})

/** Sends runs in two requests each, and some of them again, also long after their run has settled. All of it is acknowledged by the Collector then. */
async function sendUntil(stack: Stack, sender: number, isOver: () => boolean): Promise<Truth> {
  const maker = new RunMaker(100 + sender)
  const truths: Truth[] = []
  const sent: HttpForm[] = []
  while (!isOver()) {
    const { spans, truth } = maker.run({ service: SERVICE, endMs: Date.now(), turns: 1 + maker.below(3) })
    truths.push(truth)
    const cut = maker.below(spans.length)
    for (const part of [spans.slice(0, cut), spans.slice(cut)].filter(({ length }) => length > 0)) {
      const form = httpForm(tracesOf(SERVICE, part))
      await deliver(stack.collector.door, form)
      sent.push(form)
      if (maker.below(4) === 0) await deliver(stack.collector.door, sent[maker.below(sent.length)]!)
    }
    await sleep(5)
  }
  return sumOf(truths)
}

/** Where a counter was lower than in the scrape before. */
function falls({ labels, samples }: Series): readonly string[] {
  const { __name__: name = '', ...own } = labels
  return samples.flatMap(([, value], at) => {
    const before = samples[at - 1]?.[1] ?? 0
    return value < before ? [`${seriesName(name, own)}: ${before} -> ${value}`] : []
  })
}

/**
 * What increase() may answer for a counter that never fell: Prometheus stretches the difference of the first and the last sample to the borders of the
 * window, by at most 1.1 average distances between samples at either end.
 */
function increaseBounds(samples: Series['samples']): { readonly least: number; readonly most: number } {
  const [firstAt = 0, firstValue = 0] = samples[0] ?? []
  const [lastAt = 0, lastValue = 0] = samples.at(-1) ?? []
  const difference = lastValue - firstValue
  const averageGap = (lastAt - firstAt) / (samples.length - 1)
  return { least: difference, most: difference * (1 + (2 * 1.1 * averageGap) / (lastAt - firstAt)) }
}
