/**
 * What log records of one emitter family say. A record may tell more of a step that a span reports (a note), or be all there is of a step (emitters
 * that report their calls in logs). A call that a span reports, too, counts once: see signals/calls.ts.
 */
import type { Step, StepNote } from '../../model/step.ts'
import type { LogRecord } from '../../otlp/log-record.ts'

export interface LogReading {
  readonly notes: readonly StepNote[]
  /** Steps that the record stands for; their source is `log`. */
  readonly steps: readonly Step[]
  /** The trace they belong to; records of emitters that send no traces name one that is made of their session and prompt. */
  readonly traceId: string
}

export interface LogDialect {
  readonly name: string
  /** Whether the record with this event name is the dialect's. Must be cheap: it is asked for every record with an event name. */
  matches(record: LogRecord, event: string): boolean
  /** Called only after `matches`. */
  read(record: LogRecord, event: string): LogReading
}
