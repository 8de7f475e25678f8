/**
 * The fold: entries of the log in, totals and records out. State after entry n depends on entries 1 to n only: no clock, no randomness, no IO but
 * questions to the archive. Everything is counted at a tick, when runs settle; span entries only collect.
 */
import { OpenRuns } from '../assemble/open-runs.ts'
import type {
  AdoptedMark,
  Checkpoint,
  ConversationDelta,
  LogMark,
  OpenRunMark,
  RestoredState,
  SettledRun,
} from '../model/checkpoint.ts'
import type { LogEntry } from '../model/entry.ts'
import type { RunRecord } from '../model/run.ts'
import { MAX_DURATION_US, type Step } from '../model/step.ts'
import { catalogue } from '../publish/catalogue.ts'
import { type SeriesSnapshot, SeriesTable } from '../publish/series-table.ts'
import { createPricing, type PriceCall } from '../signals/cost/price.ts'
import type { DoorCount, EntryContent, TracedNote, TracedStep } from './content.ts'
import { type Archive, History } from './history.ts'
import { type FoldSettings, parseSettings, settingsText } from './settings.ts'
import { type FoldHost, settleRuns } from './settle.ts'

const FOLD_VERSION = 1

/** A stall or a suspended machine advances uptime by this much at most, so that runs get their quiet time after it. */
const MAX_STEP_MS = 5_000

const labelless = [catalogue.receivedSpans, catalogue.duplicateSpans, catalogue.lateSpans, catalogue.quarantinedEntries] as const

const aloneHost: FoldHost = { report: () => {}, pause: () => Promise.resolve() }

/** What of an entry the fold needs beside its content. */
export type EntryPlace = Pick<LogEntry, 'seq' | 'atMs' | 'kind'> & { readonly bytes: number }

export class Fold {
  readonly series: SeriesTable
  readonly #open = new OpenRuns()
  readonly #history: History
  readonly #host: FoldHost
  #settings: FoldSettings
  #priceCall: PriceCall
  #mark: LogMark = { seq: 0, atMs: 0, uptimeMs: 0, bytes: 0 }
  #settleNumber = 0
  #records: RunRecord[] = []
  #conversations: ConversationDelta[] = []
  /** While entries up to the restored head are read again: only what was open there is rebuilt, nothing is counted. */
  #rebuild: Rebuild | null = null

  constructor(settings: FoldSettings, archive: Archive, host: FoldHost = aloneHost) {
    this.#host = host
    this.#settings = settings
    this.#priceCall = createPricing(settings.prices)
    this.#history = new History(archive)
    this.series = new SeriesTable(settings.series)
  }

  /** A fold as of a checkpoint. Entries after `readFrom()` have to be applied next. */
  static restore(state: RestoredState, archive: Archive, host: FoldHost = aloneHost): Fold {
    if (state.fold.version !== FOLD_VERSION)
      throw new Error(`checkpoint: expected version ${FOLD_VERSION}, got ${state.fold.version}`)
    const fold = new Fold(parseSettings(state.fold.settings), archive, host)
    fold.series.restore(state.series, state.labels)
    fold.#settleNumber = state.fold.settleNumber
    fold.#mark = state.fold.lowWater
    const open = new Map(state.fold.openRuns.map((run) => [run.traceId, run]))
    if (state.fold.lowWater.seq < state.fold.head.seq)
      fold.#rebuild = { head: state.fold.head, open, adopted: adoptedOf(state.fold.openRuns), strays: new Map() }
    return fold
  }

  get settings(): FoldSettings {
    return this.#settings
  }

  /** Where the fold stands: after this entry. */
  get mark(): LogMark {
    return this.#mark
  }

  get openRuns(): OpenRuns {
    return this.#open
  }

  get priceCall(): PriceCall {
    return this.#priceCall
  }

  /** True while entries before the restored head are read again: there is nothing to save yet. */
  isRebuilding(): boolean {
    return this.#rebuild !== null
  }

  /** True while only time can bring the next change, so somebody has to append ticks. */
  needsTick(): boolean {
    return this.#open.size > 0 || this.series.needsTick()
  }

  /** Fetches from the archive what the given contents may ask for. To be called before they are applied, and again after the next tick. */
  async prepare(contents: readonly EntryContent[]): Promise<void> {
    const ids = new Set<string>()
    for (const content of contents) {
      const items: readonly (TracedStep | TracedNote)[] =
        content.type === 'spans' ? content.steps : content.type === 'logs' ? [...content.notes, ...content.steps] : []
      for (const { traceId } of items) if (!this.#open.has(traceId)) ids.add(traceId)
    }
    await this.#history.load([...ids])
  }

  /** Applies the next entry. Entries come in order, each once. */
  async apply(entry: EntryPlace, content: EntryContent): Promise<void> {
    if (entry.seq <= this.#mark.seq) throw new Error(`fold: entry ${entry.seq} was applied before (at ${this.#mark.seq})`)
    const before = this.#mark
    this.#mark = nextMark(before, entry)
    if (this.#rebuild !== null) {
      if (entry.seq <= this.#rebuild.head.seq) return this.#rebuildFrom(entry, content, before, this.#rebuild)
      this.#endRebuild(this.#rebuild, entry)
    }
    this.series.advance(this.#time())
    switch (content.type) {
      case 'spans':
        this.#addSpans(content.steps, before)
        this.#countRejected('traces', content.rejected)
        return
      case 'logs':
        this.#addLogs(content.notes, content.steps, before)
        this.#countRejected('logs', content.rejected)
        return
      case 'tick':
        this.#countDoor(content.door)
        await this.#settleDue()
        return
      case 'config':
        this.#switchSettings(parseSettings(content.settings))
        return
      case 'start':
        // Counters without labels are known before they count: an alert on them needs their zero.
        for (const counter of labelless) this.series.add(counter, {}, 0, this.#time())
        return
      case 'other':
    }
  }

  /** An entry that is passed over because applying it failed before: counted, so that somebody looks. */
  skip(entry: EntryPlace): void {
    const before = this.#mark
    this.#mark = nextMark(before, entry)
    if (this.#rebuild !== null) {
      if (entry.seq <= this.#rebuild.head.seq) return this.#endRebuildAt(entry.seq)
      this.#endRebuild(this.#rebuild, entry)
    }
    this.series.add(catalogue.quarantinedEntries, {}, 1, this.#time())
  }

  /** The state as of the last applied entry, for one transaction. Has to be saved (or tried again) before the next one is taken. */
  takeCheckpoint(): Checkpoint {
    const { series, labels, removedLabels } = this.series.takeChanges()
    const runs = this.#records
    const conversations = this.#conversations
    this.#records = []
    this.#conversations = []
    return {
      fold: {
        version: FOLD_VERSION,
        head: this.#mark,
        lowWater: this.#open.lowWater() ?? this.#mark,
        settleNumber: this.#settleNumber,
        settings: settingsText(this.#settings),
        oldestPast: this.#oldestPast(),
        openRuns: [...this.#open.all()].map((run) => ({
          traceId: run.traceId,
          firstSeq: run.opened.seq + 1,
          isReopened: run.past !== null,
          ...(run.adopted.length === 0
            ? {}
            : { adopted: run.adopted.map(({ traceId, parentId, opened }) => ({ traceId, parentId, firstSeq: opened.seq + 1 })) }),
        })),
      },
      series,
      labels,
      removedLabels,
      settled: this.#history.takeSettled(),
      runs,
      conversations,
    }
  }

  /** The last taken checkpoint is on disk. */
  checkpointSaved(): void {
    this.#history.saved()
  }

  /** Everything that must be equal after a replay, in canonical order. For tests. */
  snapshot(): {
    readonly mark: LogMark
    readonly settleNumber: number
    readonly open: readonly string[]
    readonly series: SeriesSnapshot
  } {
    const open = [...this.#open.all()]
      .map((run) => `${run.traceId} ${run.opened.seq} ${[...run.steps.keys()].sort().join(' ')}`)
      .sort()
    return { mark: this.#mark, settleNumber: this.#settleNumber, open, series: this.series.snapshot() }
  }

  #oldestPast(): Checkpoint['fold']['oldestPast'] {
    const pasts = [...this.#open.all()].flatMap(({ past }) => (past === null ? [] : [past.run]))
    if (pasts.length === 0) return null
    const least = (read: (run: SettledRun) => number): number =>
      pasts.reduce((lowest, run) => Math.min(lowest, read(run)), Infinity)
    return { settledAtMs: least((run) => run.settledAtMs), settleNumber: least((run) => run.settleNumber) }
  }

  #time(): { readonly nowMs: number; readonly uptimeMs: number } {
    return { nowMs: this.#mark.atMs, uptimeMs: this.#mark.uptimeMs }
  }

  #past(traceId: string): ReturnType<History['past']> {
    return this.#history.past(traceId, this.#mark.atMs, this.#settleNumber, this.#settings.retentionMs)
  }

  #addSpans(steps: readonly TracedStep[], before: LogMark): void {
    const time = this.#time()
    let duplicates = 0
    let late = 0
    for (const { traceId, step } of steps) {
      const added = this.#open.addStep(traceId, step, this.#openedAt(before), () => this.#past(traceId))
      if (added === 'duplicate') {
        duplicates++
        continue
      }
      if (added === 'late') late++
      this.#countUnreadable(step)
      const lagUs = Math.max(0, this.#mark.atMs * 1_000 - step.endUs)
      if (step.endUs > 0 && lagUs <= MAX_DURATION_US) this.series.observe(catalogue.ingestLag, {}, lagUs, time, null)
    }
    this.series.add(catalogue.receivedSpans, {}, steps.length, time)
    this.#host.received?.(steps.length - duplicates, time.nowMs)
    if (duplicates > 0) this.series.add(catalogue.duplicateSpans, {}, duplicates, time)
    if (late > 0) this.series.add(catalogue.lateSpans, {}, late, time)
  }

  /** Steps that logs report are no spans: they are not counted as received. */
  #addLogs(notes: readonly TracedNote[], steps: readonly TracedStep[], before: LogMark): void {
    for (const { traceId, note } of notes) this.#open.addNote(traceId, note, this.#openedAt(before), () => this.#past(traceId))
    for (const { traceId, step } of steps) {
      const added = this.#open.addStep(traceId, step, this.#openedAt(before), () => this.#past(traceId))
      if (added !== 'duplicate') this.#countUnreadable(step)
    }
  }

  #countUnreadable({ service, unreadable }: Step): void {
    for (const field of unreadable) this.series.add(catalogue.unreadableValues, { service_name: service, field }, 1, this.#time())
  }

  /** A run is opened by this entry: its place in the log is before it, its time is the entry's. */
  #openedAt(before: LogMark): LogMark {
    return { ...this.#mark, seq: before.seq, bytes: before.bytes }
  }

  #countRejected(signal: string, reasons: readonly string[]): void {
    for (const reason of reasons) this.series.add(catalogue.rejectedItems, { signal, reason }, 1, this.#time())
  }

  #countDoor(door: readonly DoorCount[]): void {
    const time = this.#time()
    for (const item of door) {
      switch (item.type) {
        case 'request': {
          const { signal, encoding, code } = item
          this.series.add(catalogue.receivedRequests, { signal, encoding, code }, item.count, time)
          break
        }
        case 'rejected':
          this.series.add(catalogue.rejectedItems, { signal: item.signal, reason: item.reason }, item.count, time)
          break
        case 'copied_spans':
          this.series.add(catalogue.receivedSpans, {}, item.count, time)
          this.series.add(catalogue.duplicateSpans, {}, item.count, time)
      }
    }
  }

  async #settleDue(): Promise<void> {
    const due = this.#open.takeDue(this.#mark, this.#settings.settle)
    if (due.length === 0) return
    const settled = await settleRuns(due, {
      series: this.series,
      history: this.#history,
      priceCall: this.#priceCall,
      settings: this.#settings,
      time: this.#time(),
      nextSettleNumber: () => ++this.#settleNumber,
      host: this.#host,
    })
    this.#records.push(...settled.records)
    this.#conversations.push(...settled.conversations)
  }

  #switchSettings(settings: FoldSettings): void {
    this.#settings = settings
    this.#priceCall = createPricing(settings.prices)
    this.series.setLimits(settings.series)
  }

  #rebuildFrom(entry: EntryPlace, content: EntryContent, before: LogMark, rebuild: Rebuild): void {
    const isOpen = (traceId: string): boolean => (rebuild.open.get(traceId)?.firstSeq ?? Infinity) <= entry.seq
    const past = (traceId: string): ReturnType<History['past']> =>
      rebuild.open.get(traceId)?.isReopened === true ? this.#history.pastOfReopened(traceId) : null
    if (content.type === 'logs') {
      for (const { traceId, note } of content.notes)
        if (isOpen(traceId)) this.#open.addNote(traceId, note, this.#openedAt(before), () => past(traceId))
    }
    if (content.type === 'spans' || content.type === 'logs') {
      for (const { traceId, step } of content.steps) {
        if (isOpen(traceId)) this.#open.addStep(traceId, step, this.#openedAt(before), () => past(traceId))
        const home = rebuild.adopted.get(traceId)
        // What came later in the trace of the call was late there.
        if (home !== undefined && home.mark.firstSeq <= entry.seq && !rebuild.strays.has(traceId))
          rebuild.strays.set(traceId, { home, step, opened: this.#openedAt(before) })
      }
    }
    this.#endRebuildAt(entry.seq)
  }

  #endRebuildAt(seq: number): void {
    if (this.#rebuild === null || seq < this.#rebuild.head.seq) return
    this.#adoptAgain(this.#rebuild)
    this.#mark = this.#rebuild.head
    this.#rebuild = null
  }

  /** Their hosts may have come after them. */
  #adoptAgain({ strays }: Rebuild): void {
    for (const { home, step, opened } of strays.values())
      this.#open.adopt(home.hostId, step, { traceId: home.mark.traceId, parentId: home.mark.parentId, opened })
  }

  /** The log lost entries before the checkpoint's head: go on from the head's time and size all the same. */
  #endRebuild(rebuild: Rebuild, entry: EntryPlace): void {
    this.#adoptAgain(rebuild)
    this.#rebuild = null
    this.#mark = nextMark(rebuild.head, entry)
  }
}

/** What a start has to find again in the entries before the restored head. */
interface Rebuild {
  readonly head: LogMark
  readonly open: ReadonlyMap<string, OpenRunMark>
  /** By the trace id of the adopted call. */
  readonly adopted: ReadonlyMap<string, Home>
  readonly strays: Map<string, { readonly home: Home; readonly step: Step; readonly opened: LogMark }>
}

interface Home {
  readonly hostId: string
  readonly mark: AdoptedMark
}

function adoptedOf(runs: readonly OpenRunMark[]): ReadonlyMap<string, Home> {
  const marks = runs.flatMap(({ traceId, adopted = [] }) => adopted.map((mark) => ({ hostId: traceId, mark })))
  return new Map(marks.map((home) => [home.mark.traceId, home]))
}

function nextMark(before: LogMark, entry: EntryPlace): LogMark {
  const elapsedMs = entry.kind === 'start' || before.seq === 0 ? 0 : Math.min(MAX_STEP_MS, Math.max(0, entry.atMs - before.atMs))
  return {
    seq: entry.seq,
    atMs: Math.max(before.atMs, entry.atMs),
    uptimeMs: before.uptimeMs + elapsedMs,
    bytes: before.bytes + entry.bytes,
  }
}
