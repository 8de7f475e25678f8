/** A file of any known format to notes: those that can be taken, and what is wrong with the others. Pure: bytes in, values out. */
import { readCaptions } from './captions.ts'
import { type ColumnMap, parseColumnMap } from './columns.ts'
import { readCsv } from './csv.ts'
import type { DraftDefaults } from './draft.ts'
import type { NoteFormat } from './formats.ts'
import { readJsonLines } from './json-lines.ts'
import { readMarkdown } from './markdown.ts'
import type { ReadResult } from './read-result.ts'
import { readTable } from './table.ts'

export interface ReadNotes extends ReadResult {
  readonly format: NoteFormat
}

export interface ReadOptions extends DraftDefaults {
  /** `text:Comment,userId:Customer No`. */
  readonly map?: readonly string[] | undefined
  /** Roles of speakers in a transcript, by their name there. */
  readonly roles?: ReadonlyMap<string, string> | undefined
}

/** @throws {UnreadableNotesError} when nothing of it can be taken. */
export function readNotes(text: string, format: NoteFormat, options: ReadOptions = {}): ReadNotes {
  const { map = [], ...defaults } = options
  const columns: ColumnMap = parseColumnMap(map)
  switch (format) {
    case 'csv':
      return { format, ...readTable(readCsv(text), { ...defaults, map: columns }) }
    case 'jsonl':
      return { format, ...readTable(readJsonLines(text), { ...defaults, map: columns }) }
    case 'markdown':
      return { format, ...readMarkdown(text, defaults) }
    case 'vtt':
    case 'srt':
      return { format, ...readCaptions(text, format, defaults) }
    default:
      return format satisfies never
  }
}
