/**
 * The ledger of feedback: what was given, replaced and withdrawn, which run it belongs to, and what of it has been counted. Part of the fold: its state
 * depends on the entries of the log only. Texts are not kept here but go to the records as they come; what is held in memory is small.
 */
import type { Feedback, FeedbackEvent, FeedbackReceipt, FeedbackRecord, Rating } from '../model/feedback.ts'
import type { FeedbackState, FeedbackStatus, RunRef, TargetQuery } from '../model/feedback-state.ts'
import { fingerprint } from '../model/fingerprint.ts'
import { judgeOf, ratingOf, type RatingRule, sourceOf } from './rating.ts'
import { hasExactTarget, queriesOf, targetKeys } from './targets.ts'

/** How the ledger is told to work. */
export interface LedgerRules {
  readonly ratings: readonly RatingRule[]
  /** Feedback is counted when it has stood for this long: people turn their thumbs. */
  readonly holdMs: number
  /** Feedback whose run has not come by then waits no longer. */
  readonly waitMs: number
}

/** What the ledger counts, in the order in which it happened. */
export type LedgerFact =
  | { readonly type: 'received'; readonly state: FeedbackState }
  | { readonly type: 'counted'; readonly state: FeedbackState; readonly run: RunRef; readonly rating: Rating }
  | { readonly type: 'corrected'; readonly state: FeedbackState; readonly direction: string }
  | { readonly type: 'unmatched'; readonly state: FeedbackState }
  /** It was joined to its run. */
  | { readonly type: 'joined'; readonly state: FeedbackState; readonly run: RunRef }

/** Finds runs among those that have settled, in memory and in the records; by the text of the query. */
export type FindRuns = (queries: readonly TargetQuery[]) => Promise<ReadonlyMap<TargetQuery, RunRef>>

/** Whether a run of the conversation that began before then has not settled yet. */
export type IsConversationOpen = (conversationId: string, beforeMs: number) => boolean

/** What is known of feedback that is not in memory. */
export type FindStates = (ids: readonly string[]) => Promise<ReadonlyMap<string, FeedbackState>>

interface Changes {
  readonly records: Map<string, FeedbackRecord>
  readonly states: Map<string, FeedbackState>
}

const noChanges = (): Changes => ({ records: new Map(), states: new Map() })

export class Ledger {
  readonly #findStates: FindStates
  /** Since the last checkpoint was taken. */
  #changes = noChanges()
  /** In a checkpoint that was taken and is not saved yet. */
  #saving = noChanges()
  readonly #loaded = new Map<string, FeedbackState>()
  /** Not looked for yet, or joined and not counted yet: what only time is missing for. */
  readonly #active = new Map<string, FeedbackState>()
  /** Without a run so far. */
  readonly #waiting = new Map<string, FeedbackState>()
  /** When the first of it came, or before. */
  #oldestWaitingMs = Infinity
  /** Ids of feedback without a run, looked for or not, by what it names. */
  readonly #awaited = new Map<string, Set<string>>()

  constructor(findStates: FindStates) {
    this.#findStates = findStates
  }

  /** What was pending at a checkpoint. */
  restore(pending: readonly FeedbackState[]): void {
    for (const state of pending) this.#place(state)
  }

  /** Fetches what the records know of this feedback; valid until a checkpoint is saved. */
  async load(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => this.#inMemory(id) === undefined && !this.#loaded.has(id))
    if (unknown.length === 0) return
    for (const [id, state] of await this.#findStates(unknown)) this.#loaded.set(id, state)
  }

  /** How much has no run yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** True while only time can bring the next change: something is held, or has waited too long by then. */
  needsTick(nowMs: number, { waitMs }: Pick<LedgerRules, 'waitMs'>): boolean {
    return this.#active.size > 0 || nowMs - this.#oldestWaitingMs > waitMs
  }

  /** True when everything has its run, so that nobody has to look whether a run is waited for. */
  get isIdle(): boolean {
    return this.#awaited.size === 0
  }

  /** Whether there is feedback without a run that names one of these keys. */
  awaits(keys: Iterable<string>): boolean {
    for (const key of keys) if (this.#awaited.has(key)) return true
    return false
  }

  /** Takes events in order. `redact` is applied to the texts that the records keep. */
  take(
    events: readonly FeedbackEvent[],
    nowMs: number,
    rules: LedgerRules,
    redact: (record: FeedbackRecord) => FeedbackRecord,
  ): { readonly receipts: readonly FeedbackReceipt[]; readonly facts: readonly LedgerFact[] } {
    const facts: LedgerFact[] = []
    const receipts = events.map((event) =>
      event.type === 'given' ? this.#give(event.feedback, nowMs, rules, redact, facts) : this.#withdraw(event.id, nowMs, facts),
    )
    return { receipts, facts }
  }

  /** Feedback that waits for this run belongs to it; what has stood long enough is counted. */
  settled(run: RunRef, keys: Iterable<string>, nowMs: number, { holdMs }: LedgerRules): readonly LedgerFact[] {
    const ids = new Set<string>()
    for (const key of keys) for (const id of this.#awaited.get(key) ?? []) ids.add(id)
    const facts: LedgerFact[] = []
    for (const id of [...ids].sort()) {
      const state = this.#waiting.get(id)
      if (state === undefined) continue
      // Of a conversation others may have settled with it: which of them is meant is asked once all of them are known.
      if (hasExactTarget(state.target)) this.#join(state, run, nowMs, holdMs, facts)
      else this.#put({ ...state, status: 'fresh' })
    }
    return facts
  }

  /** What time brings: looks for the runs of new feedback, counts what has stood long enough, gives up on what waited too long. */
  async advance(
    nowMs: number,
    { holdMs, waitMs }: LedgerRules,
    findRuns: FindRuns,
    isOpen: IsConversationOpen,
  ): Promise<readonly LedgerFact[]> {
    const facts: LedgerFact[] = []
    const fresh = [...this.#active.values()].filter(
      (state) => state.status === 'fresh' && (hasExactTarget(state.target) || isConversationDue(state, nowMs, holdMs, isOpen)),
    )
    const queries = fresh.map((state) => queriesOf(state))
    const found = fresh.length === 0 ? new Map<TargetQuery, RunRef>() : await findRuns(queries.flat())
    for (const [index, state] of fresh.entries()) {
      const run = queries[index]?.map((query) => found.get(query)).find((candidate) => candidate !== undefined)
      if (run === undefined) this.#put({ ...state, status: 'waiting' })
      else this.#join(state, run, nowMs, holdMs, facts)
    }
    for (const state of this.#active.values()) this.#countIfDue(state, nowMs, holdMs, facts)
    for (const state of this.#expired(nowMs, waitMs)) {
      this.#put({ ...state, status: 'done' })
      facts.push({ type: 'unmatched', state })
    }
    return facts
  }

  /** The changes since the last checkpoint. Has to be saved before the next one is taken. */
  takeChanges(): { readonly records: readonly FeedbackRecord[]; readonly states: readonly FeedbackState[] } {
    this.#saving = this.#changes
    this.#changes = noChanges()
    return { records: [...this.#saving.records.values()], states: [...this.#saving.states.values()] }
  }

  /** The last taken changes are on disk. */
  saved(): void {
    this.#saving = noChanges()
    this.#loaded.clear()
  }

  /** Forgets what was said by or about somebody; what was counted stays counted. It goes to the records all the same, where whoever erases finds its id. */
  forget(isErased: (state: FeedbackState) => boolean): void {
    for (const state of [...this.#active.values(), ...this.#waiting.values()])
      if (isErased(state)) this.#put({ ...state, status: 'done', isWithdrawn: true })
  }

  /** What is about a run of somebody who was deleted goes with it. */
  forgetAbout(run: RunRef, keys: Iterable<string>): void {
    const named = new Set(keys)
    for (const state of [...this.#active.values(), ...this.#waiting.values()])
      if (targetKeys(state.target).some((key) => named.has(key))) this.#put({ ...state, run, status: 'done', isWithdrawn: true })
  }

  /** Everything pending in canonical order. For tests. */
  snapshot(): readonly FeedbackState[] {
    return [...this.#active.values(), ...this.#waiting.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  #give(
    feedback: Feedback,
    nowMs: number,
    rules: LedgerRules,
    redact: (record: FeedbackRecord) => FeedbackRecord,
    facts: LedgerFact[],
  ): FeedbackReceipt {
    const { id } = feedback
    const before = this.#find(id)
    const digest = digestOf(feedback)
    if (before !== null && before.digest === digest && !before.isWithdrawn) return { id, outcome: 'repeated' }
    const isMoved = before !== null && targetKeys(before.target).join(' ') !== targetKeys(feedback.target).join(' ')
    const run = before === null || isMoved ? null : before.run
    const source = sourceOf(feedback)
    const judge = judgeOf(feedback, rules.ratings)
    // Its rating stands under other labels.
    const isElsewhere = isMoved || before?.source !== source || before.judge !== judge
    if (isElsewhere && before !== null && before.counted !== null)
      facts.push({ type: 'corrected', state: before, direction: `${before.counted}_to_moved` })
    const status: FeedbackStatus = run === null ? 'fresh' : 'joined'
    const receivedAtMs = before?.receivedAtMs ?? nowMs
    const state: FeedbackState = {
      id,
      target: feedback.target,
      source,
      judge,
      rating: ratingOf(feedback, rules.ratings),
      digest,
      userId: feedback.userId,
      saidAtMs: feedback.atMs ?? receivedAtMs,
      receivedAtMs,
      changedAtMs: nowMs,
      run,
      counted: isElsewhere ? null : before.counted,
      status,
      isWithdrawn: false,
    }
    this.#put(state)
    const record = {
      ...feedback,
      source,
      judge,
      receivedAtMs,
      changedAtMs: nowMs,
      countedRating: state.rating,
      runId: run?.traceId ?? null,
      isWithdrawn: false,
    }
    this.#changes.records.set(id, redact(record))
    if (before === null) facts.push({ type: 'received', state })
    return { id, outcome: before === null ? 'new' : 'replaced' }
  }

  #withdraw(id: string, nowMs: number, facts: LedgerFact[]): FeedbackReceipt {
    const before = this.#find(id)
    if (before === null) return { id, outcome: 'unknown' }
    if (before.isWithdrawn) return { id, outcome: 'withdrawn' }
    if (before.counted !== null) facts.push({ type: 'corrected', state: before, direction: `${before.counted}_to_withdrawn` })
    this.#put({ ...before, isWithdrawn: true, changedAtMs: nowMs, counted: null, status: 'done' })
    return { id, outcome: 'withdrawn' }
  }

  #join(state: FeedbackState, run: RunRef, nowMs: number, holdMs: number, facts: LedgerFact[]): void {
    const joined: FeedbackState = { ...state, run, status: 'joined' }
    this.#put(joined)
    facts.push({ type: 'joined', state: joined, run })
    this.#countIfDue(joined, nowMs, holdMs, facts)
  }

  #countIfDue(state: FeedbackState, nowMs: number, holdMs: number, facts: LedgerFact[]): void {
    const { run, rating, counted } = state
    if (state.status !== 'joined' || run === null || nowMs < state.changedAtMs + holdMs) return
    const done: FeedbackState = { ...state, counted: rating, status: 'done' }
    this.#put(done)
    if (rating === counted) return
    if (rating !== null) facts.push({ type: 'counted', state: done, run, rating })
    if (counted !== null) facts.push({ type: 'corrected', state: done, direction: `${counted}_to_${rating ?? 'none'}` })
  }

  /** Looked for only when the oldest may have waited too long. */
  #expired(nowMs: number, waitMs: number): readonly FeedbackState[] {
    if (nowMs - this.#oldestWaitingMs <= waitMs) return []
    const states = [...this.#waiting.values()]
    const isOver = ({ receivedAtMs }: FeedbackState): boolean => nowMs - receivedAtMs > waitMs
    this.#oldestWaitingMs = states.reduce(
      (oldest, state) => (isOver(state) ? oldest : Math.min(oldest, state.receivedAtMs)),
      Infinity,
    )
    return states.filter(isOver)
  }

  #find(id: string): FeedbackState | null {
    return this.#inMemory(id) ?? this.#loaded.get(id) ?? null
  }

  #inMemory(id: string): FeedbackState | undefined {
    return this.#active.get(id) ?? this.#waiting.get(id) ?? this.#changes.states.get(id) ?? this.#saving.states.get(id)
  }

  #put(state: FeedbackState): void {
    this.#changes.states.set(state.id, state)
    this.#place(state)
  }

  #place(state: FeedbackState): void {
    const { id, status } = state
    this.#takeOut(id)
    if (status === 'fresh' || status === 'joined') this.#active.set(id, state)
    if (status === 'waiting') {
      this.#waiting.set(id, state)
      this.#oldestWaitingMs = Math.min(this.#oldestWaitingMs, state.receivedAtMs)
    }
    if (status !== 'fresh' && status !== 'waiting') return
    for (const key of targetKeys(state.target)) {
      const ids = this.#awaited.get(key)
      if (ids === undefined) this.#awaited.set(key, new Set([id]))
      else ids.add(id)
    }
  }

  #takeOut(id: string): void {
    const state = this.#waiting.get(id) ?? this.#active.get(id)
    if (state === undefined) return
    this.#waiting.delete(id)
    this.#active.delete(id)
    for (const key of targetKeys(state.target)) {
      const ids = this.#awaited.get(key)
      ids?.delete(id)
      if (ids?.size === 0) this.#awaited.delete(key)
    }
  }
}

/** Its latest run may be under way: which one it is will be known when that has settled. */
function isConversationDue(state: FeedbackState, nowMs: number, holdMs: number, isOpen: IsConversationOpen): boolean {
  if (nowMs < state.changedAtMs + holdMs) return false
  return queriesOf(state).every(({ value, beforeMs }) => !isOpen(value, beforeMs))
}

/** Equal for feedback that says the same of the same. */
function digestOf({ target, name, score, scale, label, rating, comment, correction, userId, judge }: Feedback): string {
  return fingerprint(JSON.stringify([target, name, score, scale, label, rating, comment, correction, userId, judge]))
}
