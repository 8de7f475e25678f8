/** Runs with their transcripts and feedback, as the records keep them, for tests of the pages. */
import { blankStep } from '../../src/model/blank-step.ts'
import { type FeedbackRecord, noTarget } from '../../src/model/feedback.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { RunRecord, RunStep } from '../../src/model/run.ts'
import type { StepKind } from '../../src/model/step.ts'
import type { MessagePart, MessageRole, Transcript, TranscriptMessage, TranscriptStep } from '../../src/model/transcript.ts'
import { unknownUsage } from '../../src/model/usage.ts'

export const AT_MS: number = Date.UTC(2026, 0, 31, 11, 55)

export interface PlannedStep {
  readonly kind: StepKind
  readonly name: string
  /** Index of its parent in the plan; absent = the first step, or none for that itself. */
  readonly under?: number
  readonly startMs: number
  readonly ms: number
  readonly more?: Partial<RunStep>
  readonly said?: Partial<Omit<TranscriptStep, 'spanId'>>
  readonly failure?: Omit<Failure, 'spanId'>
}

export interface PlannedRun {
  readonly traceId: string
  readonly agent?: string
  readonly more?: Partial<RunRecord>
  readonly steps: readonly PlannedStep[]
}

export function spanIdOf(index: number): string {
  return (index + 1).toString(16).padStart(16, '0')
}

export interface Reviewed {
  readonly run: RunRecord
  readonly transcript: Transcript
}

export function reviewed(plan: PlannedRun): Reviewed {
  const { traceId, agent = 'support', more = {} } = plan
  const startedAtUs = AT_MS * 1_000
  const steps = plan.steps.map((step, index) => runStep(step, index, agent, startedAtUs))
  const failures = plan.steps.flatMap(({ failure, name, more: own }, index) =>
    failure === undefined
      ? []
      : [{ ...failure, spanId: spanIdOf(index), step: '', stepName: name, model: own?.responseModel ?? '' }],
  )
  const counted = steps.filter(({ isCounted }) => isCounted)
  const sum = (of: (step: RunStep) => number | null): number => counted.reduce((total, step) => total + (of(step) ?? 0), 0)
  const run: RunRecord = {
    traceId,
    conversationId: 'chat-42',
    userId: 'user-7',
    title: 'I was charged twice.',
    tags: ['beta'],
    service: 'shop',
    environment: 'prod',
    agent,
    release: '1.4.2',
    startedAtUs,
    durationUs: Math.max(...plan.steps.map(({ startMs, ms }) => startMs + ms)) * 1_000,
    outcome: failures.some(({ impact }) => impact === 'fatal') ? 'failed' : 'ok',
    failures,
    usage: { ...unknownUsage, input: sum(({ usage }) => usage.input), output: sum(({ usage }) => usage.output) },
    costNanoUsd: sum(({ costNanoUsd }) => costNanoUsd),
    unpricedCalls: 0,
    llmCalls: counted.length,
    toolCalls: steps.filter(({ kind }) => kind === 'tool').length,
    settledAtMs: AT_MS + 60_000,
    sampleRate: 1,
    steps,
    ...more,
  }
  const transcript: Transcript = {
    traceId,
    reason: run.outcome === 'failed' ? 'failed' : 'sampled',
    keptAtMs: AT_MS + 61_000,
    outcome: run.outcome,
    steps: plan.steps.flatMap(({ said }, index) => (said === undefined ? [] : [transcriptStep(spanIdOf(index), said)])),
    omittedSteps: 0,
    incomplete: null,
  }
  return { run, transcript }
}

function runStep(plan: PlannedStep, index: number, agent: string, startedAtUs: number): RunStep {
  const { kind, name, under, startMs, ms, more, said } = plan
  const isCall = kind === 'llm'
  return {
    ...blankStep,
    spanId: spanIdOf(index),
    parentId: index === 0 ? null : spanIdOf(under ?? 0),
    isEntry: index === 0,
    parentIsLocal: index > 0,
    kind,
    name,
    startUs: startedAtUs + startMs * 1_000,
    endUs: startedAtUs + (startMs + ms) * 1_000,
    service: 'shop',
    environment: 'prod',
    release: '1.4.2',
    operation: isCall ? 'chat' : kind === 'tool' ? 'execute_tool' : kind === 'agent' ? 'invoke_agent' : '',
    ...(isCall ? { provider: 'openai', requestModel: 'gpt-4o-mini', responseModel: 'gpt-4o-mini-2024-07-18' } : {}),
    usage: isCall ? { input: 412 + index * 60, output: 31, cacheRead: 0, cacheWrite: null, reasoning: 0 } : unknownUsage,
    scope: 'openai',
    hasContent: said !== undefined,
    agentLabel: agent,
    stepLabel: 'chat',
    isCounted: isCall,
    unpriced: null,
    costNanoUsd: isCall ? 80_000 + index * 9_000 : null,
    ...more,
  }
}

function transcriptStep(spanId: string, said: Partial<Omit<TranscriptStep, 'spanId'>>): TranscriptStep {
  return { spanId, input: [], repeated: 0, output: [], isPartial: false, missing: null, ...said }
}

export function says(role: MessageRole, ...parts: readonly (string | MessagePart)[]): TranscriptMessage {
  return { role, parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)) }
}

export function asksFor(name: string, args: string | null): MessagePart {
  return { type: 'tool_call', id: 'call_1', name, arguments: args }
}

function gives(text: string, isError = false): MessagePart {
  return { type: 'tool_result', id: 'call_1', name: null, text, isError }
}

/** A tool run with fingerprints of what went in and came out. */
export function toolStep(
  name: string,
  args: string,
  result: string,
  plan: Partial<PlannedStep> & { readonly startMs: number },
): PlannedStep {
  return {
    kind: 'tool',
    name: `execute_tool ${name}`,
    ms: 90,
    said: { input: [says('assistant', asksFor(name, args))], output: [says('tool', gives(result))] },
    ...plan,
    more: {
      tool: { name, callId: 'call_1', argumentsFingerprint: args, looseArguments: null, resultFingerprint: result },
      ...plan.more,
    },
  }
}

export function feedback(more: Partial<FeedbackRecord> = {}): FeedbackRecord {
  return {
    id: 'vote-1',
    target: { ...noTarget, traceId: '0'.repeat(31) + '1' },
    name: 'user_rating',
    score: null,
    scale: null,
    label: null,
    rating: 'negative',
    comment: null,
    correction: null,
    userId: 'user-7',
    source: 'widget',
    judge: 'user',
    atMs: AT_MS + 120_000,
    receivedAtMs: AT_MS + 121_000,
    changedAtMs: AT_MS + 121_000,
    countedRating: 'negative',
    runId: '0'.repeat(31) + '1',
    isWithdrawn: false,
    ...more,
  }
}
