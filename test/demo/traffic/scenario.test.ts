/** The pure part of the simulated traffic: repeatable, as failing as it was asked to be, and made of what the processor can price and recognise. */
import { expect, test } from 'vitest'
import { castServices, MAX_SERVICES } from '../../../demo/traffic/cast.ts'
import { embeddingModel, offers, unpricedModel } from '../../../demo/traffic/models.ts'
import { isFailed, type PlannedRun, spansOf } from '../../../demo/traffic/plan.ts'
import { Random } from '../../../demo/random.ts'
import { providerDownAt } from '../../../demo/traffic/scenario.ts'
import { createPricing } from '../../../src/signals/cost/price.ts'
import { runs, timedRuns } from './runs.ts'

const share = (all: readonly PlannedRun[], matches: (run: PlannedRun) => boolean): number =>
  all.filter(matches).length / all.length

const MINUTE_MS = 60_000

test('the same seed gives the same runs, another seed gives others', () => {
  const first = timedRuns({ seed: 7, services: 5, failureRate: 0.2 }, 200)
  expect(timedRuns({ seed: 7, services: 5, failureRate: 0.2 }, 200)).toEqual(first)
  expect(timedRuns({ seed: 8, services: 5, failureRate: 0.2 }, 200)).not.toEqual(first)
})

test('more failures change only the runs that fail', () => {
  const calm = runs({ failureRate: 0 }, 300)
  const rough = runs({ failureRate: 0.1 }, 300)
  expect(rough.filter(({ failures }) => failures.length > 0).length).toBeGreaterThan(30)
  const unhurt = rough.flatMap((run, index) => (run.failures.length === 0 ? [[run, calm[index]]] : []))
  expect(unhurt.map(([run]) => run)).toEqual(unhurt.map(([, same]) => same))
})

test.each([0.01, 0.04, 0.2])(
  'at a failure rate of %d that share of runs fails, give or take chance and outages',
  (failureRate) => {
    const all = runs({ failureRate, services: 12 }, 8_000)
    const deviation = Math.sqrt((failureRate * (1 - failureRate)) / all.length)
    expect(Math.abs(share(all, isFailed) - failureRate)).toBeLessThan(4 * deviation + 0.1 * failureRate)
    const hurt = share(all, ({ failures }) => failures.length > 0)
    expect(hurt / failureRate).toBeGreaterThan(2)
    expect(hurt / failureRate).toBeLessThan(3.3)
  },
)

test('at a failure rate of 0 nothing fails, not even in an outage', () => {
  expect(runs({ failureRate: 0 }, 3_000).filter(({ failures }) => failures.length > 0)).toEqual([])
})

test('in its spike one service fails in most runs, before and after it and elsewhere nothing does', () => {
  const spike = { service: 'search-agent', afterMs: 2 * MINUTE_MS, forMs: 3 * MINUTE_MS }
  const all = timedRuns({ failureRate: 0, spike, ratePerSecond: 5 }, 3_000)
  const failed = all.filter(({ run }) => isFailed(run))
  expect(new Set(failed.map(({ run }) => run.service))).toEqual(new Set(['search-agent']))
  expect(failed.every(({ atMs }) => atMs >= spike.afterMs && atMs < spike.afterMs + spike.forMs)).toBe(true)
  const inSpike = all.filter(({ atMs, run }) => run.service === spike.service && atMs >= spike.afterMs && atMs < 5 * MINUTE_MS)
  expect(failed.length / inSpike.length).toBeGreaterThan(0.45)
  expect(failed.length / inSpike.length).toBeLessThan(0.75)
})

test('runs arrive at the asked rate', () => {
  const last = timedRuns({ ratePerSecond: 20 }, 4_000).at(-1)
  expect((last?.atMs ?? 0) / 1_000).toBeGreaterThan(185)
  expect((last?.atMs ?? 0) / 1_000).toBeLessThan(215)
})

test('a provider that is down is unavailable to all who call it for a minute and a half in twenty, not in the first three', () => {
  const seconds = Array.from({ length: 20 * 60 }, (_, second) => providerDownAt(second * 1_000, new Random(1)))
  const down = seconds.flatMap((provider, second) => (provider === null ? [] : [second]))
  expect(down).toHaveLength(90)
  expect(down[0]).toBeGreaterThanOrEqual(180)
  const all = timedRuns({ services: 12, ratePerSecond: 20, failureRate: 0.05 }, 24_000)
  const during = all.filter(({ atMs }) => providerDownAt(atMs, new Random(1)) !== null && atMs < 20 * MINUTE_MS)
  const unavailable = share(
    during.map(({ run }) => run),
    ({ failures }) => failures.some(({ kind }) => kind === 'server_error'),
  )
  expect(unavailable).toBeGreaterThan(0.15)
})

test('any number of services has names of its own that say what they do', () => {
  expect(castServices(5, 1).map(({ name }) => name)).toEqual([
    'support-agent',
    'search-agent',
    'onboarding-agent',
    'incidents-agent',
    'refunds-agent',
  ])
  const names = castServices(MAX_SERVICES, 1).map(({ name }) => name)
  expect(new Set(names).size).toBe(MAX_SERVICES)
  expect(names.slice(52, 54)).toEqual(['support-eu-agent', 'search-eu-agent'])
  expect(names.at(-1)).toBe('forecasting-apac-agent')
})

test('the price table knows every model but the one that is there to be unknown', () => {
  const price = createPricing([])
  const priceOf = (provider: string, model: string): ReturnType<typeof price> =>
    price({
      provider,
      responseModel: model,
      requestModel: null,
      usage: { input: 1_000, output: 100, cacheRead: 500, cacheWrite: 0, reasoning: 0 },
      startUs: Date.parse('2026-11-25T00:00:00Z') * 1_000,
      failed: false,
    })
  const known = [...offers.flatMap(({ strong, small }) => [strong, small]), embeddingModel]
  for (const { provider, answered } of known) expect(priceOf(provider, answered)).toEqual({ costNanoUsd: expect.any(Number) })
  expect(priceOf(unpricedModel.provider, unpricedModel.answered)).toEqual({ unpriced: 'unknown_model' })
  expect(new Set(known.map(({ provider }) => provider))).toEqual(new Set(['anthropic', 'openai', 'gcp.gemini']))
})

test('the unknown model comes now and then', () => {
  const tried = share(runs({ services: 12 }, 4_000), ({ root }) =>
    [...spansOf(root)].some(({ work }) => work.type === 'chat' && work.model === unpricedModel),
  )
  expect(tried).toBeGreaterThan(0.01)
  expect(tried).toBeLessThan(0.03)
})

test('releases grow newer, two of them at a time while one is rolled out, and soon there are several', () => {
  const all = timedRuns({ services: 1, ratePerSecond: 1 }, 3_600).map(({ run, atMs }) => ({ release: run.release, atMs }))
  const seen = [...new Set(all.map(({ release }) => release))]
  expect(seen.length).toBeGreaterThanOrEqual(4)
  expect(seen.length).toBeLessThan(8)
  const newerFirst = seen.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const lastSeen = newerFirst.map((release) => all.findLast((run) => run.release === release)?.atMs ?? 0)
  expect(lastSeen).toEqual(lastSeen.toSorted((a, b) => a - b))
  expect(new Set(all.filter(({ atMs }) => atMs < MINUTE_MS).map(({ release }) => release)).size).toBe(2)
})

test('runs are as long and as deep as those of real agents', () => {
  const all = runs({ services: 12, failureRate: 0 }, 2_000)
  const durations = all.map(({ root }) => root.endMs).sort((a, b) => a - b)
  const middle = durations[1_000] ?? 0
  expect(middle).toBeGreaterThan(4_000)
  expect(middle).toBeLessThan(25_000)
  expect(durations.at(-1)).toBeLessThan(180_000)
  const sizes = all.map(({ root }) => [...spansOf(root)].length)
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(30)
})

test('parts of usage never exceed their whole, children never leave their parent', () => {
  for (const { root } of runs({ services: 12, failureRate: 0.3 }, 1_000)) {
    for (const span of spansOf(root)) {
      expect(span.endMs).toBeGreaterThanOrEqual(span.startMs)
      for (const child of span.children) {
        expect(child.startMs).toBeGreaterThanOrEqual(span.startMs)
        expect(child.endMs).toBeLessThanOrEqual(span.endMs)
      }
      if (span.work.type !== 'chat' || span.work.answer === null) continue
      const { input, output, cacheRead, cacheWrite, reasoning } = span.work.answer.tokens
      expect(cacheRead + cacheWrite).toBeLessThanOrEqual(input)
      expect(reasoning).toBeLessThan(output)
    }
  }
})

test('users are numbers, and conversations go on over several runs of one user', () => {
  const all = runs({}, 500)
  expect(all.every(({ userId }) => /^user-\d+$/.test(userId))).toBe(true)
  const byConversation = Map.groupBy(all, ({ conversationId }) => conversationId)
  expect([...byConversation.values()].every((turns) => new Set(turns.map(({ userId }) => userId)).size === 1)).toBe(true)
  const several = [...byConversation.values()].filter((turns) => turns.length > 1)
  expect(several.length / byConversation.size).toBeGreaterThan(0.3)
})

test('a few users say what they think, those whose run failed more often and worse, and a model judges a tenth of the answers', () => {
  const all = runs({ services: 12, failureRate: 0.1 }, 8_000)
  const by = (judge: string, of: readonly PlannedRun[]): readonly string[] =>
    of.flatMap(({ opinions }) => opinions.filter((opinion) => opinion.judge === judge).map(({ rating }) => rating))
  const negative = (ratings: readonly string[]): number =>
    ratings.filter((rating) => rating === 'negative').length / ratings.length
  const [failed, well] = [all.filter(isFailed), all.filter((run) => !isFailed(run))]
  expect(by('user', all).length / all.length).toBeGreaterThan(0.05)
  expect(by('user', all).length / all.length).toBeLessThan(0.1)
  expect(negative(by('user', failed))).toBeGreaterThan(0.8)
  expect(negative(by('user', well))).toBeLessThan(0.2)
  expect(by('model', failed)).toEqual([])
  expect(by('model', well).length / well.length).toBeCloseTo(0.1, 1)
})
