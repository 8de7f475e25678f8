/**
 * Reads all that a text says, for transcripts: detectors leave out instructions beside the messages, thoughts, texts that Python printed and JSON that was
 * cut. The shapes are the same (read-messages.ts); what is only of interest here is added to them.
 */
import type { PlainValue } from '../../otlp/span.ts'
import { readPython } from '../python-repr.ts'
import { isContent } from '../read.ts'
import { mayBeCut } from './answer-text.ts'
import { readCutJson } from './cut-json.ts'
import type { ReadText } from './exchange.ts'
import type { Message } from './message.ts'
import { readPart } from './parts.ts'
import { type Besides, emptyMessage, envelopeKeys, readAllMessages, readMessages } from './read-messages.ts'
import { asList, asObject, jsonText, type PlainObject, stringAt, valueAt } from './shapes.ts'

/** What a model was told, what it answered, or what went through another step. */
export type Direction = 'input' | 'output' | 'step'

/** Reads texts and values, and remembers whether something in them could not be read. */
export class WholeReader {
  readonly #besides: Besides
  readonly #direction: Direction
  isPartial = false

  constructor(direction: Direction) {
    this.#direction = direction
    this.#besides = direction === 'input' ? besideInput : besideOthers
  }

  /** As a ReadText; null where the text holds nothing, or nothing that can be read. */
  readonly read: ReadText = (text) => (text.trim() === '[]' ? [] : this.messagesIn(this.plain(text)))

  /** A text as what it stands for: JSON, what Python prints, or itself. Undefined where content was switched off. */
  plain(text: string): PlainValue | undefined {
    if (!isContent(text)) return undefined
    if (text.length > MAX_CHARACTERS) {
      this.isPartial = true
      return undefined
    }
    const trimmed = text.trim()
    const value = /^[[{"]/.test(trimmed) ? parsedData(trimmed) : undefined
    if (value !== undefined || !dataStart.test(trimmed)) return value ?? text
    const upToTheCut = readCutJson(trimmed)
    // Anything else may be what a model wrote, cut by a limit of its own.
    const isCut = upToTheCut !== undefined && readAllMessages(upToTheCut, this.#besides).some(({ source }) => source !== null)
    if (isCut || mayBeCut(text)) this.isPartial = true
    return isCut ? upToTheCut : text
  }

  /** Null where the value holds no messages. */
  messagesIn(value: PlainValue | undefined): readonly Message[] | null {
    if (value === undefined) return null
    const messages = readAllMessages(value, this.#besides)
    if (messages.length > 0) return messages
    // A model's answer that was data, parsed by whoever sent it.
    const data = this.#direction === 'output' ? asObject(value) : null
    return data === null || isEnvelope(data) ? null : [{ ...emptyMessage, text: jsonText(data), source: data }]
  }
}

/** What is longer than a whole request's limit is nothing that a model reads. */
const MAX_CHARACTERS = 16_777_216

/** Undefined where the text is no data, or not all of it. */
function parsedData(text: string): PlainValue | undefined {
  try {
    const value: PlainValue = JSON.parse(text)
    return value
  } catch {
    return text[0] === '"' ? undefined : readPython(text, MAX_CHARACTERS)
  }
}

/** What begins like this and cannot be read is data that was cut. */
const dataStart = /^(?:\{\s*"[^"\n]{1,200}"\s*:|\[\s*(?:\{\s*"[^"\n]{1,200}"\s*:|"|\[))/

/** Answers of APIs without an answer in them. */
function isEnvelope(object: PlainObject): boolean {
  return ['usage', 'choices', 'candidates', 'model', 'usageMetadata', 'usage_metadata'].some((key) => Object.hasOwn(object, key))
}

/** Behind the usual ones: parameters of frameworks that hold what was said. */
const moreKeys: readonly string[] = [
  ...envelopeKeys,
  'prompt',
  'prompts',
  'new_message',
  'inputs',
  'outputs',
  'update',
  'result',
  'replies',
]
const instructionKeys = ['system', 'instructions', 'systemInstruction', 'system_instruction', 'system_prompt']

const besideInput: Besides = { envelopeKeys: moreKeys, before: instructionsIn, item: partAlone }
/** The Responses API repeats the instructions in its answer. */
const besideOthers: Besides = { envelopeKeys: moreKeys, before: sentOn, item: partAlone }

/** LangGraph's order to go on with a node, and with what. */
function sentOn(envelope: PlainObject): readonly Message[] {
  return envelope['lg_name'] === 'Send' ? readMessages(envelope['args']) : []
}

/** What a request says beside its messages. */
function instructionsIn(envelope: PlainObject): readonly Message[] {
  if (!moreKeys.some((key) => Object.hasOwn(envelope, key))) return []
  const said = valueAt(envelope, ...instructionKeys) ?? valueAt(asObject(envelope['config']) ?? {}, ...instructionKeys)
  return said === undefined || typeof said === 'boolean' ? [] : instructions(said)
}

/** Instructions as a text, as parts, or as a content of parts. */
export function instructions(said: PlainValue): readonly Message[] {
  const content = asObject(said)?.['parts'] ?? said
  return readMessages([{ role: 'system', content }])
}

const alone: ReadonlySet<string> = new Set([
  'text',
  'output_text',
  'tool_call',
  'tool_use',
  'tool_result',
  'tool_call_response',
  'refusal',
])

/** Parts without a message around them, and items of the Responses API that are no messages: thoughts, tools of the provider. */
function partAlone(object: PlainObject): Message | null {
  const type = stringAt(object, 'type') ?? ''
  const isItem = type === 'reasoning' || (type.endsWith('_call') && Object.hasOwn(object, 'status'))
  if (!isItem && !alone.has(type)) return null
  const part = isItem && type !== 'reasoning' ? ({ type: 'media', source: object } as const) : readPart(object)
  const message = { ...emptyMessage, parts: [part], source: null }
  return type === 'tool_result' || type === 'tool_call_response'
    ? { ...message, role: 'tool' }
    : { ...message, role: 'assistant' }
}

/** Texts in a value that holds no messages: documents, texts to embed. */
export function textsIn(value: PlainValue | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return asList(value).flatMap(textOfItem)
  return textOfItem(value)
}

const textKeys = ['content', 'text', 'pageContent', 'page_content', 'document', 'query', 'input']

function textOfItem(item: PlainValue): readonly string[] {
  if (typeof item === 'string') return item === '' ? [] : [item]
  const object = asObject(item)
  if (object === null) return item === null ? [] : [jsonText(item)]
  const inner = asObject(object['document']) ?? object
  const text = stringAt(inner, ...textKeys)
  if (text !== null) return [text]
  const parts = asList(inner['content']).map((part) => stringAt(asObject(part) ?? {}, 'text'))
  return parts.length > 0 && parts.every((part) => part !== null) ? [parts.join('\n')] : [jsonText(object)]
}
