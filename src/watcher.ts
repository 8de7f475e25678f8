/** Somebody who looks on while the processor counts, for instance the live page. Nothing that is counted depends on it, and its faults stay its own. */
import { setImmediate } from 'node:timers/promises'
import type { FoldHost, Graves } from './fold/settle.ts'
import type { SettledTrace } from './model/run.ts'

export interface Watcher {
  /** Counting goes on from the saved state, after a start or a recovery: what was seen since is told again. */
  restarted(): Promise<void>
  settled(trace: SettledTrace): void
  /** Spans that came, copies left out. */
  received(spans: number, atMs: number): void
  /** A request at the door, with the status it was answered with. */
  requested(signal: string, status: number): void
}

/** A watcher whose errors are reported instead of thrown. Null watches nothing. */
export function carefully(watcher: Watcher | null, report: (message: string, error?: unknown) => void): Watcher {
  const attempt = (tell: (watcher: Watcher) => void): void => {
    if (watcher === null) return
    try {
      tell(watcher)
    } catch (error) {
      report('the live view could not be told', error)
    }
  }
  return {
    restarted: async () => {
      try {
        await watcher?.restarted()
      } catch (error) {
        report('the live view could not be filled', error)
      }
    },
    settled: (trace) => attempt((to) => to.settled(trace)),
    received: (spans, atMs) => attempt((to) => to.received(spans, atMs)),
    requested: (signal, status) => attempt((to) => to.requested(signal, status)),
  }
}

/** What the fold is told to talk to. */
export function foldHost(watcher: Watcher, report: (message: string, error?: unknown) => void, graves?: Graves): FoldHost {
  return {
    ...(graves !== undefined && { graves }),
    report,
    pause: () => setImmediate(),
    settled: (trace) => watcher.settled(trace),
    received: (spans, atMs) => watcher.received(spans, atMs),
  }
}
