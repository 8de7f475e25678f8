/** A simulated run before it becomes spans: what happens in it, when, and what an observer should find. Plain values, no clock. */
import type { Model } from './models.ts'

/** Tokens of one model call in the convention's reading: `input` holds what caches served and took in, `output` holds reasoning. */
export interface Tokens {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly reasoning: number
}

/** How a model call ended, in the provider-neutral words of the conventions. */
export type FinishReason = 'stop' | 'tool_call' | 'length' | 'content_filter'

/** What one span is about. */
export type Work =
  | { readonly type: 'request'; readonly route: string }
  | { readonly type: 'agent'; readonly name: string }
  | { readonly type: 'workflow'; readonly name: string }
  | {
      readonly type: 'chat'
      readonly model: Model
      readonly promptName: string | null
      /** Null where the call failed: then nothing below is known either. */
      readonly answer: Answer | null
    }
  | { readonly type: 'tool'; readonly name: string; readonly arguments: string; readonly result: string | null }
  | { readonly type: 'retrieval'; readonly source: string }
  | { readonly type: 'embedding'; readonly model: Model; readonly inputTokens: number }

export interface Answer {
  readonly id: string
  readonly finish: FinishReason
  readonly tokens: Tokens
  /** Null where the answer is not streamed. */
  readonly firstTokenMs: number | null
}

/** What a failed span says about its failure. */
export interface PlannedError {
  /** Class name or code. */
  readonly type: string
  readonly message: string
  readonly httpStatus: number | null
}

export interface PlannedSpan {
  readonly work: Work
  /** Milliseconds after the run began. */
  readonly startMs: number
  readonly endMs: number
  readonly error: PlannedError | null
  /** False for what the process died in: such a span never ends and is never sent. */
  readonly isSent: boolean
  readonly children: readonly PlannedSpan[]
}

/** Kinds of failure of a model call, in the spelling of the processor's metrics. */
export type CallFailureKind =
  | 'rate_limit'
  | 'server_error'
  | 'timeout'
  | 'auth_error'
  | 'context_length'
  | 'stream_aborted'
  | 'content_filter'
  | 'aborted_by_client'

/** All kinds that the traffic knows. */
type FailureKind = CallFailureKind | 'truncated' | 'tool_error' | 'recursion_loop' | 'incomplete'

/** A failure that was put into the run. `fatal`: the run failed because of it. */
export interface PlannedFailure {
  readonly kind: FailureKind
  readonly impact: 'fatal' | 'recovered'
}

/** What somebody says of a run once it is over. */
export interface PlannedOpinion {
  readonly judge: 'user' | 'model'
  readonly rating: 'positive' | 'neutral' | 'negative'
  readonly comment: string | null
  /** After the run's end. */
  readonly afterMs: number
}

export interface PlannedRun {
  readonly service: string
  readonly agent: string
  readonly release: string
  readonly conversationId: string
  readonly userId: string
  readonly root: PlannedSpan
  readonly failures: readonly PlannedFailure[]
  readonly opinions: readonly PlannedOpinion[]
}

export function isFailed(run: PlannedRun): boolean {
  return run.failures.some(({ impact }) => impact === 'fatal')
}

/** The span and everything below it, parents first. */
export function* spansOf(span: PlannedSpan): Generator<PlannedSpan> {
  yield span
  for (const child of span.children) yield* spansOf(child)
}
