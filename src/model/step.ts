/** A step is what one span means to an agent: the neutral word of every dialect, small enough to be kept while its run is open. */
import type { FailureKind } from './failure.ts'
import type { UserTurn } from './turn.ts'
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

/** How a model call ended, in the words of the GenAI conventions; `refusal` = the model itself would not answer. */
export type FinishReason = 'stop' | 'length' | 'tool_call' | 'content_filter' | 'refusal' | 'error' | 'other'

/** What a failed span says about its failure. Text is cut to 1,000 characters and stays in memory; stored text is redacted. */
export interface StepError {
  /** `error.type`, else the exception's class, as spelled on the wire. */
  readonly type: string | null
  readonly message: string | null
  readonly httpStatus: number | null
  /** The exception that it was raised from, as `Class: message`; null = none is on the wire. Frameworks wrap what really happened. */
  readonly cause: string | null
  /** Set once a detector has named it, so that a step read back from the records keeps its verdict. */
  readonly kind: FailureKind | null
}

/** What a tool step ran. Fingerprints stand for texts that are not kept; null = not on the wire. */
export interface ToolUse {
  readonly name: string
  /** The id by which the model asked for this run; null = not on the wire. */
  readonly callId: string | null
  readonly argumentsFingerprint: string | null
  /** The arguments without what makes no difference to a tool (spacing, case, key order, counters); null = not on the wire, or nothing to leave out. */
  readonly looseArguments: string | null
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

/** What an answer of a model was: text, a request to run tools, the model's own refusal, or nothing at all. */
type AnswerForm = 'text' | 'tool_calls' | 'refusal' | 'empty'

/** What of a model's answer matters once its text is gone. Known only where the emitter sends content. */
export interface Answer {
  readonly form: AnswerForm
  /** How its text is written; null where there is none. */
  readonly format: ParseFormat | null
  /** Whether the text can be read in that format: null = not of a format that we can check. */
  readonly isReadable: boolean | null
  /** Where a readable answer breaks the schema it was asked for, in words; null = nowhere, or no schema is on the wire. */
  readonly schemaProblem: string | null
  readonly toolCalls: readonly RequestedTool[]
}

/** A tool that a model asked for. */
export interface RequestedTool {
  readonly callId: string | null
  readonly name: string
  readonly argumentsFingerprint: string | null
  /** False when the arguments are text that is no JSON. Null = not on the wire. */
  readonly hasReadableArguments: boolean | null
  /** False when the call's own list of tools has none of that name. Null = the list is not on the wire, or not whole. */
  readonly isOffered: boolean | null
}

export type ToolReportKind = 'tool_error' | 'tool_bad_arguments' | 'unknown_tool'

/** A tool that failed, as the model was told in the call after it: all there is to see where a tool has no span of its own. */
export interface ToolReport {
  readonly kind: ToolReportKind
  readonly callId: string | null
  readonly name: string | null
  /** What the model was told, at most 300 characters. Stays in memory; stored text is redacted. */
  readonly message: string
}

/** Where a step came from: a span, or a log record of an emitter that reports its calls in logs. */
type StepSource = 'span' | 'log'

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
  /** A framework made the conversation's id up: any other in the run goes before it. */
  readonly isConversationMadeUp: boolean
  readonly userId: string | null
  /** The application's own id of the message in its chat that this answers or is. */
  readonly messageId: string | null
  /** Words that the application puts on its runs, at most 16 of 64 characters. */
  readonly tags: readonly string[]
  readonly provider: string | null
  readonly requestModel: string | null
  readonly responseModel: string | null
  readonly responseId: string | null
  /** Tokens of this call. On parents it is a sum of their children and only a fallback. */
  readonly usage: Usage
  readonly timeToFirstTokenUs: number | null
  readonly finishReasons: readonly FinishReason[]
  readonly tool: ToolUse | null
  /** What a model answered, where content tells. */
  readonly answer: Answer | null
  /** Failed tools that a model call was told about and no call before it. */
  readonly toolReports: readonly ToolReport[]
  /** What the user said, where that is the last thing that a model call, an agent or the entry of a run was told. */
  readonly said: UserTurn | null
  /** The format a model call was asked to answer in; null = not said. */
  readonly askedFormat: ParseFormat | null
  /** How many documents a retrieval found; null = not on the wire. */
  readonly documents: number | null
  /** What the span itself says the call cost. Kept beside our price. */
  readonly statedCostNanoUsd: number | null
  /** Token counts that are on the wire and cannot be read, by name; they read as unknown. */
  readonly unreadable: readonly string[]
  /** The provider's service tier (`default`, `flex`, `priority`, `batch`), which changes the price; null = not said. */
  readonly serviceTier: string | null
  /** Part of the cache writes that is kept for an hour and costs more; null = not said. */
  readonly cacheWrite1hTokens: number | null
  /** Set on steps of the kind `parse`. */
  readonly parse: ParseAttempt | null
  readonly error: StepError | null
  /** Name of the instrumentation scope: the library that made the span. At most 128 characters, '' = none. */
  readonly scope: string
  /** True when message content came with the step (inputs, outputs, prompts; of tools arguments or results), on its span or in a log record. */
  readonly hasContent: boolean
  /** A span of its own for the rest of a call that another span began: some report what a stream brought, with its usage, apart from the request. */
  readonly isContinuation: boolean
  /** The trace that this span links to, for runs that follow one another in traces of their own. */
  readonly linkedTraceId: string | null
  readonly source: StepSource
}

/** What a log record adds to the span it belongs to. Applied at settle, so it may come before or after its span. */
export interface StepNote {
  /** Identity of the record: the same record twice is one note. */
  readonly key: string
  readonly spanId: string
  /** Set where the record is about a tool run whose span is another one than the record's. */
  readonly callId: string | null
  readonly atUs: number
  readonly error: StepError | null
  /** A recorded exception. Alone it is no failure, since applications record what they handle; it explains one that says nothing of itself. */
  readonly exception: StepError | null
  readonly finishReasons: readonly FinishReason[]
  /** The record held message content. */
  readonly hasContent: boolean
  readonly answer: Answer | null
  readonly toolReports: readonly ToolReport[]
  readonly said: UserTurn | null
  /** Of a tool run; null = not in this record. */
  readonly argumentsFingerprint: string | null
  readonly looseArguments: string | null
  readonly resultFingerprint: string | null
  readonly conversationId: string | null
  readonly userId: string | null
}

/** Duration in microseconds; clocks that run backwards give 0, never less. */
export function stepDurationUs(step: Step): number {
  return Math.max(0, step.endUs - step.startUs)
}

/** Of one span, and of a run. */
export const MAX_TAGS = 16

/** Nothing lasts a month, on the way or in a run: two clocks do not agree then. */
export const MAX_DURATION_US: number = 30 * 86_400e6

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
