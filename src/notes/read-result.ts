/** What reading a file of notes gives, whatever its format. */
import type { NoteDraft } from '../model/note.ts'
import type { RowField } from './columns.ts'
import type { RowProblem } from './unreadable.ts'

export interface DraftRow {
  /** Line of the file at which it stands. */
  readonly line: number
  readonly draft: NoteDraft
}

export interface ReadResult {
  readonly drafts: readonly DraftRow[]
  readonly wrong: readonly RowProblem[]
  /** Which columns were read as what; several only as the text. */
  readonly columns: Readonly<Partial<Record<RowField, readonly string[]>>>
  /** Columns that were not read. */
  readonly ignored: readonly string[]
}
