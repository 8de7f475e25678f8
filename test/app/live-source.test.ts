import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { OpenGauge } from '../../src/fold/open-view.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import type { LiveView } from '../../src/live/live-view.ts'
import { LiveSource } from '../../src/live-source.ts'
import type { RunRecord } from '../../src/model/run.ts'
import type { LatestFilter, RunFilter, RunPage } from '../../src/records/store.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'
import { llmCall, step as plainStep } from '../helpers/steps.ts'
import { failure, run, step } from '../records/builders.ts'

const NOW = Date.UTC(2026, 0, 31, 12, 0, 30)
const MINUTE = 60_000

/** The records of a processor that ran before, and what was asked of them. */
class FakeStore {
  readonly #runs: readonly RunRecord[]
  readonly asked: LatestFilter[] = []
  /** Answers that are left before it fails. */
  answers = Infinity

  constructor(runs: readonly RunRecord[]) {
    this.#runs = runs.toSorted((a, b) => (isAfter(a, b) ? -1 : 1))
  }

  latestRuns(filter: LatestFilter): Promise<readonly RunRecord[]> {
    this.asked.push(filter)
    if (this.answers-- <= 0) return Promise.reject(new Error('I/O error'))
    const { settledSinceMs, limit, before } = filter
    const found = this.#runs.filter(
      (record) => record.settledAtMs >= settledSinceMs && (before === undefined || isAfter(before, record)),
    )
    return Promise.resolve(found.slice(0, limit))
  }

  listRuns({ limit }: RunFilter): Promise<RunPage> {
    return Promise.resolve({ runs: this.#runs.slice(0, limit), next: null })
  }
}

type Place = Pick<RunRecord, 'settledAtMs' | 'traceId'>

function isAfter(a: Place, b: Place): boolean {
  return a.settledAtMs > b.settledAtMs || (a.settledAtMs === b.settledAtMs && a.traceId > b.traceId)
}

interface Setup {
  readonly source: LiveSource
  readonly store: FakeStore
  /** Which fold was asked for its gauges, one for each time. */
  readonly asked: Fold[]
  fold: Fold | null
  gauges: readonly OpenGauge[]
  nowMs: number
}

function setUp(runs: readonly RunRecord[] = [], settings: Partial<FoldSettings> = {}): Setup {
  const store = new FakeStore(runs)
  const asked: Fold[] = []
  const set: Omit<Setup, 'source'> = { store, asked, fold: foldWith(settings), gauges: [], nowMs: NOW }
  const gauges = (fold: Fold): readonly OpenGauge[] => {
    asked.push(fold)
    return set.gauges
  }
  const source = new LiveSource({ store, openView: { gauges }, fold: () => set.fold, now: () => set.nowMs })
  return Object.assign(set, { source })
}

function foldWith(settings: Partial<FoldSettings> = {}): Fold {
  return new Fold({ ...testSettings, ...settings }, emptyArchive)
}

function viewOf({ source }: Setup, service: string | null = null): LiveView {
  const view = source.view(service)
  if (view === null) throw new Error('there is no view while the log is being read')
  return view
}

/** A run that settled `agoMs` before now; it cost 0.001 USD. */
function ran(traceId: string, agoMs = 0, changes: Partial<RunRecord> = {}): RunRecord {
  const steps = [step({ error: null, tool: null, costNanoUsd: 1_000_000 })]
  return run(traceId, { settledAtMs: NOW - agoMs, sampleRate: 1, costNanoUsd: 1_000_000, steps, ...changes })
}

/** As many runs, one second apart, the first the latest. */
function many(count: number, changes: Partial<RunRecord> = {}): readonly RunRecord[] {
  return Array.from({ length: count }, (_, index) => ran(`t${String(index).padStart(5, '0')}`, index * 1_000, changes))
}

function settle({ source }: Setup, record: RunRecord): void {
  source.settled({ type: 'run', record, late: null, atMs: record.settledAtMs })
}

describe('texts', () => {
  const mail = 'who@mail.example'
  const failed = failure({ detail: `no mail for ${mail}`, step: `at ${mail}`, stepName: `chat ${mail}` })

  /** Every text of the view that an emitter is free to choose. */
  function shownTexts(content: FoldSettings['content']): unknown {
    const set = setUp([], { content })
    const steps = [step({ tool: null, error: null, stepLabel: `label ${mail}`, scope: `library ${mail}` })]
    settle(set, ran('a', 0, { outcome: 'failed', failures: [failed], steps }))
    set.source.settled({ type: 'plain', steps: [plainStep({ name: `GET ${mail}`, scope: 'http' })], atMs: NOW })
    const { dearest, slowest, failures, latest, arrivals, contentMode } = viewOf(set)
    return {
      contentMode,
      dearest: dearest.map(({ name }) => name),
      slowest: slowest.map(({ name }) => name),
      failures: failures.map((item) => item.latest.failure),
      latest: latest.map((item) => item.failures),
      plainSpans: arrivals.plainSpans.map(({ name }) => name),
      emitters: arrivals.emitters.map(({ name }) => name),
    }
  }

  const redactedNames = {
    dearest: ['label [email]'],
    slowest: ['label [email]'],
    plainSpans: ['GET [email] (http)'],
    emitters: ['library [email]'],
  }

  test('are shown without what looks personal', () => {
    const shown = failure({ detail: 'no mail for [email]', step: 'at [email]', stepName: 'chat [email]' })
    expect(shownTexts('redacted')).toEqual({
      contentMode: 'redacted',
      ...redactedNames,
      failures: [shown],
      latest: [[shown]],
    })
  })

  test('are left out where content is off, names are as with redaction', () => {
    const shown = failure({ detail: '', step: 'at [email]', stepName: 'chat [email]' })
    expect(shownTexts('off')).toEqual({ contentMode: 'off', ...redactedNames, failures: [shown], latest: [[shown]] })
  })

  test('are shown as they came where content is full', () => {
    expect(shownTexts('full')).toEqual({
      contentMode: 'full',
      dearest: [`label ${mail}`],
      slowest: [`label ${mail}`],
      plainSpans: [`GET ${mail} (http)`],
      emitters: [`library ${mail}`],
      failures: [failed],
      latest: [[failed]],
    })
  })

  test('of plain spans and libraries are the five most frequent', () => {
    const set = setUp()
    for (let index = 0; index < 8; index++) {
      for (let times = 0; times <= index; times++) {
        set.source.settled({ type: 'plain', steps: [plainStep({ name: `span ${index}` })], atMs: NOW })
        settle(set, ran(`${index} ${times}`, 0, { steps: [step({ scope: `library ${index}` })] }))
      }
    }
    const { arrivals } = viewOf(set)
    expect([arrivals.plainSpans, arrivals.emitters].map((list) => list.map(({ name, count }) => `${name}: ${count}`))).toEqual([
      ['span 7: 8', 'span 6: 7', 'span 5: 6', 'span 4: 5', 'span 3: 4'],
      ['library 7: 8', 'library 6: 7', 'library 5: 6', 'library 4: 5', 'library 3: 4'],
    ])
  })
})

describe('the version', () => {
  test('changes with everything that happens', async () => {
    const set = setUp([ran('before', MINUTE)])
    const versions = [set.source.version()]
    const happenings: readonly (() => void | Promise<void>)[] = [
      () => settle(set, ran('a')),
      () => set.source.settled({ type: 'run', record: ran('a'), late: { llmCalls: 1, costNanoUsd: 5 }, atMs: NOW }),
      () => set.source.settled({ type: 'plain', steps: [], atMs: NOW }),
      () => set.source.received(1, NOW),
      () => set.source.requested('traces', 200),
      () => set.source.restarted(),
    ]
    for (const happens of happenings) {
      await happens()
      versions.push(set.source.version())
    }
    expect(new Set(versions).size).toBe(1 + happenings.length)
  })

  test('changes with the number of open runs', async () => {
    const set = setUp()
    const before = set.source.version()
    const item = { traceId: 'a'.repeat(32), step: plainStep(llmCall().over) }
    const entry = {
      seq: 1,
      atMs: NOW,
      kind: 'spans',
      bytes: 1,
      content: { type: 'spans', steps: [item], feedback: [], rejected: [] },
    } as const
    if (set.fold !== null) await applyAll(set.fold, [entry])
    expect(set.source.version()).not.toBe(before)
  })

  test('stays while nothing happens, whoever looks and however late it gets', () => {
    const set = setUp()
    settle(set, ran('a'))
    const before = set.source.version()
    viewOf(set)
    set.nowMs += 5 * MINUTE
    viewOf(set, 'shop')
    expect(set.source.version()).toBe(before)
  })

  test('changes when the log has been read; until then there is no view', () => {
    const set = setUp()
    const { fold } = set
    set.fold = null
    const before = set.source.version()
    expect(set.source.view(null)).toBeNull()
    // A request at the door meanwhile is no reason to fail.
    set.source.requested('traces', 503)
    expect(set.source.version()).toBe(before)
    set.fold = fold
    expect(set.source.version()).not.toBe(before)
    expect(set.source.view(null)).not.toBeNull()
  })
})

describe('a start', () => {
  test('reads the last hour of the records, page by page', async () => {
    const set = setUp([...many(120), ran('old', 60 * MINUTE + 1)])
    await set.source.restarted()
    const { total, sinceMs, fromMs } = viewOf(set)
    expect([total.runs, total.costNanoUsd, sinceMs]).toEqual([120, 120 * 1_000_000, fromMs])
    expect(set.store.asked.map(({ settledSinceMs, limit, before }) => [settledSinceMs, limit, before?.traceId])).toEqual([
      [NOW - 60 * MINUTE, 50, undefined],
      [NOW - 60 * MINUTE, 50, 't00049'],
      [NOW - 60 * MINUTE, 50, 't00099'],
    ])
  })

  test('reads each run once where more settled at one tick than fit on a page', async () => {
    const set = setUp(many(130, { settledAtMs: NOW }))
    await set.source.restarted()
    expect(viewOf(set).total.runs).toBe(130)
  })

  test('stops at a thousand runs and says since when it knows', async () => {
    const set = setUp(many(1_200))
    await set.source.restarted()
    const { total, sinceMs } = viewOf(set)
    expect([total.runs, sinceMs, set.store.asked.length]).toEqual([1_000, NOW - 999 * 1_000, 20])
  })

  test('stops at twenty thousand steps and says since when it knows', async () => {
    const steps = Array.from({ length: 200 }, (_, index) => step({ spanId: String(index), costNanoUsd: 0 }))
    const set = setUp(many(150, { steps }))
    await set.source.restarted()
    const { total, sinceMs } = viewOf(set)
    expect([total.runs, sinceMs, set.store.asked.length]).toEqual([100, NOW - 99 * 1_000, 2])
  })

  test('knows the whole hour again when a later start reads all of it', async () => {
    const set = setUp(many(1_200))
    await set.source.restarted()
    set.nowMs += 55 * MINUTE
    await set.source.restarted()
    const { sinceMs, fromMs } = viewOf(set)
    expect(sinceMs).toBe(fromMs)
  })

  test('twice counts nothing twice', async () => {
    const set = setUp(many(60))
    await set.source.restarted()
    settle(set, ran('since'))
    await set.source.restarted()
    const { total, arrivals, latest } = viewOf(set)
    expect([total.runs, arrivals.spans, latest.length]).toEqual([60, 60, 20])
  })

  test('lets others have the thread between pages', async () => {
    const set = setUp(many(120))
    const immediate = vi.fn<() => void>()
    setImmediate(immediate)
    await set.source.restarted()
    expect(immediate).toHaveBeenCalledOnce()
  })

  test('that could read only a part of the records says since when it knows', async () => {
    const set = setUp(many(120))
    set.store.answers = 1
    await expect(set.source.restarted()).rejects.toThrow('I/O error')
    const { total, sinceMs } = viewOf(set)
    expect([total.runs, sinceMs]).toEqual([50, NOW - 49 * 1_000])
  })

  test('with records that cannot be read begins with nothing, and what the log tells next counts once', async () => {
    const set = setUp([ran('a'), ran('b')])
    settle(set, ran('a'))
    set.store.answers = 0
    await expect(set.source.restarted()).rejects.toThrow('I/O error')
    expect(viewOf(set).total.runs).toBe(0)
    settle(set, ran('a'))
    expect([viewOf(set).total.runs, viewOf(set).latest.map(({ traceId }) => traceId)]).toEqual([1, ['a']])
  })
})

describe('the newest run', () => {
  test('is the last that settled within the hour', async () => {
    const set = setUp(many(60))
    await set.source.restarted()
    expect(viewOf(set).lastRunAtMs).toBe(NOW)
    settle(set, ran('later', -MINUTE))
    expect(viewOf(set, 'some other service').lastRunAtMs).toBe(NOW + MINUTE)
  })

  test('is older where the hour is empty', async () => {
    const set = setUp([ran('a', 300 * MINUTE), ran('b', 200 * MINUTE)])
    await set.source.restarted()
    expect([viewOf(set).lastRunAtMs, viewOf(set).total.runs]).toEqual([NOW - 200 * MINUTE, 0])
  })

  test('is none where there has never been one; a plain trace is none', async () => {
    const set = setUp()
    await set.source.restarted()
    set.source.settled({ type: 'plain', steps: [plainStep()], atMs: NOW })
    expect(viewOf(set).lastRunAtMs).toBeNull()
  })
})

describe('what is open', () => {
  const gauge = (service: string, changes: Partial<OpenGauge> = {}): OpenGauge => ({
    service,
    environment: 'prod',
    runs: 1,
    costNanoUsd: 10,
    loops: 0,
    ...changes,
  })

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('adds up over services and environments, or those of one service', () => {
    const set = setUp()
    set.gauges = [gauge('shop'), gauge('shop', { environment: 'test', runs: 2, loops: 1 }), gauge('desk', { runs: 4 })]
    expect([viewOf(set).open, viewOf(set, 'shop').open, viewOf(set, 'nobody').open]).toEqual([
      { runs: 7, costNanoUsd: 30, loops: 1 },
      { runs: 3, costNanoUsd: 20, loops: 1 },
      { runs: 0, costNanoUsd: 0, loops: 0 },
    ])
  })

  test('is asked for every two seconds at most, whoever looks', () => {
    const set = setUp()
    viewOf(set)
    set.gauges = [gauge('shop')]
    vi.advanceTimersByTime(1_999)
    expect([viewOf(set).open.runs, viewOf(set, 'shop').open.runs, set.asked.length]).toEqual([0, 0, 1])
    vi.advanceTimersByTime(1)
    expect([viewOf(set).open.runs, viewOf(set, 'shop').open.runs, set.asked.length]).toEqual([1, 1, 2])
  })

  test('is asked for at once when another fold counts', () => {
    const set = setUp()
    const first = set.fold
    viewOf(set)
    const second = foldWith()
    set.fold = second
    viewOf(set)
    expect(set.asked).toEqual([first, second])
    expect(set.asked[1]).toBe(second)
  })
})

test('a wall clock that was set back does not hide what the log has dated later', async () => {
  const set = setUp()
  if (set.fold !== null)
    await applyAll(set.fold, [{ seq: 1, atMs: NOW, kind: 'tick', bytes: 1, content: { type: 'tick', door: [] } }])
  settle(set, ran('a'))
  set.nowMs = NOW - 10 * MINUTE
  const { total, lastMinute } = viewOf(set)
  expect([total.runs, lastMinute.runs]).toEqual([1, 1])
})
