/** What emitters say in attributes of log records, as transcripts show it. */
import type { MessageRole, TranscriptMessage } from '../../model/transcript.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { Attributes } from '../../otlp/span.ts'
import type { Chain } from '../dialect.ts'
import { shownCall, shownResult } from '../messages/shown.ts'
import { firstText, isContent } from '../read.ts'
import type { RecordWords } from './log-dialect.ts'

/** A message of one text; empty where it was hidden. */
export function textSaid(attributes: Attributes, key: string, role: MessageRole): readonly TranscriptMessage[] {
  const text = attributes.string(key)
  return text === null || !isContent(text) ? [] : [{ role, parts: [{ type: 'text', text }] }]
}

/** What somebody asked: it belongs to the call that it led to. */
export function promptSaid(record: LogRecord, traceId: string): readonly RecordWords[] {
  const place = { type: 'moment', atUs: record.atUs } as const
  return [{ traceId, spanId: '', place, input: textSaid(record.attributes, 'prompt', 'user'), output: [], isPiece: true }]
}

export interface ToolKeys {
  readonly name: string
  readonly id: string | null
  readonly arguments: Chain
  readonly result: Chain
}

export function toolSaidIn(attributes: Attributes, keys: ToolKeys): Pick<RecordWords, 'input' | 'output'> {
  const { name, id } = keys
  const args = firstText(attributes, keys.arguments)
  const text = firstText(attributes, keys.result)
  const isMarkedFailed = attributes.boolean('success') === false
  return {
    input: args === null || !isContent(args) ? [] : [{ role: 'assistant', parts: [shownCall({ id, name, arguments: args })] }],
    output: text === null || !isContent(text) ? [] : [{ role: 'tool', parts: [shownResult({ id, name, text, isMarkedFailed })] }],
  }
}
