/** Rows <-> model. What is filtered, summed or sorted by has a column; what is only shown travels as JSON written here, so it is trusted when read. */
import { type AliasedRawBuilder, type Selectable, sql } from 'kysely'

import type { ConversationDelta, LabelState, SeriesState, SettledRun } from '../model/checkpoint.ts'
import { blankStep } from '../model/blank-step.ts'
import type { RunFailure, RunRecord, RunStep, RunSummary } from '../model/run.ts'
import type {
  ConversationTotals,
  LabelValuesTable,
  RunFailuresTable,
  RunsTable,
  RunTagsTable,
  SeriesTable,
  SettledTable,
} from './schema.ts'
import type { ConversationRecord } from './store.ts'

export function toSeriesRow({ metric, labels, ...state }: SeriesState): SeriesTable {
  return { metric, labels: JSON.stringify(labels), state: JSON.stringify(state) }
}

export function fromSeriesRow(row: Selectable<SeriesTable>): SeriesState {
  const labels: string[] = JSON.parse(row.labels)
  const state: Omit<SeriesState, 'metric' | 'labels'> = JSON.parse(row.state)
  return { metric: row.metric, labels, ...state }
}

export function toLabelRow({ label, value, usedAtMs }: LabelState): LabelValuesTable {
  return { label, value, used_at_ms: usedAtMs }
}

export function fromLabelRow(row: Selectable<LabelValuesTable>): LabelState {
  return { label: row.label, value: row.value, usedAtMs: row.used_at_ms }
}

export function toSettledRow(run: SettledRun): SettledTable {
  return {
    trace_id: run.traceId,
    settled_at_ms: run.settledAtMs,
    settle_number: run.settleNumber,
    outcome: run.outcome,
    service: run.service,
    agent: run.agent,
    conversation_id: run.conversationId,
    is_stored: run.isStored ? 1 : 0,
    seen: run.seen,
    environment: run.environment,
    started_at_us: run.startedAtUs,
    entries: JSON.stringify(run.entries),
  }
}

export function fromSettledRow(row: Selectable<SettledTable>): SettledRun {
  const entries: number[] = JSON.parse(row.entries)
  return {
    traceId: row.trace_id,
    settledAtMs: row.settled_at_ms,
    settleNumber: row.settle_number,
    outcome: row.outcome,
    service: row.service,
    agent: row.agent,
    conversationId: row.conversation_id,
    environment: row.environment,
    startedAtUs: row.started_at_us,
    entries,
    isStored: row.is_stored === 1,
    seen: row.seen,
  }
}

export function toRunRow(run: RunRecord): RunsTable {
  return {
    trace_id: run.traceId,
    conversation_id: run.conversationId,
    user_id: run.userId,
    title: run.title,
    service: run.service,
    environment: run.environment,
    agent: run.agent,
    release: run.release,
    started_at_us: run.startedAtUs,
    duration_us: run.durationUs,
    outcome: run.outcome,
    input_tokens: run.usage.input,
    output_tokens: run.usage.output,
    cache_read_tokens: run.usage.cacheRead,
    cache_write_tokens: run.usage.cacheWrite,
    reasoning_tokens: run.usage.reasoning,
    // What is larger cannot be read back.
    cost_nano_usd: run.costNanoUsd === null ? null : Math.min(run.costNanoUsd, Number.MAX_SAFE_INTEGER),
    unpriced_calls: run.unpricedCalls,
    llm_calls: run.llmCalls,
    tool_calls: run.toolCalls,
    settled_at_ms: run.settledAtMs,
    sample_rate: run.sampleRate,
    failures: JSON.stringify(run.failures),
    steps: JSON.stringify(run.steps),
  }
}

/** A run's row with its tags, as `tagsColumn` selects them. */
type Tagged<Row> = Row & { readonly tags: string }

export function fromRunRow(row: Tagged<Selectable<RunsTable>>): RunRecord {
  return { ...fromSummaryRow(row), steps: parseSteps(row.steps) }
}

type SummaryColumn = Exclude<keyof RunsTable, 'steps'>

/** The columns of a list: the steps of a page of runs can be hundreds of megabytes. */
export const summaryColumns: readonly SummaryColumn[] = [
  'trace_id',
  'conversation_id',
  'user_id',
  'title',
  'service',
  'environment',
  'agent',
  'release',
  'started_at_us',
  'duration_us',
  'outcome',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost_nano_usd',
  'unpriced_calls',
  'llm_calls',
  'tool_calls',
  'settled_at_ms',
  'sample_rate',
  'failures',
]

/** The tags of a run as a JSON array, for queries of `runs`. */
export const tagsColumn: AliasedRawBuilder<string, 'tags'> =
  sql<string>`(SELECT json_group_array(tag) FROM run_tags WHERE run_tags.trace_id = runs.trace_id)`.as('tags')

export function fromSummaryRow(row: Tagged<Pick<Selectable<RunsTable>, SummaryColumn>>): RunSummary {
  const tags: string[] = JSON.parse(row.tags)
  const failures: RunFailure[] = JSON.parse(row.failures)
  return {
    traceId: row.trace_id,
    conversationId: row.conversation_id,
    userId: row.user_id,
    title: row.title,
    tags,
    service: row.service,
    environment: row.environment,
    agent: row.agent,
    release: row.release,
    startedAtUs: row.started_at_us,
    durationUs: row.duration_us,
    outcome: row.outcome,
    failures,
    usage: {
      input: row.input_tokens,
      output: row.output_tokens,
      cacheRead: row.cache_read_tokens,
      cacheWrite: row.cache_write_tokens,
      reasoning: row.reasoning_tokens,
    },
    costNanoUsd: row.cost_nano_usd,
    unpricedCalls: row.unpriced_calls,
    llmCalls: row.llm_calls,
    toolCalls: row.tool_calls,
    settledAtMs: row.settled_at_ms,
    sampleRate: row.sample_rate,
  }
}

/** Rows of earlier versions lack what a step has since. */
export function parseSteps(json: string): RunStep[] {
  const steps: (Omit<RunStep, keyof typeof blankStep | 'unpriced'> & Partial<RunStep>)[] = JSON.parse(json)
  return steps.map((step) => ({
    ...blankStep,
    unpriced: null,
    ...step,
    tool: step.tool == null ? null : { ...newToolFields, ...step.tool },
    error: step.error == null ? null : { ...newErrorFields, ...step.error },
  }))
}

const newErrorFields = { cause: null } satisfies Partial<RunStep['error']>
const newToolFields = { callId: null, looseArguments: null } satisfies Partial<RunStep['tool']>

/** What the filter by failure kind looks at: each kind and impact of a run once. */
export function toFailureRows(run: RunRecord): RunFailuresTable[] {
  const distinct = new Map(run.failures.map(({ kind, impact }) => [`${kind} ${impact}`, { trace_id: run.traceId, kind, impact }]))
  return [...distinct.values()]
}

export function toTagRows({ traceId, tags }: RunRecord): RunTagsTable[] {
  return tags.map((tag) => ({ trace_id: traceId, tag }))
}

export function toConversationRow(delta: ConversationDelta): ConversationTotals {
  return {
    conversation_id: delta.conversationId,
    service: delta.service,
    environment: delta.environment,
    agent: delta.agent,
    first_at_us: delta.firstAtUs,
    last_at_us: delta.lastAtUs,
    settled_at_ms: delta.settledAtMs,
    runs: delta.runs,
    failed_runs: delta.failedRuns,
    llm_calls: delta.llmCalls,
    tool_calls: delta.toolCalls,
    input_tokens: delta.inputTokens,
    output_tokens: delta.outputTokens,
    cost_nano_usd: delta.costNanoUsd,
    unpriced_calls: delta.unpricedCalls,
  }
}

export function fromConversationRow(row: Selectable<ConversationTotals>): ConversationRecord {
  return {
    conversationId: row.conversation_id,
    service: row.service,
    environment: row.environment,
    agent: row.agent,
    firstAtUs: row.first_at_us,
    lastAtUs: row.last_at_us,
    settledAtMs: row.settled_at_ms,
    runs: row.runs,
    failedRuns: row.failed_runs,
    llmCalls: row.llm_calls,
    toolCalls: row.tool_calls,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costNanoUsd: row.cost_nano_usd,
    unpricedCalls: row.unpriced_calls,
  }
}
