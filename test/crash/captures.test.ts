import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CaptureName, truthNames, capturedRequests } from '../helpers/captures.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { bestTotals, type ModelTotals, noTotals } from '../helpers/totals.ts'
import { type Message, toOtlpJson } from '../otlp/reference.ts'
import { Processor } from '../helpers/processor.ts'
import { type Scrape, scrape } from './scrape.ts'

interface Delivery {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

let dataDir = ''
let processor: Processor

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'flywheel-captures-'))
  processor = await Processor.create({
    FLYWHEEL_DATA_DIR: dataDir,
    // Longer than the sending takes: a run of which spans come after it has settled is counted as it was known, and corrected.
    FLYWHEEL_SETTLE_MS: '15000',
    FLYWHEEL_IDLE_MS: '20000',
    FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
  })
  await processor.start()
})

afterEach(async () => {
  await processor.end('SIGKILL')
  rmSync(dataDir, { recursive: true })
})

const ways: Readonly<Record<string, (names: readonly CaptureName[]) => readonly Delivery[]>> = {
  'as captured': (names) => names.flatMap(asCaptured),
  twice: (names) => [...names.flatMap(asCaptured), ...names.flatMap(asCaptured)],
  reversed: (names) => names.flatMap(asCaptured).toReversed(),
  'one span a request, shuffled, some twice': (names) => {
    const spans = names.flatMap(spanBySpan)
    return shuffle([...spans, ...spans.filter((_, at) => at % 4 === 0)], 7)
  },
}

test.each(Object.entries(ways))(
  'eleven emitters at once, %s, with a SIGKILL in between: every model has its true calls and tokens, every run its verdict',
  async (_, way) => {
    const deliveries = way(truthNames)
    const middle = Math.floor(deliveries.length / 2)
    for (const delivery of deliveries.slice(0, middle)) await send(delivery)
    await processor.end('SIGKILL')
    await processor.start()
    for (const delivery of deliveries.slice(middle)) await send(delivery)
    await quiet()
    expect(byModel((await scrape(processor.url)) ?? new Map())).toEqual(sumOf(truthNames.map(bestTotals)))
    await expect(JSON.stringify(await verdicts(), null, 1)).toMatchFileSnapshot('golden/verdicts.json')
  },
)

function asCaptured(name: CaptureName): readonly Delivery[] {
  return capturedRequests(name).map(({ path, contentType, encoding, body }) => ({
    path,
    headers: { 'content-type': contentType, ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }) },
    body: new Uint8Array(body),
  }))
}

interface Scopes {
  readonly resource: unknown
  readonly scopeSpans: readonly { readonly scope: unknown; readonly spans: readonly unknown[] }[]
}

/** Every span in a request of its own, as JSON; log requests stay whole. */
function spanBySpan(name: CaptureName): readonly Delivery[] {
  return capturedRequests(name).flatMap(({ kind, format, content }, at): readonly Delivery[] => {
    if (kind !== 'spans') return asCaptured(name).slice(at, at + 1)
    const message =
      format === 'json' ? (JSON.parse(Buffer.from(content).toString()) as Message) : toOtlpJson('TraceRequest', content)
    return (message['resourceSpans'] as readonly Scopes[]).flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ scope, spans }) =>
        spans.map((span) => jsonDelivery({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] })),
      ),
    )
  })
}

function jsonDelivery(request: object): Delivery {
  return {
    path: '/v1/traces',
    headers: { 'content-type': 'application/json' },
    body: new Uint8Array(Buffer.from(JSON.stringify(request))),
  }
}

async function send({ path, headers, body }: Delivery): Promise<void> {
  const response = await fetch(processor.url + path, { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  await response.arrayBuffer()
}

/** Waits until no run is open any more and the rows of all are saved. */
async function quiet(): Promise<void> {
  for (;;) {
    await sleep(500)
    const page = await (await fetch(`${processor.url}/metrics`)).text()
    if (!page.includes('flywheel_open_runs{') && page.includes('flywheel_checkpoint_age_seconds 0\n')) return
  }
}

function byModel(scraped: Scrape): Readonly<Record<string, ModelTotals>> {
  const models: Record<string, { -readonly [key in keyof ModelTotals]: number }> = {}
  for (const [series, value] of scraped) {
    const model = /model="([^"]*)"/.exec(series)?.[1]
    const type = /type="([^"]*)"/.exec(series)?.[1]
    if (model === undefined || !/^flywheel_(llm_calls|tokens)_total/.test(series)) continue
    const sum = (models[model] ??= { ...noTotals })
    if (type === undefined) sum.calls += value
    else if (type === 'output' || type === 'reasoning') sum.output += value
    else sum.input += value
    if (type === 'cache_read') sum.cacheRead += value
    if (type === 'cache_write') sum.cacheWrite += value
    if (type === 'reasoning') sum.reasoning += value
  }
  return Object.fromEntries(Object.entries(models).filter(([, { calls }]) => calls > 0))
}

function sumOf(parts: readonly Readonly<Record<string, ModelTotals>>[]): Readonly<Record<string, ModelTotals>> {
  const sum: Record<string, ModelTotals> = {}
  for (const part of parts) {
    for (const [model, totals] of Object.entries(part)) {
      const known = sum[model] ?? noTotals
      sum[model] = {
        calls: known.calls + totals.calls,
        input: known.input + totals.input,
        cacheRead: known.cacheRead + totals.cacheRead,
        cacheWrite: known.cacheWrite + totals.cacheWrite,
        output: known.output + totals.output,
        reasoning: known.reasoning + totals.reasoning,
      }
    }
  }
  return sum
}

interface RunPage {
  readonly runs: readonly {
    readonly traceId: string
    readonly outcome: string
    readonly failures: readonly { readonly kind: string; readonly impact: string }[]
  }[]
  readonly next: string | null
}

/** Trace id -> outcome and failures, as the API tells them. */
async function verdicts(): Promise<Readonly<Record<string, string>>> {
  const found: [string, string][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const response = await fetch(`${processor.url}/api/runs?limit=50${cursor === '' ? '' : `&cursor=${cursor}`}`)
    const page = (await response.json()) as RunPage
    found.push(
      ...page.runs.map(({ traceId, outcome, failures }): [string, string] => [
        traceId,
        [outcome, ...failures.map(({ kind, impact }) => `${kind} ${impact}`)].join(', '),
      ]),
    )
    cursor = page.next
  }
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
