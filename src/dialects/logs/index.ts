/** The log dialects in the order in which they are asked, and the one function the rest of the house calls: a record in, what it says of a run out. */
import type { LogRecord } from '../../otlp/log-record.ts'
import { readNote } from '../note.ts'
import { claudeCodeLogs } from './claude-code.ts'
import { codexLogs } from './codex.ts'
import { geminiCliLogs } from './gemini-cli.ts'
import { heardIn } from './heard.ts'
import { semanticKernelLogs } from './semantic-kernel.ts'
import type { LogDialect, LogReading } from './log-dialect.ts'

const logDialects: readonly LogDialect[] = [claudeCodeLogs, codexLogs, geminiCliLogs, semanticKernelLogs]

/** Null when the record says nothing about a run. `contentSpanId`: see readNote. */
export function readRecord(record: LogRecord, contentSpanId = ''): LogReading | null {
  const event = eventOf(record)
  if (event === '') return null
  const dialect = logDialectOf(record, event)
  if (dialect !== undefined) {
    const reading = dialect.read(record, event)
    return reading.traceId === '' || saysNothing(reading) ? null : reading
  }
  if (record.traceId === '' || record.spanId === '') return null
  const note = readNote(record, event, contentSpanId)
  const heard = event === 'gen_ai.user.message' ? heardIn(record, record.body) : null
  const reading = { notes: note === null ? [] : [note], steps: [], traceId: record.traceId, heard }
  return saysNothing(reading) ? null : reading
}

function saysNothing({ notes, steps, heard = null }: LogReading): boolean {
  return notes.length === 0 && steps.length === 0 && heard === null
}

export function logDialectOf(record: LogRecord, event: string): LogDialect | undefined {
  return logDialects.find((candidate) => candidate.matches(record, event))
}

/** Newer SDKs fill the field, older ones send an attribute. */
export function eventOf(record: LogRecord): string {
  if (record.eventName !== '') return record.eventName
  return record.attributes.string('event.name') ?? record.attributes.string('event_name') ?? ''
}
