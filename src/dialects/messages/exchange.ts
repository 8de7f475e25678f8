/**
 * What a model call was told and what it answered, read from wherever the emitter put it: attributes that hold messages as JSON or structured,
 * numbered attributes, span events. Only what detectors need leaves: see Answer and ToolReport in the model.
 */
import type { Answer, ParseFormat, ToolReport } from '../../model/step.ts'
import type { Attributes, Span, SpanEvent } from '../../otlp/span.ts'
import type { Chain, IndexedMessages, KeyTable } from '../dialect.ts'
import { isContent, parsedObject, path } from '../read.ts'
import { answerOf } from './answer.ts'
import type { SchemaCheck } from './answer-text.ts'
import { readIndexed } from './indexed.ts'
import type { Message, ToolResult } from './message.ts'
import { MAX_CHARACTERS, messagesOf } from './messages-of.ts'
import { emptyMessage } from './read-messages.ts'
import { asObject } from './shapes.ts'
import { newReports } from './tool-reports.ts'

export interface Exchange {
  readonly answer: Answer | null
  readonly toolReports: readonly ToolReport[]
}

export const noExchange: Exchange = { answer: null, toolReports: [] }

export function readExchange(span: Span, keys: KeyTable, asked: ParseFormat | null, check: SchemaCheck | null): Exchange {
  const { attributes, events } = span
  const output = outputOf(attributes, keys) ?? outputOfEvents(events)
  return {
    answer: answerIn(output, asked, check),
    toolReports: newReports(inputOf(attributes, keys) ?? inputOfEvents(events)),
  }
}

/** The same of attributes alone, such as those of a log record. */
export function readAttributes(
  attributes: Attributes,
  keys: KeyTable,
  asked: ParseFormat | null,
  check: SchemaCheck | null,
): Exchange {
  const output = outputOf(attributes, keys)
  return {
    answer: answerIn(output, asked, check),
    toolReports: newReports(inputOf(attributes, keys) ?? []),
  }
}

/** Messages of others only are no answer, and no empty one either. */
function answerIn(output: readonly Message[] | null, asked: ParseFormat | null, check: SchemaCheck | null): Answer | null {
  const isUnknown = output === null || (output.length > 0 && output.every(({ role }) => role !== 'assistant' && role !== 'other'))
  return isUnknown ? null : answerOf(output, asked, check)
}

function outputOf(attributes: Attributes, keys: KeyTable): readonly Message[] | null {
  return (
    firstMessages(attributes, keys.outputMessages) ??
    indexed(attributes, keys.indexedOutput, false) ??
    textAndTools(attributes, keys)
  )
}

/** Emitters that send the answer's text and the tools it asks for in attributes of their own. */
function textAndTools(attributes: Attributes, { outputText, outputToolCalls }: KeyTable): readonly Message[] | null {
  const text = firstContent(attributes, outputText)
  const calls = firstContent(attributes, outputToolCalls)
  if (text === null && calls === null) return null
  const asked = calls === null ? [] : messagesOf(`[{"role":"assistant","tool_calls":${calls}}]`)
  // Half a list of tools is no empty answer.
  if (asked === null) return text === null ? null : [{ ...emptyMessage, role: 'assistant', text }]
  return [{ ...emptyMessage, role: 'assistant', text: text ?? '' }, ...asked]
}

function firstContent(attributes: Attributes, chain: Chain): string | null {
  for (const key of chain) {
    const text = attributes.text(key)
    if (text !== null && isContent(text) && text.length <= MAX_CHARACTERS) return text
  }
  return null
}

/** Only the end of the input is of interest, and only where it holds what a tool answered. */
function inputOf(attributes: Attributes, keys: KeyTable): readonly Message[] | null {
  for (const key of keys.inputMessages) {
    const text = attributes.text(key)
    if (text === null || !isContent(text)) continue
    return mayTellOfFailedTool(text) ? (messagesOf(text) ?? []).flatMap(unwrapped) : []
  }
  return indexed(attributes, keys.indexedInput, true)
}

/** One emitter sends the whole input of a call as the text of one message. */
function unwrapped(message: Message): readonly Message[] {
  return listInText.test(message.text) ? (messagesOf(message.text) ?? [message]) : [message]
}

const listInText = /^\s*\[\s*\{\s*"(?:role|type|id)"\s*:/

/** What a failed tool is told in stands at the end of the input; this much of it is searched before anything is parsed. */
const TAIL_CHARACTERS = 16_384
const toolMark = /tool|function_?(?:call_output|response)/i
const failureMark = /error|exception|fail|invalid|unknown|not (?:found|valid|available|defined)|unavailable|no such|traceback/i

function mayTellOfFailedTool(text: string): boolean {
  const tail = text.length > TAIL_CHARACTERS ? text.slice(-TAIL_CHARACTERS) : text
  return toolMark.test(tail) && failureMark.test(tail)
}

function firstMessages(attributes: Attributes, chain: Chain): readonly Message[] | null {
  for (const key of chain) {
    const text = attributes.text(key)
    if (text === null || text === '') continue
    const messages = messagesOf(text)
    if (messages !== null) return messages
  }
  return null
}

function indexed(attributes: Attributes, where: IndexedMessages | null, onlyNew: boolean): readonly Message[] | null {
  return where === null ? null : readIndexed(attributes, where, onlyNew)
}

/** Where Azure's clients and Semantic Kernel for .NET put the whole message of an event. */
const EVENT_CONTENT = 'gen_ai.event.content'

const roleOfEvent: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
])

function inputOfEvents(events: readonly SpanEvent[]): readonly Message[] {
  return events.flatMap((event): readonly Message[] => {
    const role = roleOfEvent.get(event.name)
    if (role === undefined)
      return messagesAt(
        event,
        event.name === 'gen_ai.client.inference.operation.details' ? ['gen_ai.input.messages'] : [],
        'user',
      )
    return messagesAt(event, ['content', EVENT_CONTENT], role).map((message) => {
      if (message.role !== 'other') return message
      return role === 'tool' && message.toolResults.length === 0
        ? { ...message, role, toolResults: [toolResultIn(event, message)] }
        : { ...message, role: roleFor(role, message) }
    })
  })
}

/** A tool's answer as plain text, its id beside it. */
function toolResultIn({ attributes }: SpanEvent, { text }: Message): ToolResult {
  return { id: attributes.string('id'), name: attributes.string('name'), text, isMarkedFailed: false }
}

function roleFor(role: string, message: Message): Message['role'] {
  if (message.toolResults.length > 0) return 'tool'
  return role === 'system' || role === 'user' || role === 'assistant' || role === 'tool' ? role : 'other'
}

const outputEvents: ReadonlyMap<string, Chain> = new Map([
  ['gen_ai.choice', ['message', 'content', EVENT_CONTENT]],
  ['gen_ai.content.completion', ['gen_ai.completion']],
  ['gen_ai.client.inference.operation.details', ['gen_ai.output.messages']],
])

function outputOfEvents(events: readonly SpanEvent[]): readonly Message[] | null {
  const choices = events.filter(({ name }) => outputEvents.has(name))
  const messages = choices.flatMap((event) => messagesAt(event, outputEvents.get(event.name) ?? [], 'assistant'))
  return choices.length === 0 || messages.length === 0 ? null : messages
}

function messagesAt(event: SpanEvent, chain: Chain, role: string): readonly Message[] {
  for (const key of chain) {
    const text = event.attributes.text(key)
    if (text === null) continue
    if (key === EVENT_CONTENT) return wholeMessage(text, role)
    const messages = messagesOf(text)
    return messages === null || messages.length === 0 ? partsIn(text, role) : messages
  }
  return []
}

/** A message as JSON; that of a choice lies beside how it ended, and names no role. */
function wholeMessage(text: string, role: string): readonly Message[] {
  const whole = parsedObject(text, MAX_CHARACTERS)
  const message = asObject(path(whole ?? undefined, 'message')) ?? whole
  return message === null ? [] : (messagesOf(JSON.stringify([{ role, ...message }])) ?? [])
}

/** The parts of a message without the message: its role is the name of the event (Strands). */
function partsIn(text: string, role: string): readonly Message[] {
  return text.trimStart().startsWith('[') ? (messagesOf(`[{"role":${JSON.stringify(role)},"content":${text}}]`) ?? []) : []
}
