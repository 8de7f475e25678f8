/**
 * What log records bring of what was said: the messages of the conventions, one a record or all in one, and what emitters that report in logs alone say.
 * Ids are those that `readRecord` gives the same records.
 */
import type { StepContent } from '../../model/transcript.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { RecordWords } from '../logs/log-dialect.ts'
import { eventOf, logDialectOf } from '../logs/index.ts'
import { noteKey } from '../note.ts'
import { otelKeys } from '../otel-genai.ts'
import { callSaid } from './call-said.ts'
import { choiceSaid, messageSaid, roleOfMessageEvent } from './event-said.ts'

/** `position`: where the record lies in the log. Records of one moment keep their order by it, in whatever order they are read. */
export function readRecordContent(record: LogRecord, position = 0): readonly StepContent[] {
  const event = eventOf(record)
  if (event === '') return []
  return readableWords(record, event)
    .filter(
      ({ traceId, input, output, isPartial }) => traceId !== '' && (input.length > 0 || output.length > 0 || isPartial === true),
    )
    .map(({ isPiece, isPartial, ...said }) => ({
      ...said,
      isPartial: isPartial ?? false,
      piece: isPiece ? { key: noteKey(event, record), atUs: record.atUs, position } : null,
    }))
}

/** Strangers send what is read here: what breaks the reader is said to be unreadable. */
function readableWords(record: LogRecord, event: string): readonly RecordWords[] {
  try {
    return logDialectOf(record, event)?.words?.(record, event) ?? wordsOf(record, event)
  } catch {
    const { traceId, spanId } = record
    return [{ traceId, spanId, place: null, input: [], output: [], isPiece: true, isPartial: true }]
  }
}

function wordsOf(record: LogRecord, event: string): readonly RecordWords[] {
  const { traceId, spanId, attributes } = record
  if (spanId === '') return []
  const base = { traceId, spanId, place: null }
  if (event === 'gen_ai.client.inference.operation.details')
    return [{ ...base, ...callSaid({ attributes, events: [] }, otelKeys, {}), isPiece: false }]
  if (event === 'gen_ai.choice') return [{ ...base, input: [], output: choiceSaid(record), isPiece: true }]
  const role = roleOfMessageEvent(event)
  return role === null ? [] : [{ ...base, input: messageSaid(record, role), output: [], isPiece: true }]
}
