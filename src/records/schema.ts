/** The tables as Kysely knows them. Money is integer nano USD, times say their unit, JSON is text; columns are described in migrations.ts. */
import type { ColumnType } from 'kysely'

import type { Generated } from 'kysely'

import type { FailureImpact, FailureKind } from '../model/failure.ts'
import type { FeedbackSource, Judge, Rating } from '../model/feedback.ts'
import type { FeedbackStatus } from '../model/feedback-state.ts'
import type { LinkType, NoteKind, NoteLink } from '../model/note.ts'
import type { AuditAction } from '../model/audit.ts'
import type { KeptReason } from '../model/transcript.ts'
import type { TombstoneKind } from '../model/tombstone.ts'
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
  readonly run_keys: RunKeysTable
  readonly feedback: FeedbackTable
  readonly transcripts: TranscriptsTable
  readonly keep_requests: KeepRequestsTable
  readonly deletions: DeletionsTable
  readonly notes: NotesTable
  readonly note_quotes: NoteQuotesTable
  readonly note_links: NoteLinksTable
  readonly deleted_notes: DeletedNotesTable
  readonly note_feedback: NoteFeedbackTable
  readonly tombstones: TombstonesTable
  readonly audit: AuditTable
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
  readonly environment: string
  readonly started_at_us: number
  /** JSON array of log entry numbers. */
  readonly entries: string
}

export interface RunsTable {
  readonly trace_id: string
  readonly conversation_id: string | null
  readonly user_id: string | null
  /** How the user began. */
  readonly title: string | null
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

/** Null until it is known. */
type Later<T> = ColumnType<T | null, T | null | undefined, T | null>

export interface ConversationsTable extends ConversationTotals {
  readonly user_id: Later<string>
  /** JSON of a ConversationMemory. */
  readonly memory: Later<string>
  readonly gives_up_at_ms: Later<number>
}

/** What runs add up to. */
export interface ConversationTotals {
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

/** Keys by which feedback may name a run. By day, so that a day's keys lie together and go together. */
export interface RunKeysTable {
  /** Days since 1970 of the log's clock at settle. */
  readonly day: number
  /** 53-bit hash of the key's text. */
  readonly key: number
  readonly trace_id: string
}

export interface FeedbackTable {
  readonly id: string
  readonly target_trace_id: string | null
  readonly target_span_id: string | null
  readonly target_conversation_id: string | null
  readonly target_response_id: string | null
  readonly target_message_id: string | null
  readonly name: string
  readonly score: number | null
  /** JSON of a ScoreScale. */
  readonly scale: string | null
  readonly label: string | null
  /** As stated. */
  readonly rating: Rating | null
  readonly comment: string | null
  readonly correction: string | null
  readonly user_id: string | null
  readonly source: FeedbackSource
  readonly judge: Judge
  readonly at_ms: number | null
  readonly received_at_ms: number
  readonly changed_at_ms: number
  /** On the one scale. */
  readonly counted_rating: Rating | null
  /** What the metrics hold. */
  readonly counted: Rating | null
  readonly digest: string
  readonly status: FeedbackStatus
  readonly is_withdrawn: number
  readonly run_id: string | null
  readonly run_service: string | null
  readonly run_environment: string | null
  readonly run_agent: string | null
}

interface TranscriptsTable {
  readonly trace_id: string
  readonly reason: KeptReason
  readonly kept_at_ms: number
  /** JSON of a Transcript. */
  readonly body: string
}

/** Transcripts that are to be read from the log. */
export interface KeepRequestsTable {
  readonly trace_id: string
  readonly reason: KeptReason | 'again'
  readonly asked_at_ms: number
  /** How often it failed. */
  readonly tries: number
}

export interface NotesTable {
  readonly id: string
  /** When it was said, else when it was added: what lists are sorted by. */
  readonly shown_at_ms: number
  readonly kind: NoteKind
  readonly user_id: string | null
  readonly at_ms: number | null
  readonly author_name: string | null
  readonly author_role: string | null
  readonly weight: number
  readonly created_at_ms: number
  readonly created_by: string | null
  readonly changed_at_ms: number
  readonly digest: string
  /** JSON of a NoteRating. */
  readonly rating: string | null
  /** JSON of what it is about and where it is from. */
  readonly details: string
  readonly title: string
  readonly text: string
}

export interface NoteQuotesTable {
  readonly note_id: string
  readonly id: string
  readonly position: number
  readonly speaker_name: string | null
  readonly speaker_role: string | null
  readonly offset_ms: number | null
  readonly text: string
}

export interface NoteLinksTable {
  readonly note_id: string
  readonly quote_id: string
  readonly position: number
  readonly type: LinkType
  readonly target_id: string
  readonly state: NoteLink['state']
  readonly score: number | null
  readonly why: string
  readonly decided_by: string | null
  readonly decided_at_ms: number
}

/** Notes that somebody has deleted: an import does not bring them back. Nothing of what they said is left. */
interface DeletedNotesTable {
  readonly id: string
  readonly deleted_at_ms: number
}

/** Feedback out of notes that the ledger has not taken yet. */
interface NoteFeedbackTable {
  readonly number: Generated<number>
  /** JSON of a FeedbackEvent. */
  readonly event: string
}

/** What was deleted on request. */
interface TombstonesTable {
  readonly kind: TombstoneKind
  readonly key: string
  readonly deleted_at_ms: number
}

/** Who did what. Rows are only ever added. */
interface AuditTable {
  readonly number: Generated<number>
  /** Once per thing that was done, so that a repeated job does not tell it twice. */
  readonly id: string
  readonly at_ms: number
  readonly who: string
  readonly action: AuditAction
  readonly object: string
  /** JSON of numbers by name. */
  readonly counts: string
}

export interface DeletionsTable {
  readonly id: string
  readonly state: 'asked' | 'erased' | 'wiped'
  /** JSON of a Deletion or of LateTraces until it is erased. */
  readonly deletion: string | null
  readonly kind: 'user' | 'conversation' | 'late'
  readonly subject: string
  readonly deleted_at_ms: number
  readonly who: string
  /** JSON of ErasedCounts. */
  readonly counts: string
}
