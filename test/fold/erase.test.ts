/** A deletion in the fold: what it takes, what it leaves to others, and that it does so again whenever the log is read again. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createSubjectHash } from '../../src/erase/subject-hash.ts'
import { askedFor, TombstoneSet } from '../../src/erase/tombstone-set.ts'
import { type EntryContent, readContent } from '../../src/fold/content.ts'
import { Fold } from '../../src/fold/fold.ts'
import type { FoldHost, Graves } from '../../src/fold/settle.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import type { Deletion, LateTraces, Tombstone } from '../../src/model/tombstone.ts'
import { Person } from '../helpers/canary-person.ts'
import { given } from '../helpers/feedback.ts'
import { applyAll, type TestEntry, testSettings, TestStore } from '../helpers/fold.ts'
import { type OtlpRequest, spansRequest } from '../helpers/otlp-request.ts'

const hash = createSubjectHash('salt')
const MINUTE_MS = 60_000
/** When the first deletion of these tests is asked for. */
const T = 1_790_000_000_000

type Happening = readonly [atMs: number, what: OtlpRequest | Deletion | LateTraces | ReturnType<typeof given>]

/** Entries of what happens, with a tick every second in between and for some seconds after it. */
function entriesOf(...happenings: readonly Happening[]): readonly TestEntry[] {
  const entries: TestEntry[] = []
  let nowMs = (happenings[0]?.[0] ?? T) - 1_000
  const add = (kind: EntryKind, atMs: number, content: EntryContent): void => {
    nowMs = atMs
    entries.push({ seq: entries.length + 1, atMs, kind, bytes: 100, content })
  }
  const pass = (untilMs: number): void => {
    for (let next = nowMs + 1_000; next < untilMs; next = nowMs + 1_000) add('tick', next, { type: 'tick', door: [] })
  }
  for (const [atMs, what] of happenings) {
    pass(atMs)
    if ('path' in what) add('spans', atMs, contentOf(what))
    else if ('type' in what) add('feedback', atMs, { type: 'feedback', feedback: [what] })
    else add('delete', atMs, { type: 'delete', tombstones: askedFor(what, hash, atMs) })
  }
  pass(nowMs + 8_000)
  return entries
}

function contentOf({ format, encoding, body }: OtlpRequest): EntryContent {
  return readContent(
    'spans',
    format,
    encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body,
  )
}

function hostWith(known: readonly Tombstone[] = []): FoldHost & { readonly graves: Graves; readonly buried: Tombstone[] } {
  const tombstones = new TombstoneSet(hash, known)
  const buried = [...known]
  const bury = (some: readonly Tombstone[]): void => {
    tombstones.add(some)
    buried.push(...some)
  }
  return { report: () => {}, pause: () => Promise.resolve(), graves: { tombstones, bury }, buried }
}

async function folded(...happenings: readonly Happening[]): Promise<Fold> {
  return applyAll(new Fold(testSettings, new TestStore(), hostWith()), entriesOf(...happenings))
}

function countOf(fold: Fold, metric: string): number {
  const { series } = fold.series.snapshot()
  return series.filter((one) => one.metric === metric).reduce((sum, { values: [value = 0] }) => sum + value, 0)
}

function userOf(person: Person): Deletion {
  return { kind: 'user', userId: person.userId }
}

const ann = (startMs = T - MINUTE_MS): Person => new Person('ann', { startMs })
const bob = (startMs = T - MINUTE_MS): Person => new Person('bob', { startMs })
const both = (person: Person): OtlpRequest => spansRequest(person.wholeRun().flatMap(({ spans }) => spans))

test('an open run is counted as it is when its user is deleted, and only what comes of it later is left out', async () => {
  const [a, b] = [ann(), bob()]
  const fold = await folded(
    [T - 500, a.openRun()],
    [T - 400, b.openRun()],
    [T, userOf(a)],
    [T + 2_000, a.endOf()],
    [T + 3_000, b.endOf()],
  )
  expect(fold.snapshot().open).toEqual([])
  expect(
    ['flywheel_runs_total', 'flywheel_llm_calls_total', 'flywheel_received_spans_total', 'flywheel_late_spans_total'].map(
      (metric) => countOf(fold, metric),
    ),
  ).toEqual([2, 2, 6, 0])
  const { runs } = fold.takeCheckpoint()
  expect(runs.map(({ traceId, userId, title, steps }) => [traceId === a.traceId('open'), userId, title, steps.length])).toEqual([
    [true, null, null, 2],
    [false, b.userId, b.word('open'), 3],
  ])
})

test('what came before the deletion is from before it, whatever the clock of its emitter says', async () => {
  const ahead = ann(T + 10 * MINUTE_MS)
  const fold = await folded([T - 500, ahead.openRun()], [T, userOf(ahead)])
  expect([fold.snapshot().open, countOf(fold, 'flywheel_runs_total')]).toEqual([[], 1])
})

test('who comes back is theirs again: the deletion of somebody else leaves their open runs, their feedback and their conversation alone', async () => {
  const a = ann(T + MINUTE_MS)
  const fold = await folded(
    [T, userOf(a)],
    [T + 2 * MINUTE_MS, a.failedRun()[0]!],
    [T + 2 * MINUTE_MS + 10_000, a.openRun('open', { atMs: T + 2 * MINUTE_MS })],
    [T + 2 * MINUTE_MS + 11_000, given({ traceId: a.traceId('failed') }, { id: 'said', userId: a.userId })],
    [T + 2 * MINUTE_MS + 12_000, userOf(bob())],
  )
  const { open, feedback, talk } = fold.snapshot()
  expect([open.length, feedback.map(({ id, status }) => [id, status]), talk.length]).toEqual([1, [['said', 'joined']], 1])
})

test('feedback of the deleted that is not counted yet never is, and that of others waits on', async () => {
  const [a, b] = [ann(), bob()]
  const fold = await folded(
    [T - 9_000, spansRequest([...both(a).spans, ...both(b).spans])],
    [T - 2_000, given({ traceId: a.traceId('whole') }, { id: 'by-ann', userId: a.userId })],
    [T - 2_000, given({ traceId: b.traceId('whole') }, { id: 'of-ann-about-bob', userId: a.userId })],
    [T - 1_000, given({ traceId: b.traceId('whole') }, { id: 'by-bob' })],
    [T - 900, a.openRun()],
    [T - 800, given({ messageId: a.word('openmessage') }, { id: 'about-open' })],
    [T, userOf(a)],
  )
  expect(fold.snapshot().feedback.map(({ id }) => id)).toEqual(['by-bob'])
  const { states } = fold.takeCheckpoint().feedback
  // Whoever erases finds it by its run.
  expect(states.find(({ id }) => id === 'about-open')).toMatchObject({
    isWithdrawn: true,
    counted: null,
    run: { traceId: a.traceId('open') },
  })
})

test('late traces take what is remembered of a conversation with them, and make none', async () => {
  const a = ann()
  // A call on its own that names no conversation and follows another trace by a link.
  const call = a.wholeRun('linked').flatMap(({ spans }) => spans)[0]!
  const linked = spansRequest([{ ...call, parentSpanId: '' }])
  const traceIds = ['failed', 'linked'].map((run) => a.traceId(run))
  const before = [
    [T - 20_000, a.failedRun()[0]!],
    [T - 500, linked],
  ] as const
  const kept = await folded(...before)
  expect([kept.snapshot().talk.length, countOf(kept, 'flywheel_conversations_total')]).toEqual([1, 2])
  const fold = await folded(...before, [T, { kind: 'late', traceIds }])
  expect([fold.snapshot().talk.length, countOf(fold, 'flywheel_conversations_total')]).toEqual([0, 1])
})

test('from every checkpoint on the rest of the log counts the same, with the tombstones that were saved by then', async () => {
  const [a, b] = [ann(), bob()]
  const entries = entriesOf(
    [T - 9_000, both(a)],
    [T - 8_500, both(b)],
    [T - 2_000, given({ traceId: a.traceId('whole') }, { id: 'held' })],
    [T - 1_500, given({ messageId: a.word('openmessage') }, { id: 'waits' })],
    [T - 900, a.openRun()],
    [T - 800, b.openRun()],
    [T, userOf(a)],
    [T + 2_100, { kind: 'late', traceIds: [a.traceId('whole'), a.traceId('followup')] }],
    [T + 2_500, spansRequest([...a.followUp(), ...b.followUp()])],
    [T + 3_000, a.endOf()],
    [T + 3_500, b.endOf()],
  )
  const whole = await applyAll(new Fold(testSettings, new TestStore(), hostWith()), entries)
  for (let saved = 1; saved < entries.length; saved++) {
    const [store, host] = [new TestStore(), hostWith()]
    const first = await applyAll(new Fold(testSettings, store, host), entries.slice(0, saved))
    const checkpoint = first.takeCheckpoint()
    store.save(checkpoint)
    const again = Fold.restore(store.restore()!, store, hostWith(host.buried))
    await applyAll(again, entries.slice(checkpoint.fold.lowWater.seq))
    expect([saved, again.snapshot()]).toEqual([saved, whole.snapshot()])
  }
})
