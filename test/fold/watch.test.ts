import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import type { FoldHost } from '../../src/fold/settle.ts'
import { openSqliteLog } from '../../src/log/sqlite-log.ts'
import type { SettledTrace } from '../../src/model/run.ts'
import type { Step } from '../../src/model/step.ts'
import { Pipeline } from '../../src/pipeline.ts'
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import { carefully, foldHost, type Watcher } from '../../src/watcher.ts'
import { capturedRequests } from '../helpers/captures.ts'
import { DELIVERY_START_MS, entriesOf, type Parcel, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, type TestEntry, testSettings } from '../helpers/fold.ts'
import { agentRun, llmCall, plainSpan, step, stepId, stepsOf, toolCall, usage } from '../helpers/steps.ts'

const traceId = 'a'.repeat(32)
/** Of gpt-4o-mini: 100 input tokens at 0.15 and 10 output tokens at 0.60 USD per million. */
const callNanoUsd = 21_000
/** A late root of its own, so that the run is whole at once. */
const lateCall = step({ ...llmCall().over, spanId: stepId(100), name: 'late call' })
const lateTool = step({ ...toolCall('search').over, spanId: stepId(101) })

/** What is told of a run or a plain trace, short enough to be read. */
type Told = readonly [trace: string, late: unknown, steps: readonly string[], atMs: number]

interface Watched {
  readonly fold: Fold
  readonly told: readonly Told[]
  readonly received: readonly (readonly [spans: number, atMs: number])[]
  readonly reports: readonly string[]
}

function parcel(steps: readonly Step[]): Parcel {
  return {
    kind: 'spans',
    content: { type: 'spans', steps: steps.map((item) => ({ traceId, step: item })), feedback: [], rejected: [] },
  }
}

/** Deliveries a minute apart, each of which settles before the next. */
function deliveries(...groups: readonly (readonly Step[])[]): readonly TestEntry[] {
  const entries: TestEntry[] = []
  for (const [index, steps] of groups.entries()) {
    const before = entries.length
    const group = entriesOf([parcel(steps)], { quietMs: 10_000 })
    entries.push(...group.map((entry) => ({ ...entry, seq: entry.seq + before, atMs: entry.atMs + index * 60_000 })))
  }
  return entries
}

async function watch(entries: readonly TestEntry[], settings: FoldSettings = testSettings): Promise<Watched> {
  const told: Told[] = []
  const received: (readonly [number, number])[] = []
  const reports: string[] = []
  const fold = new Fold(settings, emptyArchive, {
    report: (message) => reports.push(message),
    pause: () => Promise.resolve(),
    settled: (trace) => told.push(toldOf(trace)),
    received: (spans, atMs) => received.push([spans, atMs]),
  })
  await applyAll(fold, entries)
  return { fold, told, received, reports }
}

function toldOf(trace: SettledTrace): Told {
  const steps = trace.type === 'run' ? trace.record.steps : [...trace.steps]
  const late = trace.type === 'run' ? trace.late : undefined
  const names = steps.map(({ name }) => name).sort()
  return [trace.type, late, names, (trace.atMs - DELIVERY_START_MS) / 1_000]
}

describe('a run', () => {
  test('is told once when it settles, as new', async () => {
    const { told } = await watch(deliveries(stepsOf([agentRun('support', [llmCall(), toolCall('search')])])))
    expect(told).toEqual([['run', null, ['chat', 'search', 'support'], 5]])
  })

  test('is told again with what late spans added, whole', async () => {
    const { told } = await watch(deliveries(stepsOf([agentRun('support', [llmCall()])]), [lateCall, lateTool]))
    expect(told).toEqual([
      ['run', null, ['chat', 'support'], 5],
      ['run', { llmCalls: 1, costNanoUsd: callNanoUsd }, ['chat', 'late call', 'search', 'support'], 65],
    ])
  })

  test('that gets late spans without a call is told again with nothing added', async () => {
    const { told } = await watch(deliveries(stepsOf([agentRun('support', [llmCall()])]), [lateTool]))
    expect(told.map(([, late]) => late)).toEqual([null, { llmCalls: 0, costNanoUsd: 0 }])
  })

  test('that gets a late embedding adds its cost and no call', async () => {
    const late = step({ ...lateCall, kind: 'embedding', requestModel: 'text-embedding-3-small', usage: usage({ input: 1_000 }) })
    const { told } = await watch(deliveries(stepsOf([agentRun('support', [llmCall()])]), [late]))
    // 1,000 tokens at 0.02 USD per million.
    expect(told.map(([, added]) => added)).toEqual([null, { llmCalls: 0, costNanoUsd: 20_000 }])
  })

  test('is not told of late copies', async () => {
    const steps = stepsOf([agentRun('support', [llmCall()])])
    expect((await watch(deliveries(steps, steps))).told).toEqual([['run', null, ['chat', 'support'], 5]])
  })

  test('without a row is told as new, and not again: what late spans know of it is a fragment', async () => {
    const settings = { ...testSettings, runRowsPerSecond: 0 }
    const { told, fold } = await watch(deliveries(stepsOf([agentRun('support', [llmCall()])]), [lateCall]), settings)
    expect(told).toEqual([['run', null, ['chat', 'support'], 5]])
    // It was counted all the same.
    expect(total(fold, 'flywheel_llm_calls_total')).toBe(2)
  })

  test('is told as it came, before texts are taken out', async () => {
    const told: SettledTrace[] = []
    const host: FoldHost = { report: () => {}, pause: () => Promise.resolve(), settled: (trace) => told.push(trace) }
    const entries = deliveries([step({ ...llmCall().over, name: 'answer who@mail.example' })])
    await applyAll(new Fold(testSettings, emptyArchive, host), entries)
    expect(told.flatMap((trace) => (trace.type === 'run' ? trace.record.steps.map(({ name }) => name) : []))).toEqual([
      'answer who@mail.example',
    ])
  })

  test('that our code gave up on is neither a run nor a plain trace', async () => {
    const broken: Step = {
      ...lateCall,
      get finishReasons(): Step['finishReasons'] {
        throw new Error('broken')
      },
    }
    const { told, reports } = await watch(deliveries([broken]))
    expect([told, reports]).toEqual([[], [`run ${traceId} could not be judged or counted whole`]])
  })
})

describe('a trace without anything of an agent', () => {
  const plain = stepsOf([plainSpan('GET /', [plainSpan('SELECT')])])

  test('is told once with its spans', async () => {
    expect((await watch(deliveries(plain))).told).toEqual([['plain', undefined, ['GET /', 'SELECT'], 5]])
  })

  test('is not told again for late spans of its kind', async () => {
    const { told } = await watch(deliveries(plain, [step({ spanId: stepId(100), name: 'COMMIT' })]))
    expect(told).toEqual([['plain', undefined, ['GET /', 'SELECT'], 5]])
  })

  test('that turns out to be a run is told as a new one', async () => {
    const { told } = await watch(deliveries(plain, [lateCall]))
    expect(told).toEqual([
      ['plain', undefined, ['GET /', 'SELECT'], 5],
      ['run', null, ['late call'], 65],
    ])
  })
})

test('spans that came are told by number, copies left out', async () => {
  const [agent, call] = stepsOf([agentRun('support', [llmCall()])]) as readonly [Step, Step]
  const { received } = await watch(deliveries([agent, call, call], [agent, lateCall]))
  expect(received).toEqual([
    [2, DELIVERY_START_MS],
    [1, DELIVERY_START_MS + 60_000],
  ])
})

describe('a watcher that throws', () => {
  const thrower: Watcher = {
    restarted: () => Promise.reject(new Error('restarted')),
    settled: () => {
      throw new Error('settled')
    },
    received: () => {
      throw new Error('received')
    },
    requested: () => {
      throw new Error('requested')
    },
  }

  test('changes nothing that is counted, and each time is reported', async () => {
    const entries = entriesOf(requestsOf('otel-openai'))
    const reports = new Map<string, number>()
    const report = (message: string, error?: unknown): void => {
      const text = `${message}: ${error instanceof Error ? error.message : 'no error'}`
      reports.set(text, (reports.get(text) ?? 0) + 1)
    }
    const host = foldHost(carefully(thrower, report), report)
    const watched = await applyAll(new Fold(testSettings, emptyArchive, host), entries)
    const alone = await applyAll(new Fold(testSettings, emptyArchive), entries)
    expect(watched.snapshot()).toEqual(alone.snapshot())
    expect(watched.takeCheckpoint()).toEqual(alone.takeCheckpoint())
    expect(Object.fromEntries(reports)).toEqual({
      'the live view could not be told: received': requestsOf('otel-openai').filter(({ kind }) => kind === 'spans').length,
      'the live view could not be told: settled': 37,
    })
  })

  test('keeps the pipeline neither from starting nor from counting', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'flywheel-watch-'))
    const log = await openSqliteLog({ path: join(dir, 'log.db') })
    const store = await openSqliteStore({ path: join(dir, 'state.db') })
    onTestFinished(async () => {
      await log.close()
      await store.close()
      rmSync(dir, { recursive: true })
    })
    const reports: string[] = []
    const pipeline = new Pipeline({
      log,
      store,
      settings: testSettings,
      logRetentionMs: 7 * 86_400_000,
      logMaxBytes: 1e9,
      watcher: thrower,
      report: (message, error) => reports.push(`${message}: ${error instanceof Error ? error.message : 'no error'}`),
      onFatal: (error) => reports.push(`fatal: ${String(error)}`),
    })
    await pipeline.start()
    const request = capturedRequests('otel-openai').find(({ kind }) => kind === 'spans')
    if (request === undefined) throw new Error('the capture has no spans')
    const { format, encoding, body, content } = request
    await pipeline.accept({ signal: 'traces', format, encoding, body: new Uint8Array(body), content })
    pipeline.countRequest('traces', encoding, 200)
    await pipeline.close()
    expect(total(pipeline.fold, 'flywheel_received_spans_total')).toBeGreaterThan(0)
    expect(total(pipeline.fold, 'flywheel_received_requests_total')).toBe(1)
    expect(total(pipeline.fold, 'flywheel_quarantined_entries_total')).toBe(0)
    expect(reports.sort()).toEqual([
      'the live view could not be filled: restarted',
      'the live view could not be told: received',
      'the live view could not be told: requested',
    ])
  })
})

test('nobody who watches is told nothing', async () => {
  const nobody = carefully(null, () => {
    throw new Error('reported')
  })
  await nobody.restarted()
  expect([nobody.received(1, 0), nobody.requested('traces', 200)]).toEqual([undefined, undefined])
})

function total(fold: Fold, name: string): number {
  return fold.series.snapshot().series.reduce((sum, { metric, values }) => sum + (metric === name ? (values[0] ?? 0) : 0), 0)
}
