/** A CSV file to rows. Quoting and line breaks are csv-parse's business; which sign separates is ours. */
import { type CsvError, parse } from 'csv-parse/sync'

import { NOTE_LIMITS } from '../model/note.ts'
import type { Row, Table } from './table.ts'
import { shown, UnreadableNotesError, type RowProblem } from './unreadable.ts'

const delimiters = [',', ';', '\t', '|'] as const

const MAX_COLUMNS = 500

interface Parsed {
  readonly record: readonly string[]
  /** At which it ends. */
  readonly lines: number
}

/** @throws {UnreadableNotesError} when it has no rows, or too many. */
export function readCsv(content: string): Table {
  // csv-parse counts a line break of two characters inside of quotes as two lines.
  const text = content.replaceAll(/\r\n?/g, '\n')
  const wrong: RowProblem[] = []
  const parsed: Parsed[] = []
  parse(text, {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    to: NOTE_LIMITS.notes + 2,
    on_record: (record, { lines }) => {
      parsed.push({ record, lines })
      return null
    },
    on_skip: (error) => void wrong.push(brokenRow(error)),
  })
  const [head, ...records] = parsed
  if (head !== undefined && head.record.length > MAX_COLUMNS)
    throw new UnreadableNotesError('body', `Expected at most ${MAX_COLUMNS} columns; there are ${head.record.length}.`)
  const headers = distinctNames(head?.record ?? [])
  if (headers.length === 0)
    throw new UnreadableNotesError('body', 'Expected a first line with the names of the columns; there is nothing.')
  const rows = records.flatMap(({ record, lines }): Row[] => {
    const line = lines - record.reduce((sum, cell) => sum + breaksIn(cell), 0)
    const extra = record.slice(headers.length).find((cell) => cell.trim() !== '')
    if (extra !== undefined) {
      wrong.push({ line, field: 'row', expected: `${headers.length} columns as in the first line`, received: shown(extra) })
      return []
    }
    if (record.every((cell) => cell.trim() === '')) return []
    return [{ line, cells: new Map(headers.map((header, index) => [header, record[index] ?? ''])) }]
  })
  return { headers, rows, wrong }
}

/** Some exports repeat a name, for instance once for each comment of a ticket. */
function distinctNames(head: readonly string[]): readonly string[] {
  const names = head.map((header, index) => header.trim() || `column ${index + 1}`)
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
}

/** The sign that stands most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  let isQuoted = false
  const counts = new Map<string, number>(delimiters.map((sign) => [sign, 0]))
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (sign === '\n') break
    else if (counts.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return most?.[0] ?? ','
}

function breaksIn(cell: string): number {
  return cell.split('\n').length - 1
}

function brokenRow(error: CsvError | undefined): RowProblem {
  const line: unknown = error?.['lines']
  const isOpen = error?.code === 'CSV_QUOTE_NOT_CLOSED'
  return {
    line: typeof line === 'number' ? line : 1,
    field: 'row',
    expected: isOpen ? 'a quote that is closed before the end of the file' : `a row of CSV (${error?.message ?? 'unreadable'})`,
    received: null,
  }
}
