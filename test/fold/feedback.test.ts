/** Feedback in the fold: it reaches its run whenever it comes and by whatever it names, counts once, and does so again after any restart. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EntryContent, readContent } from '../../src/fold/content.ts'
import { Fold } from '../../src/fold/fold.ts'
import type { FeedbackEvent, FeedbackTarget } from '../../src/model/feedback.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import type { Step } from '../../src/model/step.ts'
import { given } from '../helpers/feedback.ts'
import { applyAll, type TestEntry, testSettings, TestStore } from '../helpers/fold.ts'
import { runStartUs, step, stepId } from '../helpers/steps.ts'

const DAY_MS = 86_400_000
const START_MS = runStartUs / 1_000

type Happening = readonly [afterMs: number, what: Step | readonly FeedbackEvent[] | 'save', traceId?: string]

const RUN = 'a'.repeat(32)

/** A run of one call, by another agent for another trace. */
function call(over: Partial<Step> = {}): Step {
  return step({
    kind: 'llm',
    operation: 'chat',
    agent: 'support',
    responseId: 'resp-1',
    messageId: 'msg-1',
    conversationId: 'talk',
    ...over,
  })
}

/** Entries with a tick every second around what happens and few in between. */
function entriesOf(happenings: readonly Happening[], lastMs: number): readonly TestEntry[] {
  const entries: TestEntry[] = []
  let atMs = START_MS
  const add = (kind: EntryKind, content: EntryContent): void => {
    entries.push({ seq: entries.length + 1, atMs, kind, bytes: 100, content })
  }
  const passUntil = (untilMs: number): void => {
    while (atMs + 1_000 <= untilMs) {
      const left = untilMs - atMs
      atMs += left > 120_000 ? left - 60_000 : 1_000
      add('tick', { type: 'tick', door: [] })
    }
  }
  for (const [afterMs, what, traceId = RUN] of happenings) {
    passUntil(START_MS + afterMs)
    atMs = START_MS + afterMs
    if (what === 'save') continue
    if ('spanId' in what) add('spans', { type: 'spans', steps: [{ traceId, step: what }], feedback: [], rejected: [] })
    else add('feedback', { type: 'feedback', feedback: what })
  }
  passUntil(START_MS + lastMs)
  return entries
}

/** Counts by label values, the corrections, and what has no run. */
function countsOf(fold: Fold): Record<string, number> {
  const wanted = [
    'flywheel_feedback_total',
    'flywheel_corrections_total',
    'flywheel_evaluations_total',
    'flywheel_feedback_unmatched_total',
  ]
  return Object.fromEntries(
    fold
      .snapshot()
      .series.series.flatMap(({ metric, labels, values }) =>
        wanted.includes(metric) ? [[`${metric.slice('flywheel_'.length)} ${labels.join(' ')}`, values[0] ?? 0] as const] : [],
      ),
  )
}

async function counted(happenings: readonly Happening[], lastMs = 120_000): Promise<Record<string, number>> {
  return countsOf(await applyAll(new Fold(testSettings, new TestStore()), entriesOf(happenings, lastMs)))
}

const once = { 'feedback_total shop test support api negative': 1 }

describe('feedback reaches its run', () => {
  test.each<[string, Partial<FeedbackTarget>]>([
    ['by trace', { traceId: RUN }],
    ['by span', { spanId: stepId(1) }],
    ['by conversation', { conversationId: 'talk' }],
    ["by the answer's id", { responseId: 'resp-1' }],
    ["by the message's id", { messageId: 'msg-1' }],
  ])('%s, before the run, while it is open, after it, and 30 days later', async (_, target) => {
    for (const atMs of [-5_000 + 10_000, 11_000, 60_000, 29.9 * DAY_MS]) {
      const run: Happening = [10_000, call({ startUs: runStartUs + 9e6, endUs: runStartUs + 10e6 })]
      const said: Happening = [atMs, [given(target)]]
      const happenings = atMs < 10_000 ? [said, run] : [run, said]
      expect([atMs, await counted(happenings, atMs + 120_000)]).toEqual([atMs, once])
    }
  })

  test('of a conversation the latest run at that time is meant, also when that one has not settled yet', async () => {
    const first = call({ startUs: runStartUs, agent: 'first' })
    const second = call({ startUs: runStartUs + 100e6, endUs: runStartUs + 101e6, agent: 'second' })
    const happenings: readonly Happening[] = [
      [1_000, first],
      [50_000, [given({ conversationId: 'talk' }, { id: 'early' })]],
      [101_000, second, 'b'.repeat(32)],
      [102_000, [given({ conversationId: 'talk' }, { id: 'late' })]],
      [103_000, [given({ conversationId: 'talk' }, { id: 'told late', atMs: START_MS + 20_000, rating: 'positive' })]],
    ]
    expect(await counted(happenings, 200_000)).toEqual({
      'feedback_total shop test first api negative': 1,
      'feedback_total shop test first api positive': 1,
      'feedback_total shop test second api negative': 1,
    })
  })

  test('nothing else is about a run that only shares a conversation with it', async () => {
    const happenings: readonly Happening[] = [
      [1_000, call()],
      [50_000, [given({ traceId: 'c'.repeat(32), conversationId: 'talk' })]],
    ]
    expect(await counted(happenings, 200_000)).toEqual({})
  })

  test('what no run comes for within the retention is given up and said', async () => {
    const happenings: readonly Happening[] = [[1_000, [given({ traceId: 'c'.repeat(32) })]]]
    expect(await counted(happenings, 29 * DAY_MS)).toEqual({})
    expect(await counted(happenings, 31 * DAY_MS)).toEqual({ 'feedback_unmatched_total api': 1 })
  })

  test('a run that would be sampled away is stored when feedback waits for it', async () => {
    const store = new TestStore()
    const happenings: readonly Happening[] = [
      [0, [given({ responseId: 'resp-1' })]],
      [1_000, call()],
      [1_000, call({ responseId: 'other', messageId: null, conversationId: null }), 'b'.repeat(32)],
    ]
    const fold = await applyAll(new Fold({ ...testSettings, runRowsPerSecond: 0 }, store), entriesOf(happenings, 60_000))
    store.save(fold.takeCheckpoint())
    expect([[...store.runs.keys()], [...store.keeps]]).toEqual([[RUN], [`${RUN} rated`]])
  })
})

describe('feedback counts once', () => {
  const run: Happening = [1_000, call()]
  const give = (over: Parameters<typeof given>[1] = {}): FeedbackEvent => given({ traceId: RUN }, over)

  test('however often it is repeated', async () => {
    expect(await counted([run, [5_000, [give(), give()]], [90_000, [give()]]])).toEqual(once)
  })

  test('with what it says in the end: a thumb that is turned while it is held', async () => {
    const happenings: readonly Happening[] = [run, [5_000, [give()]], [20_000, [give({ rating: 'positive' })]]]
    expect(await counted(happenings)).toEqual({ 'feedback_total shop test support api positive': 1 })
  })

  test('and once more, with a correction, when it is changed later', async () => {
    const happenings: readonly Happening[] = [run, [5_000, [give()]], [60_000, [give({ rating: 'positive' })]]]
    expect(await counted(happenings)).toEqual({
      ...once,
      'feedback_total shop test support api positive': 1,
      'corrections_total flywheel_feedback_total negative_to_positive': 1,
    })
  })

  test('not at all when it is withdrawn while it is held; later the withdrawal is a correction', async () => {
    expect(await counted([run, [5_000, [give()]], [20_000, [{ type: 'withdrawn', id: 'f1' }]]])).toEqual({})
    expect(await counted([run, [5_000, [give()]], [60_000, [{ type: 'withdrawn', id: 'f1' }]]])).toEqual({
      ...once,
      'corrections_total flywheel_feedback_total negative_to_withdrawn': 1,
    })
  })

  test('a comment changes nothing that is counted', async () => {
    expect(await counted([run, [5_000, [give()]], [60_000, [give({ comment: 'Not my order.' })]]])).toEqual(once)
    expect(await counted([run, [5_000, [give({ rating: null, comment: 'Hm.' })]]])).toEqual({})
  })

  test('under evaluations where a model or a program judged', async () => {
    expect(await counted([run, [5_000, [give({ judge: 'model', rating: 'positive' })]]])).toEqual({
      'evaluations_total shop test support model positive': 1,
    })
  })

  test('what becomes of it is told', async () => {
    const fold = new Fold(testSettings, new TestStore())
    const events: readonly FeedbackEvent[] = [
      give(),
      give(),
      give({ rating: 'positive' }),
      { type: 'withdrawn', id: 'f1' },
      { type: 'withdrawn', id: 'f1' },
      { type: 'withdrawn', id: 'none' },
      give(),
    ]
    const [entry] = entriesOf([[0, events]], 0)
    if (entry === undefined) throw new Error('no entry')
    await fold.prepare([entry.content])
    expect((await fold.apply(entry, entry.content)).map(({ outcome }) => outcome)).toEqual([
      'new',
      'repeated',
      'replaced',
      'withdrawn',
      'withdrawn',
      'unknown',
      'replaced',
    ])
  })
})

test('a rule of the settings turns stars into ratings, and what was stored says so', async () => {
  const store = new TestStore()
  const stars = { name: 'stars', positive: 4, negative: 2, higherIsBetter: true, labels: {}, judge: null, isIgnored: false }
  const settings = { ...testSettings, feedback: { ratings: [stars], holdMs: 0 } }
  const happenings: readonly Happening[] = [
    [1_000, call()],
    [5_000, [given({ traceId: RUN }, { name: 'stars', score: 5, rating: null, comment: 'mail me at x@example.com' })]],
  ]
  const fold = await applyAll(new Fold(settings, store), entriesOf(happenings, 10_000))
  store.save(fold.takeCheckpoint())
  expect(countsOf(fold)).toEqual({ 'feedback_total shop test support api positive': 1 })
  expect(store.feedback.get('f1')).toMatchObject({ score: 5, countedRating: 'positive', comment: 'mail me at [email]' })
  expect(store.feedbackStates.get('f1')).toMatchObject({ run: { traceId: RUN, agent: 'support' }, status: 'done' })
})

describe('after any restarts', () => {
  const traces = ['a', 'b', 'c'].map((letter) => letter.repeat(32))
  const targets: readonly Partial<FeedbackTarget>[] = [
    ...traces.flatMap((traceId, i) => [{ traceId }, { responseId: `resp-${i}` }, { spanId: stepId(i + 1) }]),
    { conversationId: 'talk' },
    { traceId: 'd'.repeat(32) },
  ]
  const event = fc.oneof(
    fc
      .record({
        target: fc.constantFrom(...targets),
        id: fc.constantFrom('f1', 'f2', 'f3', 'f4'),
        rating: fc.constantFrom('positive' as const, 'negative' as const, null),
      })
      .map(({ target, id, rating }) => given(target, { id, rating, comment: rating === null ? 'words' : null })),
    fc.constantFrom('f1', 'f2', 'f3').map((id): FeedbackEvent => ({ type: 'withdrawn', id })),
  )
  const happening = fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.array(event, { minLength: 1, maxLength: 3 })),
    fc
      .tuple(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom(0, 1, 2))
      .map(
        ([atMs, i]) =>
          [
            atMs,
            call({ spanId: stepId(i + 1), responseId: `resp-${i}`, startUs: (START_MS + atMs) * 1_000 }),
            traces[i] ?? RUN,
          ] as const,
      ),
  )
  const story = fc
    .array(happening, { minLength: 2, maxLength: 12 })
    .map((list): readonly Happening[] => list.toSorted((a, b) => a[0] - b[0]))

  test('the same is counted and kept as without', async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.array(fc.tuple(fc.nat(), fc.nat(20)), { maxLength: 4 }), async (happenings, restarts) => {
        const entries = entriesOf(happenings, 300_000)
        const whole = new TestStore()
        const expected = await applyAll(new Fold(testSettings, whole), entries)
        const snapshot = expected.snapshot()
        whole.save(expected.takeCheckpoint())

        const store = new TestStore()
        let fold = new Fold(testSettings, store)
        let applied = 0
        for (const [at, lost] of restarts
          .map(([place, more]) => [place % entries.length, more] as const)
          .toSorted((a, b) => a[0] - b[0])) {
          if (at <= applied) continue
          await applyAll(fold, entries.slice(applied, at))
          store.save(fold.takeCheckpoint())
          fold.checkpointSaved()
          await applyAll(fold, entries.slice(at, at + lost))
          const restored = store.restore()
          if (restored === null) throw new Error('nothing was saved')
          fold = Fold.restore(restored, store)
          applied = fold.mark.seq
        }
        await applyAll(fold, entries.slice(applied))
        expect(fold.snapshot()).toEqual(snapshot)
        store.save(fold.takeCheckpoint())
        expect([store.feedback, store.feedbackStates, store.keeps]).toEqual([whole.feedback, whole.feedbackStates, whole.keeps])
      }),
      { numRuns: 150 },
    )
  })
})

describe('a conversation that is still going on', () => {
  const talk = (over: Parameters<typeof given>[1] = {}): FeedbackEvent => given({ conversationId: 'talk' }, over)

  test('feedback waits for the run that is open, however long that lasts', async () => {
    const first = call({ startUs: runStartUs, endUs: runStartUs + 1e6, agent: 'first' })
    const child = call({ spanId: stepId(8), parentId: stepId(9), startUs: runStartUs + 60e6, agent: 'second' })
    const root = call({
      spanId: stepId(9),
      startUs: runStartUs + 60e6,
      endUs: runStartUs + 200e6,
      agent: 'second',
      kind: 'agent',
    })
    const happenings: readonly Happening[] = [
      [1_000, first],
      [61_000, child, 'b'.repeat(32)],
      [70_000, [talk()]],
      [200_000, root, 'b'.repeat(32)],
    ]
    expect(await counted(happenings, 190_000)).toEqual({})
    expect(await counted(happenings, 260_000)).toEqual({ 'feedback_total shop test second api negative': 1 })
  })

  test('of runs that come together the latest before it is meant, and else the first after it', async () => {
    const runs = [0, 60, 120].map((second, i): Happening => [
      200_000,
      call({ spanId: stepId(i + 1), startUs: runStartUs + second * 1e6, agent: `agent ${i}` }),
      String(i).repeat(32),
    ])
    const said = (second: number): Happening => [150_000, [talk({ atMs: START_MS + second * 1_000 })]]
    expect(await counted([said(90), ...runs], 300_000)).toEqual({ 'feedback_total shop test agent 1 api negative': 1 })
    expect(await counted([said(-60), ...runs], 300_000)).toEqual({ 'feedback_total shop test agent 0 api negative': 1 })
  })
})

test('feedback that is moved to another run leaves the first', async () => {
  const other = call({ spanId: stepId(5), responseId: 'resp-5', messageId: null, conversationId: null, agent: 'other' })
  const happenings: readonly Happening[] = [
    [1_000, call()],
    [1_000, other, 'b'.repeat(32)],
    [5_000, [given({ traceId: RUN })]],
    [60_000, [given({ traceId: 'b'.repeat(32) })]],
  ]
  expect(await counted(happenings, 120_000)).toEqual({
    'corrections_total flywheel_feedback_total negative_to_moved': 1,
    'feedback_total shop test other api negative': 1,
    ...once,
  })
})

test('half a character in an id is the same half in every repetition', async () => {
  const content = readContent('feedback', 'json', Buffer.from(JSON.stringify([given({ traceId: RUN }, { id: 'x\ud800' })])))
  expect(content).toEqual({ type: 'feedback', feedback: [given({ traceId: RUN }, { id: 'x\ufffd' })] })
})
