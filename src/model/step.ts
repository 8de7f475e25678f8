/** A step is what one span means to an agent: the neutral word of every dialect, small enough to be kept while its run is open. */
import type { FailureKind } from './failure.ts'
import type { Usage } from './usage.ts'

/**
 * `llm` is one attempt at one model call; `agent` and `workflow` are parents whose usage is a sum and never counted; `parse` is one attempt of
 * the application to read a model's answer.
 */
export type StepKind =
  | 'llm'
  | 'embedding'
  | 'tool'
  | 'agent'
  | 'workflow'
  | 'retrieval'
  | 'rerank'
  | 'guardrail'
  | 'parse'
  | 'other'

/** How a model call ended, in the words of the GenAI conventions. */
export type FinishReason = 'stop' | 'length' | 'tool_call' | 'content_filter' | 'error' | 'other'

/** What a failed span says about its failure. Text is cut to 1,000 characters and stays in memory; stored text is redacted. */
export interface StepError {
  /** `error.type`, else the exception's class, as spelled on the wire. */
  readonly type: string | null
  readonly message: string | null
  readonly httpStatus: number | null
  /** Set once a detector has named it, so that a step read back from the records keeps its verdict. */
  readonly kind: FailureKind | null
}

/** What a tool step ran. Fingerprints stand for texts that are not kept; null = not on the wire. */
export interface ToolUse {
  readonly name: string
  readonly argumentsFingerprint: string | null
  readonly resultFingerprint: string | null
}

export const parseFormats = ['json', 'fenced_json', 'xml', 'yaml', 'tool_call', 'text', 'other'] as const
/** What an answer was to be read as; `other` = a format that is not in the list. */
export type ParseFormat = (typeof parseFormats)[number]

export const parseOutcomes = ['ok', 'repaired', 'failed'] as const
export type ParseOutcome = (typeof parseOutcomes)[number]

/** One attempt to parse a model's answer. */
export interface ParseAttempt {
  readonly format: ParseFormat
  readonly outcome: ParseOutcome
}

/** Shapes are fixed (absent = null) so that millions of them stay cheap. Ids are lower-case hex, times unix microseconds. */
export interface Step {
  readonly spanId: string
  readonly parentId: string | null
  /** The span a run began with: no parent, or a parent in another process (span flags, or a server span). */
  readonly isEntry: boolean
  /** False when the emitter does not say whether the parent is remote, so a missing parent proves little. */
  readonly parentIsLocal: boolean
  readonly kind: StepKind
  /** Span name, at most 128 characters. */
  readonly name: string
  readonly startUs: number
  readonly endUs: number
  readonly service: string
  readonly environment: string
  readonly release: string
  /** GenAI operation as the dialect names it, for instance `chat`; the step label of last resort. */
  readonly operation: string
  /** The agent this span names itself. */
  readonly agent: string | null
  /** The named place in the app this span is or stands in: graph node, workflow task, function id. */
  readonly node: string | null
  /** A node name that holds only when no ancestor has a better one. */
  readonly outerNode: string | null
  readonly conversationId: string | null
  readonly userId: string | null
  readonly provider: string | null
  readonly requestModel: string | null
  readonly responseModel: string | null
  readonly responseId: string | null
  /** Tokens of this call. On parents it is a sum of their children and only a fallback. */
  readonly usage: Usage
  readonly timeToFirstTokenUs: number | null
  readonly finishReasons: readonly FinishReason[]
  readonly tool: ToolUse | null
  /** Set on steps of the kind `parse`. */
  readonly parse: ParseAttempt | null
  readonly error: StepError | null
  /** Name of the instrumentation scope: the library that made the span. At most 128 characters, '' = none. */
  readonly scope: string
  /** True when message content came with the step (inputs, outputs, prompts; of tools arguments or results), on its span or in a log record. */
  readonly hasContent: boolean
}

/** What a log record adds to the span it belongs to. Applied at settle, so it may come before or after its span. */
export interface StepNote {
  /** Identity of the record: the same record twice is one note. */
  readonly key: string
  readonly spanId: string
  readonly atUs: number
  readonly error: StepError | null
  readonly finishReasons: readonly FinishReason[]
  /** The record held message content. */
  readonly hasContent: boolean
}

/** Duration in microseconds; clocks that run backwards give 0, never less. */
export function stepDurationUs(step: Step): number {
  return Math.max(0, step.endUs - step.startUs)
}

/** Some SDKs cut starts to whole milliseconds and ends not: a span may seem to begin this long before the one it followed had ended. */
export const CLOCK_STEP_US = 1_000

/** True when one step began after the other had ended, as far as the clocks of SDKs tell. */
export function beganAfter(later: Step, earlier: Step): boolean {
  return later.startUs > earlier.endUs - CLOCK_STEP_US && later.startUs >= earlier.startUs && later !== earlier
}

/** The model a call is counted under: the exact one that answered, else the one asked for, else empty. */
export function modelOf(step: Step): string {
  return step.responseModel ?? step.requestModel ?? ''
}

/** True when the span says something about an agent, a model or a tool; plain spans only hold the tree together. */
export function hasGenAiMeaning(step: Step): boolean {
  return step.kind !== 'other'
}
