/**
 * Whether message content came with a step. Runs without any can be counted but not read, and most emitters send none until they are told to:
 * the pages say so. Only presence is asked; the text stays where it is.
 */
import type { StepKind } from '../model/step.ts'
import type { LogRecord } from '../otlp/log-record.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import type { Chain, KeyTable } from './dialect.ts'
import { ARGUMENTS_HASH, RESULT_HASH } from './otel-genai.ts'
import { isContent, isContentOrLong, MAX_PLACEHOLDER_BYTES, path, saysSomething } from './read.ts'

/** Where span events keep content: messages and choices (Strands), conventions up to 1.27, tools of Claude Code. */
const eventKeys: Chain = [
  'content',
  'message',
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.event.content',
  'output',
]

const hashes: ReadonlySet<string> = new Set([ARGUMENTS_HASH, RESULT_HASH])

/** Asked on steps of one kind only: a key that is looked for in vain costs every step that came without content. */
const keysOfKind: Readonly<Partial<Record<StepKind, Chain>>> = {
  // Pydantic AI, and Claude Code on the span of a prompt.
  agent: ['pydantic_ai.all_messages', 'user_prompt'],
  retrieval: ['gen_ai.retrieval.query.text', 'gen_ai.retrieval.documents'],
}

/** True when the span of a step with GenAI meaning holds content, in attributes or in events. */
export function hasContent(span: Span, kind: StepKind, keys: KeyTable): boolean {
  const { attributes, events } = span
  if (kind === 'tool') {
    if (saysSomething(attributes, keys.toolArguments, hashes) || saysSomething(attributes, keys.toolResult, hashes)) return true
  } else if (saysSomething(attributes, keys.content) || saysSomething(attributes, keysOfKind[kind] ?? [])) return true
  return events.some((event) => event.name !== 'exception' && saysSomething(event.attributes, eventKeys))
}

const detailKeys: Chain = ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.system_instructions']

/** The content of a message event, beside its role, ids and the names of called tools. */
const messageKeys: Chain = ['content', 'parts']

/** True when a record of a call's details holds messages. */
export function detailsHaveContent(record: LogRecord): boolean {
  return saysSomething(record.attributes, detailKeys)
}

/** True when a message event (`gen_ai.user.message`) holds its text: in the body's map, as the body itself, or in an attribute of older emitters. */
export function messageHasContent(record: LogRecord): boolean {
  if (messageKeys.some((key) => isContentOrLong(record.bodyBrief(key, MAX_PLACEHOLDER_BYTES)))) return true
  // With a map for a body this decodes what little is left without content.
  return saysSomething(record.attributes, eventKeys) || (typeof record.body === 'string' && isContent(record.body))
}

/** True when the body of a choice event holds the answer's text. */
export function choiceHasContent(body: PlainValue | undefined, attributes: Attributes): boolean {
  const message = path(body, 'message')
  const places = [body, message, path(message, 'content'), path(message, 'parts'), path(body, 'content')]
  return places.some(isFilled) || saysSomething(attributes, eventKeys)
}

function isFilled(value: PlainValue | undefined): boolean {
  if (typeof value === 'string') return isContent(value)
  return Array.isArray(value) && value.length > 0
}
