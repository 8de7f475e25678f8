/** The tables as Kysely knows them. Money is integer nano USD, times say their unit, JSON is text; columns are described in migrations.ts. */
import type { FailureImpact, FailureKind } from '../model/failure.ts'
import type { RunOutcome } from '../model/run.ts'

export interface Tables {
  readonly meta: MetaTable
  readonly series: SeriesTable
  readonly label_values: LabelValuesTable
  readonly settled: SettledTable
  readonly runs: RunsTable
  readonly run_failures: RunFailuresTable
  readonly run_tags: RunTagsTable
  readonly conversations: ConversationsTable
}

interface MetaTable {
  readonly key: string
  readonly value: string
}

export interface SeriesTable {
  readonly metric: string
  /** JSON array of label values. */
  readonly labels: string
  /** JSON of the rest of a SeriesState. */
  readonly state: string
}

export interface LabelValuesTable {
  readonly label: string
  readonly value: string
  readonly used_at_ms: number
}

export interface SettledTable {
  readonly trace_id: string
  readonly settled_at_ms: number
  readonly settle_number: number
  readonly outcome: RunOutcome | null
  readonly service: string
  readonly agent: string
  readonly conversation_id: string | null
  readonly is_stored: number
  readonly seen: Uint8Array
}

export interface RunsTable {
  readonly trace_id: string
  readonly conversation_id: string | null
  readonly user_id: string | null
  readonly service: string
  readonly environment: string
  readonly agent: string
  readonly release: string
  readonly started_at_us: number
  readonly duration_us: number
  readonly outcome: RunOutcome
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly cache_read_tokens: number | null
  readonly cache_write_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly cost_nano_usd: number | null
  readonly unpriced_calls: number
  readonly llm_calls: number
  readonly tool_calls: number
  readonly settled_at_ms: number
  readonly sample_rate: number
  /** JSON array of RunFailure. */
  readonly failures: string
  /** JSON array of RunStep. */
  readonly steps: string
}

export interface RunFailuresTable {
  readonly trace_id: string
  readonly kind: FailureKind
  readonly impact: FailureImpact
}

export interface RunTagsTable {
  readonly trace_id: string
  readonly tag: string
}

export interface ConversationsTable {
  readonly conversation_id: string
  readonly service: string
  readonly environment: string
  readonly agent: string
  readonly first_at_us: number
  readonly last_at_us: number
  readonly settled_at_ms: number
  readonly runs: number
  readonly failed_runs: number
  readonly llm_calls: number
  readonly tool_calls: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_nano_usd: number
  readonly unpriced_calls: number
}
