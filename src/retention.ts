/** Drops what is over its retention, and never what a start would have to read. */
import { SEEN_MS, SEEN_RUNS } from './fold/settings.ts'
import type { Log } from './log/log.ts'
import type { FoldHead } from './model/checkpoint.ts'
import type { Store } from './records/store.ts'

export interface RetentionOptions {
  readonly log: Pick<Log, 'trim'>
  readonly store: Pick<Store, 'prune' | 'deletions'>
  readonly logRetentionMs: number
  readonly logMaxBytes: number
  /** Of runs, transcripts and feedback. */
  readonly retentionMs: number
  /** Told what went wrong, one line each. */
  readonly report: (message: string, error?: unknown) => void
}

const PAUSE_MS = 60_000

export class Retention {
  readonly #options: RetentionOptions
  #appliedAtMs = -Infinity
  #last: FoldHead | null = null

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** At most once a minute, as of a saved checkpoint. */
  async apply(fold: FoldHead): Promise<void> {
    this.#last = fold
    await this.#apply(fold, fold.head.atMs)
  }

  /** Where nothing comes in no checkpoint is taken, and what is old gets older all the same. */
  async applyIdle(nowMs: number): Promise<void> {
    if (this.#last !== null) await this.#apply(this.#last, Math.max(this.#last.head.atMs, nowMs))
  }

  async #apply({ lowWater, oldestPast, settleNumber }: FoldHead, nowMs: number): Promise<void> {
    if (performance.now() - this.#appliedAtMs < PAUSE_MS) return
    this.#appliedAtMs = performance.now()
    const { log, store, logRetentionMs, logMaxBytes, retentionMs, report } = this.#options
    try {
      await log.trim({ belowSeq: lowWater.seq + 1, olderThanMs: logRetentionMs, maxBytes: logMaxBytes })
      // What a reopened run remembers stays until it has settled again, else a restart would take it for a new one.
      await store.prune({
        runsBeforeMs: Math.min(nowMs - retentionMs, oldestPast?.settledAtMs ?? Infinity),
        settledBeforeMs: Math.min(nowMs - SEEN_MS, oldestPast?.settledAtMs ?? Infinity),
        settledBelow: Math.min(settleNumber - SEEN_RUNS, oldestPast?.settleNumber ?? Infinity),
      })
      // Whoever kept a copy to send again has it from the log or from a Collector's queue.
      await store.deletions.pruneTombstones(nowMs - retentionMs - logRetentionMs)
    } catch (error) {
      report('old data could not be deleted; it is tried again', error)
    }
  }
}
