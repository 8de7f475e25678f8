/** Runs added up. Counts are estimates where runs were sampled; money is nano-USD. */
import type { LateCalls, RunRecord, RunStep } from '../model/run.ts'

export interface Totals {
  readonly runs: number
  readonly failedRuns: number
  readonly llmCalls: number
  readonly costNanoUsd: number
  /** Runs whose cost is known, at least in part, or that made no call: what a mean cost is over. */
  readonly pricedRuns: number
  /** Answered calls without a price. Failed ones have none either, and most likely cost nothing. */
  readonly unpricedAnswers: number
}

export class RunTotals implements Totals {
  runs = 0
  failedRuns = 0
  llmCalls = 0
  costNanoUsd = 0
  pricedRuns = 0
  unpricedAnswers = 0

  add(record: RunRecord): void {
    const weight = 1 / record.sampleRate
    this.runs += weight
    if (record.outcome === 'failed') this.failedRuns += weight
    this.llmCalls += record.llmCalls * weight
    for (const step of record.steps) if (isUnpricedAnswer(step)) this.unpricedAnswers += weight
    if (record.costNanoUsd === null && record.unpricedCalls > 0) return
    this.costNanoUsd += (record.costNanoUsd ?? 0) * weight
    this.pricedRuns += weight
  }

  /** Calls of a run that came after it had been counted. */
  addLate({ llmCalls, costNanoUsd }: LateCalls): void {
    this.llmCalls += llmCalls
    this.costNanoUsd += costNanoUsd
  }

  merge(other: Totals): void {
    this.runs += other.runs
    this.failedRuns += other.failedRuns
    this.llmCalls += other.llmCalls
    this.costNanoUsd += other.costNanoUsd
    this.pricedRuns += other.pricedRuns
    this.unpricedAnswers += other.unpricedAnswers
  }
}

/** Embeddings too: they cost money as well. */
export function isUnpricedAnswer(step: RunStep): boolean {
  return step.isCounted && step.costNanoUsd === null && step.error === null
}
