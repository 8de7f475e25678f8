/** What went through steps that are neither calls nor tools: messages, queries and documents, texts, or data of the application. */
import type { MessageRole, TranscriptMessage } from '../../model/transcript.ts'
import type { StepKind } from '../../model/step.ts'
import type { Attributes, PlainValue, Span } from '../../otlp/span.ts'
import type { Chain, KeyTable, StepWords } from '../dialect.ts'
import { inputOfEvents, outputOfEvents } from '../messages/exchange.ts'
import type { Message } from '../messages/message.ts'
import { asObject } from '../messages/shapes.ts'
import { shownMessages, writtenText } from '../messages/shown.ts'
import { argumentsOf } from '../messages/tool-answer.ts'
import { instructions, textsIn, WholeReader } from '../messages/whole.ts'
import { isHidden } from '../read.ts'
import { firstValue, plainValue, type Said } from './said.ts'

export function stepSaid(span: Span, keys: KeyTable, words: StepWords, kind: StepKind): Said {
  const { attributes, events } = span
  const reader = new WholeReader('step')
  const given = valueOf(words.input, attributes, keys.stepInput, reader)
  const got = valueOf(words.output, attributes, keys.stepOutput, reader)
  if (kind === 'retrieval' || kind === 'rerank' || kind === 'embedding') {
    // What comes out of an embedding is no text.
    return { input: texts(given), output: kind === 'embedding' ? [] : texts(got), isPartial: reader.isPartial }
  }
  const isAgent = kind === 'agent'
  const told = isAgent ? firstValue(attributes, keys.instructions, reader) : undefined
  const input =
    given === undefined
      ? shownMessages(inputOfEvents(events, reader.read), 'user')
      : shown(given, isAgent ? 'user' : 'other', reader)
  const output =
    got === undefined
      ? shownMessages(outputOfEvents(events, reader.read) ?? [], 'assistant')
      : shown(got, isAgent ? 'assistant' : 'other', reader)
  return {
    input: told === undefined ? input : [...shownMessages(instructions(told), 'system'), ...input],
    output,
    isPartial: reader.isPartial,
  }
}

/** What the dialect found, which may be that there is nothing; else what the key table says. */
function valueOf(
  found: PlainValue | undefined,
  attributes: Attributes,
  chain: Chain,
  reader: WholeReader,
): PlainValue | undefined {
  const value = found === null ? undefined : (plainValue(found, reader) ?? firstValue(attributes, chain, reader))
  return value === undefined ? undefined : plainValue(argumentsOf(value), reader)
}

function texts(value: PlainValue | undefined): readonly TranscriptMessage[] {
  const parts = textsIn(value).flatMap((text) => (isHidden(text) ? [] : [{ type: 'text' as const, text }]))
  return parts.length === 0 ? [] : [{ role: 'other', parts }]
}

function shown(value: PlainValue, otherwise: MessageRole, reader: WholeReader): readonly TranscriptMessage[] {
  const messages = reader.messagesIn(value)
  if (messages?.some(isMessage) === true) return shownMessages(messages, otherwise)
  const said = onlyText(value)
  const text = said ?? writtenText(value)
  if (isHidden(text) || isPlumbing(value)) return []
  return [{ role: typeof value === 'string' ? otherwise : 'other', parts: [{ type: 'text', text }] }]
}

/** Texts in data are parameters, unless they lie in messages. */
function isMessage({ source, parts, toolCalls, toolResults }: Message): boolean {
  return source !== null || parts !== null || toolCalls.length > 0 || toolResults.length > 0
}

/** A text alone, or the only thing in an object. */
function onlyText(value: PlainValue): string | null {
  if (typeof value === 'string') return value
  const object = asObject(value)
  const inner = object === null ? [] : Object.values(object)
  return inner.length === 1 && typeof inner[0] === 'string' ? inner[0] : null
}

/** Python's objects, and the names that LangGraph has for where a graph begins and ends. */
const printed = /^(?:[A-Z]\w*\(|<|__\w+__$)|\bobject at 0x[0-9a-f]/
const MAX_DEPTH = 16

/** Objects of a framework as Python prints them say nothing to anybody. */
function isPlumbing(value: PlainValue): boolean {
  const found = stringsIn(value, 0)
  return found.length > 0 && found.every((text) => printed.test(text.slice(0, 400)))
}

function stringsIn(value: PlainValue, depth: number): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  return Object.values(value).flatMap((item: PlainValue) => stringsIn(item, depth + 1))
}
