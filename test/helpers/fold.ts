/** Drives a fold as the pipeline does, with a clock of its own: entries in, ticks in between, records and totals out. */
import type { EntryContent } from '../../src/fold/content.ts'
import type { Fold } from '../../src/fold/fold.ts'
import type { Archive } from '../../src/fold/history.ts'
import type { FoldSettings } from '../../src/fold/settings.ts'
import { type Checkpoint, type ConversationKey, conversationKeyText, type RestoredState } from '../../src/model/checkpoint.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import type { Past } from '../../src/assemble/open-runs.ts'
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
  content: 'redacted',
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
    for (const delta of copy.conversations) this.conversations.add(conversationKeyText(delta))
  }

  restore(): RestoredState | null {
    return this.#fold === null
      ? null
      : structuredClone({ fold: this.#fold, series: [...this.#series.values()], labels: [...this.#labels.values()] })
  }

  findSettled(traceIds: readonly string[]): Promise<ReadonlyMap<string, Past>> {
    const found = new Map<string, Past>()
    for (const id of traceIds) {
      const past = this.settled.get(id)
      if (past !== undefined) found.set(id, past)
    }
    return Promise.resolve(found)
  }

  knownConversations(keys: readonly ConversationKey[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(keys.map(conversationKeyText).filter((text) => this.conversations.has(text))))
  }
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
    add('spans', { type: 'spans', steps: [{ traceId, step: arrived }], rejected: [] })
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
