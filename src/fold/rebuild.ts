/** After a start: entries up to the checkpoint are read again, and only the runs that were open there are rebuilt from them. Nothing is counted. */
import type { Arrival, OpenRuns } from '../assemble/open-runs.ts'
import type { AdoptedMark, FoldHead, LogMark, OpenRunMark } from '../model/checkpoint.ts'
import type { Step } from '../model/step.ts'
import type { EntryContent } from './content.ts'
import type { History } from './history.ts'

/** A run that took a call from a trace of its own. */
interface Home {
  readonly hostId: string
  readonly mark: AdoptedMark
}

interface Stray {
  readonly home: Home
  readonly step: Step
  readonly opened: LogMark
  readonly entry: number
}

export class Rebuild {
  /** The last entry that was counted. */
  readonly head: LogMark
  readonly #open: OpenRuns
  readonly #history: History
  readonly #marks: ReadonlyMap<string, OpenRunMark>
  /** By the trace id of the adopted call. */
  readonly #homes: ReadonlyMap<string, Home>
  readonly #strays = new Map<string, Stray>()

  constructor({ head, openRuns }: FoldHead, open: OpenRuns, history: History) {
    this.head = head
    this.#open = open
    this.#history = history
    this.#marks = new Map(openRuns.map((run) => [run.traceId, run]))
    const homes = openRuns.flatMap(({ traceId, adopted = [] }) => adopted.map((mark) => ({ hostId: traceId, mark })))
    this.#homes = new Map(homes.map((home) => [home.mark.traceId, home]))
  }

  take(content: EntryContent, at: Arrival): void {
    if (content.type === 'logs') {
      for (const { traceId, note } of content.notes)
        if (this.#isOpen(traceId, at)) this.#open.addNote(traceId, note, at, () => this.#past(traceId))
    }
    if (content.type !== 'spans' && content.type !== 'logs') return
    for (const { traceId, step } of content.steps) {
      if (this.#isOpen(traceId, at)) this.#open.addStep(traceId, step, at, () => this.#past(traceId))
      this.#noteStray(traceId, step, at)
    }
  }

  /** Everything up to the head was read. Only now, because the hosts of strays may have come after them. */
  finish(): void {
    for (const { home, step, opened, entry } of this.#strays.values())
      this.#open.adopt(home.hostId, step, { traceId: home.mark.traceId, parentId: home.mark.parentId, opened, entry })
  }

  #noteStray(traceId: string, step: Step, { entry, ...opened }: Arrival): void {
    const home = this.#homes.get(traceId)
    // What came later in the trace of the call was late there.
    if (home === undefined || home.mark.firstSeq > entry || this.#strays.has(traceId)) return
    this.#strays.set(traceId, { home, step, opened, entry })
  }

  #isOpen(traceId: string, { entry }: Arrival): boolean {
    return (this.#marks.get(traceId)?.firstSeq ?? Infinity) <= entry
  }

  #past(traceId: string): ReturnType<History['past']> {
    return this.#marks.get(traceId)?.isReopened === true ? this.#history.pastOfReopened(traceId) : null
  }
}
