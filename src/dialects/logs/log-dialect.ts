/**
 * What log records of one emitter family say. A record may tell more of a step that a span reports (a note), or be all there is of a step (emitters
 * that report their calls in logs). A call that a span reports, too, counts once: see signals/calls.ts.
 */
import type { Step, StepNote } from '../../model/step.ts'
import type { StepContent } from '../../model/transcript.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { HeardMessage } from './heard.ts'

export interface LogReading {
  readonly notes: readonly StepNote[]
  /** Steps that the record stands for; their source is `log`. */
  readonly steps: readonly Step[]
  /** The trace they belong to; records of emitters that send no traces name one that is made of their session and prompt. */
  readonly traceId: string
  /** A user's message among those of a call: see heard.ts. */
  readonly heard?: HeardMessage | null
}

/** What a record says for a transcript. `isPiece`: other records hold more of the same step's input or output. */
export interface RecordWords extends Pick<StepContent, 'traceId' | 'spanId' | 'place' | 'input' | 'output'> {
  readonly isPiece: boolean
  readonly isPartial?: boolean
}

export interface LogDialect {
  readonly name: string
  /** Whether the record with this event name is the dialect's. Must be cheap: it is asked for every record with an event name. */
  matches(record: LogRecord, event: string): boolean
  /** Called only after `matches`. */
  read(record: LogRecord, event: string): LogReading
  /** What was said, with the ids that `read` gives its steps; without it, the words of the conventions. Only asked for transcripts of runs that are kept. */
  words?(record: LogRecord, event: string): readonly RecordWords[]
}
