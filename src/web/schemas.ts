/** What the API answers, as zod schemas: the types of the code, the checks of the tests and openapi.json are all this. Absent is null, money is USD. */
import { z } from 'zod'
import { failureKinds } from '../model/failure.ts'
import type { FailureImpact, FailureKind } from '../model/failure.ts'
import {
  type FeedbackSource,
  feedbackSources,
  type Judge,
  judges,
  type Rating,
  ratings as ratingValues,
} from '../model/feedback.ts'
import type { RunOutcome } from '../model/run.ts'
import type { FinishReason, StepKind } from '../model/step.ts'
import type { ProblemJson } from './problem.ts'
import { type TranscriptJson, transcriptSchema } from './transcript-json.ts'

export interface UsageJson {
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
}

interface FailureJson {
  readonly kind: FailureKind
  readonly impact: FailureImpact
  readonly step: string
  readonly stepName: string
  readonly spanId: string
  readonly detail: string
}

/** What somebody said about a run. */
export interface FeedbackJson {
  readonly id: string
  readonly target: {
    readonly traceId: string | null
    readonly spanId: string | null
    readonly conversationId: string | null
    readonly responseId: string | null
    readonly messageId: string | null
  }
  /** Trace id of the run it was joined to. */
  readonly run: string | null
  readonly name: string
  readonly rating: Rating | null
  readonly score: number | null
  readonly label: string | null
  readonly comment: string | null
  readonly correction: string | null
  readonly userId: string | null
  readonly source: FeedbackSource
  readonly judge: Judge
  readonly at: string
  readonly receivedAt: string
}

export interface FeedbackPageJson {
  readonly feedback: readonly FeedbackJson[]
  readonly next: string | null
}

export interface RunJson {
  readonly traceId: string
  readonly conversationId: string | null
  readonly userId: string | null
  readonly title: string | null
  readonly tags: readonly string[]
  readonly service: string
  readonly agent: string
  readonly release: string | null
  readonly environment: string | null
  readonly startedAt: string
  readonly durationMs: number
  readonly outcome: RunOutcome | null
  readonly failures: readonly FailureJson[]
  readonly usage: UsageJson
  readonly costUsd: number | null
  readonly unpricedCalls: number
  readonly llmCalls: number
  readonly toolCalls: number
  readonly ratings: readonly FeedbackJson[]
  readonly settledAt: string | null
  readonly sampleRate: number
}

export interface StepJson {
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: StepKind
  readonly agent: string
  readonly step: string
  readonly model: string | null
  readonly provider: string | null
  readonly startedAt: string
  readonly durationMs: number
  readonly usage: UsageJson
  readonly costUsd: number | null
  readonly statedCostUsd: number | null
  readonly counted: boolean
  readonly tool: string | null
  readonly finishReasons: readonly FinishReason[]
  readonly error: {
    readonly type: string | null
    readonly message: string | null
    readonly httpStatus: number | null
    readonly cause: string | null
    readonly kind: FailureKind | null
  } | null
}

export interface RunDetailJson extends RunJson {
  readonly steps: readonly StepJson[]
  readonly transcript: TranscriptJson | null
}

export interface RunPageJson {
  readonly runs: readonly RunJson[]
  readonly next: string | null
}

export interface ConversationJson {
  readonly conversationId: string
  readonly service: string
  readonly agent: string
  readonly environment: string | null
  readonly startedAt: string
  readonly lastAt: string
  readonly runs: readonly RunJson[]
  readonly next: string | null
  readonly totals: {
    readonly runs: number
    readonly failedRuns: number
    readonly llmCalls: number
    readonly toolCalls: number
    readonly inputTokens: number
    readonly outputTokens: number
    readonly costUsd: number
    readonly unpricedCalls: number
  }
  readonly ratings: readonly FeedbackJson[]
}

export interface HealthJson {
  readonly status: 'ok' | 'ready' | 'not ready'
  readonly version: string
  readonly reason: string | null
}

const count = z.int().min(0)
const tokens = count.nullable()
const time = z.iso.datetime().describe('RFC 3339, UTC')
const durationMs = z.number().min(0)
const kind = z.enum(failureKinds)
const optionalText = z.string().nullable()

const feedback = z.strictObject({
  id: z.string().describe('By which it can be replaced or withdrawn.'),
  target: z
    .strictObject({
      traceId: optionalText,
      spanId: optionalText,
      conversationId: optionalText,
      responseId: optionalText,
      messageId: optionalText,
    })
    .describe('What it names.'),
  run: optionalText.describe('Trace id of the run it was joined to; null = no run has come.'),
  name: z.string(),
  rating: z.enum(ratingValues).nullable().describe('On the one scale; null = none is stated and none can be derived.'),
  score: z.number().nullable(),
  label: optionalText,
  comment: optionalText,
  correction: optionalText.describe('What the answer should have been.'),
  userId: optionalText,
  source: z.enum(feedbackSources),
  judge: z.enum(judges),
  at: time.describe('When it was said, else when it came.'),
  receivedAt: time,
})

const ratings = z.array(feedback).describe('What was said about it, the first to come first.')

const usage = z
  .strictObject({
    inputTokens: tokens.describe('Includes cache reads and writes.'),
    outputTokens: tokens.describe('Includes reasoning.'),
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    reasoningTokens: tokens,
  })
  .describe('Null = not reported, which is not 0.')

const failure = z.strictObject({
  kind,
  impact: z.enum(['fatal', 'recovered']),
  step: z.string(),
  stepName: z.string(),
  spanId: z.string(),
  detail: z.string().describe('The evidence, in words.'),
})

const run = z.strictObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  conversationId: z.string().nullable(),
  userId: z.string().nullable(),
  title: z
    .string()
    .nullable()
    .describe('How the user began, at most 200 characters; null = what was said was not sent, or is not stored.'),
  tags: z.array(z.string()).describe('Words that the application puts on its runs.'),
  service: z.string(),
  agent: z.string(),
  release: z.string().nullable(),
  environment: z.string().nullable(),
  startedAt: time,
  durationMs,
  outcome: z
    .enum(['ok', 'failed'])
    .nullable()
    .describe('failed = an error left the run, or it never ended. Null = the run is still open.'),
  failures: z.array(failure),
  usage,
  costUsd: z.number().min(0).nullable().describe('Sum over the priced calls; null = no call has a known price.'),
  unpricedCalls: count,
  llmCalls: count,
  toolCalls: count,
  ratings,
  settledAt: time.nullable().describe('Null = the run is still open, its numbers may grow.'),
  sampleRate: z.number().gt(0).max(1).describe('0.1 = this row stands for ten runs like it.'),
})

const step = z.strictObject({
  spanId: z.string(),
  parentSpanId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['llm', 'embedding', 'tool', 'agent', 'workflow', 'retrieval', 'rerank', 'guardrail', 'parse', 'other']),
  agent: z.string(),
  step: z.string(),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  startedAt: time,
  durationMs,
  usage,
  costUsd: z.number().min(0).nullable(),
  statedCostUsd: z.number().min(0).nullable().describe('What the emitter itself says the call cost.'),
  counted: z.boolean().describe('False for the parents and twins of a call that was counted elsewhere.'),
  tool: z.string().nullable(),
  finishReasons: z.array(z.enum(['stop', 'length', 'tool_call', 'content_filter', 'refusal', 'error', 'other'])),
  error: z
    .strictObject({
      type: z.string().nullable(),
      message: z.string().nullable(),
      httpStatus: z.int().nullable(),
      cause: z.string().nullable().describe('The exception that it was raised from.'),
      kind: kind.nullable(),
    })
    .nullable(),
})

const totals = z.strictObject({
  runs: count,
  failedRuns: count,
  llmCalls: count,
  toolCalls: count,
  inputTokens: count,
  outputTokens: count,
  costUsd: z.number().min(0),
  unpricedCalls: count,
})

export const runSchema: z.ZodType<RunJson> = run

export const runDetailSchema: z.ZodType<RunDetailJson> = run.extend({
  steps: z.array(step),
  transcript: transcriptSchema.nullable().describe('Null = it is not kept.'),
})

export const runPageSchema: z.ZodType<RunPageJson> = z.strictObject({
  runs: z.array(run),
  next: z.string().nullable().describe('Pass it as `cursor` for the next page; null = this was the last.'),
})

export const conversationSchema: z.ZodType<ConversationJson> = z.strictObject({
  conversationId: z.string(),
  service: z.string(),
  agent: z.string(),
  environment: z.string().nullable(),
  startedAt: time,
  lastAt: time,
  runs: z.array(run).describe('The latest 200 that are kept, oldest first.'),
  next: z.string().nullable().describe('Cursor for earlier runs at /api/runs?conversation=...; null = all are here.'),
  totals: totals.describe('Over all runs, also those whose rows were sampled away.'),
  ratings,
})

export const feedbackPageSchema: z.ZodType<FeedbackPageJson> = z.strictObject({
  feedback: z.array(feedback).describe('Newest first.'),
  next: z.string().nullable().describe('Pass it as `cursor` for the next page; null = this was the last.'),
})

export const healthSchema: z.ZodType<HealthJson> = z.strictObject({
  status: z.enum(['ok', 'ready', 'not ready']),
  version: z.string(),
  reason: z.string().nullable(),
})

export const problemSchema: z.ZodType<ProblemJson> = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.strictObject({ field: z.string(), expected: z.string(), received: z.string().nullable() })).optional(),
})
