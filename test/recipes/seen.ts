/** What the processor made of an agent's run, in the shape in which it is compared with the model server's truth. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunDetailJson, RunPageJson, StepJson } from '../../src/web/schemas.ts'

/** Tokens in the convention's reading; null = not told. */
export interface ModelUsage {
  readonly calls: number
  readonly input: number | null
  readonly output: number | null
  readonly cacheRead: number | null
  readonly cacheWrite: number | null
  readonly reasoning: number | null
}

export interface SeenRun {
  readonly outcome: string | null
  readonly failures: readonly string[]
  readonly service: string
  readonly release: string | null
  readonly agent: string
  readonly conversationId: string | null
  readonly userId: string | null
  readonly costNanoUsd: number | null
  readonly unpricedCalls: number
  /** Of the calls, as the label `provider` spells them. */
  readonly providers: readonly string[]
  readonly models: Readonly<Record<string, ModelUsage>>
  readonly tools: Readonly<Record<string, number>>
}

const SETTLE_TIMEOUT_MS = 20_000

/** Waits until everything that was sent has settled, then returns all runs, oldest first. */
export async function seenRuns(url: string): Promise<readonly SeenRun[]> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS
  for (;;) {
    const { runs } = (await (await fetch(`${url}/api/runs?limit=200`)).json()) as RunPageJson
    if (runs.length > 0 && (await openRuns(url)) === 0)
      return Promise.all(runs.toReversed().map(({ traceId }) => seenRun(url, traceId)))
    if (Date.now() > deadline)
      throw new Error(
        runs.length === 0 ? 'the agent has ended and no run came' : `a run did not settle within ${SETTLE_TIMEOUT_MS} ms`,
      )
    await sleep(100)
  }
}

async function openRuns(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return [...text.matchAll(/^flywheel_open_runs(?:\{.*\})? (\S+)$/gm)].reduce((total, [, value]) => total + Number(value), 0)
}

async function seenRun(url: string, traceId: string): Promise<SeenRun> {
  const run = (await (await fetch(`${url}/api/runs/${traceId}`)).json()) as RunDetailJson
  const { outcome, service, release, agent, conversationId, userId, unpricedCalls } = run
  const calls = run.steps.filter(({ kind, counted }) => counted && (kind === 'llm' || kind === 'embedding'))
  return {
    outcome,
    failures: [...new Set(run.failures.map(({ kind }) => kind))].toSorted(),
    service,
    release,
    agent,
    conversationId,
    userId,
    costNanoUsd: run.costUsd === null ? null : Math.round(run.costUsd * 1e9),
    unpricedCalls,
    providers: [...new Set(calls.map(({ provider }) => provider ?? ''))].toSorted(),
    models: usageByModel(calls),
    tools: countBy(run.steps.flatMap(({ tool }) => tool ?? [])),
  }
}

function usageByModel(calls: readonly StepJson[]): Readonly<Record<string, ModelUsage>> {
  const models = [...new Set(calls.map(({ model }) => model ?? ''))].toSorted()
  return Object.fromEntries(
    models.map((model) => {
      const own = calls.filter((call) => (call.model ?? '') === model).map(({ usage }) => usage)
      return [
        model,
        {
          calls: own.length,
          input: sum(own.map(({ inputTokens }) => inputTokens)),
          output: sum(own.map(({ outputTokens }) => outputTokens)),
          cacheRead: sum(own.map(({ cacheReadTokens }) => cacheReadTokens)),
          cacheWrite: sum(own.map(({ cacheWriteTokens }) => cacheWriteTokens)),
          reasoning: sum(own.map(({ reasoningTokens }) => reasoningTokens)),
        },
      ]
    }),
  )
}

/** Null when nobody tells; what some tell and others leave out as zero is the sum of what is told. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}

export function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
