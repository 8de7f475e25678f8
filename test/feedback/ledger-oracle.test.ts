/**
 * The ledger against a model that knows nothing of it: it keeps the list of everything that happened and, for one id of feedback at a time, walks
 * through it anew. Which runs are open and settle when is taken from the fold; everything else is worked out a second time.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenRun } from '../../src/assemble/open-runs.ts'
import type { EntryContent } from '../../src/fold/content.ts'
import { Fold } from '../../src/fold/fold.ts'
import type { FoldHost } from '../../src/fold/settle.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import type { FeedbackEvent, FeedbackReceipt, FeedbackTarget, Rating } from '../../src/model/feedback.ts'
import type { RunRecord } from '../../src/model/run.ts'
import type { Step } from '../../src/model/step.ts'
import { feedbackOn } from '../helpers/feedback.ts'
import { type TestEntry, testSettings, TestStore } from '../helpers/fold.ts'
import { runStartUs, step, stepId } from '../helpers/steps.ts'
import { type Happened, type Limits, outcomeOf, type Talk } from './ledger-model.ts'

const NUM_RUNS = Number(process.env['ORACLE_RUNS'] ?? 300)
const START_MS = runStartUs / 1_000
const traces = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32))
const ids = ['f1', 'f2', 'f3']
const LAST_MS = 240_000

/** A run has an entry and two calls; what it does not send in time comes late. */
const spans = traces.flatMap((traceId, place): readonly { readonly traceId: string; readonly over: Partial<Step> }[] => {
  const agent = `agent-${place}`
  const conversationId = ['talk', 'talk', 'other', null][place] ?? null
  const number = place * 3 + 1
  return [
    {
      traceId,
      over: {
        spanId: stepId(number),
        agent,
        conversationId,
        kind: 'agent',
        operation: 'invoke_agent',
      },
    },
    ...[1, 2].map((call): { readonly traceId: string; readonly over: Partial<Step> } => ({
      traceId,
      over: {
        spanId: stepId(number + call),
        parentId: stepId(number),
        agent,
        conversationId,
        kind: 'llm',
        operation: 'chat',
        responseId: `resp-${place}-${call}`,
        messageId: call === 2 ? null : `msg-${place}`,
      },
    })),
  ]
})

const keys = {
  traceId: fc.constantFrom(...traces, 'e'.repeat(32)),
  spanId: fc.constantFrom(...spans.map(({ over }) => over.spanId ?? ''), stepId(99)),
  responseId: fc.constantFrom('resp-0-1', 'resp-0-2', 'resp-1-1', 'resp-2-2', 'resp-none'),
  messageId: fc.constantFrom('msg-0', 'msg-1', 'msg-2', 'msg-none'),
  conversationId: fc.constantFrom('talk', 'other', 'nobody'),
}

const target: fc.Arbitrary<Partial<FeedbackTarget>> = fc.oneof(
  // Few, so that the same is said again.
  { weight: 4, arbitrary: fc.constantFrom({ conversationId: 'talk' }, { traceId: traces[0] ?? '' }, { messageId: 'msg-1' }) },
  {
    weight: 3,
    arbitrary: fc.oneof(...Object.entries(keys).map(([key, id]) => id.map((value) => ({ [key]: value })))),
  },
  {
    weight: 1,
    arbitrary: fc.record(keys, { requiredKeys: [] }).filter((record) => Object.keys(record).length > 0),
  },
)

const atMs = fc.integer({ min: 0, max: LAST_MS })

/** As small as it can be told, since this is what a failure prints. */
type Saying =
  | { readonly withdrawn: string }
  | {
      readonly id: string
      readonly target: Partial<FeedbackTarget>
      readonly rating: Rating | null
      readonly judge: 'user' | 'model'
      readonly saidAfterMs: number | null
    }

const saying: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      id: fc.constantFrom(...ids),
      target,
      rating: fc.constantFrom<Rating | null>('positive', 'positive', 'neutral', 'negative', null),
      judge: fc.constantFrom('user' as const, 'user' as const, 'model' as const),
      saidAfterMs: fc.option(atMs, { freq: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ids).map((withdrawn) => ({ withdrawn })) },
)

function eventOf(what: Saying): FeedbackEvent {
  if ('withdrawn' in what) return { type: 'withdrawn', id: what.withdrawn }
  const { target: named, saidAfterMs, ...over } = what
  const comment = over.rating === null ? 'words' : null
  return {
    type: 'given',
    feedback: feedbackOn(named, {
      ...over,
      comment,
      atMs: saidAfterMs === null ? null : START_MS + saidAfterMs,
    }),
  }
}

/** Something said, or spans of one run, sent together. */
type Part =
  | { readonly atMs: number; readonly said: readonly Saying[] }
  | { readonly atMs: number; readonly run: number; readonly spans: readonly number[] }

const story = fc
  .tuple(
    fc.array(fc.record({ atMs, said: fc.array(saying, { minLength: 1, maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 10,
    }),
    fc.array(
      fc.record({
        atMs,
        run: fc.nat(traces.length - 1),
        spans: fc.constantFrom([0, 1, 2], [0, 1, 2], [0, 1], [1, 2], [0], [1], [2]),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([some, others]): readonly Part[] => [...some, ...others].toSorted((a, b) => a.atMs - b.atMs))

function contentOf(part: Part): EntryContent {
  if ('said' in part) return { type: 'feedback', feedback: part.said.map(eventOf) }
  // No two at the very same time: which of them is the latest nobody can say.
  const startUs = (START_MS + part.atMs) * 1_000 + part.run
  const steps = part.spans.flatMap((place) => {
    const known = spans[part.run * 3 + place]
    return known === undefined
      ? []
      : [
          {
            traceId: known.traceId,
            step: step({ ...known.over, startUs, endUs: startUs + 1_000 }),
          },
        ]
  })
  return { type: 'spans', steps, feedback: [], rejected: [] }
}

const limits: fc.Arbitrary<Limits> = fc.record({
  holdMs: fc.constantFrom(0, 5_000, 30_000),
  retentionMs: fc.constantFrom(60_000, testSettings.retentionMs),
})

function settingsOf({ holdMs, retentionMs }: Limits): FoldSettings {
  const settle = { ...testSettings.settle, idleMs: 20_000 }
  return { ...testSettings, settle, retentionMs, feedback: { ratings: [], holdMs } }
}

/** A trace that was forgotten is another run when more of it comes; here none is. */
function remembered(parts: readonly Part[], { retentionMs }: Limits): readonly Part[] {
  const moved = parts.map((part) => ('said' in part ? part : { ...part, atMs: part.atMs % retentionMs }))
  return moved.toSorted((a, b) => a.atMs - b.atMs)
}

/** With a tick every second in between. */
function entriesOf(parts: readonly Part[]): readonly TestEntry[] {
  const entries: TestEntry[] = []
  let nowMs = START_MS
  const add = (kind: EntryKind, content: EntryContent): void => {
    entries.push({ seq: entries.length + 1, atMs: nowMs, kind, bytes: 100, content })
  }
  const passUntil = (untilMs: number): void => {
    for (; nowMs + 1_000 <= untilMs; add('tick', { type: 'tick', door: [] })) nowMs += 1_000
  }
  for (const part of parts) {
    passUntil(START_MS + part.atMs)
    nowMs = START_MS + part.atMs
    add('said' in part ? 'feedback' : 'spans', contentOf(part))
  }
  passUntil(START_MS + LAST_MS + 60_000)
  return entries
}

function talkOf({ steps }: OpenRun): Talk {
  const all = [...steps.values()]
  const startedAtUs = Math.min(...all.map(({ startUs }) => startUs))
  return { conversationId: all[0]?.conversationId ?? null, startedAtUs }
}

interface Played {
  readonly fold: Fold
  readonly store: TestStore
  readonly history: readonly Happened[]
  readonly receipts: readonly FeedbackReceipt[]
}

/** Plays the entries and takes down what happened. With `restarts` the fold is saved, goes on a little, and begins anew where it was saved. */
async function play(
  entries: readonly TestEntry[],
  of: FoldSettings,
  restarts: readonly (readonly [number, number])[],
): Promise<Played> {
  const store = new TestStore()
  const receipts = new Map<number, readonly FeedbackReceipt[]>()
  const settledAt = new Map<number, RunRecord[]>()
  const openAt = new Map<number, readonly Talk[]>()
  let seq = 0
  const host: FoldHost = {
    report: (message, error) => {
      throw new Error(message, { cause: error })
    },
    pause: () => Promise.resolve(),
    settled: (trace) => {
      if (trace.type === 'run') settledAt.set(seq, [...(settledAt.get(seq) ?? []), trace.record])
    },
  }
  let fold = new Fold(of, store, host)
  const applyTo = async (end: number): Promise<void> => {
    for (const entry of entries.slice(fold.mark.seq, end)) {
      seq = entry.seq
      settledAt.delete(seq)
      await fold.prepare([entry.content])
      receipts.set(seq, await fold.apply(entry, entry.content))
      openAt.set(seq, [...fold.openRuns.all()].map(talkOf))
    }
  }
  for (const [at, lost] of restarts) {
    if (at <= fold.mark.seq) continue
    await applyTo(at)
    store.save(fold.takeCheckpoint())
    fold.checkpointSaved()
    await applyTo(at + lost)
    const restored = store.restore()
    if (restored === null) throw new Error('nothing was saved')
    fold = Fold.restore(restored, store, host)
    // Entries that only rebuild what was open give no receipts and settle nothing.
    for (const entry of entries.slice(fold.mark.seq, at)) {
      await fold.prepare([entry.content])
      await fold.apply(entry, entry.content)
    }
  }
  await applyTo(entries.length)
  store.save(fold.takeCheckpoint())
  const history = entries.flatMap((entry): readonly Happened[] => {
    const { content, atMs: nowMs } = entry
    if (content.type === 'feedback') return content.feedback.map((given) => ({ type: 'event', event: given, atMs: nowMs }))
    if (content.type !== 'tick') return []
    const settled = (settledAt.get(entry.seq) ?? []).map((run) => ({
      type: 'settled' as const,
      run,
      atMs: nowMs,
    }))
    return [...settled, { type: 'tick', open: openAt.get(entry.seq) ?? [], atMs: nowMs }]
  })
  return {
    fold,
    store,
    history,
    receipts: [...receipts].toSorted(([a], [b]) => a - b).flatMap(([, list]) => list),
  }
}

const wanted: Readonly<Record<string, (labels: readonly string[]) => string>> = {
  flywheel_feedback_total: ([, , agent = '', source = '', rating = '']) => `feedback ${agent} ${source} ${rating}`,
  flywheel_evaluations_total: ([, , agent = '', judge = '', rating = '']) => `evaluations ${agent} ${judge} ${rating}`,
  flywheel_corrections_total: ([metric = '', direction = '']) => `corrections ${metric} ${direction}`,
  flywheel_feedback_received_total: ([source = '']) => `received ${source}`,
  flywheel_feedback_unmatched_total: ([source = '']) => `unmatched ${source}`,
}

function countsOf(fold: Fold): Readonly<Record<string, number>> {
  return Object.fromEntries(
    fold
      .snapshot()
      .series.series.flatMap(({ metric, labels, values }) => {
        const name = wanted[metric]?.(labels)
        return name === undefined || (metric === 'flywheel_corrections_total' && labels[0] === 'flywheel_runs_total')
          ? []
          : [[name, values[0] ?? 0] as const]
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function tally(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts = Map.groupBy(texts, (text) => text)
  return Object.fromEntries(
    [...counts].map(([text, list]) => [text, list.length] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const restarts = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat(20)), { maxLength: 3 })
  .map((list) => list.toSorted((a, b) => a[0] - b[0]))

test('counts, corrections, receipts and runs are those of the model, with and without restarts', async () => {
  await fc.assert(
    fc.asyncProperty(story, limits, restarts, async (parts, of, when) => {
      const { fold, store, history, receipts } = await play(entriesOf(remembered(parts, of)), settingsOf(of), when)
      const model = new Map(ids.map((id) => [id, outcomeOf(id, history, of)]))
      expect({
        counts: countsOf(fold),
        receipts: tally(receipts.map(({ id, outcome }) => `${id} ${outcome}`)),
        kept: [...store.keeps].filter((keep) => keep.endsWith(' rated')).toSorted(),
        standing: [...store.feedbackStates.values()]
          .map(({ id, run, counted }) => `${id} of ${run?.traceId ?? 'none'}: ${counted}`)
          .toSorted(),
      }).toEqual({
        counts: tally([...model.values()].flatMap(({ counts }) => counts)),
        receipts: tally([...model].flatMap(([id, { receipts: told }]) => told.map((outcome) => `${id} ${outcome}`))),
        kept: [...new Set([...model.values()].flatMap(({ joined }) => joined))].map((traceId) => `${traceId} rated`).toSorted(),
        standing: [...model]
          .filter(([, { receipts: told }]) => told.some((outcome) => outcome !== 'unknown'))
          .map(([id, { runId, counted }]) => `${id} of ${runId ?? 'none'}: ${counted}`)
          .toSorted(),
      })
    }),
    {
      numRuns: NUM_RUNS,
      verbose: 0,
      ...(process.env['ORACLE_SEED'] !== undefined && { seed: Number(process.env['ORACLE_SEED']) }),
    },
  )
}, 3_600_000)
