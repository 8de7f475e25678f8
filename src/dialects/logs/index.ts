/** The log dialects in the order in which they are asked, and the one function the rest of the house calls: a record in, what it says of a run out. */
import type { LogRecord } from '../../otlp/log-record.ts'
import { readNote } from '../note.ts'
import { claudeCodeLogs } from './claude-code.ts'
import { codexLogs } from './codex.ts'
import { geminiCliLogs } from './gemini-cli.ts'
import { semanticKernelLogs } from './semantic-kernel.ts'
import type { LogDialect, LogReading } from './log-dialect.ts'

const logDialects: readonly LogDialect[] = [claudeCodeLogs, codexLogs, geminiCliLogs, semanticKernelLogs]

/** Null when the record says nothing about a run. `contentSpanId`: see readNote. */
export function readRecord(record: LogRecord, contentSpanId = ''): LogReading | null {
  const event = eventOf(record)
  if (event === '') return null
  const dialect = logDialects.find((candidate) => candidate.matches(record, event))
  if (dialect !== undefined) {
    const reading = dialect.read(record, event)
    return reading.traceId === '' || (reading.notes.length === 0 && reading.steps.length === 0) ? null : reading
  }
  if (record.traceId === '' || record.spanId === '') return null
  const note = readNote(record, event, contentSpanId)
  return note === null ? null : { notes: [note], steps: [], traceId: record.traceId }
}

/** Newer SDKs fill the field, older ones send an attribute. */
function eventOf(record: LogRecord): string {
  if (record.eventName !== '') return record.eventName
  return record.attributes.string('event.name') ?? record.attributes.string('event_name') ?? ''
}
