import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readContent } from '../../src/fold/content.ts'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import { type Log, LogUnavailableError } from '../../src/log/log.ts'
import { openSqliteLog } from '../../src/log/sqlite-log.ts'
import type { NewEntry } from '../../src/model/entry.ts'
import { Pipeline } from '../../src/pipeline.ts'
import { type DoorRequest, UnavailableError } from '../../src/receive/door.ts'
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import type { Store } from '../../src/records/store.ts'
import { capturedRequests } from '../helpers/captures.ts'
import { testSettings } from '../helpers/fold.ts'
import { bestTotals, modelTotals } from '../helpers/totals.ts'

let dir = ''
let log: Log
let store: Store
let reports: string[] = []

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flywheel-pipeline-'))
  log = await openSqliteLog({ path: join(dir, 'log.db') })
  store = await openSqliteStore({ path: join(dir, 'state.db') })
  reports = []
})

afterEach(async () => {
  await log.close()
  await store.close()
  rmSync(dir, { recursive: true })
})

const settings = {
  ...testSettings,
  settle: { ...testSettings.settle, settleMs: 500 },
  series: { ...testSettings.series, scrapeIntervalMs: 0 },
}

function pipelineOn(someLog: Log = log): Pipeline {
  return new Pipeline({
    log: someLog,
    store,
    settings,
    logRetentionMs: 7 * 86_400_000,
    logMaxBytes: 1e9,
    report: (message) => reports.push(message),
    onFatal: (error) => reports.push(`fatal: ${String(error)}`),
  })
}

function capture(): readonly DoorRequest[] {
  return capturedRequests('otel-openai').map(({ kind, format, encoding, body, content }) => ({
    signal: kind === 'spans' ? 'traces' : 'logs',
    format,
    encoding,
    body: new Uint8Array(body),
    content,
  }))
}

test('what was counted live is what the log gives when it is read from the beginning', async () => {
  const pipeline = pipelineOn()
  await pipeline.start()
  for (const request of capture()) expect(await pipeline.accept(request)).toEqual({ rejectedItems: 0, rejectedReason: null })
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0, { timeout: 20_000 })
  await pipeline.close()
  expect(modelTotals(pipeline.fold)).toEqual(bestTotals('otel-openai'))

  const again = new Fold(settings, emptyArchive)
  for await (const batch of log.read(1)) {
    for (const entry of batch) {
      const request = capturedRequests('otel-openai').find(({ body }) => Buffer.from(body).equals(entry.body))
      const content = readContent(entry.kind, entry.format, request?.content ?? entry.body)
      await again.prepare([content])
      await again.apply({ seq: entry.seq, atMs: entry.atMs, kind: entry.kind, bytes: entry.body.byteLength }, content)
    }
  }
  expect(again.snapshot()).toEqual(pipeline.fold.snapshot())
  expect(reports).toEqual([])
})

test('a body that was delivered before counts its spans as duplicates and nothing else', async () => {
  const pipeline = pipelineOn()
  await pipeline.start()
  for (const request of [...capture(), ...capture()]) await pipeline.accept(request)
  const spans = (): readonly unknown[] => {
    const values = new Map(pipeline.fold.series.snapshot().series.map(({ metric, values: [value] }) => [metric, value]))
    return [values.get('flywheel_received_spans_total'), values.get('flywheel_duplicate_spans_total')]
  }
  // Copies are counted by the next tick.
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0 && spans()[1] !== undefined, { timeout: 20_000 })
  await pipeline.close()
  expect(modelTotals(pipeline.fold)).toEqual(bestTotals('otel-openai'))
  expect(spans()).toEqual([198, 99])
})

test('what a tick does is seen only after the tick was committed', async () => {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let heldTicks = 0
  const slow = overriding(log, {
    append: async (entry: NewEntry) => {
      if (entry.kind === 'tick') {
        heldTicks++
        await released
      }
      return log.append(entry)
    },
  })
  const pipeline = pipelineOn(slow)
  await pipeline.start()
  for (const request of capture()) await pipeline.accept(request)
  // A start and a config entry, then the requests.
  await vi.waitUntil(() => pipeline.fold.mark.seq === 2 + capture().length)
  const before = pipeline.fold.snapshot()
  await vi.waitUntil(() => heldTicks === 1, { timeout: 5_000 })
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  // Long past their quiet time, the runs are still open: the tick that would settle them is not on disk.
  expect([heldTicks, pipeline.fold.snapshot()]).toEqual([1, before])
  release()
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0, { timeout: 20_000 })
  await pipeline.close()
})

test('an entry that cannot be applied is tried twice, then passed over and counted; the rest goes on', async () => {
  const poison = JSON.stringify({ prices: 'not a list' })
  const first = pipelineOn()
  await first.start()
  await first.close()
  await log.append({ kind: 'config', format: 'json', encoding: 'identity', body: Buffer.from(poison), deduplicate: false })
  const pipeline = pipelineOn()
  await pipeline.start()
  for (const request of capture()) await pipeline.accept(request)
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0 && pipeline.fold.mark.seq > 10, { timeout: 20_000 })
  await pipeline.close()
  expect(reports).toEqual([
    'entry 3 of the log could not be applied (first time)',
    'entry 3 of the log could not be applied (quarantined)',
  ])
  expect(modelTotals(pipeline.fold)).toEqual(bestTotals('otel-openai'))
  expect(
    pipeline.fold.series.snapshot().series.find(({ metric }) => metric === 'flywheel_quarantined_entries_total')?.values,
  ).toEqual([1])
})

test('while the store does not answer counting waits, and nothing is thrown away for it', async () => {
  let isBroken = true
  const realStore = store
  store = new Proxy(realStore, {
    get: (target, name: keyof Store) => {
      if (isBroken && (name === 'findSettled' || name === 'knownConversations'))
        return () => Promise.reject(new Error('I/O error'))
      const method = target[name]
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
  const pipeline = pipelineOn()
  await pipeline.start()
  for (const request of capture()) await pipeline.accept(request)
  await vi.waitUntil(() => reports.length > 0)
  isBroken = false
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0 && pipeline.fold.mark.seq > 10, { timeout: 20_000 })
  await pipeline.close()
  store = realStore
  expect(new Set(reports)).toEqual(new Set(['the records cannot be read; counting waits']))
  expect(modelTotals(pipeline.fold)).toEqual(bestTotals('otel-openai'))
})

test('a checkpoint that cannot be saved is tried again, and everything is in it then', async () => {
  let failures = 2
  const realStore = store
  store = new Proxy(realStore, {
    get: (target, name: keyof Store) => {
      if (name === 'save' && failures > 0) return () => Promise.reject(new Error(`disk full ${failures--}`))
      const method = target[name]
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
  const pipeline = pipelineOn()
  await pipeline.start()
  for (const request of capture()) await pipeline.accept(request)
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0 && pipeline.fold.mark.seq > 10, { timeout: 20_000 })
  await pipeline.close()
  store = realStore
  expect(reports).toEqual([1, 2].map((attempt) => `checkpoint could not be saved (attempt ${attempt}); it is tried again`))
  const state = await store.restore()
  expect(state?.fold.head).toEqual(pipeline.fold.mark)
  expect((await store.listRuns({ limit: 200 })).runs.length).toBe(37)
})

test('after a minute without a checkpoint nothing more is accepted, and readiness says why; totals are still shown', async () => {
  let isBroken = true
  const realStore = store
  store = new Proxy(realStore, {
    get: (target, name: keyof Store) => {
      if (name === 'save' && isBroken) return () => Promise.reject(new Error('disk full'))
      const method = target[name]
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
  const pipeline = pipelineOn()
  await pipeline.start()
  const [first, second] = capture()
  await pipeline.accept(first!)
  await vi.waitUntil(() => reports.length > 0, { timeout: 20_000 })
  expect(pipeline.notAccepting()).toBe(null)
  const now = performance.now.bind(performance)
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
  expect([pipeline.notReady(), pipeline.notAccepting()]).toEqual([null, 'The state cannot be saved at the moment.'])
  await expect(pipeline.accept(second!)).rejects.toThrow('The state cannot be saved at the moment.')
  clock.mockRestore()
  isBroken = false
  await vi.waitUntil(() => pipeline.checkpointAgeMs() === 0, { timeout: 20_000 })
  await pipeline.close()
  store = realStore
})

test('a replay saves what it has counted, and a stop in the middle of it loses nothing', async () => {
  const first = pipelineOn()
  await first.start()
  for (const request of capture()) await first.accept(request)
  await vi.waitUntil(() => first.fold.openRuns.size === 0 && first.fold.mark.seq > 10, { timeout: 20_000 })
  await first.close()
  // The state is gone, the log is there: everything is read again, and stopped at once.
  await store.close()
  for (const name of ['state.db', 'state.db-wal', 'state.db-shm']) rmSync(join(dir, name), { force: true })
  store = await openSqliteStore({ path: join(dir, 'state.db') })
  const stopped = pipelineOn()
  const starting = stopped.start()
  await stopped.close()
  await starting
  expect((await store.restore())?.fold.head.seq).toBeGreaterThan(0)
  const again = pipelineOn()
  await again.start()
  await again.close()
  expect(modelTotals(again.fold)).toEqual(bestTotals('otel-openai'))
})

test('a deletion that comes while the log is still read waits until it has been, and nothing is lost', async () => {
  const first = pipelineOn()
  await first.start()
  for (const request of capture()) await first.accept(request)
  await first.close()
  await store.close()
  for (const name of ['state.db', 'state.db-wal', 'state.db-shm']) rmSync(join(dir, name), { force: true })
  store = await openSqliteStore({ path: join(dir, 'state.db') })
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  async function* readSlowly(fromSeq: number): ReturnType<Log['read']> {
    for await (const batch of log.read(fromSeq)) {
      await released
      yield batch
    }
  }
  const pipeline = pipelineOn(overriding(log, { read: readSlowly }))
  const starting = pipeline.start()
  const deleting = pipeline.delete([{ kind: 'user', key: 'somebody else', deletedAtMs: Date.now() }])
  release()
  await starting
  expect(await deleting).toBeGreaterThan(capture().length)
  await vi.waitUntil(() => pipeline.fold.openRuns.size === 0, { timeout: 20_000 })
  await pipeline.close()
  expect([modelTotals(pipeline.fold), reports]).toEqual([bestTotals('otel-openai'), []])
})

test('only settings that changed become an entry of the log at a start', async () => {
  const kinds = async (): Promise<readonly string[]> => {
    const pipeline = pipelineOn()
    await pipeline.start()
    await pipeline.close()
    const found: string[] = []
    for await (const batch of log.read(1)) found.push(...batch.map(({ kind }) => kind))
    return found
  }
  expect(await kinds()).toEqual(['start', 'config'])
  expect(await kinds()).toEqual(['start', 'config', 'start'])
})

test('what was rejected is counted once, however often the body is sent', async () => {
  const pipeline = pipelineOn()
  await pipeline.start()
  const span = (spanId: string): object => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId,
    name: 'chat',
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
  })
  const content = new Uint8Array(
    Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span('b7ad6b7169203331'), span('')] }] }] })),
  )
  for (let time = 0; time < 3; time++) {
    const accepted = await pipeline.accept({
      signal: 'traces',
      format: 'json',
      encoding: 'identity',
      body: new Uint8Array(content),
      content,
    })
    expect(accepted.rejectedItems).toBe(1)
  }
  await pipeline.close()
  const rejected = pipeline.fold.series.snapshot().series.filter(({ metric }) => metric === 'flywheel_rejected_items_total')
  expect(rejected.map(({ labels, values }) => [...labels, ...values])).toEqual([['traces', 'invalid_span_id', 1]])
})

test('when the log cannot be written the sender keeps the data, and the same body is taken later', async () => {
  let isFull = true
  const flaky = overriding(log, {
    append: (entry: NewEntry) =>
      isFull && entry.kind === 'spans' ? Promise.reject(new LogUnavailableError('disk full')) : log.append(entry),
  })
  const pipeline = pipelineOn(flaky)
  await pipeline.start()
  const [request] = capture()
  if (request === undefined) throw new Error('the capture is empty')
  await expect(pipeline.accept(request)).rejects.toThrow(UnavailableError)
  isFull = false
  expect(await pipeline.accept(request)).toEqual({ rejectedItems: 0, rejectedReason: null })
  await pipeline.close()
})

test('items without ids are rejected by number and reason, the others of the same body are counted', async () => {
  const pipeline = pipelineOn()
  await pipeline.start()
  const span = (traceId: string, spanId: string): object => ({
    traceId,
    spanId,
    name: 'chat',
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
  })
  const good = span('0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331')
  const spans = [good, span('', 'b7ad6b7169203332'), span('0af7651916cd43dd8448eb211c80319c', '')]
  const content = new Uint8Array(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })))
  expect(
    await pipeline.accept({ signal: 'traces', format: 'json', encoding: 'identity', body: new Uint8Array(content), content }),
  ).toEqual({
    rejectedItems: 2,
    rejectedReason: 'Items without a valid id were not taken: invalid_span_id, invalid_trace_id.',
  })
  await pipeline.close()
  const rejected = pipeline.fold.series.snapshot().series.filter(({ metric }) => metric === 'flywheel_rejected_items_total')
  expect(rejected.map(({ labels, values }) => [...labels, ...values])).toEqual([
    ['traces', 'invalid_span_id', 1],
    ['traces', 'invalid_trace_id', 1],
  ])
})

/** The log with some calls replaced. */
function overriding(target: Log, own: Partial<Log>): Log {
  return new Proxy(target, {
    get: (_, name: keyof Log) => {
      const method = own[name] ?? target[name]
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
}
