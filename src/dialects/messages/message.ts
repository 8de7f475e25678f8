/** A chat message in the house's words, whatever shape an emitter gave it. It lives inside the dialect's call only: its text is never kept. */
import type { PlainValue } from '../../otlp/span.ts'

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'other'

export interface Message {
  readonly role: Role
  /** All text parts, one after the other; without the model's thoughts. */
  readonly text: string
  /** The model's own words for why it does not answer, where the API has a field for them. */
  readonly refusal: string | null
  readonly toolCalls: readonly ToolCall[]
  readonly toolResults: readonly ToolResult[]
  /** Something that is neither text nor tools: images, audio, files, tools of the provider, and text that was left out. */
  readonly hasMedia: boolean
}

/** A tool that the model asks for. */
export interface ToolCall {
  readonly id: string | null
  readonly name: string
  /** As sent: an object, or the text that should be JSON. Undefined = not on the wire. */
  readonly arguments: PlainValue | undefined
  /** The emitter itself says that the arguments could not be read. */
  readonly isBroken: boolean
}

/** What a tool answered to the model. */
export interface ToolResult {
  readonly id: string | null
  readonly name: string | null
  readonly text: string
  /** Whether the message is marked as an error; false = it is not marked, which proves little. */
  readonly isMarkedFailed: boolean
}
