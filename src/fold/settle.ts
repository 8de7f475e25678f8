/** Settling: the runs that are due at a tick become facts, are counted, and leave a record and a memory. */
import type { DueRun } from '../assemble/open-runs.ts'
import { SeenSet } from '../assemble/seen.ts'
import { buildTree } from '../assemble/tree.ts'
import { type ConversationDelta, conversationKeyText, type SettledRun } from '../model/checkpoint.ts'
import type { Fact } from '../model/fact.ts'
import { cyrb53 } from '../model/fingerprint.ts'
import type { LateCalls, RunRecord, RunStep, SettledTrace } from '../model/run.ts'
import { nothingEarlier } from '../model/run-tree.ts'
import { hasGenAiMeaning, type Step } from '../model/step.ts'
import type { Tombstone, Tombstones } from '../model/tombstone.ts'
import { erasedRun } from '../model/erased-run.ts'
import { applyFact } from '../publish/apply-facts.ts'
import { catalogue } from '../publish/catalogue.ts'
import type { FoldTime, SeriesTable } from '../publish/series-table.ts'
import type { PriceCall } from '../signals/cost/price.ts'
import type { Redactor } from '../redact/redactor.ts'
import { type Derived, deriveRun } from '../signals/derive.ts'
import type { FeedbackFold } from './feedback.ts'
import type { History } from './history.ts'
import { chooseKeeps, type StoredRun } from './keeps.ts'
import { turnsOfRun } from '../signals/implicit/turns.ts'
import type { SpokenRun } from './conversations.ts'
import { linkedConversations } from './linked.ts'
import { EXPENSIVE_NANO_USD, type FoldSettings, MAX_ROW_STEPS } from './settings.ts'

export interface SettleContext {
  readonly series: SeriesTable
  readonly history: History
  readonly feedback: FeedbackFold
  readonly priceCall: PriceCall
  readonly redactor: Redactor
  readonly settings: FoldSettings
  readonly time: FoldTime
  readonly nextSettleNumber: () => number
  readonly host: FoldHost
}

/** What surrounds the fold. The state does not depend on it. */
export interface FoldHost {
  /** Told what went wrong. */
  readonly report: (message: string, error?: unknown) => void
  /** Lets others have the thread for a moment; thousands of runs may be due at one tick. */
  readonly pause: () => Promise<void>
  /** Told of each trace that was settled. Must not throw. Default: nobody watches. */
  readonly settled?: (trace: SettledTrace) => void
  /** What was deleted. Default: nothing. */
  readonly graves?: Graves
  /** Told of spans that came, copies left out. Must not throw. Default: nobody watches. */
  readonly received?: (spans: number, atMs: number) => void
}

/** What was deleted, and the way to add to it. */
export interface Graves {
  readonly tombstones: Tombstones
  readonly bury: (tombstones: readonly Tombstone[]) => void
}

/** Runs that are settled in one go, some ten milliseconds' work. */
const RUNS_PER_PAUSE = 200

export interface Settled {
  readonly records: readonly RunRecord[]
  readonly conversations: readonly ConversationDelta[]
  /** Runs of conversations, for whoever listens to what is said in them. */
  readonly spoken: readonly SpokenRun[]
}

interface Judged {
  readonly due: DueRun
  /** Null = it holds nothing of an agent. */
  readonly derived: Derived | null
  /** Named by one of its spans, else that of the traces it follows by links. */
  readonly conversationId: string | null
  readonly linkedTraceId: string | null
  /** Facts that no earlier settle of the run has counted. */
  readonly facts: readonly Fact[]
  /** Somebody asked for its deletion while it was open: it counts, and nothing is kept of what was said in it. */
  readonly isErased: boolean
}

export async function settleRuns(due: readonly DueRun[], context: SettleContext): Promise<Settled> {
  // A run of log records only has nothing to count and nothing to remember.
  const alone: Judged[] = []
  for (const item of due) {
    if (item.run.steps.size > 0) alone.push(judgeOrGiveUp(item, context))
    if (alone.length % RUNS_PER_PAUSE === RUNS_PER_PAUSE - 1) await context.host.pause()
  }
  const judged = await joinLinked(alone, context)
  const stored = chooseRows(judged, context)
  const deltas = new Map(judged.map((item) => [item, conversationDelta(item, context)]))
  const keys = [...deltas.values()].filter((delta) => delta !== null)
  const known = await context.history.knownConversations(keys, context.time.nowMs - context.settings.retentionMs)
  const batch: Batch = { stored, deltas, known, records: [], conversations: [], spoken: [] }
  for (const [index, item] of judged.entries()) {
    if (index % RUNS_PER_PAUSE === RUNS_PER_PAUSE - 1) await context.host.pause()
    giveUpOn(item.due.run.traceId, context, () => countRun(item, batch, context))
  }
  for (const request of chooseKeeps(storedRuns(stored), context.settings.transcripts, context.time.nowMs))
    context.feedback.keep(request)
  return batch
}

function storedRuns(stored: ReadonlyMap<Judged, RunRecord>): readonly StoredRun[] {
  const whole = [...stored].filter(([{ isErased }]) => !isErased)
  return whole.map(([{ due }, record]) => ({ record, isLate: due.run.past?.run.outcome != null }))
}

/** Gives traces that link to others the conversation of those. */
async function joinLinked(judged: readonly Judged[], { history }: SettleContext): Promise<readonly Judged[]> {
  const linked = judged.flatMap(({ linkedTraceId }) => linkedTraceId ?? [])
  if (linked.length === 0) return judged
  const known = await history.conversationsOf([...new Set(linked)])
  const traces = judged.map(({ due, ...item }) => ({ ...item, traceId: due.run.traceId }))
  const found = linkedConversations(traces, (traceId) => known.get(traceId) ?? null)
  return judged.map((item) => {
    const conversationId = found.get(item.due.run.traceId)
    return conversationId === undefined ? item : inConversation(item, conversationId)
  })
}

function inConversation(item: Judged, conversationId: string | null): Judged {
  const { derived } = item
  return { ...item, conversationId, derived: derived && { ...derived, record: { ...derived.record, conversationId } } }
}

/** What the runs of one tick have in common. */
interface Batch {
  readonly stored: ReadonlyMap<Judged, RunRecord>
  readonly deltas: ReadonlyMap<Judged, ConversationDelta | null>
  /** Key texts of conversations that were seen before. */
  readonly known: Set<string>
  readonly records: RunRecord[]
  readonly conversations: ConversationDelta[]
  readonly spoken: SpokenRun[]
}

function countRun(item: Judged, batch: Batch, context: SettleContext): void {
  const { history, redactor, series, time } = context
  const { traceId } = item.due.run
  const row = batch.stored.get(item)
  // Redacted here and not only on the way to the store: late spans must find the same steps before and after a restart.
  const kept = row === undefined ? null : { ...row, steps: row.steps.slice(0, MAX_ROW_STEPS).map(withoutSketch) }
  const record = kept === null ? null : redactor.run(item.isErased ? erasedRun(kept) : kept)
  if (record !== null) batch.records.push(record)
  history.addSettled({ run: memoryOf(item, record !== null, context), steps: record?.steps ?? null })
  tellFeedback(item, context)
  for (const fact of item.facts) applyFact(series, fact, traceId, time)
  countCorrection(item, context)
  tellHost(item, context)
  const delta = batch.deltas.get(item) ?? null
  if (delta === null) return
  batch.conversations.push(delta)
  const spoken = spokenRun(item, delta, context)
  if (spoken !== null) batch.spoken.push(spoken)
  const key = conversationKeyText(delta)
  history.addConversation(delta, time.nowMs)
  if (batch.known.has(key)) return
  batch.known.add(key)
  const { service, environment, agent } = delta
  applyFact(series, { type: 'conversation', service, environment, agent }, traceId, time)
}

/** Feedback that came before its run. */
function tellFeedback({ due, derived, conversationId, isErased }: Judged, { feedback, time, settings }: SettleContext): void {
  if (derived === null) return
  const { traceId, service, environment, agent } = derived.record
  const ref = { traceId, service, environment, agent }
  if (isErased) feedback.settledErased(ref, due.run.steps.values())
  else feedback.settled(ref, due.run.steps.values(), conversationId, time, settings)
}

/** Turns are compared once, when they settle; a row keeps how they begin. */
function withoutSketch(step: RunStep): RunStep {
  return step.said === null ? step : { ...step, said: { ...step.said, sketch: [], fingerprint: '' } }
}

/** Nothing of what was said may be remembered where contents are not stored. */
function spokenRun(
  { derived }: Judged,
  { service, environment, conversationId }: ConversationDelta,
  { redactor }: SettleContext,
): SpokenRun | null {
  if (derived === null || redactor.mode === 'off') return null
  const { traceId, startedAtUs, durationUs, outcome, userId, steps } = derived.record
  const turns = turnsOfRun(steps).map((said) => ({ ...said, turn: { ...said.turn, quote: redactor.text(said.turn.quote) } }))
  return {
    key: { service, environment, conversationId },
    userId,
    run: { runId: traceId, startedAtUs, endedAtUs: startedAtUs + durationUs, outcome, turns },
  }
}

function tellHost({ due, derived, facts, isErased }: Judged, { host, time }: SettleContext): void {
  const { past } = due.run
  const atMs = time.nowMs
  if (derived === null) {
    // A run that we gave up on is no plain trace either.
    const isPlain = past === null && ![...due.run.steps.values()].some(hasGenAiMeaning)
    if (isPlain) host.settled?.({ type: 'plain', steps: due.run.steps.values(), atMs })
    return
  }
  const record = isErased ? erasedRun(derived.record) : derived.record
  if (past === null || past.run.outcome === null) host.settled?.({ type: 'run', record, late: null, atMs })
  // Without the steps of the earlier settle the record is a fragment.
  else if (past.steps !== null) host.settled?.({ type: 'run', record, late: lateCalls(facts), atMs })
}

function lateCalls(facts: readonly Fact[]): LateCalls {
  const calls = facts.filter((fact) => fact.type === 'call')
  return {
    llmCalls: calls.filter(({ countsAsCall }) => countsAsCall).length,
    costNanoUsd: calls.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0),
  }
}

function judgeOrGiveUp(due: DueRun, context: SettleContext): Judged {
  return giveUpOn(due.run.traceId, context, () => judgeRun(due, context)) ?? unjudged(due)
}

function unjudged(due: DueRun): Judged {
  return { due, derived: null, conversationId: null, linkedTraceId: null, facts: [], isErased: false }
}

/** One run that our code cannot handle must not keep all others from being counted: it is passed over, said and counted. */
function giveUpOn<T>(traceId: string, context: SettleContext, handle: () => T): T | null {
  try {
    return handle()
  } catch (error) {
    context.host.report(`run ${traceId} could not be judged or counted whole`, error)
    context.series.add(catalogue.quarantinedEntries, {}, 1, context.time)
    return null
  }
}

function judgeRun(due: DueRun, context: SettleContext): Judged {
  const { run, missingEntry } = due
  if (due.isAdopted) return unjudged(due)
  const tree = buildTree({
    traceId: run.traceId,
    steps: allSteps(due),
    notes: run.notes.values(),
    missingEntry,
    earlier: run.seen ?? nothingEarlier,
    inheritedAgent: run.past?.run.outcome == null ? null : run.past.run.agent,
  })
  const derived = deriveRun(tree, context.priceCall, context.time.nowMs)
  const linkedTraceId = tree.nodes.find(({ step }) => step.linkedTraceId !== null)?.step.linkedTraceId ?? null
  const isErased = context.host.graves?.tombstones.hasTrace(run.traceId) === true
  // No conversation is made of it, as it has none of those that it names.
  const judged = {
    due,
    derived,
    conversationId: null,
    linkedTraceId: isErased ? null : linkedTraceId,
    facts: derived === null ? [] : newFacts(due, derived),
    isErased,
  }
  return inConversation(judged, isErased ? null : (countedConversation(run.past?.run) ?? tree.conversationId))
}

/** The steps of the earlier settle too, where they were kept: with them late spans find their labels and the record stays whole. */
function* allSteps({ run }: DueRun): Generator<Step> {
  yield* run.past?.steps ?? []
  yield* run.steps.values()
}

/** Final facts are frozen at the first settle; of the others only those of spans that are new. */
function newFacts({ run }: DueRun, derived: Derived): readonly Fact[] {
  if (run.past === null || run.past.run.outcome === null) return derived.facts
  return derived.facts.filter((fact) => 'spanId' in fact && run.steps.has(fact.spanId))
}

/** Which runs get a row: failed, expensive, rated and already stored ones always, others up to the budget, evenly picked by their trace id. */
function chooseRows(judged: readonly Judged[], context: SettleContext): ReadonlyMap<Judged, RunRecord> {
  const rows = new Map<Judged, RunRecord>()
  const others: (readonly [item: Judged, record: RunRecord])[] = []
  for (const item of judged) {
    const { past } = item.due.run
    // Without the steps of the earlier settle the record would be a fragment.
    if (item.derived === null || (past?.run.outcome != null && past.steps === null)) continue
    const { record } = item.derived
    if (isAlwaysStored(item, record, context)) rows.set(item, record)
    else others.push([item, record])
  }
  const budget = context.settings.runRowsPerSecond
  const picked =
    others.length <= budget
      ? others
      : others.toSorted(([a], [b]) => cyrb53(a.due.run.traceId, 0) - cyrb53(b.due.run.traceId, 0)).slice(0, Math.floor(budget))
  const sampleRate = others.length === 0 ? 1 : picked.length / others.length
  for (const [item, record] of picked) rows.set(item, { ...record, sampleRate })
  return rows
}

function isAlwaysStored({ due, conversationId }: Judged, record: RunRecord, { feedback }: SettleContext): boolean {
  const { past, traceId, steps } = due.run
  if (record.outcome === 'failed' || (record.costNanoUsd ?? 0) >= EXPENSIVE_NANO_USD || past?.run.isStored === true) return true
  return feedback.awaits(traceId, steps.values(), conversationId)
}

function memoryOf({ due, derived, conversationId, isErased }: Judged, isStored: boolean, context: SettleContext): SettledRun {
  const { run } = due
  const seen = run.seen ?? new SeenSet()
  for (const spanId of run.steps.keys()) seen.markSeen(spanId)
  for (const { step } of derived?.calls ?? []) seen.markCountedCall(step.spanId, step.parentId, step.responseId)
  const past = run.past?.run
  return {
    traceId: run.traceId,
    settledAtMs: context.time.nowMs,
    settleNumber: context.nextSettleNumber(),
    outcome: past?.outcome ?? derived?.record.outcome ?? null,
    service: derived?.record.service ?? past?.service ?? '',
    environment: derived?.record.environment ?? past?.environment ?? '',
    agent: past?.outcome == null ? (derived?.record.agent ?? '') : past.agent,
    conversationId,
    startedAtUs: derived?.record.startedAtUs ?? past?.startedAtUs ?? 0,
    entries: isErased ? [] : [...run.entries],
    isStored: isStored || past?.isStored === true,
    seen: seen.pack(),
  }
}

/** What a run was counted under stays; what a trace without an agent followed does not bind it once an agent is found in it. */
function countedConversation(past: SettledRun | null | undefined): string | null {
  return past?.outcome == null ? null : past.conversationId
}

/** The outcome was counted at the first settle and stays counted; that late spans turned it is counted here. */
function countCorrection({ due, derived }: Judged, context: SettleContext): void {
  const past = due.run.past
  if (derived === null || past === null || past.run.outcome === null || past.steps === null) return
  const { outcome } = derived.record
  if (outcome === past.run.outcome) return
  context.series.add(
    catalogue.corrections,
    { metric: catalogue.runs.name, direction: `${past.run.outcome}_to_${outcome}` },
    1,
    context.time,
  )
}

/** What this settle adds to the conversation: everything at the first settle that knows it, later only what is new. */
function conversationDelta({ due, derived, conversationId, facts }: Judged, context: SettleContext): ConversationDelta | null {
  const past = due.run.past?.run ?? null
  if (derived === null || conversationId === null) return null
  const { record } = derived
  const isFirst = countedConversation(past) === null
  const counted = isFirst ? derived.facts : facts
  const calls = counted.filter((fact) => fact.type === 'call')
  const sum = (read: (call: (typeof calls)[number]) => number | null): number =>
    calls.reduce((total, call) => total + (read(call) ?? 0), 0)
  return {
    conversationId,
    service: record.service,
    environment: record.environment,
    agent: record.agent,
    settledAtMs: context.time.nowMs,
    firstAtUs: record.startedAtUs,
    lastAtUs: record.startedAtUs + record.durationUs,
    runs: isFirst ? 1 : 0,
    failedRuns: isFirst && record.outcome === 'failed' ? 1 : 0,
    llmCalls: calls.filter((call) => call.countsAsCall).length,
    toolCalls: counted.filter((fact) => fact.type === 'tool').length,
    inputTokens: sum((call) => call.usage.input),
    outputTokens: sum((call) => call.usage.output),
    costNanoUsd: sum((call) => call.costNanoUsd),
    unpricedCalls: calls.filter((call) => call.unpriced !== null).length,
  }
}
