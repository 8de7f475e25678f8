/** Of a transcript every text, argument and result is content; names of tools and kinds of media are names. */
import type { MessagePart, Transcript, TranscriptMessage } from '../model/transcript.ts'
import { orNull, type TextRedaction } from './of-run.ts'

export function redactTranscript(transcript: Transcript, by: TextRedaction, maxLength: number): Transcript {
  const redactAll = (messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] =>
    messages.map((message) => redactMessage(message, by, maxLength))
  return {
    ...transcript,
    steps: transcript.steps.map((step) => ({ ...step, input: redactAll(step.input), output: redactAll(step.output) })),
  }
}

export function redactMessage(message: TranscriptMessage, by: TextRedaction, maxLength: number): TranscriptMessage {
  return { ...message, parts: message.parts.map((part) => redactPart(part, by, maxLength)) }
}

function redactPart(part: MessagePart, by: TextRedaction, maxLength: number): MessagePart {
  const content = (text: string): string => by.content(text, maxLength)
  switch (part.type) {
    case 'text':
    case 'thought':
    case 'refusal':
      return { ...part, text: content(part.text) }
    case 'tool_call':
      return { ...part, name: by.name(part.name), arguments: orNull(part.arguments, content) }
    case 'tool_result':
      return { ...part, name: orNull(part.name, by.name), text: content(part.text) }
    case 'media':
      return { ...part, what: by.name(part.what) }
    default:
      return part satisfies never
  }
}
