/** What is wrong with a file of notes: with one row of it, or with all of it. */

/** One value that could not be taken. */
export interface RowProblem {
  /** Line of the file, from 1. */
  readonly line: number
  /** Its column as the file spells it, else our name of the field. */
  readonly field: string
  readonly expected: string
  /** What came, at most 100 characters; null = nothing. */
  readonly received: string | null
}

/** Nothing of the file can be taken. The message says what to do. */
export class UnreadableNotesError extends Error {
  override readonly name = 'UnreadableNotesError'
  /** The setting that would help, or the field that is missing. */
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

const MAX_SHOWN = 100

export function shown(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}...` : text
}
