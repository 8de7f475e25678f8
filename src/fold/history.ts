/**
 * What the fold knows of settled runs and of conversations: the part since the last saved checkpoint in memory, the rest in the store. The fold
 * asks for what it may need before it applies entries, so that applying itself never waits.
 */
import type { Past } from '../assemble/open-runs.ts'
import { runKeys } from '../feedback/targets.ts'
import { type Checkpoint, type ConversationKey, conversationKeyText, type ConversationState } from '../model/checkpoint.ts'
import { type FeedbackState, NEXT_RUN_MS, type RunRef, targetKey, type TargetQuery } from '../model/feedback-state.ts'
import { MAX_ROW_STEPS, SEEN_MS, SEEN_RUNS } from './settings.ts'

/** The store as the fold sees it: the state of the last saved checkpoint. */
export interface Archive {
  findSettled(traceIds: readonly string[]): Promise<ReadonlyMap<string, Past>>
  knownConversations(keys: readonly ConversationKey[], sinceMs: number): Promise<ReadonlySet<string>>
  /** The runs that feedback may be about, by question; without those that are not known. */
  findTargets(queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, FoundRun>>
  findFeedback(ids: readonly string[]): Promise<ReadonlyMap<string, FeedbackState>>
  /** What is remembered of these conversations; without those of which nothing is. */
  conversationStates(keys: readonly ConversationKey[]): Promise<readonly ConversationState[]>
}

/** A settled run that a question was answered with. */
export interface FoundRun extends RunRef {
  readonly startedAtUs: number
}

/** An archive that has nothing, for a first start and for tests without a store. */
export const emptyArchive: Archive = {
  findSettled: () => Promise.resolve(new Map()),
  knownConversations: () => Promise.resolve(new Set()),
  findTargets: () => Promise.resolve(new Map()),
  findFeedback: () => Promise.resolve(new Map()),
  conversationStates: () => Promise.resolve([]),
}

interface Recent {
  readonly settled: Map<string, Past>
  /** Key text -> log time of the latest settle. */
  readonly conversations: Map<string, number>
}

export class History {
  readonly #archive: Archive
  /** Since the last checkpoint was taken. */
  #recent: Recent = { settled: new Map(), conversations: new Map() }
  /** In a checkpoint that was taken and is not saved yet. */
  #saving: Recent | null = null
  #loaded: ReadonlyMap<string, Past> = new Map()

  constructor(archive: Archive) {
    this.#archive = archive
  }

  /** Fetches what the archive knows of these runs; valid until the next call. */
  async load(traceIds: readonly string[]): Promise<void> {
    const unknown = traceIds.filter((id) => this.#inMemory(id) === undefined)
    this.#loaded = unknown.length === 0 ? new Map() : await this.#archive.findSettled(unknown)
  }

  /** An earlier settle of the run, unless it is so long ago that it counts as forgotten. */
  past(traceId: string, nowMs: number, settleNumber: number, retentionMs: number): Past | null {
    const past = whole(this.#inMemory(traceId) ?? this.#loaded.get(traceId))
    if (past === null) return null
    const { run } = past
    const isRemembered = run.isStored
      ? nowMs - run.settledAtMs <= retentionMs
      : nowMs - run.settledAtMs <= SEEN_MS && settleNumber - run.settleNumber <= SEEN_RUNS
    return isRemembered ? past : null
  }

  /** The past of a run that was open at the checkpoint, without asking whether it is remembered: that was decided when it was reopened. */
  pastOfReopened(traceId: string): Past | null {
    return whole(this.#loaded.get(traceId))
  }

  addSettled(past: Past): void {
    this.#recent.settled.set(past.run.traceId, past)
  }

  /** The conversations of settled runs, by trace id; without those that have none or are not known. */
  async conversationsOf(traceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const unknown = traceIds.filter((id) => this.#inMemory(id) === undefined)
    const stored = unknown.length === 0 ? new Map<string, Past>() : await this.#archive.findSettled(unknown)
    return new Map(
      traceIds.flatMap((id) => {
        const conversationId = (this.#inMemory(id) ?? stored.get(id))?.run.conversationId ?? null
        return conversationId === null ? [] : [[id, conversationId] as const]
      }),
    )
  }

  /** The runs that feedback is about: what settled since the last checkpoint, else what the archive knows. */
  async findRuns(queries: readonly TargetQuery[]): Promise<ReadonlyMap<TargetQuery, RunRef>> {
    const recent = new RecentRuns([...(this.#saving?.settled.values() ?? []), ...this.#recent.settled.values()])
    const found = new Map<TargetQuery, RunRef>()
    const stored = await this.#archive.findTargets(queries)
    for (const query of queries) {
      const run = closer(query, recent.find(query), stored.get(query) ?? null)
      if (run !== null) found.set(query, run)
    }
    return found
  }

  /** Which of these conversations had a run before, as key texts. */
  async knownConversations(keys: readonly ConversationKey[], sinceMs: number): Promise<Set<string>> {
    const isRecent = (text: string): boolean =>
      (this.#recent.conversations.get(text) ?? this.#saving?.conversations.get(text) ?? -Infinity) >= sinceMs
    const known = new Set(keys.map(conversationKeyText).filter(isRecent))
    const others = keys.filter((key) => !known.has(conversationKeyText(key)))
    if (others.length > 0) for (const text of await this.#archive.knownConversations(others, sinceMs)) known.add(text)
    return known
  }

  addConversation(key: ConversationKey, settledAtMs: number): void {
    this.#recent.conversations.set(conversationKeyText(key), settledAtMs)
  }

  /** Call with taking a checkpoint: what is recent now is in it. Returns the settled runs to write. */
  takeSettled(): Checkpoint['settled'] {
    if (this.#saving !== null) throw new Error('history: the checkpoint before this one is not saved yet')
    const taken = this.#recent
    this.#saving = taken
    this.#recent = { settled: new Map(), conversations: new Map() }
    return [...taken.settled.values()].map(({ run }) => run)
  }

  /** Call after the checkpoint was saved, and not while entries are applied: from now on the archive knows it. */
  saved(): void {
    this.#saving = null
    this.#loaded = new Map()
  }

  #inMemory(traceId: string): Past | undefined {
    return this.#recent.settled.get(traceId) ?? this.#saving?.settled.get(traceId)
  }
}

/** Of two answers the latest run that began before the time of the question, else the first after it; for exact questions both are the same run. */
function closer({ beforeMs }: TargetQuery, a: FoundRun | null, b: FoundRun | null): FoundRun | null {
  if (a === null || b === null) return a ?? b
  const beforeUs = beforeMs * 1_000
  const [first, last] = a.startedAtUs <= b.startedAtUs ? [a, b] : [b, a]
  return last.startedAtUs < beforeUs || first.startedAtUs === last.startedAtUs ? last : first
}

/** Runs in memory by what feedback may name; indexed when somebody asks. */
class RecentRuns {
  readonly #pasts: readonly Past[]
  #byKey: ReadonlyMap<string, FoundRun> | null = null
  #byConversation: ReadonlyMap<string, readonly FoundRun[]> | null = null

  constructor(pasts: readonly Past[]) {
    this.#pasts = pasts.filter(({ run }) => run.outcome !== null)
  }

  find(query: TargetQuery): FoundRun | null {
    const { type, value, beforeMs } = query
    if (type !== 'conversation') {
      this.#byKey ??= new Map(
        this.#pasts.flatMap(({ run, steps }) =>
          [...runKeys(run.traceId, steps ?? [])].map((key) => [key, foundRun(run)] as const),
        ),
      )
      return this.#byKey.get(targetKey(type, value)) ?? null
    }
    this.#byConversation ??= Map.groupBy(
      // As in the records: what is sampled away is known by its trace id alone.
      this.#pasts.flatMap(({ run }) => (run.conversationId === null || !run.isStored ? [] : [run])),
      ({ conversationId }) => conversationId ?? '',
    )
    const near = (this.#byConversation.get(value) ?? []).filter(
      ({ startedAtUs }) => startedAtUs < (beforeMs + NEXT_RUN_MS) * 1_000,
    )
    return near.reduce<FoundRun | null>((found, run) => closer(query, foundRun(run), found), null)
  }
}

function foundRun({ traceId, service, environment, agent, startedAtUs }: FoundRun): FoundRun {
  return { traceId, service, environment, agent, startedAtUs }
}

/** Steps that were cut are as good as none: a run judged by its beginning alone would be judged wrong. */
function whole(past: Past | undefined): Past | null {
  if (past === undefined) return null
  return past.steps !== null && past.steps.length >= MAX_ROW_STEPS ? { run: past.run, steps: null } : past
}
