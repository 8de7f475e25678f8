/**
 * Haystack's chat messages, which its own tracing sends as JSON and OpenInference as Python prints them: what the API said of an answer stands in the
 * message's `meta`, what a tool answered under `tool_call_result`.
 */
import type { ToolReport } from '../model/step.ts'
import type { PlainValue } from '../otlp/span.ts'
import { type ApiAnswer, apiUsageOf } from './api-answer.ts'
import { reportOf } from './messages/tool-reports.ts'
import { finishReasonOf, path, toName } from './read.ts'

/** Null when the meta is none of an API's answer. */
export function haystackMetaOf(meta: PlainValue | undefined): ApiAnswer | null {
  const model = toName(path(meta, 'model'))
  if (model === null) return null
  const finish = toName(path(meta, 'finish_reason'))
  return {
    model,
    id: toName(path(meta, 'id')),
    finishReasons: finish === null ? [] : [finishReasonOf(finish)],
    usage: apiUsageOf(path(meta, 'usage')),
  }
}

/** A message that Python printed, as Haystack itself sends it: what its parts are stands in what they hold. */
export function plainMessage(printed: PlainValue | undefined): PlainValue {
  const content = path(printed, '_content')
  const parts = Array.isArray(content) ? content : []
  return {
    role: path(printed, '_role') ?? null,
    content: parts.map((part) => {
      if (path(part, 'origin') !== undefined) return { tool_call_result: part }
      return path(part, 'tool_name') === undefined ? part : { tool_call: part }
    }),
  }
}

/** A conversation is long, and only what came since the model's last answer is new. */
const MAX_NEW_RESULTS = 32

/** Failed tools among the results at the end of the messages. `read` turns a message into plain data; undefined = it holds no tool's result. */
export function haystackReportsOf(
  messages: PlainValue | undefined,
  read: (message: PlainValue) => PlainValue | undefined,
): readonly ToolReport[] {
  const reports: ToolReport[] = []
  const newest = Array.isArray(messages) ? messages.slice(-MAX_NEW_RESULTS) : []
  for (const message of newest.toReversed()) {
    const plain = read(message)
    const results = plain === undefined ? [] : resultsOf(plain)
    if (results.length === 0) break
    reports.unshift(...results.flatMap(reportOfResult))
  }
  return reports
}

function resultsOf(message: PlainValue): readonly PlainValue[] {
  const content = path(message, '_content') ?? path(message, 'content')
  if (!Array.isArray(content)) return []
  return content.map((part) => path(part, 'tool_call_result') ?? part).filter((part) => path(part, 'origin') !== undefined)
}

function reportOfResult(result: PlainValue): readonly ToolReport[] {
  const text = path(result, 'result')
  if (typeof text !== 'string') return []
  const id = toName(path(result, 'origin', 'id'))
  const name = toName(path(result, 'origin', 'tool_name'))
  return reportOf({ id, name, text, isMarkedFailed: path(result, 'error') === true })
}
