/** Whole objects with every field set, so that a round trip that loses one is seen. */
import {
  type Checkpoint,
  type ConversationDelta,
  conversationKeyText,
  type FoldHead,
  type SeriesState,
  type SettledRun,
} from '../../src/model/checkpoint.ts'
import { blankStep } from '../../src/model/blank-step.ts'
import type { RunFailure, RunRecord, RunStep, RunSummary } from '../../src/model/run.ts'

export function fold(seq: number, changes: Partial<FoldHead> = {}): FoldHead {
  return {
    version: 1,
    head: { seq, atMs: 1_700_000_000_000 + seq, uptimeMs: 5000, bytes: 4_294_967_296 },
    lowWater: { seq: Math.max(0, seq - 2), atMs: 1_700_000_000_000, uptimeMs: 4000, bytes: 4_294_967_000 },
    settleNumber: 12,
    oldestPast: null,
    settings: '{"prices":[]}',
    openRuns: [{ traceId: 'open', firstSeq: 3, isReopened: false }],
    ...changes,
  }
}

export function checkpoint(seq: number, changes: Partial<Checkpoint> = {}): Checkpoint {
  return {
    fold: fold(seq),
    series: [],
    labels: [],
    removedLabels: [],
    settled: [],
    runs: [],
    conversations: [],
    conversationStates: [],
    feedback: { records: [], states: [] },
    keeps: [],
    ...changes,
  }
}

export function series(metric: string, labels: readonly string[], changes: Partial<SeriesState> = {}): SeriesState {
  return {
    metric,
    labels,
    values: [1],
    heldValues: null,
    heldUntilMs: 0,
    usedAtMs: 1_700_000_000_000,
    exemplars: null,
    ...changes,
  }
}

export function settledRun(traceId: string, changes: Partial<SettledRun> = {}): SettledRun {
  return {
    traceId,
    settledAtMs: 1_700_000_003_000,
    settleNumber: 1,
    outcome: 'ok',
    service: 'shop',
    environment: 'prod',
    agent: 'support',
    conversationId: 'conversation-1',
    startedAtUs: 1_700_000_000_000_001,
    entries: [3, 5],
    isStored: false,
    seen: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 255, 0]),
    ...changes,
  }
}

export function step(changes: Partial<RunStep> = {}): RunStep {
  return {
    ...blankStep,
    spanId: 'span-1',
    parentId: null,
    isEntry: true,
    parentIsLocal: false,
    kind: 'llm',
    name: 'chat gpt-4o',
    startUs: 1_700_000_000_000_000,
    endUs: 1_700_000_001_000_000,
    service: 'shop',
    environment: 'prod',
    release: '1.4.2',
    operation: 'chat',
    agent: 'support',
    node: 'answer',
    outerNode: null,
    conversationId: 'conversation-1',
    userId: 'user-1',
    provider: 'openai',
    requestModel: 'gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    responseId: 'response-1',
    usage: { input: 100, output: 20, cacheRead: 50, cacheWrite: 0, reasoning: null },
    timeToFirstTokenUs: 250_000,
    finishReasons: ['stop'],
    tool: { name: 'search', callId: null, argumentsFingerprint: 'a.b', looseArguments: null, resultFingerprint: null },
    parse: null,
    scope: '@opentelemetry/instrumentation-openai',
    hasContent: true,
    error: { type: 'RateLimitError', message: '429 Too Many Requests', httpStatus: 429, cause: null, kind: 'rate_limit' },
    agentLabel: 'support',
    stepLabel: 'answer',
    isCounted: true,
    unpriced: null,
    costNanoUsd: 1_234_567,
    ...changes,
  }
}

export function failure(changes: Partial<RunFailure> = {}): RunFailure {
  return {
    kind: 'rate_limit',
    impact: 'fatal',
    spanId: 'span-1',
    detail: 'HTTP 429',
    step: 'answer',
    stepName: 'chat',
    model: 'gpt-4o',
    ...changes,
  }
}

export function run(traceId: string, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    traceId,
    conversationId: 'conversation-1',
    userId: 'user-1',
    title: 'Where is my parcel?',
    tags: ['beta', 'internal'],
    service: 'shop',
    environment: 'prod',
    agent: 'support',
    release: '1.4.2',
    startedAtUs: 1_700_000_000_000_001,
    durationUs: 2_500_000,
    outcome: 'ok',
    failures: [],
    usage: { input: 100, output: 20, cacheRead: 50, cacheWrite: 0, reasoning: null },
    costNanoUsd: 1_234_567,
    unpricedCalls: 0,
    llmCalls: 1,
    toolCalls: 2,
    settledAtMs: 1_700_000_003_000,
    sampleRate: 0.1,
    steps: [step()],
    ...changes,
  }
}

export function delta(conversationId: string, changes: Partial<ConversationDelta> = {}): ConversationDelta {
  return {
    conversationId,
    service: 'shop',
    environment: 'prod',
    agent: 'support',
    firstAtUs: 1_700_000_000_000_000,
    lastAtUs: 1_700_000_002_000_000,
    settledAtMs: 1_700_000_003_000,
    runs: 1,
    failedRuns: 0,
    llmCalls: 2,
    toolCalls: 3,
    inputTokens: 100,
    outputTokens: 20,
    costNanoUsd: 1_000_000,
    unpricedCalls: 1,
    ...changes,
  }
}

/** The text by which a conversation of `delta` is known. */
export function keyText(conversationId: string): string {
  return conversationKeyText(delta(conversationId))
}

/** What a list shows of a run. */
export function summary({ steps: _steps, ...rest }: RunRecord): RunSummary {
  return rest
}
