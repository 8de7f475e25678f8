/**
 * What customers say of the demo's answers, with thumbs and in their next words, and what a judge says: each arrives at the run that it is about, as what it
 * was in the end, and is counted once.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlayedRun } from '../../../demo/customers/customers.ts'
import type { Said } from '../../../demo/customers/opinions.ts'
import { parseScenario } from '../../../demo/customers/scenario.ts'
import { type Metrics, Played } from './played.ts'

/** One release: the processes of two send their spans each in its own time, and what goes on in no time might be counted before what it goes on with. */
const scenario = parseScenario(
  `
name: talk
seed: 173
latency: 0
users: 60
languages: { en: 2, de: 1, es: 1, fr: 1 }
returning: 0.75
phases:
  - name: talk
    for: 36s
    rate: 4/s
    releases: { 1.4.0: 1 }
    failures: { down: 0.1, carrier_down: 0.1, wrong_order: 0.1, cut: 0.05, nothing_found: 0.05 }
`,
  'talk',
)

interface SeenFeedback {
  readonly run: string | null
  readonly source: string
  readonly judge: string
  readonly name: string
  readonly rating: string | null
  readonly comment: string | null
  readonly correction: string | null
  readonly userId: string | null
}

const settings = {
  // What was said comes in log records, up to a second after the spans; customers are too quick here to be heard late.
  FLYWHEEL_SETTLE_MS: '1500',
  // Longer than anybody takes here to think again: each counts once, as what it is in the end.
  FLYWHEEL_FEEDBACK_HOLD_MS: '7000',
}

let played: Played
let feedback: readonly SeenFeedback[]
let metrics: Metrics

beforeAll(async () => {
  const environment = { SUPPORT_JUDGE_EVERY: '1' }
  played = await Played.play({ scenario, speed: 2, environment, settings, otherRuns: ({ runs }) => judgedOf(runs).length })
  metrics = await played.metricsOnce(
    (page) => ({ people: page.total('flywheel_feedback_total'), model: page.total('flywheel_evaluations_total') }),
    { people: thumbs().length + hints().length, model: judgedRuns().length },
  )
  feedback = await played.list('feedback')
}, 120_000)

afterAll(() => played.end())

test('every thumb is at the run that it was pressed for, as it was in the end, with what was written', () => {
  const seen = feedback
    .filter(({ source }) => source === 'api')
    .map(({ run, source, judge, name, rating, comment, correction, userId }) => ({
      traceId: run,
      source,
      judge,
      name,
      rating,
      comment,
      correction,
      userId,
    }))
  const expected = thumbs().map(({ run, said }) => ({
    traceId: run.traceId,
    source: 'api',
    judge: 'user',
    name: 'user_rating',
    rating: said.rating,
    comment: said.comment,
    correction: said.correction,
    userId: run.userId,
  }))
  expect(byRun(seen)).toEqual(byRun(expected))
  const [changed, withdrawn] = [
    played.truth.runs.filter(({ opinion }) => (opinion?.later ?? null) !== null),
    played.truth.runs.filter(({ opinion }) => opinion?.later?.said === 'withdrawn'),
  ]
  // Otherwise nothing above would tell whether these arrive.
  expect(changed.length - withdrawn.length).toBeGreaterThan(0)
  expect(withdrawn.length).toBeGreaterThan(0)
  expect(expected.filter(({ correction }) => correction !== null).length).toBeGreaterThan(0)
})

test('what customers answer to an answer is heard in every language, about the run before, and nothing else is', () => {
  const name = (traceId: string | null): string =>
    `run ${played.truth.runs.find((run) => run.traceId === traceId)?.number ?? 'unknown'}`
  const seen = feedback.filter(({ source }) => source === 'implicit')
  expect(seen.map(({ run, name: kind, rating }) => `${name(run)} ${kind} ${rating}`).toSorted()).toEqual(
    hints()
      .map(({ about, kind, rating }) => `${name(about)} ${kind} ${rating}`)
      .toSorted(),
  )
  expect(new Set(hints().map(({ kind }) => kind))).toEqual(new Set(['thanked', 'contradicted', 'repeated', 'asked_for_human']))
})

test('the judge judges each answer by what is in it', () => {
  const seen = feedback.filter(({ source }) => source === 'otlp')
  expect(byRun(seen.map(({ run, judge, name, rating }) => ({ traceId: run, judge, name, rating })))).toEqual(
    byRun(
      judgedRuns().map((run) => ({
        traceId: run.traceId,
        judge: 'model',
        name: 'helpfulness',
        rating: isAboutTheOrder(run) ? 'positive' : 'negative',
      })),
    ),
  )
  const ofWrongOrders = seen.filter(
    ({ run }) => played.truth.runs.find(({ traceId }) => traceId === run)?.story === 'wrong_order',
  )
  expect(new Set(ofWrongOrders.map(({ rating }) => rating))).toEqual(new Set(['negative']))
})

test('ratings are counted by where they come from and what they say, and none waits for a run', () => {
  const counted = (source: string, rating: string): number =>
    metrics.total('flywheel_feedback_total', { agent: 'support', source, rating })
  const of = (rating: string): readonly number[] => [
    thumbs().filter(({ said }) => said.rating === rating).length,
    hints().filter((hint) => hint.rating === rating).length,
  ]
  for (const rating of ['positive', 'neutral', 'negative'])
    expect([rating, counted('api', rating), counted('implicit', rating)]).toEqual([rating, ...of(rating)])
  expect(metrics.total('flywheel_evaluations_total', { judge: 'model', rating: 'negative' })).toBe(
    judgedRuns().filter((run) => !isAboutTheOrder(run)).length,
  )
  expect(metrics.total('flywheel_feedback_waiting')).toBe(0)
})

test('the processor complained about nothing', () => {
  expect(played.stderr).toBe('')
})

/** Thumbs that were pressed and not taken back. */
function thumbs(): readonly { readonly run: PlayedRun; readonly said: Said }[] {
  return played.truth.runs.flatMap((run) => {
    const said = run.traceId === null ? undefined : (run.opinion?.later?.said ?? run.opinion?.first)
    return said === undefined || said === 'withdrawn' ? [] : [{ run, said }]
  })
}

/** What is said of the answer before; who asks for a person at once speaks of their own run. */
function hints(): readonly { readonly about: string | null; readonly kind: string; readonly rating: string }[] {
  return played.truth.runs.flatMap(({ number, conversationId, traceId, turn: { implies } }) => {
    if (implies === null) return []
    const before = played.truth.runs.findLast((other) => other.conversationId === conversationId && other.number < number)
    return [{ about: before?.traceId ?? traceId, kind: implies, rating: implies === 'thanked' ? 'positive' : 'negative' }]
  })
}

function judgedRuns(): readonly PlayedRun[] {
  return judgedOf(played.truth.runs)
}

function judgedOf(runs: readonly PlayedRun[]): readonly PlayedRun[] {
  return runs.filter(({ answer }) => answer !== null)
}

/** As anybody sees who reads question and answer. */
function isAboutTheOrder({ turn, answer }: PlayedRun): boolean {
  const [, asked = null] = /\b[AP]-(\d+)/.exec(turn.said) ?? []
  return asked === null || (answer ?? '').includes(asked)
}

function byRun<T extends { readonly traceId: string | null }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => ((a.traceId ?? '') < (b.traceId ?? '') ? -1 : 1))
}
