/**
 * The settings that shape facts. They enter the fold as an entry of the log and are stored with the checkpoint, so that a replay counts as the
 * first reading did, also when the configuration has changed since.
 */
import type { PriceOverride } from '../model/price.ts'
import type { ContentMode, RedactionPattern } from '../model/redaction.ts'
import type { SettleLimits } from '../assemble/open-runs.ts'
import type { SeriesLimits } from '../publish/series-table.ts'
import type { RatingRule } from '../feedback/rating.ts'

export interface FoldSettings {
  readonly settle: SettleLimits
  readonly series: SeriesLimits
  /** Rows of ok runs stored a second; failed and expensive runs always are. */
  readonly runRowsPerSecond: number
  /** Milliseconds of log time for which stored runs and conversations are known. */
  readonly retentionMs: number
  readonly prices: readonly PriceOverride[]
  readonly feedback: {
    readonly ratings: readonly RatingRule[]
    /** Milliseconds for which feedback has to stand before it is counted. */
    readonly holdMs: number
  }
  readonly transcripts: {
    /** Transcripts of failed runs kept a second, at most. */
    readonly perSecond: number
    /** Share of the other runs whose transcript is kept, 0 to 1. */
    readonly sampleShare: number
  }
  /** What stored texts keep. */
  readonly content: ContentMode
  /** The user's own patterns of what stored texts may not hold. */
  readonly redaction: readonly RedactionPattern[]
}

/** Spans of runs without a row are recognised for this long, or until this many runs were settled since (design 4.4). */
export const SEEN_MS: number = 15 * 60_000
export const SEEN_RUNS = 1_000_000

/** Steps a row keeps. A longer run is counted whole, but its row is not judged again when late spans come. */
export const MAX_ROW_STEPS = 10_000

/** A run at or above 1 USD always gets a row: whoever looks for money wants to see it. */
export const EXPENSIVE_NANO_USD = 1_000_000_000

/** One text for equal settings, whatever the order of their fields. */
export function settingsText(settings: FoldSettings): string {
  return JSON.stringify(Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** Reads what `settingsText` wrote. The text comes from our own log, never from outside. */
export function parseSettings(text: string): FoldSettings {
  const settings: FoldSettings = { ...newSettings, ...JSON.parse(text) }
  return settings
}

/** What settings in logs of earlier versions lack. */
const newSettings: Pick<FoldSettings, 'feedback' | 'transcripts' | 'redaction'> = {
  feedback: { ratings: [], holdMs: 30_000 },
  transcripts: { perSecond: 20, sampleShare: 0 },
  redaction: [],
}
