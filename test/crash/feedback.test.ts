/** Feedback under kills: what was acknowledged is there once, with its last value, in the records and in the metrics. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Rating } from '../../src/model/feedback.ts'
import type { FeedbackPageJson } from '../../src/web/schemas.ts'
import { Processor } from '../helpers/processor.ts'
import { Client } from './client.ts'
import { FeedbackClient } from './feedback-client.ts'
import { type Scrape, scrape, total } from './scrape.ts'

const KILLS = 50
const CLIENTS = 3
const LONGEST_LIFE_MS = 1_200

const ratings = ['positive', 'neutral', 'negative'] as const

test(`${KILLS} SIGKILLs while runs are rated, re-rated and ratings withdrawn: nothing acknowledged is lost or doubled`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-crash-'))
  const processor = await Processor.create({
    FLYWHEEL_DATA_DIR: dataDir,
    FLYWHEEL_SETTLE_MS: '500',
    FLYWHEEL_IDLE_MS: '60000',
    FLYWHEEL_FEEDBACK_HOLD_MS: '300',
    FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
  })
  onTestFinished(async () => {
    await processor.end('SIGKILL')
    rmSync(dataDir, { recursive: true })
  })
  await processor.start()
  let isOver = false
  const sender = new Client(processor.url, generator(7))
  const clients = Array.from(
    { length: CLIENTS },
    (_, seed) => new FeedbackClient(processor.url, generator(seed + 1), () => sender.traceIds),
  )
  const sending = Promise.all([sender, ...clients].map((client) => client.run(() => isOver)))
  const random = generator(99)
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(random() * LONGEST_LIFE_MS)
    await processor.end('SIGKILL')
    await processor.start()
  }
  isOver = true
  await sending

  const truth = new Map(clients.flatMap((client) => [...client.truth]))
  const standing = [...truth].filter((entry): entry is [string, Rating] => entry[1] !== null)
  const expected = Object.fromEntries(ratings.map((rating) => [rating, standing.filter(([, said]) => said === rating).length]))
  const net = await settled(processor.url, expected)
  console.log(
    `${truth.size} ratings in ${clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0)} acknowledged requests, ${truth.size - standing.length} withdrawn, ${sender.traceIds.length} runs`,
  )
  expect(net).toEqual(expected)
  const listed = await saved(processor.url)
  expect(listed.map(({ id, rating, comment }) => [id, rating, comment] as const).toSorted(byId)).toEqual(
    standing.map(([id, rating]) => [id, rating, `said ${id}`] as const).toSorted(byId),
  )
  expect(listed.filter(({ run }) => run === null)).toEqual([])
  expect(total((await scrape(processor.url)) ?? new Map(), 'flywheel_feedback_received_total')).toBe(truth.size)
  expect(processor.stderr).toBe('')
})

function byId(a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number {
  return a[0] < b[0] ? -1 : 1
}

/** Waits until everything is counted; gives up where nothing is coming any more. */
async function settled(url: string, expected: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
  let last: Readonly<Record<string, number>> = {}
  for (let attempt = 0; attempt < 100; attempt++) {
    last = standingBy((await scrape(url)) ?? new Map())
    if (JSON.stringify(last) === JSON.stringify(expected)) break
    await sleep(200)
  }
  return last
}

/** What was counted less what was corrected away. */
function standingBy(scraped: Scrape): Readonly<Record<string, number>> {
  return Object.fromEntries(
    ratings.map((rating) => [
      rating,
      total(scraped, 'flywheel_feedback_total', `rating="${rating}"`) -
        total(scraped, 'flywheel_corrections_total', `direction="${rating}_to_`),
    ]),
  )
}

/** The list shows what the last checkpoint held; gives up where nothing is coming any more. */
async function saved(url: string): Promise<FeedbackPageJson['feedback']> {
  let listed = await all(url)
  for (let attempt = 0; attempt < 50 && listed.some(({ run }) => run === null); attempt++) {
    await sleep(200)
    listed = await all(url)
  }
  return listed
}

async function all(url: string): Promise<FeedbackPageJson['feedback']> {
  const found: FeedbackPageJson['feedback'][number][] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const response = await fetch(`${url}/api/feedback?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`)
    const page = (await response.json()) as FeedbackPageJson
    found.push(...page.feedback)
    cursor = page.next
  }
  return found
}

/** Numbers in [0, 1) that are the same in every run of the test. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
