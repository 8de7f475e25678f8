/**
 * A dialect is one emitter family's way of saying the same things on a span. A new one is a table of attribute names, a test whether a span is
 * its own, and a mapping to a kind; see docs/adding-a-dialect.md. Reading is pure: nothing of the span may be kept but values.
 */
import type { ParseAttempt, StepKind, ToolUse } from '../model/step.ts'
import type { Usage } from '../model/usage.ts'
import type { Span } from '../otlp/span.ts'

/** Attribute names to try for one field; the first one present and valid wins. */
export type Chain = readonly string[]

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
  readonly conversationId: Chain
  readonly userId: Chain
  readonly agent: Chain
  readonly node: Chain
  readonly outerNode: Chain
  readonly toolName: Chain
  readonly toolArguments: Chain
  readonly toolResult: Chain
  readonly finishReasons: Chain
  /** Seconds from request to first token. */
  readonly timeToFirstTokenSeconds: Chain
  /** The same in milliseconds. */
  readonly timeToFirstTokenMs: Chain
  /** Message content: inputs, outputs, prompts. Asked only whether one of them says something; for tools it is their arguments and result. */
  readonly content: Chain
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
}

export interface Dialect {
  /** Short stable name, as used in docs and tests. */
  readonly name: string
  readonly keys: KeyTable
  /** Whether the span speaks this dialect. Must be cheap: it is asked for every span. */
  matches(span: Span): boolean
  /** What the span means. Called only after `matches`. */
  read(span: Span): Reading
}
