/** Runs that have not settled yet, as far as they are known: money burning now. A view for scrapes and pages, no part of the fold's state. */
import type { OpenRun } from '../assemble/open-runs.ts'
import { buildTree } from '../assemble/tree.ts'
import type { RunRecord } from '../model/run.ts'
import { nothingEarlier } from '../model/run-tree.ts'
import { hasGenAiMeaning, type Step } from '../model/step.ts'
import { deriveRun } from '../signals/derive.ts'
import type { Fold } from './fold.ts'

export interface OpenGauge {
  readonly service: string
  readonly environment: string
  readonly runs: number
  readonly costNanoUsd: number
  readonly loops: number
}

interface Spent {
  readonly steps: number
  readonly costNanoUsd: number
  readonly hasLoop: boolean
}

/** Younger runs are about to settle or have hardly begun; pricing each of them at every scrape would cost more than they do. */
const YOUNG_MS = 5_000

/** Runs priced by one scrape, the oldest first; what is left over keeps its last price until the next. */
const MAX_PRICED = 1_000

const nothing: Spent = { steps: 0, costNanoUsd: 0, hasLoop: false }

export class OpenView {
  /** A run is priced again only when it has grown since the last scrape. */
  readonly #spent = new WeakMap<OpenRun, Spent>()

  /** What open runs have spent, per service. */
  gauges(fold: Fold): readonly OpenGauge[] {
    const totals = new Map<string, { service: string; environment: string; runs: number; costNanoUsd: number; loops: number }>()
    let priced = 0
    for (const run of fold.openRuns.all()) {
      const step = firstMeaningful(run)
      // Traces without GenAI spans are no runs, and what an earlier settle has counted burns no longer.
      if (step === null || run.past !== null) continue
      const { service, environment } = step
      const key = JSON.stringify([service, environment])
      const total = totals.get(key) ?? { service, environment, runs: 0, costNanoUsd: 0, loops: 0 }
      const isYoung = fold.mark.uptimeMs - run.opened.uptimeMs < YOUNG_MS
      const known = this.#spent.get(run) ?? nothing
      const isDue = !isYoung && known.steps !== run.steps.size && priced < MAX_PRICED
      if (isDue) priced++
      const spent = isDue ? this.#price(run, fold) : known
      total.runs += 1
      total.costNanoUsd += spent.costNanoUsd
      total.loops += spent.hasLoop ? 1 : 0
      totals.set(key, total)
    }
    return [...totals.values()]
  }

  #price(run: OpenRun, fold: Fold): Spent {
    const record = recordOf(run, fold)
    const spent: Spent = {
      steps: run.steps.size,
      costNanoUsd: record?.costNanoUsd ?? 0,
      hasLoop: record?.failures.some((failure) => failure.kind === 'recursion_loop') ?? false,
    }
    this.#spent.set(run, spent)
    return spent
  }

  /** An open run for somebody who looks at it; null when there is none with this trace id. */
  run(fold: Fold, traceId: string): RunRecord | null {
    const run = fold.openRuns.get(traceId)
    const record = run === null ? null : recordOf(run, fold)
    return record === null ? null : fold.redactor.run(record)
  }
}

function firstMeaningful(run: OpenRun): Step | null {
  for (const step of run.steps.values()) if (hasGenAiMeaning(step)) return step
  return null
}

function recordOf(run: OpenRun, fold: Fold): RunRecord | null {
  const tree = buildTree({
    traceId: run.traceId,
    steps: run.steps.values(),
    notes: run.notes.values(),
    missingEntry: 'still_open',
    earlier: nothingEarlier,
    inheritedAgent: null,
  })
  return deriveRun(tree, fold.priceCall, 0)?.record ?? null
}
