/** Messages of the conventions that came as events of their own, in the body of a log record or in attributes of older emitters. */
import type { MessageRole, TranscriptMessage } from '../../model/transcript.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { PlainValue } from '../../otlp/span.ts'
import { roleOfEvent } from '../messages/exchange.ts'
import { asObject } from '../messages/shapes.ts'
import { shownMessages } from '../messages/shown.ts'
import { type Direction, WholeReader } from '../messages/whole.ts'

/** Null for an event that is no message of an input. */
export function roleOfMessageEvent(event: string): string | null {
  return roleOfEvent.get(event) ?? null
}

/** Bodies are maps, texts, or JSON in a text. */
export function messageSaid(record: LogRecord, role: string): readonly TranscriptMessage[] {
  const body = bodyOf(record)
  const object = asObject(body)
  if (object !== null) return said([{ role, ...object }], 'input', 'user')
  return body === undefined ? [] : said([{ role, content: body }], 'input', 'user')
}

/** The answer lies in `message` beside how it ended; a content without one is the message. */
export function choiceSaid(record: LogRecord): readonly TranscriptMessage[] {
  const body = bodyOf(record)
  const object = asObject(body)
  const message = object?.['message'] ?? body
  const inner = asObject(message)
  if (inner !== null) return said([{ role: 'assistant', ...inner }], 'output', 'assistant')
  return message === undefined ? [] : said([{ role: 'assistant', content: message }], 'output', 'assistant')
}

function bodyOf(record: LogRecord): PlainValue | undefined {
  const { body, attributes } = record
  const reader = new WholeReader('step')
  const isEmpty = body === undefined || body === null || body === ''
  const value = isEmpty ? (attributes.value('gen_ai.event.content') ?? attributes.value('content')) : body
  return typeof value === 'string' ? reader.plain(value) : value
}

function said(value: PlainValue, direction: Direction, otherwise: MessageRole): readonly TranscriptMessage[] {
  return shownMessages(new WholeReader(direction).messagesIn(value) ?? [], otherwise)
}
