/**
 * Records what a simulated agent does as a tree of planned spans, on a clock of its own. Failures are thrown, as in a real agent: a span through
 * which one passes has failed, and who catches it can try again.
 */
import type { PlannedError, PlannedSpan, Work } from './plan.ts'

/** A failure that is part of the play. */
export class StagedError extends Error {
  readonly details: PlannedError

  constructor(details: PlannedError) {
    super(details.message)
    this.details = details
  }
}

/** The process dies: nothing that is open ever ends. */
export class StagedCrash extends Error {}

interface OpenSpan {
  work: Work
  readonly startMs: number
  endMs: number
  error: PlannedError | null
  isSent: boolean
  readonly children: OpenSpan[]
}

export class Recorder {
  /** Stands for the caller, so that the first span has somewhere to hang. */
  readonly #stage: OpenSpan = { work: { type: 'agent', name: '' }, startMs: 0, endMs: 0, error: null, isSent: true, children: [] }
  #current: OpenSpan = this.#stage
  #nowMs = 0

  /** Time goes by: somebody waits or works. */
  pass(durationMs: number): void {
    this.#nowMs += Math.max(0, Math.round(durationMs))
  }

  /** A span around what the body does. */
  within<T>(work: Work, body: () => T): T {
    const parent = this.#current
    const span: OpenSpan = { work, startMs: this.#nowMs, endMs: this.#nowMs, error: null, isSent: true, children: [] }
    parent.children.push(span)
    this.#current = span
    try {
      return body()
    } catch (error) {
      if (error instanceof StagedError) span.error = error.details
      if (error instanceof StagedCrash) span.isSent = false
      throw error
    } finally {
      span.endMs = this.#nowMs
      this.#current = parent
      // A little work of the agent's own between two spans.
      this.pass(2)
    }
  }

  /** A span without anything inside that takes its time and ends well, or with the given error. */
  leaf(work: Work, durationMs: number, error: PlannedError | null = null): void {
    this.within(work, () => {
      this.pass(Math.max(1, durationMs))
      if (error !== null) throw new StagedError(error)
    })
  }

  /** The outermost span. */
  get root(): PlannedSpan {
    const [root] = this.#stage.children
    if (root === undefined) throw new Error('expected a run with at least one span')
    return root
  }
}
