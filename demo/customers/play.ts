/** Plays a scenario: starts the models and the agents, lets the customers come, and tells afterwards what really happened. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServedCall } from '../model-server/served-calls.ts'
import { startModelServer } from '../model-server/server.ts'
import { Agents } from './agents.ts'
import { Customers, type PlayedRun } from './customers.ts'
import { type PlannedRun, runsOf } from './plan.ts'
import type { Scenario } from './scenario.ts'
import { Stage } from './script.ts'

export interface PlayOptions {
  readonly scenario: Scenario
  /** Where the telemetry goes: a processor or a Collector. */
  readonly url: string
  /** Ends the play early. */
  readonly signal?: AbortSignal
  /** Port of the stand-in model server. @default 0, one that is free */
  readonly modelPort?: number
  /** Overrides the scenario's. */
  readonly speed?: number
  /** Ends the play after so long, in real time. */
  readonly durationMs?: number
  /** How long the agent waits for a model. @default 8000 */
  readonly timeoutMs?: number
  /** How long the agent waits before it asks again. @default 300 */
  readonly retryAfterMs?: number
  /** Environment of the agents, for instance OTEL_*. */
  readonly environment?: Readonly<Record<string, string>>
  /** What the agents write to their error output, and what they did not take. */
  readonly onLine?: (line: string) => void
  readonly onStart?: (modelUrl: string) => void
  readonly onRun?: (run: PlayedRun) => void
  /** The finished runs are kept and returned. @default true; a play without end must not */
  readonly keepsTruth?: boolean
}

export interface Truth {
  readonly runs: readonly PlayedRun[]
  /** Each with the number of its run as label; an empty one is the index of the help center, or the judge. */
  readonly calls: readonly ServedCall[]
  /** Releases whose agent has run; each has built the index once. */
  readonly releases: readonly string[]
}

/** After this long a pause was none of ours (the machine slept): the runs missed are not made up for. */
const LONGEST_LAG_MS = 5_000

export async function playScenario(options: PlayOptions): Promise<Truth> {
  const { scenario } = options
  const stage = new Stage(scenario.latency)
  const ended = new AbortController()
  const signal = options.signal === undefined ? ended.signal : AbortSignal.any([ended.signal, options.signal])
  let death: string | null = null
  const models = await startModelServer({ port: options.modelPort ?? 0, script: stage.script })
  const agents = new Agents({
    modelUrl: models.url,
    collectorUrl: options.url,
    timeoutMs: options.timeoutMs ?? 8_000,
    retryAfterMs: options.retryAfterMs ?? 300,
    environment: options.environment ?? {},
    onLine: options.onLine ?? (() => undefined),
    onDeath: (release, how) => {
      death = `The support agent of release ${release} ended by itself (${how}), so the play ends.`
      ended.abort()
    },
  })
  options.onStart?.(models.url)
  const speed = options.speed ?? scenario.speed
  const customers = new Customers({ agents, stage, speed, signal, onLine: options.onLine ?? (() => undefined) })
  const runs: PlayedRun[] = []
  try {
    // Customers come when the shop is open: its first agent takes a second or two to start.
    const [opening] = Object.keys(scenario.phases[0]?.releases ?? {})
    if (opening !== undefined) await agents.urlOf(opening)
    const paced = paceRuns(scenario, speed, options.durationMs ?? Infinity, signal)
    for await (const run of paced) {
      applyModelVersions(scenario, stage, run.atMs)
      customers.come(run, (played) => {
        if (options.keepsTruth !== false) runs.push(played)
        options.onRun?.(played)
      })
    }
    await customers.allGone()
  } finally {
    await agents.stop()
    await models.close()
  }
  if (death !== null) throw new Error(death)
  return { runs: runs.toSorted((a, b) => a.number - b.number), calls: models.calls(), releases: agents.started }
}

async function* paceRuns(scenario: Scenario, speed: number, durationMs: number, signal: AbortSignal): AsyncGenerator<PlannedRun> {
  let beganMs = performance.now()
  const endMs = beganMs + durationMs
  for (const run of runsOf(scenario)) {
    const dueMs = Math.min(beganMs + run.atMs / speed, endMs)
    await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal }).catch(() => undefined)
    if (signal.aborted || dueMs === endMs) return
    const lagMs = performance.now() - dueMs
    if (lagMs > LONGEST_LAG_MS) beganMs += lagMs
    yield run
  }
}

function applyModelVersions(scenario: Scenario, stage: Stage, atMs: number): void {
  for (const version of scenario.modelVersions) if (version.atMs <= atMs) stage.modelVersions.set(version.model, version.becomes)
}
