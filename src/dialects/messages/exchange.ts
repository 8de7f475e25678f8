/**
 * What a model call was told and what it answered, read from wherever the emitter put it: attributes that hold messages as JSON or structured,
 * numbered attributes, span events. Only what detectors need leaves: see Answer and ToolReport in the model.
 */
import type { Answer, ParseFormat, ToolReport } from '../../model/step.ts'
import type { UserTurn } from '../../model/turn.ts'
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
import { saidIn, saidInText } from './said.ts'
import { newReports } from './tool-reports.ts'

export interface Exchange {
  readonly answer: Answer | null
  readonly toolReports: readonly ToolReport[]
  readonly said: UserTurn | null
}

export const noExchange: Exchange = { answer: null, toolReports: [], said: null }

export function readExchange(span: Span, keys: KeyTable, asked: ParseFormat | null, check: SchemaCheck | null): Exchange {
  const { attributes, events } = span
  const output = outputOf(attributes, keys) ?? outputOfEvents(events)
  return { answer: answerIn(output, asked, check), ...(inputOf(attributes, keys) ?? toldIn(inputOfEvents(events))) }
}

/** The same of attributes alone, such as those of a log record. */
export function readAttributes(
  attributes: Attributes,
  keys: KeyTable,
  asked: ParseFormat | null,
  check: SchemaCheck | null,
): Exchange {
  const output = outputOf(attributes, keys)
  return { answer: answerIn(output, asked, check), ...(inputOf(attributes, keys) ?? toldIn([])) }
}

/** Messages of others only are no answer, and no empty one either. */
function answerIn(output: readonly Message[] | null, asked: ParseFormat | null, check: SchemaCheck | null): Answer | null {
  const isUnknown = output === null || (output.length > 0 && output.every(({ role }) => role !== 'assistant' && role !== 'other'))
  return isUnknown ? null : answerOf(output, asked, check)
}

/** How a text is read into messages: detectors read what they need, transcripts everything (see whole.ts). */
export type ReadText = (text: string) => readonly Message[] | null

export function outputOf(attributes: Attributes, keys: KeyTable, read: ReadText = messagesOf): readonly Message[] | null {
  return (
    firstMessages(attributes, keys.outputMessages, read) ??
    indexed(attributes, keys.indexedOutput, false) ??
    textAndTools(attributes, keys, read)
  )
}

/** All that a model was told in attributes; detectors ask for the end of it only (`inputOf`). */
export function wholeInputOf(attributes: Attributes, keys: KeyTable, read: ReadText): readonly Message[] | null {
  const messages = firstMessages(attributes, keys.inputMessages, read)
  return messages?.flatMap((message) => unwrapped(message, read)) ?? indexed(attributes, keys.indexedInput, false)
}

/** Emitters that send the answer's text and the tools it asks for in attributes of their own. */
function textAndTools(
  attributes: Attributes,
  { outputText, outputToolCalls }: KeyTable,
  read: ReadText,
): readonly Message[] | null {
  const text = firstContent(attributes, outputText)
  const calls = firstContent(attributes, outputToolCalls)
  if (text === null && calls === null) return null
  const asked = calls === null ? [] : read(`[{"role":"assistant","tool_calls":${calls}}]`)
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

type Told = Pick<Exchange, 'toolReports' | 'said'>

function toldIn(messages: readonly Message[]): Told {
  return { toolReports: newReports(messages), said: saidIn(messages) }
}

/** Only the end of the input is of interest: what a tool answered, or what the user said. */
function inputOf(attributes: Attributes, keys: KeyTable): Told | null {
  for (const key of keys.inputMessages) {
    const text = attributes.text(key)
    if (text === null || !isContent(text)) continue
    if (!mayTellOfFailedTool(text)) return { toolReports: [], said: saidInText(text) }
    return toldIn((messagesOf(text) ?? []).flatMap((message) => unwrapped(message, messagesOf)))
  }
  const messages = indexed(attributes, keys.indexedInput, true)
  if (messages !== null) return toldIn(messages)
  // Where numbered attributes are the habit, an API that takes a text alone has it in the step's input.
  const text = keys.inputMessages.length > 0 ? null : firstContent(attributes, keys.stepInput)
  return text === null ? null : { toolReports: [], said: saidInText(text) }
}

/** One emitter sends the whole input of a call as the text of one message. */
function unwrapped(message: Message, read: ReadText): readonly Message[] {
  return listInText.test(message.text) ? (read(message.text) ?? [message]) : [message]
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

function firstMessages(attributes: Attributes, chain: Chain, read: ReadText): readonly Message[] | null {
  for (const key of chain) {
    const text = attributes.text(key)
    if (text === null || text === '') continue
    const messages = read(text)
    if (messages !== null) return messages
  }
  return null
}

function indexed(attributes: Attributes, where: IndexedMessages | null, onlyNew: boolean): readonly Message[] | null {
  return where === null ? null : readIndexed(attributes, where, onlyNew)
}

/** Where Azure's clients and Semantic Kernel for .NET put the whole message of an event. */
const EVENT_CONTENT = 'gen_ai.event.content'

export const roleOfEvent: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
])

export function inputOfEvents(events: readonly SpanEvent[], read: ReadText = messagesOf): readonly Message[] {
  return events.flatMap((event): readonly Message[] => {
    const role = roleOfEvent.get(event.name)
    if (role === undefined) return messagesAt(event, wholeInputEvents.get(event.name) ?? [], 'user', read)
    return messagesAt(event, ['content', EVENT_CONTENT], role, read).map((message) => {
      if (message.role !== 'other') return message
      return role === 'tool' && message.toolResults.length === 0
        ? { ...message, role, toolResults: [toolResultIn(event, message)] }
        : { ...message, role: roleFor(role, message) }
    })
  })
}

/** Events that hold all messages at once. */
const wholeInputEvents: ReadonlyMap<string, Chain> = new Map([
  ['gen_ai.client.inference.operation.details', ['gen_ai.input.messages']],
])

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

export function outputOfEvents(events: readonly SpanEvent[], read: ReadText = messagesOf): readonly Message[] | null {
  const choices = events.filter(({ name }) => outputEvents.has(name))
  const messages = choices.flatMap((event) => messagesAt(event, outputEvents.get(event.name) ?? [], 'assistant', read))
  return choices.length === 0 || messages.length === 0 ? null : messages
}

function messagesAt(event: SpanEvent, chain: Chain, role: string, read: ReadText): readonly Message[] {
  for (const key of chain) {
    const text = event.attributes.text(key)
    if (text === null) continue
    if (key === EVENT_CONTENT) return wholeMessage(text, role, read)
    const messages = read(text)
    return messages === null || messages.length === 0 ? partsIn(text, role, read) : messages
  }
  return []
}

/** A message as JSON; that of a choice lies beside how it ended, and names no role. */
function wholeMessage(text: string, role: string, read: ReadText): readonly Message[] {
  const whole = parsedObject(text, MAX_CHARACTERS)
  const message = asObject(path(whole ?? undefined, 'message')) ?? whole
  return message === null ? [] : (read(JSON.stringify([{ role, ...message }])) ?? [])
}

/** The parts of a message without the message: its role is the name of the event (Strands). */
function partsIn(text: string, role: string, read: ReadText): readonly Message[] {
  return text.trimStart().startsWith('[') ? (read(`[{"role":${JSON.stringify(role)},"content":${text}}]`) ?? []) : []
}
