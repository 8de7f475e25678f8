/**
 * Tools that failed, as the model was told in its next call. Many emitters send no span for a tool that could not run (a name that nobody defined,
 * arguments that did not fit), and some none for one that threw: then this message is all there is.
 */
import type { ToolReport, ToolReportKind } from '../../model/step.ts'
import { kindOfToolFailure } from '../../model/tool-failure.ts'
import { tellsOfFailure } from './failed-result.ts'
import type { Message, ToolResult } from './message.ts'

const MAX_MESSAGE = 300
const MAX_NAME = 128
/** What kind of failure it is stands at the beginning. */
const MAX_TELLING = 4_000

/** Failed tools among the results that came since the model's last answer: everything before was told in an earlier call. */
export function newReports(messages: readonly Message[]): readonly ToolReport[] {
  const lastAnswer = messages.findLastIndex(({ role, toolCalls }) => role === 'assistant' || toolCalls.length > 0)
  const reports = messages.slice(lastAnswer + 1).flatMap(({ toolResults }) => toolResults.flatMap(reportOf))
  if (reports.every(({ name }) => name !== null)) return reports
  const asked = messages.flatMap(({ toolCalls }) => toolCalls)
  const [only, second] = messages[lastAnswer]?.toolCalls ?? []
  return reports.map((report) => {
    if (report.name !== null) return report
    const byId = report.callId === null ? undefined : asked.find(({ id }) => id === report.callId)
    const name = byId?.name ?? (second === undefined ? only?.name : undefined) ?? ''
    return name === '' ? report : { ...report, name: name.slice(0, MAX_NAME) }
  })
}

export function reportOf(result: ToolResult): readonly ToolReport[] {
  const kind = failureOf(result.text, result.isMarkedFailed, result.name)
  if (kind === null) return []
  const { id, name, text } = result
  return [{ kind, callId: id, name, message: firstLine(text) }]
}

/** Cut as a copy, so that a short line does not keep a long text in memory. */
function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return Buffer.from(line.slice(0, MAX_MESSAGE)).toString()
}

/** What a tool's answer says of its failure; null when it is an answer. */
export function failureOf(text: string, isMarkedFailed: boolean, tool: string | null = null): ToolReportKind | null {
  if (!isMarkedFailed && !tellsOfFailure(text)) return null
  return kindOfToolFailure(text.length > MAX_TELLING ? text.slice(0, MAX_TELLING) : text, tool)
}
