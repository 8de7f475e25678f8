/** Transcripts: what was said in a run, step by step, for the chats that are kept. Texts in records are redacted. */
import type { RunOutcome } from './run.ts'

export type MessageRole = 'system' | 'user' | 'assistant' | 'tool' | 'other'

/** One part of a message, in the order of the wire. */
export type MessagePart =
  | { readonly type: 'text'; readonly text: string }
  /** What a model thought before it answered. */
  | { readonly type: 'thought'; readonly text: string }
  /** The model's own words for why it does not answer. */
  | { readonly type: 'refusal'; readonly text: string }
  /** A tool that a model asks for; arguments as JSON text, or as it was sent where it is none. Null = not on the wire. */
  | { readonly type: 'tool_call'; readonly id: string | null; readonly name: string; readonly arguments: string | null }
  /** What a tool answered. `isError` false = not marked as an error, which proves little. */
  | {
      readonly type: 'tool_result'
      readonly id: string | null
      readonly name: string | null
      readonly text: string
      readonly isError: boolean
    }
  /** Images, audio, files, tools of the provider; their bytes are never kept. `what` as the wire names it, '' = it does not. */
  | { readonly type: 'media'; readonly what: string }

export interface TranscriptMessage {
  readonly role: MessageRole
  readonly parts: readonly MessagePart[]
}

/** The content that one span, or one log record about it, brought: what went in, and what came out. */
export interface StepContent {
  readonly traceId: string
  /** The step that it belongs to; '' = its carrier names none, see `place`. */
  readonly spanId: string
  /** Where it belongs, before the step `spanId`, which is where it stays if the run has no such place; null = to the step. */
  readonly place: ContentPlace | null
  /** Set on a record that holds one piece of a step's content, the others lie in records of their own. */
  readonly piece: ContentPiece | null
  readonly input: readonly TranscriptMessage[]
  readonly output: readonly TranscriptMessage[]
  /** True where something was on the wire that could not be read: cut by the emitter, or too long. */
  readonly isPartial: boolean
}

/** Records are written where their program is, not where the work was. */
export type ContentPlace =
  /** The run of the tool that a model asked for under this id. */
  | { readonly type: 'tool'; readonly callId: string }
  /** The model call with this id of its answer. */
  | { readonly type: 'response'; readonly responseId: string }
  /** The model call that was under way at this time, else the first after it. Unix microseconds. */
  | { readonly type: 'moment'; readonly atUs: number }
  /** The one model call that ended at this time. */
  | { readonly type: 'end'; readonly atUs: number }

interface ContentPiece {
  /** Equal for copies of one record. */
  readonly key: string
  readonly atUs: number
  /** Where the record lies in the log: of one moment the earlier goes first. */
  readonly position: number
}

/** Why a step has no messages: its emitter sent none, or it is of a kind that never has any. */
export type MissingContent = 'not_sent' | 'unreadable'

/** A step's card in the transcript. Everything else about the step (timings, model, cost, failures, parsing) is in the run's record, by span id. */
export interface TranscriptStep {
  readonly spanId: string
  /** What was new to the run in what went in: a call repeats the conversation before it. */
  readonly input: readonly TranscriptMessage[]
  /** Messages of the input that stand at earlier steps and are not repeated. */
  readonly repeated: number
  readonly output: readonly TranscriptMessage[]
  readonly isPartial: boolean
  /** Null = content is there, or none is to be expected. */
  readonly missing: MissingContent | null
}

export type KeptReason = 'failed' | 'rated' | 'picked' | 'sampled'

export interface Transcript {
  readonly traceId: string
  readonly reason: KeptReason
  /** Unix milliseconds of the log's clock. */
  readonly keptAtMs: number
  readonly outcome: RunOutcome
  /** In the order in which they began; only those that have something to show or should have had. */
  readonly steps: readonly TranscriptStep[]
  /** Steps left out because the run is too long; the failing ones are never left out. */
  readonly omittedSteps: number
  /** What the log could no longer tell; null = all there was is here. */
  readonly incomplete: 'log_expired' | 'content_off' | null
}
