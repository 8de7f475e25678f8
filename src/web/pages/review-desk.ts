/** What the review pages ask beside the store of runs. All of it may be absent: a page then shows what it knows. */
import type { NoteSummary } from '../../model/note.ts'
import type { RunRecord } from '../../model/run.ts'
import type { Transcript } from '../../model/transcript.ts'

export interface ReviewDesk {
  /** Notes with a confirmed link to the run, newest first. Default: none. */
  notesOfRun?(traceId: string): Promise<readonly NoteSummary[]>
  /** The texts of runs that nobody keeps, as far as the log has them, in the order of the runs. Default: they cannot be read. */
  readTranscripts?(runs: readonly RunRecord[]): Promise<readonly Transcript[]>
  /** How to have texts sent, by the instrumentation scope of a step without any. Default: nothing is said. */
  howToCapture?(scope: string): string
  /** How long the log keeps what came: after that no transcript can be made. Default: for ever. */
  readonly logRetentionMs?: number
}
