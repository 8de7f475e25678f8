/** Simulated traffic through the real SDK and exporter into the real processor: what /metrics says must be what was played. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Emitter } from '../../../demo/traffic/emit.ts'
import { isFailed, type PlannedRun, spansOf } from '../../../demo/traffic/plan.ts'
import { Processor } from '../../helpers/processor.ts'
import { differences, seriesLike } from './metrics-page.ts'
import { runs } from './runs.ts'
import { truthOf } from './truth.ts'

async function startProcessor(): Promise<Processor> {
  const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-demo-'))
  const processor = await Processor.create({
    FLYWHEEL_DATA_DIR: dataDir,
    FLYWHEEL_SETTLE_MS: '500',
    // Runs that never end are counted after this; it must be longer than a pause between two batches of one run.
    FLYWHEEL_IDLE_MS: '4000',
    FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
    FLYWHEEL_FEEDBACK_HOLD_MS: '0',
  })
  onTestFinished(async () => {
    await processor.end('SIGKILL')
    rmSync(dataDir, { recursive: true })
  })
  await processor.start()
  return processor
}

async function send(url: string, sent: readonly PlannedRun[]): Promise<void> {
  const emitter = new Emitter(new OTLPTraceExporter({ url: `${url}/v1/traces` }))
  for (const [index, run] of sent.entries()) {
    emitter.sendEnded(run, Date.now())
    // The queue drops what exceeds it.
    if (index % 100 === 99) await emitter.flush()
  }
  await emitter.close()
}

test('calls, tokens, tools, runs, failures, releases, durations, ratings: the counters are what was played, series by series', async () => {
  const played = runs({ services: 8, failureRate: 0.25, seed: 11 }, 1_500)
  const truth = truthOf(played)
  // Otherwise the comparison below would pass over a kind that never came.
  const kinds = new Set(played.flatMap(({ failures }) => failures.map(({ kind, impact }) => `${kind} ${impact}`)))
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "aborted_by_client recovered",
      "auth_error fatal",
      "content_filter fatal",
      "content_filter recovered",
      "context_length fatal",
      "incomplete fatal",
      "rate_limit fatal",
      "rate_limit recovered",
      "recursion_loop fatal",
      "recursion_loop recovered",
      "server_error fatal",
      "server_error recovered",
      "stream_aborted fatal",
      "stream_aborted recovered",
      "timeout fatal",
      "timeout recovered",
      "tool_error fatal",
      "tool_error recovered",
      "truncated fatal",
      "truncated recovered",
    ]
  `)

  const processor = await startProcessor()
  await send(processor.url, played)
  const page = async (): Promise<string> => (await fetch(`${processor.url}/metrics`)).text()
  await vi.waitUntil(async () => total(seriesLike(truth, await page())) === played.length, { timeout: 30_000, interval: 250 })
  expect(differences(truth, seriesLike(truth, await page()))).toEqual([])
})

test('money is counted for priced models, and the records show which runs failed, whose they were and which release served them', async () => {
  const played = runs({ services: 3, failureRate: 0.1, seed: 5 }, 100).filter(({ root }) => root.isSent)
  const processor = await startProcessor()
  await send(processor.url, played)
  const listed = await vi.waitUntil(
    async () => {
      const found = await listRuns(processor.url)
      return found.length === played.length ? found : null
    },
    { timeout: 20_000, interval: 250 },
  )
  const rows = played.map((run) => ({
    service: run.service,
    agent: run.agent,
    release: run.release,
    environment: 'demo',
    conversationId: run.conversationId,
    userId: run.userId,
    outcome: isFailed(run) ? 'failed' : 'ok',
    durationMs: run.root.endMs,
    failures: run.failures.map(({ kind }) => kind).sort(),
  }))
  const found = listed.map((run) => ({
    service: run.service,
    agent: run.agent,
    release: run.release,
    environment: run.environment,
    conversationId: run.conversationId,
    userId: run.userId,
    outcome: run.outcome,
    durationMs: run.durationMs,
    failures: run.failures.map(({ kind }) => kind).sort(),
  }))
  expect(found.map(text).sort()).toEqual(rows.map(text).sort())
  const answered = new Set(played.filter(hasAnswer).map(({ conversationId, root }) => `${conversationId} ${root.endMs}`))
  const priced = listed.filter(({ costUsd }) => costUsd !== null && costUsd > 0)
  expect(new Set(priced.map(({ conversationId, durationMs }) => `${conversationId} ${durationMs}`))).toEqual(answered)
})

/** A run whose first call failed for good costs nothing that is known. */
function hasAnswer({ root }: PlannedRun): boolean {
  return [...spansOf(root)].some(({ work }) => work.type === 'chat' && work.answer !== null)
}

interface ListedRun {
  readonly service: string
  readonly agent: string
  readonly release: string
  readonly environment: string
  readonly conversationId: string
  readonly userId: string
  readonly outcome: string
  readonly durationMs: number
  readonly failures: readonly { readonly kind: string }[]
  readonly costUsd: number | null
}

async function listRuns(url: string): Promise<readonly ListedRun[]> {
  const answer = await fetch(`${url}/api/runs?limit=200`)
  const { runs: listed } = (await answer.json()) as { readonly runs: readonly ListedRun[] }
  return listed
}

function text(row: object): string {
  return JSON.stringify(row)
}

function total(series: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [key, value] of series) if (key.startsWith('flywheel_runs_total{')) sum += value
  return sum
}
