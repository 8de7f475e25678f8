/**
 * What LangSmith's export holds of a run's inputs and outputs. Texts since some time in 2025, bytes before (seen on the wire: 0.4); of a run of
 * LangChain the output has the only word on its model, its id, how it ended and, in older versions, what was cached.
 */
import type { Usage } from '../model/usage.ts'
import type { Attributes, PlainValue } from '../otlp/span.ts'
import { type ApiAnswer, apiAnswerOf } from './api-answer.ts'
import type { Reading } from './dialect.ts'
import { answerOf } from './messages/answer.ts'
import { messagesOf } from './messages/messages-of.ts'
import { saidIn } from './messages/said.ts'
import { newReports } from './messages/tool-reports.ts'
import { finishReasonOf, isContent, parsedObject, path, toCount, toName } from './read.ts'

export const INPUT = 'gen_ai.prompt'
export const OUTPUT = 'gen_ai.completion'

/** A long answer stands in the output more than once. */
const MAX_CHARACTERS = 1_048_576

/** A text, also where it came as bytes; those are read as base64. */
export function contentAt(attributes: Attributes, key: string): string | null {
  const text = attributes.string(key)
  if (text !== null) return text
  const bytes = attributes.value(key)
  return typeof bytes === 'string' && bytes.length <= 2 * MAX_CHARACTERS ? Buffer.from(bytes, 'base64').toString() : null
}

/** What was said, out of the object that it is the only thing in (`{"output": "..."}`). */
export function wordsAt(attributes: Attributes, key: string): PlainValue | undefined {
  // Bytes are no text to anybody else.
  const text = contentAt(attributes, key)
  if (text === null || !isContent(text)) return attributes.has(key) ? null : undefined
  const [inner, second] = Object.entries(parsedObject(text, MAX_CHARACTERS) ?? {})
  const isAlone = second === undefined && inner !== undefined && /^(?:in|out)puts?$/.test(inner[0])
  return isAlone ? inner[1] : text
}

export function outputOf(attributes: Attributes): PlainValue | undefined {
  return parsedObject(contentAt(attributes, OUTPUT) ?? '', MAX_CHARACTERS) ?? undefined
}

/** Of an API, or of a run of LangChain (`{"generations": [[{"generation_info": ..., "message": ...}]]}`). */
export function answerIn(output: PlainValue | undefined): ApiAnswer | null {
  const batches = path(output, 'generations')
  if (!Array.isArray(batches)) return apiAnswerOf(output)
  const generation = Array.isArray(batches[0]) ? batches[0][0] : batches[0]
  const message = path(generation, 'message', 'kwargs')
  const told = path(message, 'response_metadata')
  const reason = toName(path(generation, 'generation_info', 'finish_reason')) ?? toName(path(told, 'finish_reason'))
  return {
    model: toName(path(told, 'model_name')),
    id: toName(path(told, 'id')),
    usage: langChainUsage(path(message, 'usage_metadata')),
    finishReasons: reason === null ? [] : [finishReasonOf(reason)],
  }
}

/** LangChain's counts include what was cached and reasoning. */
export function langChainUsage(counts: PlainValue | undefined): Usage {
  return {
    input: toCount(path(counts, 'input_tokens')),
    output: toCount(path(counts, 'output_tokens')),
    cacheRead: toCount(path(counts, 'input_token_details', 'cache_read')),
    cacheWrite: toCount(path(counts, 'input_token_details', 'cache_creation')),
    reasoning: toCount(path(counts, 'output_token_details', 'reasoning')),
  }
}

/** Answer and reports of failed tools where they came as bytes; texts are read as everybody's. */
export function exchangeInBytes(attributes: Attributes): Pick<Reading, 'answer' | 'toolReports' | 'said'> {
  if (attributes.string(OUTPUT) !== null || !attributes.has(OUTPUT)) return {}
  const said = messagesOf(contentAt(attributes, OUTPUT) ?? '')
  const told = messagesOf(contentAt(attributes, INPUT) ?? '')
  return { answer: said === null ? null : answerOf(said, null), toolReports: newReports(told ?? []), said: saidIn(told ?? []) }
}
