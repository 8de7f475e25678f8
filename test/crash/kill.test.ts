import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Client, type Truth } from './client.ts'
import { Processor } from '../helpers/processor.ts'
import { type Scrape, scrape, stepsBack, total } from './scrape.ts'

const KILLS = 40
const CLIENTS = 4
/** A kill comes at any moment up to this long after the processor was ready: while it commits, settles, saves or starts. */
const LONGEST_LIFE_MS = 1_500

test(`${KILLS} SIGKILLs under ${CLIENTS} clients with repeats: nothing acknowledged is lost or doubled, no counter is ever scraped lower`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-crash-'))
  const processor = await Processor.create({
    FLYWHEEL_DATA_DIR: dataDir,
    FLYWHEEL_SETTLE_MS: '1000',
    FLYWHEEL_IDLE_MS: '60000',
    // Short enough that series are held and released between kills.
    FLYWHEEL_SCRAPE_INTERVAL_MS: '400',
  })
  // Also when an expectation fails: nothing of the test stays behind.
  onTestFinished(async () => {
    await processor.end('SIGKILL')
    rmSync(dataDir, { recursive: true })
  })
  await processor.start()
  let isOver = false
  const clients = Array.from({ length: CLIENTS }, (_, seed) => new Client(processor.url, generator(seed + 1)))
  const sending = Promise.all(clients.map((client) => client.run(() => isOver)))
  const watching = watch(processor.url, () => isOver)
  const random = generator(99)
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(random() * LONGEST_LIFE_MS)
    await processor.end('SIGKILL')
    await processor.start()
  }
  isOver = true
  await sending
  const { steps, scrapes } = await watching

  const truth = clients.map((client) => client.truth).reduce(addTruth)
  const last = await settled(processor.url, truth)
  console.log(
    `${truth.spans} spans of ${truth.runs} runs, ${clients.reduce((sum, client) => sum + client.repeats, 0)} repeated deliveries, ${scrapes} scrapes`,
  )
  expect(steps).toEqual([])
  expect(countedBy(last)).toEqual(truth)
  expect(await processor.end('SIGTERM')).toBe(0)
  // A clean start after all that: the same numbers again.
  await processor.start()
  expect(countedBy((await scrape(processor.url)) ?? new Map())).toEqual(truth)
  await processor.end('SIGKILL')
  expect(processor.stderr).toBe('')
})

async function watch(
  url: string,
  isOver: () => boolean,
): Promise<{ readonly steps: readonly string[]; readonly scrapes: number }> {
  const steps: string[] = []
  let before: Scrape = new Map()
  let scrapes = 0
  while (!isOver()) {
    const now = await scrape(url)
    if (now !== null) {
      steps.push(...stepsBack(before, now))
      before = now
      scrapes++
    }
    await sleep(50)
  }
  return { steps, scrapes }
}

/** Waits until all runs are counted; gives up where nothing is coming any more. */
async function settled(url: string, truth: Truth): Promise<Scrape> {
  let last: Scrape = new Map()
  for (let attempt = 0; attempt < 100; attempt++) {
    last = (await scrape(url)) ?? last
    if (JSON.stringify(countedBy(last)) === JSON.stringify(truth)) break
    await sleep(200)
  }
  return last
}

function countedBy(scraped: Scrape): Truth {
  return {
    runs: total(scraped, 'flywheel_runs_total'),
    calls: total(scraped, 'flywheel_llm_calls_total'),
    inputTokens: total(scraped, 'flywheel_tokens_total', 'type="input"'),
    outputTokens: total(scraped, 'flywheel_tokens_total', 'type="output"'),
    toolCalls: total(scraped, 'flywheel_tool_calls_total'),
    spans: total(scraped, 'flywheel_received_spans_total') - total(scraped, 'flywheel_duplicate_spans_total'),
  }
}

function addTruth(a: Truth, b: Truth): Truth {
  return {
    runs: a.runs + b.runs,
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    toolCalls: a.toolCalls + b.toolCalls,
    spans: a.spans + b.spans,
  }
}

/** Numbers in [0, 1) that are the same in every run of the test. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
