/** What the live page is made from: the last hour, and what is going on right now. Texts are redacted. */
import type { LiveSnapshot } from './live-window.ts'

export interface LiveView extends LiveSnapshot {
  /** The service that is looked at; null = all. */
  readonly service: string | null
  /** When the newest run settled, whenever that was and whatever is filtered; null = there has been none. */
  readonly lastRunAtMs: number | null
  readonly open: OpenNow
  /** The setting FLYWHEEL_CONTENT. */
  readonly contentMode: 'off' | 'redacted' | 'full'
}

/** Runs that have not settled yet. */
export interface OpenNow {
  readonly runs: number
  readonly costNanoUsd: number
  readonly loops: number
}
