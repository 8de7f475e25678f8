/** Runs added up with their failures and steps: of a minute, or of the hour that minutes add up to. */
import type { FailureKind } from '../model/failure.ts'
import type { RunFailure, RunRecord, RunStep } from '../model/run.ts'
import { modelOf, type StepKind, stepDurationUs } from '../model/step.ts'
import { RunTotals } from './run-totals.ts'

/** One kind of failure, with the latest run that had it. */
export interface FailureTotal {
  readonly kind: FailureKind
  /** Runs that failed because of it. */
  readonly fatal: number
  /** Runs that got over it. */
  readonly recovered: number
  readonly latest: { readonly traceId: string; readonly failure: RunFailure; readonly agent: string; readonly atMs: number }
}

/** One place that does work: a model call, a tool, a retrieval, told apart by agent, step and model or tool. */
export interface StepTotal {
  readonly kind: StepKind
  readonly agent: string
  /** The step's label; for tools the tool. */
  readonly name: string
  /** Empty for what is no model call. */
  readonly model: string
  readonly count: number
  readonly failed: number
  readonly durationUs: number
  readonly costNanoUsd: number
  readonly slowest: { readonly traceId: string; readonly spanId: string; readonly durationUs: number }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Places told apart in one minute of one service; what comes after is left out of the list of steps, and only there. */
const MAX_PLACES = 500

/** How many places all tallies together may still tell apart: a place takes some 300 bytes. */
export interface PlaceBudget {
  left: number
}

const leaves: ReadonlySet<StepKind> = new Set<StepKind>(['llm', 'embedding', 'tool', 'retrieval', 'rerank', 'guardrail'])

export class Tally {
  readonly totals: RunTotals = new RunTotals()
  readonly #failures = new Map<FailureKind, Mutable<FailureTotal>>()
  readonly #steps = new Map<string, Mutable<StepTotal>>()
  /** Null = a sum, made to be looked at and then dropped. */
  readonly #budget: PlaceBudget | null

  constructor(budget: PlaceBudget | null = null) {
    this.#budget = budget
  }

  add(record: RunRecord): void {
    const weight = 1 / record.sampleRate
    this.totals.add(record)
    this.#addFailures(record, weight)
    for (const step of record.steps) if (isPlace(step)) this.#addStep(step, record.traceId, weight)
  }

  merge(other: Tally): void {
    this.totals.merge(other.totals)
    for (const [kind, failure] of other.#failures) this.#mergeFailure(kind, failure)
    for (const [key, step] of other.#steps) this.#mergeStep(key, step)
  }

  /** Those that hurt most first. */
  failures(): readonly FailureTotal[] {
    return [...this.#failures.values()].sort((a, b) => b.fatal - a.fatal || b.recovered - a.recovered)
  }

  steps(): readonly StepTotal[] {
    return [...this.#steps.values()]
  }

  /** A kind counts once a run, as what it hurt most. */
  #addFailures(record: RunRecord, weight: number): void {
    for (const [kind, failures] of Map.groupBy(record.failures, (failure) => failure.kind)) {
      const failure = failures.find(({ impact }) => impact === 'fatal') ?? failures[0]
      if (failure === undefined) continue
      const isFatal = failure.impact === 'fatal'
      this.#mergeFailure(kind, {
        kind,
        fatal: isFatal ? weight : 0,
        recovered: isFatal ? 0 : weight,
        latest: { traceId: record.traceId, failure, agent: record.agent, atMs: record.settledAtMs },
      })
    }
  }

  #mergeFailure(kind: FailureKind, failure: FailureTotal): void {
    const known = this.#failures.get(kind)
    if (known === undefined) {
      this.#failures.set(kind, { ...failure })
      return
    }
    known.fatal += failure.fatal
    known.recovered += failure.recovered
    // One that hurt says more than one that was got over.
    const isWorse = failure.latest.failure.impact === 'fatal' || known.latest.failure.impact === 'recovered'
    if (isWorse && failure.latest.atMs >= known.latest.atMs) known.latest = failure.latest
  }

  /** Gives the places back: this tally's time is over. */
  drop(): void {
    if (this.#budget !== null) this.#budget.left += this.#steps.size
  }

  #mayOpen(): boolean {
    if (this.#budget === null) return true
    if (this.#budget.left <= 0 || this.#steps.size >= MAX_PLACES) return false
    this.#budget.left--
    return true
  }

  #addStep(step: RunStep, traceId: string, weight: number): void {
    const durationUs = stepDurationUs(step)
    // A part of a tool's run, which has its own line already.
    if (step.tool?.name === '') return
    const name = step.tool === null ? step.stepLabel : step.tool.name
    const model = step.kind === 'llm' || step.kind === 'embedding' ? modelOf(step) : ''
    this.#mergeStep(`${step.kind}\0${step.agentLabel}\0${name}\0${model}`, {
      kind: step.kind,
      agent: step.agentLabel,
      name,
      model,
      count: weight,
      failed: step.error === null ? 0 : weight,
      durationUs: durationUs * weight,
      costNanoUsd: (step.costNanoUsd ?? 0) * weight,
      slowest: { traceId, spanId: step.spanId, durationUs },
    })
  }

  #mergeStep(key: string, step: StepTotal): void {
    const known = this.#steps.get(key)
    if (known === undefined) {
      if (this.#mayOpen()) this.#steps.set(key, { ...step })
      return
    }
    known.count += step.count
    known.failed += step.failed
    known.durationUs += step.durationUs
    known.costNanoUsd += step.costNanoUsd
    if (step.slowest.durationUs > known.slowest.durationUs) known.slowest = step.slowest
  }
}

/** Twins and parents of a call are not the call. */
function isPlace(step: RunStep): boolean {
  if (step.kind === 'llm' || step.kind === 'embedding') return step.isCounted
  return leaves.has(step.kind)
}
