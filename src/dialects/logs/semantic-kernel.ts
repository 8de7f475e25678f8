/** Semantic Kernel for Python writes the events of the conventions as JSON in the text of its log records. Seen on the wire: 1.45. */
import type { StepNote } from '../../model/step.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { PlainValue } from '../../otlp/span.ts'
import { answerOf } from '../messages/answer.ts'
import { messagesOf } from '../messages/messages-of.ts'
import { emptyNote, noteKey } from '../note.ts'
import { finishReasonOf, isContent, path, toName } from '../read.ts'
import { heardIn } from './heard.ts'
import type { LogDialect } from './log-dialect.ts'

const MAX_CHARACTERS = 262_144

export const semanticKernelLogs: LogDialect = {
  name: 'semantic-kernel',
  matches: (record, event) =>
    record.scope.name.startsWith('semantic_kernel.') && event.startsWith('gen_ai.') && typeof record.body === 'string',
  read: (record, event) => {
    const note = record.traceId === '' || record.spanId === '' ? null : noteOf(record, event)
    const heard = event === 'gen_ai.user.message' ? heardIn(record, parsed(record.body)) : null
    return { notes: note === null ? [] : [note], steps: [], traceId: record.traceId, heard }
  },
}

function noteOf(record: LogRecord, event: string): StepNote | null {
  const body = parsed(record.body)
  if (event !== 'gen_ai.choice') {
    const content = path(body, 'content')
    // All messages of a call are one note: see note.ts.
    return typeof content === 'string' && isContent(content)
      ? { ...emptyNote(`content ${record.spanId}`, record.spanId, 0), hasContent: true }
      : null
  }
  const word = toName(path(body, 'finish_reason'))
  const message = path(body, 'message')
  const messages = message === undefined ? null : messagesOf(JSON.stringify([message]))
  return {
    ...emptyNote(noteKey(event, record), record.spanId, record.atUs),
    finishReasons: word === null ? [] : [finishReasonOf(word)],
    hasContent: messages !== null,
    answer: messages === null ? null : answerOf(messages, null),
  }
}

function parsed(body: PlainValue | undefined): PlainValue | undefined {
  if (typeof body !== 'string' || body.length > MAX_CHARACTERS) return undefined
  try {
    const value: PlainValue = JSON.parse(body)
    return value
  } catch {
    return undefined
  }
}
