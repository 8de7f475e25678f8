/**
 * A dialect is one emitter family's way of saying the same things on a span. A new one is a table of attribute names, a test whether a span is
 * its own, and a mapping to a kind; see docs/adding-a-dialect.md. Reading is pure: nothing of the span may be kept but values.
 */
import type { Answer, FinishReason, ParseAttempt, ParseFormat, StepError, StepKind, ToolReport, ToolUse } from '../model/step.ts'
import type { UserTurn } from '../model/turn.ts'
import type { Usage } from '../model/usage.ts'
import type { PlainValue, Span } from '../otlp/span.ts'

/** Attribute names to try for one field; the first one present and valid wins. */
export type Chain = readonly string[]

/** Messages in numbered attributes: `<prefix>.<number>.<infix>role`. */
export interface IndexedMessages {
  readonly prefix: string
  readonly infix: string
}

/** Where a dialect keeps each field. An empty chain = this emitter does not send it. */
export interface KeyTable {
  readonly provider: Chain
  readonly requestModel: Chain
  readonly responseModel: Chain
  readonly responseId: Chain
  readonly inputTokens: Chain
  readonly outputTokens: Chain
  readonly cacheReadTokens: Chain
  readonly cacheWriteTokens: Chain
  readonly reasoningTokens: Chain
  /** All tokens of the call in one sum, which tells whether the counts above hold their parts. */
  readonly totalTokens: Chain
  readonly conversationId: Chain
  readonly userId: Chain
  readonly tags: Chain
  /** On spans; both are normally on the resource. */
  readonly environment: Chain
  readonly release: Chain
  readonly agent: Chain
  readonly node: Chain
  readonly outerNode: Chain
  readonly toolName: Chain
  readonly toolCallId: Chain
  readonly toolArguments: Chain
  readonly toolResult: Chain
  readonly finishReasons: Chain
  /** Seconds from request to first token. */
  readonly timeToFirstTokenSeconds: Chain
  /** The same in milliseconds. */
  readonly timeToFirstTokenMs: Chain
  /** Message content: inputs, outputs, prompts. Asked only whether one of them says something; for tools it is their arguments and result. */
  readonly content: Chain
  /** What a model was told and what it answered, as messages: JSON in any of the shapes that messages/ knows, or structured. */
  readonly inputMessages: Chain
  readonly outputMessages: Chain
  readonly indexedInput: IndexedMessages | null
  readonly indexedOutput: IndexedMessages | null
  /** The answer's text, and the list of tools it asks for, where they stand alone. */
  readonly outputText: Chain
  readonly outputToolCalls: Chain
  /** The thoughts of an answer, where they stand alone. */
  readonly outputThoughts: Chain
  /** Instructions that stand apart from the messages: a text, or parts. */
  readonly instructions: Chain
  /** What goes into steps that are neither calls nor tools, and what comes out: messages, texts or data. */
  readonly stepInput: Chain
  readonly stepOutput: Chain
  /** The tools that a call offers: a list, or a request that has one under `tools`. */
  readonly offeredTools: Chain
  /** The same in numbered attributes: `<prefix>.<number>.<suffix>`. */
  readonly indexedTools: { readonly prefix: string; readonly suffix: string }
  /** The output format that was asked for: `json`, `text`, or a response format as an object. */
  readonly askedFormat: Chain
  /** The JSON schema that was asked for, alone or in what was sent along with the call (see messages/schema.ts). */
  readonly askedSchema: Chain
  /** Found documents of a retrieval, as a list. */
  readonly documents: Chain
  /** The same as a number. */
  readonly documentCount: Chain
  /** What the call cost in USD by the emitter's own reckoning. */
  readonly statedCostUsd: Chain
  readonly serviceTier: Chain
  readonly cacheWrite1hTokens: Chain
}

/** The fields a dialect may read in its own way; what it leaves out is read by its key table. */
export interface Reading {
  readonly kind: StepKind
  /** The operation in the words of the conventions, for instance `chat`. */
  readonly operation: string
  readonly agent?: string | null
  readonly node?: string | null
  readonly outerNode?: string | null
  readonly provider?: string | null
  readonly usage?: Usage
  readonly tool?: ToolUse | null
  readonly parse?: ParseAttempt
  readonly requestModel?: string | null
  readonly responseModel?: string | null
  readonly responseId?: string | null
  readonly finishReasons?: readonly FinishReason[]
  /** The step's failure where the emitter has a carrier of its own for it; null = it did not fail. */
  readonly error?: StepError | null
  readonly answer?: Answer | null
  readonly toolReports?: readonly ToolReport[]
  readonly said?: UserTurn | null
  readonly askedFormat?: ParseFormat | null
  readonly documents?: number | null
  readonly conversationId?: string | null
  /** See Step. */
  readonly isConversationMadeUp?: boolean
  readonly userId?: string | null
  readonly messageId?: string | null
  readonly timeToFirstTokenUs?: number | null
  /** When the work began, where the span itself begins later. */
  readonly startUs?: number
  readonly statedCostUsd?: number | null
  readonly hasContent?: boolean
  /** Null where a link does not lead to what came before in the conversation. */
  readonly linkedTraceId?: string | null
  /** The rest of a call that another span beside it began (a stream, with its usage). */
  readonly isContinuation?: boolean
}

/** Where a transcript finds what the key table cannot say. As it was sent: what it means follows from the step's kind. Undefined = see the key table. */
export interface StepWords {
  /** Messages of a call, arguments of a tool, a query. Texts are read as JSON where they are some; null = there is nothing. */
  readonly input?: PlainValue | undefined
  readonly output?: PlainValue | undefined
}

export interface Dialect {
  /** Short stable name, as used in docs and tests. */
  readonly name: string
  readonly keys: KeyTable
  /** Whether the span speaks this dialect. Must be cheap: it is asked for every span. */
  matches(span: Span): boolean
  /** What the span means. Called only after `matches`. */
  read(span: Span): Reading
  /** What was said, for transcripts of runs that are kept: never called where every span is. */
  words?(span: Span, kind: StepKind): StepWords
}
