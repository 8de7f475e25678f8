/** The demo's agent against the real processor: what the processor says about every way a run can go is what really happened. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlayedRun } from '../../../demo/customers/customers.ts'
import type { Truth } from '../../../demo/customers/play.ts'
import { parseScenario } from '../../../demo/customers/scenario.ts'
import { storyNames } from '../../../demo/customers/stories.ts'
import { type Metrics, Played, type SeenRun, sum } from './played.ts'

/** Kinds that the bytes do not tell, and what is seen instead. */
const seenInstead: Readonly<Record<string, string>> = {
  // The message says so in a field of its own, which the instrumentation does not send: the answer comes without a text.
  refusal: 'empty_output',
}

/** Each story with the first release, and those that releases differ in with the others. What customers say is in talk.test.ts. */
const scenario = parseScenario(
  `
name: every story
seed: 3
latency: 0
users: 200
languages: { en: 2, de: 1, es: 1, fr: 1 }
returning: 0
phases:
  - { name: first, for: 40s, rate: 0.1/s, releases: { 1.4.0: 1 } }
  - { name: second, for: 10s, rate: 0.1/s, releases: { 1.5.0: 1 } }
  - { name: third, for: 10s, rate: 0.1/s, releases: { 1.6.0: 1 } }
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

let played: Played
let truth: Truth
let metrics: Metrics

beforeAll(async () => {
  const settings = { FLYWHEEL_SETTLE_MS: '500' }
  played = await Played.play({ scenario, speed: 8, environment: { SUPPORT_JUDGE_EVERY: '0' }, settings, otherRuns: () => 0 })
  truth = played.truth
  metrics = await played.metrics()
}, 120_000)

afterAll(() => played.end())

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
      metrics.total('flywheel_tokens_total', { model, type: 'input' }),
      metrics.total('flywheel_tokens_total', { model, type: 'output' }),
      metrics.total('flywheel_cost_usd_total', { model }),
    ]).toEqual([model, input, output, expect.closeTo((input * inputPrice + output * outputPrice) / 1e6, 9)])
  }
  const chats = truth.calls.filter((call) => call.api === 'openai.chat')
  const answered = chats.filter((call) => call.usage !== null)
  expect(metrics.total('flywheel_llm_calls_total', { outcome: 'ok' })).toBe(answered.length)
  expect(metrics.total('flywheel_llm_calls_total', { outcome: 'error' })).toBe(chats.length - answered.length)
  expect(metrics.total('flywheel_unpriced_calls_total', { reason: 'unknown_model' })).toBe(
    truth.calls.filter((call) => call.requestModel === 'tone-check-2').length,
  )
})

test('runs are counted by outcome, the index of each release beside them', () => {
  const byOutcome = (outcome: string): number => truth.runs.filter((run) => run.expected.outcome === outcome).length
  expect({
    ok: metrics.total('flywheel_runs_total', { agent: 'support', outcome: 'ok' }),
    failed: metrics.total('flywheel_runs_total', { agent: 'support', outcome: 'failed' }),
    indexer: metrics.total('flywheel_runs_total', { agent: 'indexer' }),
  }).toEqual({ ok: byOutcome('ok'), failed: byOutcome('failed'), indexer: 3 })
})

test('the processor complained about nothing', () => {
  expect(played.stderr).toBe('')
})

function seenOf(run: PlayedRun): SeenRun {
  const found = played.runs.find((seen) => seen.traceId === run.traceId)
  if (found === undefined)
    throw new Error(`run ${run.number} (${run.story}) is not in /api/runs: ${run.error ?? run.answer ?? 'no answer'}`)
  return found
}
