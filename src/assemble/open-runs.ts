/**
 * Runs whose spans are still coming: collects, recognises copies, and says at a tick which runs are to be settled. Time is the fold's uptime,
 * so that downtime settles nothing. Memory is bounded: what is too large or too old to keep is settled early and goes on as late spans.
 */
import type { MissingEntry } from '../model/run-tree.ts'
import { hasGenAiMeaning, type Step, type StepNote } from '../model/step.ts'
import type { LogMark, SettledRun } from '../model/checkpoint.ts'
import { SeenSet } from './seen.ts'
import { Hosts, strayOf } from './strays.ts'

/** What an earlier settle of the run left: its memory, and its steps where a row was stored. */
export interface Past {
  readonly run: SettledRun
  readonly steps: readonly Step[] | null
}

export interface SettleLimits {
  /** Quiet time after which a complete run is settled. */
  readonly settleMs: number
  /** Quiet time after which any run is settled. */
  readonly idleMs: number
  /** Age at which any run is settled. */
  readonly maxOpenMs: number
  /** Steps and notes one run may hold; above it the run is settled at the next tick. */
  readonly maxStepsPerRun: number
  /** Steps and notes all open runs may hold together; above it the oldest are settled. */
  readonly maxSteps: number
  /** Log bytes the oldest open run may pin; above it the oldest are settled, so that the log can be trimmed. */
  readonly maxPinnedBytes: number
}

export interface OpenRun {
  readonly traceId: string
  /** The entry that opened it, and the fold's place just before. */
  readonly opened: LogMark
  readonly steps: ReadonlyMap<string, Step>
  readonly notes: ReadonlyMap<string, StepNote>
  readonly past: Past | null
  readonly seen: SeenSet | null
  /** Traces of calls that belong into this run. */
  readonly adopted: readonly Adopted[]
  /** Entries of the log that brought its steps and notes, at most 2,000. */
  readonly entries: ReadonlySet<number>
}

/** The moment at which something comes: the fold's place just before, with the time of the entry, and the entry itself. */
export interface Arrival extends LogMark {
  readonly entry: number
}

/** A call in a trace of its own that belongs below a step of another run. */
export interface Adopted {
  readonly traceId: string
  /** The step of the other run that it is the same call as. */
  readonly parentId: string
  /** The entry that opened its trace, and the fold's place just before. */
  readonly opened: LogMark
  /** The entry that brought it. */
  readonly entry: number
}

interface MutableRun extends OpenRun {
  readonly entries: Set<number>
  readonly adopted: Adopted[]
  readonly steps: Map<string, Step>
  readonly notes: Map<string, StepNote>
  readonly missing: Set<string>
  /** A span without a parent, or an earlier settle of the run. */
  hasRoot: boolean
  /** A span whose parent is in another process. */
  hasRemoteEntry: boolean
  /** Of an emitter that sends logs only no end ever comes: silence is the end. */
  hasSpan: boolean
  /** A tool ran. */
  hasTool: boolean
  /** Something other than a tool that means something to an agent. */
  hasOtherWork: boolean
  lastNewMs: number
}

export type Added = 'new' | 'late' | 'duplicate'

/** A run to settle now, and how to judge a missing entry span. */
export interface DueRun {
  readonly run: OpenRun
  readonly missingEntry: MissingEntry
  /** True for a trace whose only call belongs to another run and is counted there. */
  readonly isAdopted: boolean
}

export class OpenRuns {
  readonly #runs = new Map<string, MutableRun>()
  readonly #memories = new WeakMap<SettledRun, SeenSet>()
  /** Steps and notes of all open runs. */
  #size = 0

  get size(): number {
    return this.#runs.size
  }

  has(traceId: string): boolean {
    return this.#runs.has(traceId)
  }

  get(traceId: string): OpenRun | null {
    return this.#runs.get(traceId) ?? null
  }

  all(): Iterable<OpenRun> {
    return this.#runs.values()
  }

  /** Adds a span. `past` is asked only when the run is not open. */
  addStep(traceId: string, step: Step, at: Arrival, past: () => Past | null): Added {
    const run = this.#runs.get(traceId)
    const earlier = run === undefined ? past() : null
    // Copies of a settled run must not open it: a whole body of them would unpack its memory once a span.
    if (earlier !== null && this.#memoryOf(earlier.run).isSeen(step.spanId)) return 'duplicate'
    const known = run ?? this.#newRun(traceId, at, earlier)
    if (known.steps.has(step.spanId) || known.seen?.isSeen(step.spanId) === true) return 'duplicate'
    if (run === undefined) this.#runs.set(traceId, known)
    known.steps.set(step.spanId, step)
    remember(known, at)
    known.hasSpan ||= step.source === 'span'
    known.hasRoot ||= step.parentId === null && step.source === 'span'
    known.hasRemoteEntry ||= step.isEntry && step.parentId !== null
    known.hasTool ||= step.kind === 'tool'
    known.hasOtherWork ||= step.kind !== 'tool' && hasGenAiMeaning(step)
    known.missing.delete(step.spanId)
    if (
      step.parentId !== null &&
      !step.isEntry &&
      !known.steps.has(step.parentId) &&
      known.seen?.isSeen(step.parentId) !== true
    ) {
      known.missing.add(step.parentId)
    }
    this.#size++
    return known.past === null ? 'new' : 'late'
  }

  /** Adds what a log record says. A note for a span that was settled comes too late to matter and changes nothing. */
  addNote(traceId: string, note: StepNote, at: Arrival, past: () => Past | null): void {
    const run = this.#runs.get(traceId)
    if (run === undefined && past() !== null) return
    const known = run ?? this.#newRun(traceId, at, null)
    if (known.notes.has(note.key) || known.seen?.isSeen(note.spanId) === true) return
    if (run === undefined) this.#runs.set(traceId, known)
    known.notes.set(note.key, note)
    this.#size++
    remember(known, at)
  }

  /** Takes out the runs that are to be settled now, by trace id, so that the order does not depend on history. */
  takeDue(now: LogMark, limits: SettleLimits): readonly DueRun[] {
    const due = new Map<string, DueRun>()
    for (const run of this.#runs.values()) {
      const missingEntry = verdict(run, now.uptimeMs, limits)
      if (missingEntry !== null) due.set(run.traceId, { run, missingEntry, isAdopted: false })
    }
    this.#addOverdue(due, now, limits)
    if (due.size > 0) this.#findHomes(due)
    return this.#takeOut(due)
  }

  /** Takes out the runs that are meant, to be settled as they are; and calls in traces of their own that belong to them, which name nobody. */
  takeErased(isMeant: (run: OpenRun) => boolean): readonly DueRun[] {
    const due = new Map<string, DueRun>()
    for (const run of this.#runs.values()) if (isMeant(run)) due.set(run.traceId, asItIs(run))
    if (due.size > 0) this.#findHomes(due)
    return this.#takeOut(due)
  }

  /** The place from which reading has to begin to rebuild what is open; null when nothing is. */
  lowWater(): LogMark | null {
    let lowest: LogMark | null = null
    for (const run of this.#runs.values())
      for (const { opened } of [run, ...run.adopted]) if (lowest === null || opened.seq < lowest.seq) lowest = opened
    return lowest
  }

  /** Puts a call that came in a trace of its own below the step that it belongs to. */
  adopt(hostTraceId: string, step: Step, adopted: Adopted): void {
    const host = this.#runs.get(hostTraceId)
    if (host === undefined || host.steps.has(step.spanId)) return
    host.adopted.push(adopted)
    if (host.entries.size < MAX_ENTRIES) host.entries.add(adopted.entry)
    host.steps.set(step.spanId, { ...step, parentId: adopted.parentId, isEntry: false })
    this.#size++
  }

  /** For looking only: opening a run takes a copy of its own, which grows. */
  #memoryOf(run: SettledRun): SeenSet {
    const known = this.#memories.get(run)
    if (known !== undefined) return known
    const memory = SeenSet.unpack(run.seen)
    this.#memories.set(run, memory)
    return memory
  }

  #newRun(traceId: string, { seq, atMs, uptimeMs, bytes }: Arrival, past: Past | null): MutableRun {
    const seen = past === null ? null : SeenSet.unpack(past.run.seen)
    // What comes late belongs to a run that had its end.
    const hasRoot = past !== null
    return {
      traceId,
      opened: { seq, atMs, uptimeMs, bytes },
      steps: new Map(),
      notes: new Map(),
      past,
      seen,
      adopted: [],
      entries: new Set(past?.run.entries),
      missing: new Set(),
      hasRoot,
      hasRemoteEntry: false,
      hasSpan: false,
      hasTool: false,
      hasOtherWork: false,
      lastNewMs: uptimeMs,
    }
  }

  #addOverdue(due: Map<string, DueRun>, now: LogMark, limits: SettleLimits): void {
    let size = this.#size
    for (const { run } of due.values()) size -= sizeOf(run)
    for (const run of this.#runs.values()) {
      if (due.has(run.traceId)) continue
      if (size <= limits.maxSteps && now.bytes - run.opened.bytes <= limits.maxPinnedBytes) break
      due.set(run.traceId, asItIs(run))
      size -= sizeOf(run)
    }
  }

  /** Puts calls in traces of their own where they belong (see strays.ts) once they or their home are due: nothing finds a home that is gone. */
  #findHomes(due: Map<string, DueRun>): void {
    const strays = [...this.#runs.values()].flatMap((run) => {
      const stray = run.past === null ? strayOf(run.steps) : null
      return stray === null ? [] : [{ run, stray }]
    })
    if (strays.length === 0) return
    const hosts = new Hosts(this.#runs.values())
    // Often calls alone are all there is.
    if (hosts.isEmpty) return
    // In an order that does not depend on which came first.
    for (const { run, stray } of strays.sort((a, b) => byStart(a.stray, b.stray))) {
      const home = hosts.take(stray)
      const { traceId, opened, entries } = run
      if (home === null || !(due.has(traceId) || due.has(home.run.traceId))) continue
      const [entry = opened.seq + 1] = entries
      this.adopt(home.run.traceId, stray, { traceId, parentId: home.step.spanId, opened, entry })
      due.set(traceId, { ...(due.get(traceId) ?? asItIs(run)), isAdopted: true })
    }
  }

  #takeOut(due: ReadonlyMap<string, DueRun>): readonly DueRun[] {
    for (const traceId of due.keys()) this.#remove(traceId)
    return [...due.values()].sort((a, b) => (a.run.traceId < b.run.traceId ? -1 : 1))
  }

  #remove(traceId: string): void {
    const run = this.#runs.get(traceId)
    if (run !== undefined) this.#size -= sizeOf(run)
    this.#runs.delete(traceId)
  }
}

/** To be settled although its end may be still to come. */
function asItIs(run: MutableRun): DueRun {
  return { run, missingEntry: hasTopEntry(run) ? 'none' : 'still_open', isAdopted: false }
}

/** A run that is spread over more of them is read again in part only. */
const MAX_ENTRIES = 2_000

function remember(run: MutableRun, { entry, uptimeMs }: Arrival): void {
  run.lastNewMs = uptimeMs
  if (run.entries.size < MAX_ENTRIES) run.entries.add(entry)
}

/** How to judge the run if it is to be settled now, else null. */
function verdict(run: MutableRun, nowMs: number, limits: SettleLimits): MissingEntry | null {
  const quietMs = nowMs - run.lastNewMs
  const isComplete = run.missing.size === 0 && hasItsEntry(run)
  if (isComplete && quietMs >= limits.settleMs) return 'none'
  if (quietMs >= limits.idleMs) return hasTopEntry(run) || !run.hasSpan ? 'none' : 'silent'
  const isTooMuch = nowMs - run.opened.uptimeMs >= limits.maxOpenMs || sizeOf(run) >= limits.maxStepsPerRun
  if (!isTooMuch) return null
  return hasTopEntry(run) ? 'none' : 'still_open'
}

/**
 * The span the run began with has come. A tool server sends its span long before the agent that called it has ended: where a remote caller and tools
 * are all there is, the run is somewhere else and its spans are still to come.
 */
function hasItsEntry(run: MutableRun): boolean {
  return run.hasRoot || (run.hasRemoteEntry && (run.hasOtherWork || !run.hasTool))
}

/** An entry span whose caller came too is no end of the run: a tool server has answered, the agent that asked it may be gone. */
function hasTopEntry(run: MutableRun): boolean {
  if (run.past !== null) return true
  for (const step of run.steps.values())
    if (step.isEntry && (step.parentId === null || !run.steps.has(step.parentId))) return true
  return false
}

function sizeOf(run: OpenRun): number {
  return run.steps.size + run.notes.size
}

function byStart(a: Step, b: Step): number {
  return a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1)
}
