/** A settled run as the records keep it and the API shows it. */
import type { UnpricedReason } from './fact.ts'
import type { Failure } from './failure.ts'
import type { Step } from './step.ts'
import type { Usage } from './usage.ts'

export const runOutcomes = ['ok', 'failed'] as const
export type RunOutcome = (typeof runOutcomes)[number]

/** Labels every per-agent metric has. Empty environment = not set by the emitter. */
export interface CommonLabels {
  readonly service: string
  readonly environment: string
  readonly agent: string
}

/** A run without its steps: what lists show. */
export interface RunSummary extends CommonLabels {
  readonly traceId: string
  readonly conversationId: string | null
  readonly userId: string | null
  /** How the user began, at most 200 characters; null = what was said was not sent. */
  readonly title: string | null
  /** Of all its steps, in alphabetical order; at most 16. */
  readonly tags: readonly string[]
  readonly release: string
  readonly startedAtUs: number
  readonly durationUs: number
  readonly outcome: RunOutcome
  readonly failures: readonly RunFailure[]
  /** Sum over the counted calls of what is known. */
  readonly usage: Usage
  /** Sum over the priced calls; null when no call could be priced. */
  readonly costNanoUsd: number | null
  readonly unpricedCalls: number
  readonly llmCalls: number
  readonly toolCalls: number
  readonly settledAtMs: number
  /** 1 = every run like this one is stored; 0.1 = this row stands for ten. */
  readonly sampleRate: number
}

export interface RunRecord extends RunSummary {
  readonly steps: readonly RunStep[]
}

/** A failure with the labels of the step it happened at. */
export interface RunFailure extends Failure {
  readonly step: string
  readonly stepName: string
  readonly model: string
}

/** A step with what only the whole run could tell. */
export interface RunStep extends Step {
  readonly agentLabel: string
  readonly stepLabel: string
  /** True for the one span of a model call that was counted; its twins and parents are not. */
  readonly isCounted: boolean
  /** Cost of a counted call; null = not counted, or no price known. */
  readonly costNanoUsd: number | null
  /** Why a counted call has no cost; null = it has one, or was not counted. */
  readonly unpriced: UnpricedReason | null
}

/** Model calls that came after their run had settled. Money is nano-USD. */
export interface LateCalls {
  readonly llmCalls: number
  readonly costNanoUsd: number
}

/** What was decided about one trace, for whoever watches: a run, or spans that hold nothing of an agent. Texts are as they came. */
export type SettledTrace =
  | {
      readonly type: 'run'
      readonly record: RunRecord
      /** What late spans added to a run that has been counted before; null = it is counted for the first time. */
      readonly late: LateCalls | null
      readonly atMs: number
    }
  | { readonly type: 'plain'; readonly steps: Iterable<Step>; readonly atMs: number }
