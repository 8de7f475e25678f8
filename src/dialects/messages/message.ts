/** A chat message in the house's words, whatever shape an emitter gave it. It lives inside the dialect's call only: its text is never kept. */
import type { PlainValue } from '../../otlp/span.ts'
import type { PlainObject, Role } from './shapes.ts'

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
  /** In the order of the wire, for transcripts; null where nothing but text and tools is known of it. */
  readonly parts: readonly Part[] | null
  /** What it was read from, for transcripts: thoughts stand beside the content, too. */
  readonly source: PlainObject | null
}

/** One part of a message's content. What says nothing about an answer is not decoded: `source` is as it was sent. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'tool_call'; readonly call: ToolCall }
  | { readonly type: 'tool_result'; readonly result: ToolResult }
  /** Something else that was answered: images, tools of the provider, text that was left out. */
  | { readonly type: 'media'; readonly source: PlainObject }
  /** Thoughts, and whatever says nothing about the answer. */
  | { readonly type: 'nothing'; readonly source: PlainObject | null }

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
