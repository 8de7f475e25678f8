/**
 * The answer of a model's API as OpenInference passes it on in `output.value`: as JSON (openai, litellm, OpenAI Agents, anthropic), or printed by
 * Python and put into JSON (smolagents under `raw`, Haystack under `replies`).
 */
import type { ToolReport } from '../model/step.ts'
import { unknownUsage } from '../model/usage.ts'
import type { Attributes, PlainValue } from '../otlp/span.ts'
import { type ApiAnswer, apiAnswerOf } from './api-answer.ts'
import { haystackMetaOf, haystackReportsOf } from './haystack-messages.ts'
import type { Message } from './messages/message.ts'
import { readMessages } from './messages/read-messages.ts'
import { readPython } from './python-repr.ts'
import { jsonList, jsonObject, path } from './read.ts'

export interface WholeAnswer {
  readonly api: ApiAnswer
  /** What the model said; empty where the numbered attributes say it better. */
  readonly messages: readonly Message[]
}

export function wholeAnswerOf(attributes: Attributes): WholeAnswer | null {
  const output = jsonObject(attributes, 'output.value')
  if (output === null) return answerInList(attributes)
  const api = apiAnswerOf(output)
  if (api !== null) return { api, messages: readMessages(output) }
  // LangChain's own result, whose metadata the attributes have already.
  if (Array.isArray(path(output, 'generations'))) return { api: unknownApi, messages: readMessages(output) }
  const printed = apiAnswerOf(printedAt(path(output, 'raw'))) ?? haystackAnswerOf(path(output, 'replies'), path(output, 'meta'))
  return printed === null ? null : { api: printed, messages: [] }
}

const unknownApi: ApiAnswer = { model: null, id: null, finishReasons: [], usage: unknownUsage }

/**
 * OpenAI Agents for JavaScript sends a list with the API's answer in it, for Python the messages of a chat completion without what is around them; the
 * numbered attributes leave out a refusal.
 */
function answerInList(attributes: Attributes): WholeAnswer | null {
  const list = jsonList(attributes, 'output.value')
  const api = list.length === 1 ? apiAnswerOf(list[0]) : null
  if (api !== null) return { api, messages: readMessages(list[0]) }
  const isMessages = list.length > 0 && list.every((item) => path(item, 'role') === 'assistant')
  return isMessages ? { api: unknownApi, messages: readMessages(list) } : null
}

function printedAt(value: PlainValue | undefined): PlainValue | undefined {
  return typeof value === 'string' ? readPython(value) : undefined
}

/** Haystack's components answer with replies that hold what the API said of them, or with an embedding and the same beside it. */
function haystackAnswerOf(replies: PlainValue | undefined, meta: PlainValue | undefined): ApiAnswer | null {
  const reply = Array.isArray(replies) ? replies[0] : undefined
  return haystackMetaOf(path(printedAt(reply), '_meta') ?? path(reply, 'meta') ?? meta)
}

const printedToolMessage = 'ChatMessage(_role=<ChatRole.TOOL'

/** Failed tools that Haystack told the model about: its tools have no spans, and the numbered attributes leave out what they answered. */
export function toldInHaystack(attributes: Attributes): readonly ToolReport[] {
  const messages = path(jsonObject(attributes, 'input.value') ?? undefined, 'messages')
  return haystackReportsOf(messages, (message) =>
    typeof message === 'string' && message.startsWith(printedToolMessage) ? readPython(message) : undefined,
  )
}
