/**
 * What was said, as OpenInference has it twice: in numbered attributes, which leave out what they have no place for, and as the request and the answer
 * themselves in `input.value` and `output.value`, which frameworks in Python print.
 */
import type { StepKind } from '../model/step.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import type { StepWords } from './dialect.ts'
import { plainMessage } from './haystack-messages.ts'
import { countMessages } from './messages/indexed.ts'
import type { Message } from './messages/message.ts'
import { asObject } from './messages/shapes.ts'
import { WholeReader } from './messages/whole.ts'
import { isAround, isHaystack } from './openinference-frameworks.ts'
import { wholeAnswerOf } from './openinference-output.ts'
import { readPython } from './python-repr.ts'
import { jsonObject, path } from './read.ts'

const numberedInput = { prefix: 'llm.input_messages', infix: 'message.' }
const numberedOutput = { prefix: 'llm.output_messages', infix: 'message.' }
const MAX_CHARACTERS = 1_048_576

export function openInferenceWords(span: Span, kind: StepKind): StepWords {
  const { attributes } = span
  switch (kind) {
    case 'llm':
      return isHaystack(span) ? printedWords(attributes) : callWords(attributes)
    case 'retrieval':
      return { output: numbered(attributes, 'retrieval.documents', 'document.content') }
    case 'rerank':
      return {
        input: attributes.string('reranker.query') ?? undefined,
        output: numbered(attributes, 'reranker.output_documents', 'document.content'),
      }
    case 'embedding':
      return { input: numbered(attributes, 'embedding.embeddings', 'embedding.text') }
    case 'agent':
    case 'workflow':
      // LlamaIndex' helpers repeat what the call says.
      return isAround(span, 'llm') ? { input: null, output: null } : crewWords(attributes)
    default:
      return {}
  }
}

/** The request itself where it has as many messages as are numbered, and each is one. */
function callWords(attributes: Attributes): StepWords {
  const isSaid = (wholeAnswerOf(attributes)?.messages ?? []).some(saysSomething)
  const output = isSaid || countMessages(attributes, numberedOutput) === 0 ? valueAt(attributes, 'output.value') : undefined
  const request = requestOf(attributes, output)
  const messages = new WholeReader('input').messagesIn(request) ?? []
  const count = countMessages(attributes, numberedInput)
  const isWhole = count === 0 || (messages.length >= count && messages.every(({ source }) => source !== null))
  return { input: isWhole ? request : undefined, output }
}

/** Not every shape of a message is known. */
function saysSomething({ text, refusal, toolCalls, hasMedia }: Message): boolean {
  return text !== '' || refusal !== null || toolCalls.length > 0 || hasMedia
}

/** The Responses API repeats the instructions in its answer; OpenAI's Agents SDK leaves them out of what it passes on as input. */
function requestOf(attributes: Attributes, output: PlainValue | undefined): PlainValue | undefined {
  const request = valueAt(attributes, 'input.value')
  const instructions = path(output, 'instructions')
  return Array.isArray(request) && typeof instructions === 'string' ? { instructions, input: request } : request
}

function valueAt(attributes: Attributes, key: string): PlainValue | undefined {
  const text = attributes.string(key)
  return text === null ? undefined : new WholeReader('step').plain(text)
}

/** Haystack's messages as Python prints them; the numbered ones leave out what tools answered. */
function printedWords(attributes: Attributes): StepWords {
  return { input: printedList(attributes, 'input.value', 'messages'), output: printedList(attributes, 'output.value', 'replies') }
}

function printedList(attributes: Attributes, key: string, name: string): PlainValue | undefined {
  const list = path(jsonObject(attributes, key, MAX_CHARACTERS) ?? undefined, name)
  if (!Array.isArray(list)) return undefined
  const read = list.map((item) => (typeof item === 'string' ? readPython(item, MAX_CHARACTERS) : undefined))
  return read.every((item) => asObject(item) !== null) ? read.map(plainMessage) : list
}

const MAX_NUMBERED = 512

/** Texts in numbered attributes; undefined where there are none. */
function numbered(attributes: Attributes, prefix: string, suffix: string): PlainValue | undefined {
  const texts: string[] = []
  for (let at = 0; at < MAX_NUMBERED; at++) {
    const text = attributes.string(`${prefix}.${at}.${suffix}`)
    if (text === null) break
    texts.push(text)
  }
  return texts.length === 0 ? undefined : texts
}

/** CrewAI passes on all that it knows of an agent and its task, and of what came out. */
function crewWords(attributes: Attributes): StepWords {
  const task = path(jsonObject(attributes, 'input.value', MAX_CHARACTERS) ?? undefined, 'task', 'description')
  const raw = path(jsonObject(attributes, 'output.value', MAX_CHARACTERS) ?? undefined, 'raw')
  return {
    ...(typeof task === 'string' ? { input: task } : {}),
    ...(typeof raw === 'string' ? { output: raw } : {}),
  }
}
