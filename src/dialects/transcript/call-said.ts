/** What a model was told and what it answered. */
import type { TranscriptMessage } from '../../model/transcript.ts'
import type { PlainValue, Span } from '../../otlp/span.ts'
import type { KeyTable, StepWords } from '../dialect.ts'
import { inputOfEvents, outputOf, outputOfEvents, wholeInputOf } from '../messages/exchange.ts'
import type { Message } from '../messages/message.ts'
import { emptyMessage } from '../messages/read-messages.ts'
import { shownMessages } from '../messages/shown.ts'
import { instructions, WholeReader } from '../messages/whole.ts'
import { firstText, isHidden } from '../read.ts'
import { firstValue, plainValue, type Said } from './said.ts'

type Carrier = Pick<Span, 'attributes' | 'events'>

export function callSaid(carrier: Carrier, keys: KeyTable, words: StepWords): Said {
  const told = new WholeReader('input')
  const answered = new WholeReader('output')
  const messages = messagesIn(words.input, told) ?? inputIn(carrier, keys, told)
  const answer = messagesIn(words.output, answered) ?? outputIn(carrier, keys, answered)
  return {
    input: withInstructions(carrier, keys, shownMessages(messages, 'user'), told),
    output: [...thoughts(carrier, keys), ...asModel(shownMessages(joined(answer), 'assistant'))],
    isPartial: told.isPartial || answered.isPartial,
  }
}

function messagesIn(value: PlainValue | undefined, reader: WholeReader): readonly Message[] | null {
  return value === null ? [] : reader.messagesIn(plainValue(value, reader))
}

function inputIn({ attributes, events }: Carrier, keys: KeyTable, reader: WholeReader): readonly Message[] {
  return wholeInputOf(attributes, keys, reader.read) ?? inputOfEvents(events, reader.read)
}

function outputIn({ attributes, events }: Carrier, keys: KeyTable, reader: WholeReader): readonly Message[] {
  return outputOf(attributes, keys, reader.read) ?? outputOfEvents(events, reader.read) ?? []
}

/** Some emitters have the instructions among the messages as well. */
function withInstructions(
  { attributes }: Carrier,
  keys: KeyTable,
  messages: readonly TranscriptMessage[],
  reader: WholeReader,
): readonly TranscriptMessage[] {
  const said = firstValue(attributes, keys.instructions, reader)
  if (said === undefined || messages.some(({ role }) => role === 'system')) return messages
  return [...shownMessages(instructions(said), 'system'), ...messages]
}

function thoughts({ attributes }: Carrier, keys: KeyTable): readonly TranscriptMessage[] {
  const text = firstText(attributes, keys.outputThoughts)
  return text === null || isHidden(text) ? [] : [{ role: 'assistant', parts: [{ type: 'thought', text }] }]
}

/** Gemini CLI says that the system answered. */
function asModel(messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  return messages.map((message) =>
    message.role === 'system' || message.role === 'other' ? { ...message, role: 'assistant' } : message,
  )
}

/** An answer that streamed, a message for each piece of it: only the last says how it ended. */
function joined(messages: readonly Message[]): readonly Message[] {
  const whole: Message[] = []
  let isOpen = false
  for (const message of messages) {
    const before = whole.at(-1)
    const isText = message.toolCalls.length === 0 && message.toolResults.length === 0 && !message.hasMedia
    if (isOpen && before !== undefined && isText)
      whole.splice(-1, 1, { ...emptyMessage, role: 'assistant', text: before.text + message.text })
    else whole.push(message)
    isOpen = isText && message.source?.['finish_reason'] === ''
  }
  return whole
}
