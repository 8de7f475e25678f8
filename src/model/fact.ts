/** Facts are what a settled run adds to the counters. Each has a key that is stable within its run, so that counting twice is impossible. */
import type { FailureImpact, FailureKind } from './failure.ts'
import type { CommonLabels, RunOutcome } from './run.ts'
import type { ParseFormat, ParseOutcome } from './step.ts'
import type { Usage } from './usage.ts'

export type UnpricedReason = 'no_usage' | 'unknown_model' | 'unknown_tier' | 'no_model' | 'failed_call'
export type WasteReason = 'loop' | 'parse_failure' | 'retry' | 'failed_run'
export type ToolOutcome = 'ok' | 'error' | 'bad_arguments' | 'unknown_tool'

/** One attempt at one model call, or one embedding call (`countsAsCall` false: its money and tokens count, the call does not). */
export interface CallFact extends CommonLabels {
  readonly type: 'call'
  readonly spanId: string
  readonly countsAsCall: boolean
  readonly step: string
  readonly provider: string
  readonly model: string
  readonly outcome: 'ok' | 'error'
  readonly errorKind: FailureKind | null
  readonly durationUs: number
  readonly timeToFirstTokenUs: number | null
  readonly usage: Usage
  readonly costNanoUsd: number | null
  readonly unpriced: UnpricedReason | null
  /** How the cost that the emitter states compares with ours; null = it states none, or ours is unknown. */
  readonly statedCost: 'agrees' | 'differs' | null
}

export interface ToolFact extends CommonLabels {
  readonly type: 'tool'
  readonly spanId: string
  /** Empty for a tool that nobody defined: its name is the model's invention. */
  readonly tool: string
  readonly outcome: ToolOutcome
  /** Null for a call that never became a run. */
  readonly durationUs: number | null
}

/** One attempt to parse an answer. Step and model are those of the call that answered; the model is empty where no such call is known. */
export interface ParseFact extends CommonLabels {
  readonly type: 'parse'
  readonly spanId: string
  readonly step: string
  readonly model: string
  readonly format: ParseFormat
  readonly outcome: ParseOutcome
}

export interface FailureFact extends CommonLabels {
  readonly type: 'failure'
  readonly spanId: string
  readonly step: string
  readonly model: string
  readonly kind: FailureKind
  readonly impact: FailureImpact
  readonly release: string
}

/** Final: counted at the first settle only. */
export interface RunFact extends CommonLabels {
  readonly type: 'run'
  readonly release: string
  readonly outcome: RunOutcome
  readonly durationUs: number
  readonly llmCalls: number
  /** Null when a call's price is unknown: a sum of some calls is not the run's cost. Failed calls without usage count as free here. */
  readonly costNanoUsd: number | null
}

/** Final: counted at the first settle only. */
export interface WasteFact extends CommonLabels {
  readonly type: 'waste'
  readonly reason: WasteReason
  readonly tokens: number
  readonly costNanoUsd: number
}

/** A conversation seen for the first time. */
interface ConversationFact extends CommonLabels {
  readonly type: 'conversation'
}

export type Fact = CallFact | ToolFact | ParseFact | FailureFact | RunFact | WasteFact | ConversationFact
