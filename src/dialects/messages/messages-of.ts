/** A text -> the messages in it. */
import type { PlainValue } from '../../otlp/span.ts'
import { isContent } from '../read.ts'
import type { Message } from './message.ts'
import { readMessages } from './read-messages.ts'

/** Content beyond this is not looked into: reading it would cost more than it tells. */
export const MAX_CHARACTERS = 1_048_576

/** Messages in a text: JSON of any known shape, else the text itself. Null when it is a placeholder, too long, or JSON that was cut. */
export function messagesOf(text: string): readonly Message[] | null {
  if (text.length > MAX_CHARACTERS) return null
  const trimmed = text.trimStart()
  // An empty list is an answer that holds nothing; other empty values are what is left of content that was switched off.
  if (trimmed === '[]') return []
  if (!isContent(text)) return null
  if (trimmed[0] !== '[' && trimmed[0] !== '{') return readMessages(text)
  try {
    const value: PlainValue = JSON.parse(text)
    const messages = readMessages(value)
    // Data that holds no message is somebody's own; that an answer is empty needs a message that is.
    return messages.length === 0 ? null : messages
  } catch {
    return null
  }
}
