/**
 * The fold: entries of the log in, totals and records out. State after entry n depends on entries 1 to n only: no clock, no randomness, no IO but
 * questions to the archive. Everything is counted at a tick, when runs settle; span entries only collect.
 */
import { type Arrival, type DueRun, OpenRuns } from '../assemble/open-runs.ts'
import type { Checkpoint, ConversationDelta, LogMark, RestoredState, SettledRun } from '../model/checkpoint.ts'
import type { FeedbackEvent, FeedbackReceipt } from '../model/feedback.ts'
import type { RunRecord } from '../model/run.ts'
import { MAX_DURATION_US, type Step } from '../model/step.ts'
import type { Tombstone } from '../model/tombstone.ts'
import { catalogue } from '../publish/catalogue.ts'
import { type SeriesSnapshot, SeriesTable } from '../publish/series-table.ts'
import { createPricing, type PriceCall } from '../signals/cost/price.ts'
import { createRedactor, type Redactor } from '../redact/redactor.ts'
import type { EntryContent, TracedNote, TracedStep } from './content.ts'
import { ConversationFold } from './conversations.ts'
import { countDoor } from './door-counts.ts'
import { gravesOf, isErasedRun, unerased } from './erase.ts'
import { FeedbackFold } from './feedback.ts'
import { type Archive, History } from './history.ts'
import { type EntryPlace, nextMark } from './mark.ts'
import { type FoldSettings, parseSettings, settingsText } from './settings.ts'
import { Rebuild } from './rebuild.ts'
import { type FoldHost, settleRuns } from './settle.ts'

const FOLD_VERSION = 1

const labelless = [catalogue.receivedSpans, catalogue.duplicateSpans, catalogue.lateSpans, catalogue.quarantinedEntries] as const

const aloneHost: FoldHost = { report: () => {}, pause: () => Promise.resolve() }

export class Fold {
  readonly series: SeriesTable
  readonly #open = new OpenRuns()
  readonly #history: History
  readonly #feedback: FeedbackFold
  readonly #talk: ConversationFold
  readonly #host: FoldHost
  #settings: FoldSettings
  #priceCall: PriceCall
  #redactor: Redactor
  #mark: LogMark = { seq: 0, atMs: 0, uptimeMs: 0, bytes: 0 }
  #settleNumber = 0
  #records: RunRecord[] = []
  /** In a checkpoint that was taken and is not saved yet. */
  #savingRecords: readonly RunRecord[] = []
  #conversations: ConversationDelta[] = []
  /** While entries up to the restored head are read again: only what was open there is rebuilt, nothing is counted. */
  #rebuild: Rebuild | null = null

  constructor(settings: FoldSettings, archive: Archive, host: FoldHost = aloneHost) {
    this.#host = host
    this.#settings = settings
    this.#priceCall = createPricing(settings.prices)
    this.#redactor = redactorOf(settings)
    this.#history = new History(archive)
    this.series = new SeriesTable(settings.series)
    this.#feedback = new FeedbackFold(archive, this.series)
    this.#talk = new ConversationFold(archive)
  }

  /** A fold as of a checkpoint. Entries after `readFrom()` have to be applied next. */
  static restore(state: RestoredState, archive: Archive, host: FoldHost = aloneHost): Fold {
    if (state.fold.version !== FOLD_VERSION)
      throw new Error(`checkpoint: expected version ${FOLD_VERSION}, got ${state.fold.version}`)
    const fold = new Fold(parseSettings(state.fold.settings), archive, host)
    fold.series.restore(state.series, state.labels)
    fold.#feedback.restore(state.pendingFeedback)
    fold.#talk.restore(state.pendingConversations)
    fold.#settleNumber = state.fold.settleNumber
    fold.#mark = state.fold.lowWater
    if (state.fold.lowWater.seq < state.fold.head.seq) fold.#rebuild = new Rebuild(state.fold, fold.#open, fold.#history)
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

  get redactor(): Redactor {
    return this.#redactor
  }

  /** True while entries before the restored head are read again: there is nothing to save yet. */
  isRebuilding(): boolean {
    return this.#rebuild !== null
  }

  /** True while only time can bring the next change, so somebody has to append ticks. `nowMs`: what the log's clock is about to say. */
  needsTick(nowMs: number): boolean {
    if (this.#open.size > 0 || this.series.needsTick()) return true
    return this.#feedback.needsTick(nowMs, this.#settings) || this.#talk.needsTick(nowMs)
  }

  /** A run that settled a moment ago and is not in the records yet. */
  unsavedRun(traceId: string): RunRecord | null {
    const isIt = (run: RunRecord): boolean => run.traceId === traceId
    return this.#records.findLast(isIt) ?? this.#savingRecords.findLast(isIt) ?? null
  }

  /** Feedback that has no run yet. */
  get waitingFeedback(): number {
    return this.#feedback.waiting
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
    await this.#feedback.load(contents.flatMap(feedbackIn))
  }

  /** Applies the next entry. Entries come in order, each once. Resolves to what became of the feedback of an entry of that kind. */
  async apply(entry: EntryPlace, content: EntryContent): Promise<readonly FeedbackReceipt[]> {
    if (entry.seq <= this.#mark.seq) throw new Error(`fold: entry ${entry.seq} was applied before (at ${this.#mark.seq})`)
    const before = this.#mark
    this.#mark = nextMark(before, entry)
    if (this.#rebuild !== null) {
      if (entry.seq <= this.#rebuild.head.seq) {
        this.#rebuild.take(content, this.#openedAt(before))
        this.#endRebuildAt(this.#rebuild, entry.seq)
        return []
      }
      this.#endRebuild(this.#rebuild, entry)
    }
    this.series.advance(this.#time())
    switch (content.type) {
      case 'spans':
        this.#addSpans(content.steps, before)
        this.#countRejected('traces', content.rejected)
        return this.#takeFeedback(content.feedback)
      case 'logs':
        this.#addLogs(content.notes, content.steps, before)
        this.#countRejected('logs', content.rejected)
        return this.#takeFeedback(content.feedback)
      case 'feedback':
        return this.#takeFeedback(content.feedback)
      case 'delete':
        await this.#delete(content.tombstones)
        return []
      case 'tick':
        countDoor(this.series, content.door, this.#time())
        await this.#settleDue()
        await this.#hear(this.#talk.giveUp(this.#mark.atMs))
        await this.#feedback.advance(this.#time(), this.#settings, (queries) => this.#history.findRuns(queries), this.#open)
        return []
      case 'config':
        this.#switchSettings(parseSettings(content.settings))
        return []
      case 'start':
        // Counters without labels are known before they count: an alert on them needs their zero.
        for (const counter of labelless) this.series.add(counter, {}, 0, this.#time())
        return []
      case 'other':
        return []
      default:
        return content satisfies never
    }
  }

  /** An entry that is passed over because applying it failed before: counted, so that somebody looks. */
  skip(entry: EntryPlace): void {
    const before = this.#mark
    this.#mark = nextMark(before, entry)
    if (this.#rebuild !== null) {
      if (entry.seq <= this.#rebuild.head.seq) return this.#endRebuildAt(this.#rebuild, entry.seq)
      this.#endRebuild(this.#rebuild, entry)
    }
    this.series.add(catalogue.quarantinedEntries, {}, 1, this.#time())
  }

  /** The state as of the last applied entry, for one transaction. Has to be saved (or tried again) before the next one is taken. */
  takeCheckpoint(): Checkpoint {
    const { series, labels, removedLabels } = this.series.takeChanges()
    const runs = this.#records
    this.#savingRecords = runs
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
      conversationStates: this.#talk.takeChanges(),
      ...this.#feedback.takeChanges(),
    }
  }

  /** The last taken checkpoint is on disk. */
  checkpointSaved(): void {
    this.#history.saved()
    this.#savingRecords = []
    this.#feedback.saved()
    this.#talk.saved()
  }

  /** Everything that must be equal after a replay, in canonical order. For tests. */
  snapshot(): {
    readonly mark: LogMark
    readonly settleNumber: number
    readonly open: readonly string[]
    readonly series: SeriesSnapshot
    readonly feedback: ReturnType<FeedbackFold['snapshot']>
    readonly talk: ReturnType<ConversationFold['snapshot']>
  } {
    const open = [...this.#open.all()]
      .map((run) => `${run.traceId} ${run.opened.seq} ${[...run.steps.keys()].sort().join(' ')}`)
      .sort()
    return {
      mark: this.#mark,
      settleNumber: this.#settleNumber,
      open,
      series: this.series.snapshot(),
      feedback: this.#feedback.snapshot(),
      talk: this.#talk.snapshot(),
    }
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
    for (const { traceId, step } of unerased(steps, this.#host.graves)) {
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
    for (const { traceId, note } of unerased(notes, this.#host.graves))
      this.#open.addNote(traceId, note, this.#openedAt(before), () => this.#past(traceId))
    for (const { traceId, step } of unerased(steps, this.#host.graves)) {
      const added = this.#open.addStep(traceId, step, this.#openedAt(before), () => this.#past(traceId))
      if (added !== 'duplicate') this.#countUnreadable(step)
    }
  }

  #countUnreadable({ service, unreadable }: Step): void {
    for (const field of unreadable) this.series.add(catalogue.unreadableValues, { service_name: service, field }, 1, this.#time())
  }

  /** What conversations say about their runs. */
  async #hear(events: readonly FeedbackEvent[]): Promise<void> {
    if (events.length === 0) return
    await this.#feedback.load(events)
    this.#takeFeedback(events)
  }

  #takeFeedback(events: readonly FeedbackEvent[]): readonly FeedbackReceipt[] {
    return this.#feedback.take(events, this.#time(), this.#settings, (record) => this.#redactor.feedback(record))
  }

  /** A run is opened by this entry: its place in the log is before it, its time is the entry's. */
  #openedAt(before: LogMark): Arrival {
    return { ...this.#mark, seq: before.seq, bytes: before.bytes, entry: this.#mark.seq }
  }

  #countRejected(signal: string, reasons: readonly string[]): void {
    for (const reason of reasons) this.series.add(catalogue.rejectedItems, { signal, reason }, 1, this.#time())
  }

  async #delete(tombstones: readonly Tombstone[]): Promise<void> {
    const { graves } = this.#host
    if (graves === undefined) return
    const deletedAtMs = tombstones.reduce((latest, tombstone) => Math.max(latest, tombstone.deletedAtMs), 0)
    graves.bury(tombstones)
    const due = this.#open.takeErased((run) => isErasedRun(run, graves.tombstones))
    graves.bury(gravesOf(due, deletedAtMs))
    await this.#settle(due)
    this.#feedback.forget(graves.tombstones)
    // By the time of this deletion: what somebody said since an earlier one is theirs.
    this.#talk.forget(({ key, userId, memory }) =>
      graves.tombstones.isErased({ ...key, traceId: memory?.runId ?? '', userId, endUs: deletedAtMs * 1_000 }),
    )
  }

  #settleDue(): Promise<void> {
    return this.#settle(this.#open.takeDue(this.#mark, this.#settings.settle))
  }

  async #settle(due: readonly DueRun[]): Promise<void> {
    if (due.length === 0) return
    const settled = await settleRuns(due, {
      series: this.series,
      history: this.#history,
      priceCall: this.#priceCall,
      redactor: this.#redactor,
      settings: this.#settings,
      time: this.#time(),
      nextSettleNumber: () => ++this.#settleNumber,
      host: this.#host,
      feedback: this.#feedback,
    })
    this.#records.push(...settled.records)
    this.#conversations.push(...settled.conversations)
    await this.#hear(await this.#talk.listen(settled.spoken, this.#mark.atMs))
  }

  #switchSettings(settings: FoldSettings): void {
    this.#settings = settings
    this.#priceCall = createPricing(settings.prices)
    this.#redactor = redactorOf(settings)
    this.series.setLimits(settings.series)
  }

  #endRebuildAt(rebuild: Rebuild, seq: number): void {
    if (seq < rebuild.head.seq) return
    rebuild.finish()
    this.#mark = rebuild.head
    this.#rebuild = null
  }

  /** The log lost entries before the checkpoint's head: go on from the head's time and size all the same. */
  #endRebuild(rebuild: Rebuild, entry: EntryPlace): void {
    rebuild.finish()
    this.#rebuild = null
    this.#mark = nextMark(rebuild.head, entry)
  }
}

function feedbackIn(content: EntryContent): readonly FeedbackEvent[] {
  return 'feedback' in content ? content.feedback : []
}

function redactorOf({ content, redaction }: FoldSettings): Redactor {
  return createRedactor({ mode: content, patterns: redaction })
}
