/** Deletions with everything that they touch, in this process: the real log and store, and places to step in between. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { expect, type TestContext, vi } from 'vitest'
import { Deletions } from '../../src/deletions.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import { Graveyard } from '../../src/graveyard.ts'
import type { Log } from '../../src/log/log.ts'
import { openSqliteLog } from '../../src/log/sqlite-log.ts'
import type { FeedbackEvent } from '../../src/model/feedback.ts'
import type { Deletion } from '../../src/model/tombstone.ts'
import { NoteDesk } from '../../src/notes/desk.ts'
import { Pipeline } from '../../src/pipeline.ts'
import type { DeletionJob } from '../../src/records/deletions.ts'
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import type { Store } from '../../src/records/store.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { TranscriptKeeper } from '../../src/transcript-keeper.ts'
import { bodiesIn, filesIn, traceOf } from '../helpers/canary-search.ts'
import { testSettings } from '../helpers/fold.ts'
import type { OtlpRequest } from '../helpers/otlp-request.ts'

type Test = Pick<TestContext, 'onTestFinished'>

export interface RoomsOptions {
  /** Default: a new one, which goes with the test. */
  readonly dir?: string
  readonly settings?: Partial<FoldSettings>
  /** The log's clock. Default: the wall's. */
  readonly now?: () => number
  /** Stands in front of a call of the log. */
  readonly append?: (append: Log['append']) => Log['append']
  readonly readEntries?: (readEntries: Log['readEntries']) => Log['readEntries']
  /** Stands in front of a question of the fold. */
  readonly findSettled?: (findSettled: Store['findSettled']) => Store['findSettled']
}

export class Rooms {
  readonly dir: string
  readonly store: Store
  readonly pipeline: Pipeline
  readonly deletions: Deletions
  readonly notes: NoteDesk
  readonly keeper: TranscriptKeeper
  readonly reports: string[] = []
  readonly #log: Log
  #isClosed = false

  private constructor(dir: string, log: Log, store: Store, graveyard: Graveyard, settings: FoldSettings) {
    const report = (message: string, error?: unknown): void => void this.reports.push(`${message}: ${String(error)}`)
    this.dir = dir
    this.#log = log
    this.store = store
    this.pipeline = new Pipeline({
      log,
      store,
      settings,
      logRetentionMs: 7 * 86_400_000,
      logMaxBytes: 1e9,
      graves: graveyard,
      onLateTraces: (traceIds) => this.deletions.late(traceIds),
      report,
      onFatal: (error) => report('fatal', error),
    })
    const redaction = createRedactor({ mode: 'full', patterns: [] })
    const isErased = (userId: string, atMs: number): boolean => graveyard.tombstones.isErasedUser(userId, atMs)
    this.notes = new NoteDesk({
      store: store.notes,
      feedback: this.pipeline,
      redaction,
      isErased,
      nowMs: Date.now,
      onFault: (error) => report('fault', error),
    })
    this.keeper = new TranscriptKeeper({ log, store, redactor: redaction, nowMs: Date.now, report })
    this.deletions = new Deletions({
      store: store.deletions,
      log,
      pipeline: this.pipeline,
      graveyard,
      removeNotesOf: (userId) => this.notes.removeOfUser(userId),
      forget: () => Promise.resolve(),
      nowMs: Date.now,
      report,
    })
  }

  /** Closes with the test: of several at once each has its own. */
  static async open(
    test: Test,
    { dir = newFolder(test), settings = {}, now = Date.now, ...steps }: RoomsOptions = {},
  ): Promise<Rooms> {
    const log = steppedIn(await openSqliteLog({ path: join(dir, 'log.db'), now }), steps)
    const store = askedThrough(await openSqliteStore({ path: join(dir, 'state.db') }), steps)
    const rooms = new Rooms(dir, log, store, await Graveyard.open(store.deletions), { ...roomSettings, ...settings })
    test.onTestFinished(() => rooms.close())
    await rooms.pipeline.start()
    await rooms.deletions.start()
    return rooms
  }

  async send(...requests: readonly OtlpRequest[]): Promise<void> {
    for (const { path, format, encoding, body } of requests) {
      const content = encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body
      const signal = path === '/v1/traces' ? 'traces' : 'logs'
      // Both are given away.
      await this.pipeline.accept({ signal, format, encoding, body: new Uint8Array(body), content: new Uint8Array(content) })
    }
  }

  async give(...events: readonly FeedbackEvent[]): Promise<void> {
    await this.pipeline.take(events)
  }

  /** Waits until this many runs are open and everything that led to it is saved. */
  async rest(open = 0): Promise<void> {
    const { pipeline } = this
    const { lastSeq } = await this.#log.stats()
    await vi.waitUntil(() => pipeline.fold.mark.seq >= lastSeq && pipeline.fold.openRuns.size === open, { timeout: 20_000 })
    const { seq } = pipeline.fold.mark
    await vi.waitUntil(() => pipeline.savedSeq >= seq, { timeout: 20_000 })
  }

  /** Deletes and waits until it is done. */
  async delete(deletion: Deletion): Promise<DeletionJob> {
    return this.done(await this.deletions.request(deletion, 'rita'))
  }

  async done({ id }: DeletionJob): Promise<DeletionJob> {
    for (;;) {
      const job = await this.deletions.find(id)
      if (job?.state === 'wiped') return job
      if (this.reports.length > 0) throw new Error(this.reports.join('\n'))
      await sleep(20)
    }
  }

  /** Waits until no deletion is under way. */
  async idle(): Promise<void> {
    await vi.waitUntil(async () => (await this.store.deletions.unfinished()).length === 0, { timeout: 30_000 })
    expect(this.reports).toEqual([])
  }

  /** Counters by name and labels, without those of requests. */
  counted(): Readonly<Record<string, number>> {
    const { series } = this.pipeline.fold.series.snapshot()
    return Object.fromEntries(series.map(({ metric, labels, values }) => [[metric, ...labels].join(' '), values[0] ?? 0]))
  }

  /** Where somebody is still found: in the files, or in a body of the log. */
  traceOf(name: string): ReturnType<typeof traceOf> {
    return traceOf(name, { ...filesIn(this.dir), ...bodiesIn(this.dir) })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.keeper.close()
    await this.deletions.close()
    await this.pipeline.close()
    await this.#log.close()
    await this.store.close()
  }
}

const roomSettings: FoldSettings = {
  ...testSettings,
  settle: { ...testSettings.settle, settleMs: 500 },
  series: { ...testSettings.series, scrapeIntervalMs: 0 },
  content: 'full',
}

function newFolder(test: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'flywheel-rooms-'))
  test.onTestFinished(() => rmSync(dir, { recursive: true }))
  return dir
}

function askedThrough(store: Store, { findSettled }: RoomsOptions): Store {
  if (findSettled === undefined) return store
  const own = findSettled((traceIds) => store.findSettled(traceIds))
  return new Proxy(store, {
    get: (_, name: keyof Store) => {
      const part = name === 'findSettled' ? own : store[name]
      return typeof part === 'function' ? part.bind(store) : part
    },
  })
}

function steppedIn(log: Log, { append, readEntries }: RoomsOptions): Log {
  const own: Partial<Log> = {
    ...(append && { append: append((entry) => log.append(entry)) }),
    ...(readEntries && { readEntries: readEntries((seqs) => log.readEntries(seqs)) }),
  }
  return new Proxy(log, {
    get: (_, name: keyof Log) => {
      const method = own[name] ?? log[name]
      return typeof method === 'function' ? method.bind(log) : method
    },
  })
}
