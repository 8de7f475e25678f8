/** Records of the store as the API shows them. */
import type { FeedbackRecord } from '../model/feedback.ts'
import type { RunRecord, RunStep, RunSummary } from '../model/run.ts'
import { modelOf, stepDurationUs } from '../model/step.ts'
import type { Transcript } from '../model/transcript.ts'
import type { Usage } from '../model/usage.ts'
import type { ConversationRecord, RunPage } from '../records/store.ts'
import type { ConversationJson, FeedbackJson, RunDetailJson, RunJson, StepJson, UsageJson } from './schemas.ts'
import { formatTimeUs } from './times.ts'
import { transcriptJson } from './transcript-json.ts'

/** What was said about runs, by trace id. */
export type Ratings = ReadonlyMap<string, readonly FeedbackRecord[]>

/** A run. `isSettled` false = it is still open and has no settle time. */
export function runJson(run: RunSummary, ratings: Ratings, isSettled = true): RunJson {
  return {
    traceId: run.traceId,
    conversationId: run.conversationId,
    userId: run.userId,
    title: run.title === '' ? null : run.title,
    tags: run.tags,
    service: run.service,
    agent: run.agent,
    release: orNull(run.release),
    environment: orNull(run.environment),
    startedAt: formatTimeUs(run.startedAtUs),
    durationMs: run.durationUs / 1_000,
    outcome: isSettled ? run.outcome : null,
    failures: run.failures.map(({ kind, impact, step, stepName, spanId, detail }) => ({
      kind,
      impact,
      step,
      stepName,
      spanId,
      detail,
    })),
    usage: usageJson(run.usage),
    costUsd: toUsd(run.costNanoUsd),
    unpricedCalls: run.unpricedCalls,
    llmCalls: run.llmCalls,
    toolCalls: run.toolCalls,
    ratings: (ratings.get(run.traceId) ?? []).map(feedbackJson),
    settledAt: isSettled ? formatTimeUs(run.settledAtMs * 1_000) : null,
    sampleRate: run.sampleRate,
  }
}

/** A run with its steps. */
export function runDetailJson(run: RunRecord, ratings: Ratings, transcript: Transcript | null, isSettled = true): RunDetailJson {
  return {
    ...runJson(run, ratings, isSettled),
    steps: run.steps.map(stepJson),
    transcript: transcript === null ? null : transcriptJson(transcript),
  }
}

/** A conversation with a page of its runs, which the store lists newest first. */
export function conversationJson(
  conversation: ConversationRecord,
  page: RunPage,
  feedback: readonly FeedbackRecord[],
): ConversationJson {
  const ratings: Ratings = Map.groupBy(feedback, ({ runId }) => runId ?? '')
  const { runs, failedRuns, llmCalls, toolCalls, inputTokens, outputTokens, costNanoUsd, unpricedCalls } = conversation
  return {
    conversationId: conversation.conversationId,
    service: conversation.service,
    agent: conversation.agent,
    environment: orNull(conversation.environment),
    startedAt: formatTimeUs(conversation.firstAtUs),
    lastAt: formatTimeUs(conversation.lastAtUs),
    runs: page.runs.map((run) => runJson(run, ratings)).toReversed(),
    next: page.next,
    totals: { runs, failedRuns, llmCalls, toolCalls, inputTokens, outputTokens, costUsd: costNanoUsd / 1e9, unpricedCalls },
    ratings: feedback.map(feedbackJson),
  }
}

export function feedbackJson(record: FeedbackRecord): FeedbackJson {
  const { id, target, runId, name, countedRating, score, label, comment, correction, userId, source, judge } = record
  return {
    id,
    target,
    run: runId,
    name,
    rating: countedRating,
    score,
    label,
    comment,
    correction,
    userId,
    source,
    judge,
    at: formatTimeUs((record.atMs ?? record.receivedAtMs) * 1_000),
    receivedAt: formatTimeUs(record.receivedAtMs * 1_000),
  }
}

function stepJson(step: RunStep): StepJson {
  return {
    spanId: step.spanId,
    parentSpanId: step.parentId,
    name: step.name,
    kind: step.kind,
    agent: step.agentLabel,
    step: step.stepLabel,
    model: orNull(modelOf(step)),
    provider: step.provider,
    startedAt: formatTimeUs(step.startUs),
    durationMs: stepDurationUs(step) / 1_000,
    usage: usageJson(step.usage),
    costUsd: toUsd(step.costNanoUsd),
    statedCostUsd: toUsd(step.statedCostNanoUsd),
    counted: step.isCounted,
    tool: step.tool === null || step.tool.name === '' ? null : step.tool.name,
    finishReasons: step.finishReasons,
    error: step.error,
  }
}

function usageJson({ input, output, cacheRead, cacheWrite, reasoning }: Usage): UsageJson {
  return {
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    reasoningTokens: reasoning,
  }
}

function toUsd(nanoUsd: number | null): number | null {
  return nanoUsd === null ? null : nanoUsd / 1e9
}

/** Labels spell unset as an empty text, the API as null. */
function orNull(text: string): string | null {
  return text === '' ? null : text
}
