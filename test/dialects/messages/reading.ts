/** What tests of messages ask, as short lines: `tools search(call_1)`, `text json unreadable`, `unknown_tool search(call_1): Tool not found`. */
import { answerOf } from '../../../src/dialects/messages/answer.ts'
import { messagesOf } from '../../../src/dialects/messages/messages-of.ts'
import { newReports } from '../../../src/dialects/messages/tool-reports.ts'
import type { Answer, ParseFormat, ToolReport } from '../../../src/model/step.ts'
import type { Json } from '../../helpers/steps.ts'

/** What a model said in this output. */
export function answerIn(output: Json, asked: ParseFormat | null = null): string {
  const messages = messagesOf(asText(output))
  return messages === null ? 'unknown' : answerLine(answerOf(messages, asked))
}

export function answerLine({ form, format, isReadable, toolCalls }: Answer): string {
  const tools = toolCalls.map(
    ({ name, callId, hasReadableArguments: readable }) =>
      `${name}(${callId ?? ''})${readable === false ? ' broken' : readable === null ? ' hidden' : ''}`,
  )
  if (form === 'tool_calls') return `tools ${tools.join(' ')}`
  return [form, format === null || format === 'text' ? '' : format, isReadable === false ? 'unreadable' : '']
    .filter((word) => word !== '')
    .join(' ')
}

/** Failed tools that this input tells of. */
export function toldIn(input: Json): readonly string[] {
  return newReports(messagesOf(asText(input)) ?? []).map(reportLine)
}

export function reportLine({ kind, name, callId, message }: ToolReport): string {
  return `${kind} ${name ?? '?'}(${callId ?? ''}): ${message}`
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
