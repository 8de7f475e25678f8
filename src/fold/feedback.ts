/** The ledger within the fold: feedback in entries, in spans and in logs goes in; what it counts goes to the series, and the runs it is about are kept. */
import type { OpenRuns } from '../assemble/open-runs.ts'
import { type FindRuns, type IsConversationOpen, Ledger, type LedgerFact, type LedgerRules } from '../feedback/ledger.ts'
import { runKeys } from '../feedback/targets.ts'
import type { FeedbackChanges, KeepRequest } from '../model/checkpoint.ts'
import type { FeedbackEvent, FeedbackReceipt, FeedbackRecord } from '../model/feedback.ts'
import { type FeedbackState, type RunRef, targetKey } from '../model/feedback-state.ts'
import type { Step } from '../model/step.ts'
import { catalogue } from '../publish/catalogue.ts'
import type { FoldTime, SeriesTable } from '../publish/series-table.ts'
import type { Tombstones } from '../model/tombstone.ts'
import { isErasedState } from './erase.ts'
import type { Archive } from './history.ts'
import type { FoldSettings } from './settings.ts'

type Redact = (record: FeedbackRecord) => FeedbackRecord

export class FeedbackFold {
  readonly #ledger: Ledger
  readonly #series: SeriesTable
  #keeps: KeepRequest[] = []

  constructor(archive: Archive, series: SeriesTable) {
    this.#ledger = new Ledger((ids) => archive.findFeedback(ids))
    this.#series = series
  }

  restore(pending: readonly FeedbackState[]): void {
    this.#ledger.restore(pending)
  }

  /** How much has no run yet. */
  get waiting(): number {
    return this.#ledger.waiting
  }

  needsTick(nowMs: number, settings: FoldSettings): boolean {
    return this.#ledger.needsTick(nowMs, rulesOf(settings))
  }

  load(events: Iterable<FeedbackEvent>): Promise<void> {
    return this.#ledger.load([...new Set([...events].map((event) => (event.type === 'given' ? event.feedback.id : event.id)))])
  }

  take(events: readonly FeedbackEvent[], time: FoldTime, settings: FoldSettings, redact: Redact): readonly FeedbackReceipt[] {
    if (events.length === 0) return []
    const { receipts, facts } = this.#ledger.take(events, time.nowMs, rulesOf(settings), redact)
    this.#count(facts, time)
    return receipts
  }

  /** Whether feedback waits for a run with these steps. */
  awaits(traceId: string, steps: Iterable<Step>, conversationId: string | null): boolean {
    return !this.#ledger.isIdle && this.#ledger.awaits(keysOf(traceId, steps, conversationId))
  }

  settled(run: RunRef, steps: Iterable<Step>, conversationId: string | null, time: FoldTime, settings: FoldSettings): void {
    if (this.#ledger.isIdle) return
    this.#count(this.#ledger.settled(run, keysOf(run.traceId, steps, conversationId), time.nowMs, rulesOf(settings)), time)
  }

  /** The run of somebody who was deleted: nothing is kept of what was said about it. */
  settledErased(run: RunRef, steps: Iterable<Step>): void {
    this.#ledger.forgetAbout(run, keysOf(run.traceId, steps, null))
  }

  async advance(time: FoldTime, settings: FoldSettings, findRuns: FindRuns, open: OpenRuns): Promise<void> {
    this.#count(await this.#ledger.advance(time.nowMs, rulesOf(settings), findRuns, openConversations(open)), time)
  }

  keep(request: KeepRequest): void {
    this.#keeps.push(request)
  }

  takeChanges(): { readonly feedback: FeedbackChanges; readonly keeps: readonly KeepRequest[] } {
    const keeps = this.#keeps
    this.#keeps = []
    return { feedback: this.#ledger.takeChanges(), keeps }
  }

  saved(): void {
    this.#ledger.saved()
  }

  /** What was said by or about whoever was deleted. */
  forget(tombstones: Tombstones): void {
    this.#ledger.forget((state) => isErasedState(state, tombstones))
    this.#keeps = this.#keeps.filter(({ traceId }) => !tombstones.hasTrace(traceId))
  }

  snapshot(): readonly FeedbackState[] {
    return this.#ledger.snapshot()
  }

  #count(facts: readonly LedgerFact[], time: FoldTime): void {
    for (const fact of facts) this.#countFact(fact, time)
  }

  #countFact(fact: LedgerFact, time: FoldTime): void {
    switch (fact.type) {
      case 'received':
        return this.#series.add(catalogue.receivedFeedback, { source: fact.state.source }, 1, time)
      case 'unmatched':
        return this.#series.add(catalogue.unmatchedFeedback, { source: fact.state.source }, 1, time)
      case 'corrected':
        return this.#series.add(
          catalogue.corrections,
          { metric: isOfMachine(fact.state) ? catalogue.evaluations.name : catalogue.feedback.name, direction: fact.direction },
          1,
          time,
        )
      case 'joined':
        this.#keeps.push({ traceId: fact.run.traceId, reason: 'rated', askedAtMs: time.nowMs })
        return
      case 'counted': {
        const { run, rating, state } = fact
        const labels = { service_name: run.service, environment: run.environment, agent: run.agent }
        const { judge, source } = state
        if (isOfMachine(state)) return this.#series.add(catalogue.evaluations, { ...labels, judge, rating }, 1, time)
        return this.#series.add(catalogue.feedback, { ...labels, source, rating }, 1, time)
      }
      default:
        return fact satisfies never
    }
  }
}

/** What a model or a program thinks of an answer is no word of a user. */
function isOfMachine({ judge }: FeedbackState): boolean {
  return judge === 'model' || judge === 'code'
}

/** Looked through when the first question comes: feedback on conversations is rare. */
function openConversations(open: OpenRuns): IsConversationOpen {
  let starts: Map<string, number> | null = null
  return (conversationId, beforeMs) => {
    starts ??= earliestStarts(open)
    return (starts.get(conversationId) ?? Infinity) < beforeMs * 1_000
  }
}

function earliestStarts(open: OpenRuns): Map<string, number> {
  const starts = new Map<string, number>()
  for (const { steps } of open.all()) {
    let startUs = Infinity
    const ids = new Set<string>()
    for (const step of steps.values()) {
      startUs = Math.min(startUs, step.startUs)
      if (step.conversationId !== null) ids.add(step.conversationId)
    }
    for (const id of ids) starts.set(id, Math.min(startUs, starts.get(id) ?? Infinity))
  }
  return starts
}

function rulesOf({ feedback, retentionMs }: FoldSettings): LedgerRules {
  return { ratings: feedback.ratings, holdMs: feedback.holdMs, waitMs: retentionMs }
}

function* keysOf(traceId: string, steps: Iterable<Step>, conversationId: string | null): Generator<string> {
  yield* runKeys(traceId, steps)
  if (conversationId !== null) yield targetKey('conversation', conversationId)
}
