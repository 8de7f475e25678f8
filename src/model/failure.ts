/** What can go wrong in a run, as the label `kind` spells it. The full list of design 4.8; detectors exist for some of it so far. */

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
  'parse_error',
  'tool_error',
  'recursion_loop',
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
