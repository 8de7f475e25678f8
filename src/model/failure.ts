/** What can go wrong in a run, as the label `kind` spells it. One detector each; docs/metrics.md says what they mean. */

export const failureKinds = [
  'rate_limit',
  'server_error',
  'timeout',
  'auth_error',
  'context_length',
  'stream_aborted',
  'aborted_by_client',
  'truncated',
  'content_filter',
  'refusal',
  'empty_output',
  'parse_error',
  'malformed_output',
  'schema_error',
  'schema_violation',
  'tool_error',
  'tool_bad_arguments',
  'unknown_tool',
  'recursion_loop',
  'guardrail_tripped',
  'retrieval_empty',
  'step_error',
  'incomplete',
] as const

export type FailureKind = (typeof failureKinds)[number]

/** `fatal`: the run failed because of it. `recovered`: the user still got an answer. */
export type FailureImpact = 'fatal' | 'recovered'

/** One failure of a run with its evidence. */
export interface Failure {
  readonly kind: FailureKind
  readonly impact: FailureImpact
  /** The step it happened at; the run's first step where the whole run is meant. */
  readonly spanId: string
  /** Why we say so, in words; redacted before it is stored. */
  readonly detail: string
}
