/** Drives a fold as the pipeline does, with a clock of its own: entries in, ticks in between, records and totals out. */
import type { EntryContent } from '../../src/fold/content.ts'
import type { Fold } from '../../src/fold/fold.ts'
import type { Archive, FoundRun } from '../../src/fold/history.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import {
  type Checkpoint,
  type ConversationKey,
  conversationKeyText,
  type ConversationState,
  type RestoredState,
} from '../../src/model/checkpoint.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import type { Past } from '../../src/assemble/open-runs.ts'
import { runKeys } from '../../src/feedback/targets.ts'
import type { FeedbackRecord } from '../../src/model/feedback.ts'
import { type FeedbackState, NEXT_RUN_MS, targetKey, type TargetQuery } from '../../src/model/feedback-state.ts'
import type { RunRecord } from '../../src/model/run.ts'
import type { Step } from '../../src/model/step.ts'
import { runStartUs } from './steps.ts'

export const testSettings: FoldSettings = {
  settle: {
    settleMs: 3_000,
    idleMs: 600_000,
    maxOpenMs: 3_600_000,
    maxStepsPerRun: 20_000,
    maxSteps: 500_000,
    maxPinnedBytes: 1e9,
  },
  series: { maxSampleLines: 50_000, maxLabelValues: 200, scrapeIntervalMs: 15_000, retireAfterMs: 14 * 86_400_000 },
  runRowsPerSecond: 500,
  retentionMs: 30 * 86_400_000,
  prices: [],
  feedback: { ratings: [], holdMs: 30_000 },
  transcripts: { perSecond: 20, sampleShare: 0 },
  content: 'redacted',
  redaction: [],
}

/** An entry of the test log, already read. */
export interface TestEntry {
  readonly seq: number
  readonly atMs: number
  readonly kind: EntryKind
  readonly bytes: number
  readonly content: EntryContent
}

/** The store of a checkpoint, in memory: what a start would read back. */
export class TestStore implements Archive {
  readonly settled: Map<string, Past> = new Map()
  readonly conversations: Set<string> = new Set()
  readonly runs: Map<string, RunRecord> = new Map()
  readonly feedback: Map<string, FeedbackRecord> = new Map()
  readonly feedbackStates: Map<string, FeedbackState> = new Map()
  readonly keeps: Set<string> = new Set()
  readonly conversationMemory: Map<string, ConversationState> = new Map()
  #series = new Map<string, Checkpoint['series'][number]>()
  #labels = new Map<string, Checkpoint['labels'][number]>()
  #fold: Checkpoint['fold'] | null = null

  save(checkpoint: Checkpoint): void {
    const copy = structuredClone(checkpoint)
    this.#fold = copy.fold
    for (const state of copy.series) this.#series.set(JSON.stringify([state.metric, state.labels]), state)
    for (const { label, value } of copy.removedLabels) this.#labels.delete(`${label} ${value}`)
    for (const state of copy.labels) this.#labels.set(`${state.label} ${state.value}`, state)
    for (const run of copy.runs) this.runs.set(run.traceId, run)
    for (const run of copy.settled)
      this.settled.set(run.traceId, { run, steps: run.isStored ? (this.runs.get(run.traceId)?.steps ?? null) : null })
    for (const record of copy.feedback.records) this.feedback.set(record.id, record)
    for (const state of copy.feedback.states) this.feedbackStates.set(state.id, state)
    for (const state of copy.conversationStates) this.conversationMemory.set(conversationKeyText(state.key), state)
    for (const { traceId, reason } of copy.keeps) this.keeps.add(`${traceId} ${reason}`)
    for (const delta of copy.conversations) this.conversations.add(conversationKeyText(delta))
  }

  restore(): RestoredState | null {
    return this.#fold === null
      ? null
      : structuredClone({
          fold: this.#fold,
          pendingFeedback: [...this.feedbackStates.values()].filter(({ status }) => status !== 'done'),
          pendingConversations: [...this.conversationMemory.values()].filter(({ givesUpAtMs }) => givesUpAtMs !== null),
          series: [...this.#series.values()],
          labels: [...this.#labels.values()],
        })
  }

  findSettled(traceIds: readonly string[]): Promise<ReadonlyMap<string, Past>> {
    const found = new Map<string, Past>()
    for (const id of traceIds) {
      const past = this.settled.get(id)
      if (past !== undefined) found.set(id, past)
    }
    return Promise.resolve(found)
  }

  findTargets(queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, FoundRun>> {
    const found = new Map<TargetQuery, FoundRun>()
    const pasts = [...this.settled.values()].filter(({ run }) => run.outcome !== null)
    for (const query of queries) {
      const { type, value, beforeMs } = query
      const fitting = pasts.filter((past) =>
        type === 'conversation'
          ? past.run.conversationId === value && past.run.isStored
          : [...runKeys(past.run.traceId, past.steps ?? [])].includes(targetKey(type, value)),
      )
      const runs = fitting.map(toFound).sort((x, y) => x.startedAtUs - y.startedAtUs)
      const isBefore = ({ startedAtUs }: FoundRun): boolean => type !== 'conversation' || startedAtUs < beforeMs * 1_000
      const isNext = ({ startedAtUs }: FoundRun): boolean => startedAtUs < (beforeMs + NEXT_RUN_MS) * 1_000
      const run = runs.findLast(isBefore) ?? runs.find(isNext)
      if (run !== undefined) found.set(query, run)
    }
    return Promise.resolve(found)
  }

  findFeedback(ids: readonly string[]): Promise<ReadonlyMap<string, FeedbackState>> {
    return Promise.resolve(
      new Map(
        ids.flatMap((id) => {
          const state = this.feedbackStates.get(id)
          return state === undefined ? [] : [[id, state] as const]
        }),
      ),
    )
  }

  conversationStates(keys: readonly ConversationKey[]): Promise<readonly ConversationState[]> {
    return Promise.resolve(keys.flatMap((key) => this.conversationMemory.get(conversationKeyText(key)) ?? []))
  }

  knownConversations(keys: readonly ConversationKey[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(keys.map(conversationKeyText).filter((text) => this.conversations.has(text))))
  }
}

function toFound({ run }: Past): FoundRun {
  const { traceId, service, environment, agent, startedAtUs } = run
  return { traceId, service, environment, agent, startedAtUs }
}

/** One step of a trace, so long after the start of the run of `helpers/steps`. */
export type Arrival = readonly [afterMs: number, traceId: string, step: Step]

/** Entries at these times, a tick every second in between, and ten minutes of silence at the end. */
export function arrivalsAsEntries(arrivals: readonly Arrival[]): readonly TestEntry[] {
  const startMs = runStartUs / 1_000
  const entries: TestEntry[] = []
  let atMs = startMs
  const add = (kind: TestEntry['kind'], content: TestEntry['content']): void => {
    entries.push({ seq: entries.length + 1, atMs, kind, bytes: 100, content })
  }
  for (const [afterMs, traceId, arrived] of arrivals) {
    for (; atMs + 1_000 <= startMs + afterMs; add('tick', { type: 'tick', door: [] })) atMs += 1_000
    add('spans', { type: 'spans', steps: [{ traceId, step: arrived }], feedback: [], rejected: [] })
  }
  for (let passed = 0; passed < 660; passed += 5) {
    atMs += 5_000
    add('tick', { type: 'tick', door: [] })
  }
  return entries
}

/** Applies entries one by one. */
export async function applyAll(fold: Fold, entries: readonly TestEntry[]): Promise<Fold> {
  for (const entry of entries) {
    await fold.prepare([entry.content])
    await fold.apply(entry, entry.content)
  }
  return fold
}
