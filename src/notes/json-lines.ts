/** JSON lines to rows: one object a line. One array of objects is taken as well. */
import { NOTE_LIMITS } from '../model/note.ts'
import type { Row, Table } from './table.ts'
import { type RowProblem, shown, UnreadableNotesError } from './unreadable.ts'

/** Of all lines together: an export has a few dozen. */
const MAX_FIELDS = 500

export function readJsonLines(text: string): Table {
  const whole = text.trimStart().startsWith('[') ? wholeArray(text) : null
  const values = whole ?? lines(text)
  const wrong: RowProblem[] = []
  const headers = new Set<string>()
  const rows: Row[] = []
  for (const { line, value } of values) {
    if (!isObject(value)) {
      wrong.push({
        line,
        field: 'row',
        expected: 'a JSON object',
        received: shown(value instanceof Unparsed ? value.text : value),
      })
      continue
    }
    const cells = new Map(Object.entries(value))
    for (const header of cells.keys()) headers.add(header)
    if (headers.size > MAX_FIELDS)
      throw new UnreadableNotesError('body', `Expected at most ${MAX_FIELDS} different fields; there are more.`)
    rows.push({ line, cells })
  }
  return { headers: [...headers], rows, wrong }
}

interface Line {
  readonly line: number
  readonly value: unknown
}

class Unparsed {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The line of each is its place in the array. */
function wholeArray(text: string): readonly Line[] | null {
  const value = parsed(text)
  return Array.isArray(value)
    ? value.slice(0, NOTE_LIMITS.notes + 1).map((item: unknown, index) => ({ line: index + 1, value: item }))
    : null
}

function lines(text: string): readonly Line[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter((line) => line.text.trim() !== '')
    .slice(0, NOTE_LIMITS.notes + 1)
    .map((line) => ({ line: line.line, value: parsed(line.text) }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return new Unparsed(text)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unparsed)
}
