/**
 * Messages in numbered attributes: `llm.output_messages.0.message.tool_calls.1.tool_call.function.name` (OpenInference),
 * `gen_ai.prompt.3.role` (older OpenLLMetry and LiteLLM).
 */
import type { Attributes } from '../../otlp/span.ts'
import type { IndexedMessages } from '../dialect.ts'
import type { Message, ToolCall } from './message.ts'
import { messagesOf } from './messages-of.ts'
import { roleOf } from './shapes.ts'

const MAX_MESSAGES = 4_096
const MAX_PARTS = 256

/** Null when there are none. With `onlyNew` only those from the model's last answer on. */
export function readIndexed(attributes: Attributes, where: IndexedMessages, onlyNew: boolean): readonly Message[] | null {
  const count = countMessages(attributes, where)
  if (count === 0) return null
  const messages: Message[] = []
  for (let at = count - 1; at >= 0; at--) {
    const message = readOne(attributes, place(where, at))
    messages.push(message)
    if (onlyNew && message.role === 'assistant') break
  }
  return messages.toReversed()
}

function place({ prefix, infix }: IndexedMessages, at: number): string {
  return `${prefix}.${at}.${infix}`
}

const fields = [
  'role',
  'content',
  'tool_calls.0.name',
  'tool_calls.0.tool_call.function.name',
  'contents.0.message_content.type',
  'finish_reason',
]

/** How many messages there are in numbered attributes. */
export function countMessages(attributes: Attributes, where: IndexedMessages): number {
  let count = 0
  while (count < MAX_MESSAGES && fields.some((field) => attributes.has(place(where, count) + field))) count++
  return count
}

function readOne(attributes: Attributes, at: string): Message {
  const role = roleOf(attributes.string(`${at}role`))
  const content = attributes.text(`${at}content`) ?? partsText(attributes, at) ?? ''
  // Some write the parts of a content as JSON; any other JSON is what the model said.
  const inner = partsAsJson.test(content) ? (messagesOf(`[{"role":"other","content":${content}}]`) ?? []) : []
  const text = inner.length === 0 ? content : inner.map((message) => message.text).join('\n')
  const toolCalls = [...readCalls(attributes, at), ...inner.flatMap((message) => message.toolCalls)]
  const toolResults = inner.flatMap((message) => message.toolResults)
  const base = { text, refusal: attributes.string(`${at}refusal`), toolCalls, hasMedia: false, parts: null, source: null }
  if (role !== 'tool') return { ...base, role: toolResults.length > 0 && text === '' ? 'tool' : role, toolResults }
  const id = attributes.string(`${at}tool_call_id`)
  const name = attributes.string(`${at}name`)
  return { ...base, role, toolResults: toolResults.length > 0 ? toolResults : [{ id, name, text, isMarkedFailed: false }] }
}

const partsAsJson = /^\[\s*\{\s*"type"\s*:/

/** OpenInference numbers the parts of a message, too. */
function partsText(attributes: Attributes, at: string): string | null {
  const texts: string[] = []
  for (let part = 0; part < MAX_PARTS; part++) {
    const prefix = `${at}contents.${part}.message_content.`
    if (!attributes.has(`${prefix}type`) && !attributes.has(`${prefix}text`)) break
    texts.push(attributes.string(`${prefix}text`) ?? '')
  }
  return texts.length === 0 ? null : texts.join('\n')
}

function readCalls(attributes: Attributes, at: string): readonly ToolCall[] {
  const calls: ToolCall[] = []
  for (let index = 0; index < MAX_PARTS; index++) {
    const prefix = `${at}tool_calls.${index}.`
    const nested = attributes.string(`${prefix}tool_call.function.name`)
    const name = nested ?? attributes.string(`${prefix}name`)
    if (name === null) break
    const inner = nested === null ? prefix : `${prefix}tool_call.`
    const args = attributes.text(nested === null ? `${prefix}arguments` : `${inner}function.arguments`)
    calls.push({ id: attributes.string(`${inner}id`), name, arguments: args ?? undefined, isBroken: false })
  }
  return calls
}
