/** What users said, in log records: messages of a call, of which every call repeats those before it, or a prompt that stands for itself. */
import { userTurnOf } from '../../language/turn.ts'
import type { StepNote } from '../../model/step.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { PlainValue } from '../../otlp/span.ts'
import { readMessages } from '../messages/read-messages.ts'
import { asObject } from '../messages/shapes.ts'
import { emptyNote } from '../note.ts'
import { isContent } from '../read.ts'

/** A user's message; of those of one call only the last is what was said now. */
export interface HeardMessage {
  readonly spanId: string
  readonly atUs: number
  readonly text: string
}

/** `message`: the record's body as data. */
export function heardIn(record: LogRecord, message: PlainValue | undefined): HeardMessage | null {
  const object = asObject(message)
  const text = object === null ? messageText(record, message) : (readMessages([{ role: 'user', ...object }])[0]?.text ?? '')
  return record.spanId === '' || !isContent(text) ? null : { spanId: record.spanId, atUs: record.atUs, text }
}

/** The body itself, or an attribute of older emitters. */
function messageText(record: LogRecord, message: PlainValue | undefined): string {
  return typeof message === 'string' ? message : (record.attributes.string('content') ?? '')
}

/** The records of a call may come in two bodies, all with one time: the later message is the one that counts. */
export function noteOfHeard({ spanId, atUs, text }: HeardMessage): StepNote | null {
  const said = userTurnOf(text)
  return said === null
    ? null
    : { ...emptyNote(`said ${spanId} ${atUs} ${said.fingerprint}`, spanId, atUs), said, hasContent: true }
}

/** Of an emitter that names no span for it: the next call is where it is heard. */
export function promptNotes(record: LogRecord): readonly StepNote[] {
  const text = record.attributes.string('prompt') ?? ''
  const said = isContent(text) ? userTurnOf(text) : null
  return said === null ? [] : [{ ...emptyNote(`said ${record.atUs} ${said.fingerprint}`, '', record.atUs), said }]
}
