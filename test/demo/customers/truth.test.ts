/** The demo's agent against the real processor: what the processor says about every way a run can go is what really happened. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { PlayedRun } from '../../../demo/customers/customers.ts'
import type { Said } from '../../../demo/customers/opinions.ts'
import { type Truth, playScenario } from '../../../demo/customers/play.ts'
import { parseScenario } from '../../../demo/customers/scenario.ts'
import { storyNames } from '../../../demo/customers/stories.ts'
import { Processor } from '../../helpers/processor.ts'

/** Kinds that the bytes do not tell, and what is seen instead. */
const seenInstead: Readonly<Record<string, string>> = {
  // The message says so in a field of its own, which the instrumentation does not send: the answer comes without a text.
  refusal: 'empty_output',
}

/** Each story with the first release, and those that releases differ in with the others; then many conversations, for what customers say. */
const scenario = parseScenario(
  `
name: every story
seed: 136
latency: 0
users: 200
languages: { en: 2, de: 1, es: 1, fr: 1 }
returning: 0.75
phases:
  - { name: first, for: 40s, rate: 0.1/s, releases: { 1.4.0: 1 } }
  - { name: second, for: 10s, rate: 0.1/s, releases: { 1.5.0: 1 } }
  - { name: third, for: 10s, rate: 0.1/s, releases: { 1.6.0: 1 } }
  - { name: talk, for: 20s, rate: 5/s, releases: { 1.4.0: 1 }, failures: { down: 0.12, carrier_down: 0.12, wrong_order: 0.12 } }
planted:
${storyNames.map((story, index) => `  - { at: ${index + 1}s, story: ${story} }`).join('\n')}
${['fenced_json', 'loop', 'ping_pong', 'fine'].map((story, index) => `  - { at: ${41 + index}s, story: ${story} }`).join('\n')}
${['fenced_json', 'loop', 'ping_pong', 'fine'].map((story, index) => `  - { at: ${51 + index}s, story: ${story} }`).join('\n')}
`,
  'every story',
)

/** USD for a million tokens of input and output, as published. The small model of the shop has no price. */
const prices: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'gpt-4o-mini-2024-07-18': [0.15, 0.6],
  'gpt-4o-2024-08-06': [2.5, 10],
  'gpt-4.1-2025-04-14': [2, 8],
  'gpt-4.1-mini-2025-04-14': [0.4, 1.6],
  'o4-mini-2025-04-16': [1.1, 4.4],
  'text-embedding-3-small': [0.02, 0],
}

interface SeenRun {
  readonly traceId: string
  readonly conversationId: string | null
  readonly userId: string | null
  readonly agent: string
  readonly release: string
  readonly outcome: string
  readonly failures: readonly { readonly kind: string; readonly detail: string }[]
  readonly llmCalls: number
}

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

const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-demo-'))
let processor: Processor
let truth: Truth
let runs: readonly SeenRun[]
let feedback: readonly SeenFeedback[]
let metrics: string

beforeAll(async () => {
  processor = await Processor.create({
    FLYWHEEL_DATA_DIR: dataDir,
    FLYWHEEL_SETTLE_MS: '500',
    FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
    // Longer than anybody takes to think again: each counts once, as what it is in the end.
    FLYWHEEL_FEEDBACK_HOLD_MS: '6000',
  })
  await processor.start()
  const environment = { SUPPORT_JUDGE_EVERY: '1' }
  truth = await playScenario({ scenario, url: processor.url, speed: 8, timeoutMs: 4_000, retryAfterMs: 10, environment })
  const expected = truth.runs.length + truth.releases.length + judgedRuns().length
  runs = await vi.waitFor(
    async () => {
      const all = await readPages<SeenRun>('runs')
      if (all.length !== expected) throw new Error(`expected ${expected} runs, got ${all.length}`)
      return all
    },
    { timeout: 30_000, interval: 200 },
  )
  const judgedBy = { people: thumbs().length + hints().length, model: judgedRuns().length }
  await vi.waitFor(
    async () => {
      metrics = await (await fetch(`${processor.url}/metrics`)).text()
      const counted = { people: total('flywheel_feedback_total', {}), model: total('flywheel_evaluations_total', {}) }
      expect(counted).toEqual(judgedBy)
    },
    { timeout: 30_000, interval: 200 },
  )
  feedback = await readPages<SeenFeedback>('feedback')
}, 120_000)

afterAll(async () => {
  await processor.end('SIGTERM')
  rmSync(dataDir, { recursive: true, force: true })
})

test('every run has the outcome and the kinds of failure that its story has', () => {
  const expected = truth.runs.map((run) => ({
    story: `${run.story} with ${run.release}`,
    outcome: run.expected.outcome,
    kinds: run.expected.kinds.map((kind) => seenInstead[kind] ?? kind).toSorted(),
  }))
  const seen = truth.runs.map((run) => {
    const found = seenOf(run)
    return {
      story: `${run.story} with ${run.release}`,
      outcome: found.outcome,
      // What a search finds hangs on the words of the question. One story is made so that it finds nothing; others may by chance.
      kinds: [...new Set(found.failures.map((failure) => failure.kind))]
        .filter((kind) => kind !== 'retrieval_empty' || run.story === 'nothing_found')
        .toSorted(),
    }
  })
  expect(seen).toEqual(expected)
  expect(new Set(truth.runs.map((run) => run.story))).toEqual(new Set(storyNames))
})

test('every run is known by its conversation, user, agent and release, with its calls', () => {
  for (const run of truth.runs) {
    expect(seenOf(run)).toMatchObject({
      conversationId: run.conversationId,
      userId: run.userId,
      agent: 'support',
      release: run.release,
      llmCalls: truth.calls.filter((call) => call.label === String(run.number) && call.api === 'openai.chat').length,
    })
  }
})

test('a loop is told in words', () => {
  const details = truth.runs
    .filter((run) => (run.story === 'loop' || run.story === 'ping_pong') && run.expected.outcome === 'failed')
    .map(
      (run) =>
        `${run.story}: ${seenOf(run)
          .failures.map(({ detail }) => detail)
          .join('; ')}`,
    )
  expect(new Set(details)).toEqual(
    new Set([
      'loop: tool lookup_order was called 8 times in a row with the same arguments; the result never changed',
      'ping_pong: tools lookup_order and track_parcel went round and round, 8 calls in turn with the same arguments; the results never changed',
    ]),
  )
})

test('calls, tokens and money of each model are what the stand-in served', () => {
  const served = Map.groupBy(truth.calls, (call) => call.responseModel ?? call.requestModel)
  for (const [model, calls] of served) {
    const [input, output] = [
      sum(calls.map((call) => call.usage?.inputTokens)),
      sum(calls.map((call) => call.usage?.outputTokens)),
    ]
    // The instrumentation names the model that answered only where it could read the answer.
    const [inputPrice, outputPrice] = prices[model] ?? [0, 0]
    expect([
      model,
      total('flywheel_tokens_total', { model, type: 'input' }),
      total('flywheel_tokens_total', { model, type: 'output' }),
      total('flywheel_cost_usd_total', { model }),
    ]).toEqual([model, input, output, expect.closeTo((input * inputPrice + output * outputPrice) / 1e6, 9)])
  }
  const chats = truth.calls.filter((call) => call.api === 'openai.chat')
  const answered = chats.filter((call) => call.usage !== null)
  expect(total('flywheel_llm_calls_total', { outcome: 'ok' })).toBe(answered.length)
  expect(total('flywheel_llm_calls_total', { outcome: 'error' })).toBe(chats.length - answered.length)
  expect(total('flywheel_unpriced_calls_total', { reason: 'unknown_model' })).toBe(
    truth.calls.filter((call) => call.requestModel === 'tone-check-2').length,
  )
})

test('runs are counted by outcome, the index of each release and those of the judge beside them', () => {
  const byOutcome = (outcome: string): number => truth.runs.filter((run) => run.expected.outcome === outcome).length
  expect({
    ok: total('flywheel_runs_total', { agent: 'support', outcome: 'ok' }),
    failed: total('flywheel_runs_total', { agent: 'support', outcome: 'failed' }),
    indexer: total('flywheel_runs_total', { agent: 'indexer' }),
    judge: total('flywheel_runs_total', { agent: 'judge' }),
  }).toEqual({ ok: byOutcome('ok'), failed: byOutcome('failed'), indexer: 3, judge: judgedRuns().length })
})

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
    truth.runs.filter(({ opinion }) => (opinion?.later ?? null) !== null),
    truth.runs.filter(({ opinion }) => opinion?.later?.said === 'withdrawn'),
  ]
  // Otherwise nothing above would tell whether these arrive.
  expect(changed.length - withdrawn.length).toBeGreaterThan(0)
  expect(withdrawn.length).toBeGreaterThan(0)
  expect(expected.filter(({ correction }) => correction !== null).length).toBeGreaterThan(0)
})

test('what customers answer to an answer is heard in every language, about the run before, and nothing else is', () => {
  const name = (traceId: string | null): string => `run ${truth.runs.find((run) => run.traceId === traceId)?.number ?? 'unknown'}`
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
  const ofWrongOrders = seen.filter(({ run }) => truth.runs.find(({ traceId }) => traceId === run)?.story === 'wrong_order')
  expect(new Set(ofWrongOrders.map(({ rating }) => rating))).toEqual(new Set(['negative']))
})

test('ratings are counted by where they come from and what they say, and none waits for a run', () => {
  const counted = (source: string, rating: string): number =>
    total('flywheel_feedback_total', { agent: 'support', source, rating })
  const of = (rating: string): readonly number[] => [
    thumbs().filter(({ said }) => said.rating === rating).length,
    hints().filter((hint) => hint.rating === rating).length,
  ]
  for (const rating of ['positive', 'neutral', 'negative'])
    expect([rating, counted('api', rating), counted('implicit', rating)]).toEqual([rating, ...of(rating)])
  expect(total('flywheel_evaluations_total', { judge: 'model', rating: 'negative' })).toBe(
    judgedRuns().filter((run) => !isAboutTheOrder(run)).length,
  )
  expect(/^flywheel_feedback_waiting (.*)$/m.exec(metrics)?.[1]).toBe('0')
})

test('the processor complained about nothing', () => {
  expect(processor.stderr).toBe('')
})

function seenOf(run: PlayedRun): SeenRun {
  const found = runs.find((seen) => seen.traceId === run.traceId)
  if (found === undefined)
    throw new Error(`run ${run.number} (${run.story}) is not in /api/runs: ${run.error ?? run.answer ?? 'no answer'}`)
  return found
}

/** Thumbs that were pressed and not taken back. */
function thumbs(): readonly { readonly run: PlayedRun; readonly said: Said }[] {
  return truth.runs.flatMap((run) => {
    const said = run.traceId === null ? undefined : (run.opinion?.later?.said ?? run.opinion?.first)
    return said === undefined || said === 'withdrawn' ? [] : [{ run, said }]
  })
}

/** What is said of the answer before; who asks for a person at once speaks of their own run. */
function hints(): readonly { readonly about: string | null; readonly kind: string; readonly rating: string }[] {
  return truth.runs.flatMap(({ number, conversationId, traceId, turn: { implies } }) => {
    if (implies === null) return []
    const before = truth.runs.findLast((other) => other.conversationId === conversationId && other.number < number)
    return [{ about: before?.traceId ?? traceId, kind: implies, rating: implies === 'thanked' ? 'positive' : 'negative' }]
  })
}

function judgedRuns(): readonly PlayedRun[] {
  return truth.runs.filter(({ answer }) => answer !== null)
}

/** As anybody sees who reads question and answer. */
function isAboutTheOrder({ turn, answer }: PlayedRun): boolean {
  const [, asked = null] = /\b[AP]-(\d+)/.exec(turn.said) ?? []
  return asked === null || (answer ?? '').includes(asked)
}

function byRun<T extends { readonly traceId: string | null }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => ((a.traceId ?? '') < (b.traceId ?? '') ? -1 : 1))
}

async function readPages<T>(what: 'runs' | 'feedback'): Promise<readonly T[]> {
  const all: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = (await (await fetch(`${processor.url}/api/${what}?limit=200${query}`)).json()) as {
      [key in typeof what]: readonly T[]
    } & { next: string | null }
    all.push(...page[what])
    cursor = page.next
  }
  return all
}

/** Sum of the samples of a metric that have these labels. */
function total(name: string, labels: Readonly<Record<string, string>>): number {
  const samples = metrics.split('\n').filter((line) => line.startsWith(`${name}{`))
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return sum(samples.filter((line) => wanted.every((pair) => line.includes(pair))).map((line) => Number(line.split(' ').at(-1))))
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0)
}
