/** Rows of a table to notes: columns are chosen once, then each row is read by the same schema as JSON, and what does not fit is named with its line. */
import type { z } from 'zod'

import type { ScoreScale } from '../model/feedback.ts'
import { NOTE_LIMITS } from '../model/note.ts'
import { bodyFields, noteBodySchema } from './body.ts'
import { chooseColumns, type ColumnMap, listed, plainName, type RowField } from './columns.ts'
import { type DraftDefaults, draftOf } from './draft.ts'
import type { DraftRow, ReadResult } from './read-result.ts'
import { fiveStars, looksLikeStars, scaleOfName, systemOf } from './systems.ts'
import { type RowProblem, shown, UnreadableNotesError } from './unreadable.ts'
import { dayOrderOf, type DayOrder, parseWhen, whenExpected } from './when.ts'

export interface Row {
  readonly line: number
  readonly cells: ReadonlyMap<string, unknown>
}

export interface Table {
  readonly headers: readonly string[]
  readonly rows: readonly Row[]
  /** Rows that could not even be told apart into cells. */
  readonly wrong: readonly RowProblem[]
}

export interface TableOptions extends DraftDefaults {
  readonly map: ColumnMap
}

/** @throws {UnreadableNotesError} when no column is the text, or when there are too many rows. */
export function readTable(table: Table, options: TableOptions): ReadResult {
  if (table.rows.length > NOTE_LIMITS.notes)
    throw new UnreadableNotesError('body', `Expected at most ${NOTE_LIMITS.notes} notes in one file. Split it.`)
  const system = systemOf(new Set(table.headers.map(plainName)))
  const { columns, ignored } = chooseColumns(table.headers, options.map, system?.columns ?? {})
  const whole = new Set(
    table.rows.flatMap(({ cells }) => [...cells].flatMap(([header, cell]) => (isWhole(header, cell) ? [header] : []))),
  )
  if (table.rows.length > 0 && !columns.has('text') && !columns.has('title') && !whole.has('quotes'))
    throw new UnreadableNotesError(
      'map',
      `None of the columns is known to be the text. Say which one: map=text:COLUMN. There are: ${listed(table.headers)}.`,
    )
  const dayOrder = options.dayOrder ?? dayOrderOf(cellsOf(table, columns.get('at')).map(String))
  const scale = options.scale ?? scaleOf(table, columns, system?.scale ?? null)
  const defaults: DraftDefaults = {
    ...options,
    kind: options.kind ?? system?.kind,
    role: options.role ?? system?.role,
    system: options.system ?? system?.name,
    dayOrder,
    scale: scale ?? undefined,
  }
  const drafts: DraftRow[] = []
  const wrong: RowProblem[] = [...table.wrong]
  for (const row of table.rows) {
    const read = readRow(row, columns, defaults)
    if ('wrong' in read) wrong.push(...read.wrong)
    else drafts.push({ line: row.line, draft: read.draft })
  }
  return {
    drafts,
    wrong: wrong.toSorted((a, b) => a.line - b.line),
    columns: Object.fromEntries(columns),
    ignored: ignored.filter((header) => !whole.has(header)),
  }
}

function cellsOf(table: Table, headers: readonly string[] = []): unknown[] {
  return table.rows.flatMap(({ cells }) => headers.map((header) => cells.get(header) ?? ''))
}

function scaleOf(
  table: Table,
  columns: ReadonlyMap<RowField, readonly string[]>,
  ofSystem: ScoreScale | null,
): ScoreScale | null {
  const headers = columns.get('rating')
  const name = plainName(headers?.[0] ?? '')
  const scores = cellsOf(table, headers).flatMap((cell) => numberOf(cell) ?? [])
  return ofSystem ?? scaleOfName(name) ?? (looksLikeStars(name, scores) ? fiveStars : null)
}

type ReadRow = { readonly draft: DraftRow['draft'] } | { readonly wrong: readonly RowProblem[] }

function readRow({ line, cells }: Row, columns: ReadonlyMap<RowField, readonly string[]>, defaults: DraftDefaults): ReadRow {
  const body = bodyOf(cells, columns)
  const problem = (field: RowField, expected: string): RowProblem => {
    const [header = field] = columns.get(field) ?? []
    return { line, field: header, expected, received: shown(cells.get(header)) }
  }
  const { at, rating } = body
  if (typeof at === 'string' && parseWhen(at, defaults.dayOrder ?? null) === null) return { wrong: [problem('at', whenOf(at))] }
  const { scale } = defaults
  if (typeof rating === 'number' && scale !== undefined && (rating < scale.min || rating > scale.max))
    return { wrong: [problem('rating', `a number from ${scale.min} to ${scale.max}`)] }
  // The schema has no order of days: what was understood goes on in a spelling that has only one meaning.
  const spelled = typeof at === 'string' ? { ...body, at: isoOf(at, defaults.dayOrder ?? null) } : body
  const parsed = noteBodySchema.safeParse(spelled)
  if (parsed.success) return { draft: draftOf(parsed.data, defaults) }
  return { wrong: parsed.error.issues.map((issue) => rowProblem(issue, line, cells, columns)) }
}

function whenOf(at: string): string {
  const isAmbiguous = parseWhen(at, 'dmy') !== null && parseWhen(at, 'mdy') !== null
  return isAmbiguous ? 'a day that can be read one way only; or say dates=dmy or dates=mdy' : whenExpected
}

function isoOf(at: string, order: DayOrder | null): string {
  return new Date(parseWhen(at, order) ?? 0).toISOString()
}

type Body = Readonly<Record<string, unknown>>

/** Named fields, such as those of front matter, in our shape. */
export function bodyOfFields(fields: Readonly<Record<string, unknown>>): {
  readonly body: Body
  readonly cells: ReadonlyMap<string, unknown>
  readonly columns: ReadonlyMap<RowField, readonly string[]>
  readonly ignored: readonly string[]
} {
  const cells = new Map(Object.entries(fields))
  const { columns, ignored } = chooseColumns([...cells.keys()], [], {})
  return {
    body: bodyOf(cells, columns),
    cells,
    columns,
    ignored: ignored.filter((header) => !isWhole(header, cells.get(header))),
  }
}

/** The cells of a row in our shape. */
function bodyOf(cells: ReadonlyMap<string, unknown>, columns: ReadonlyMap<RowField, readonly string[]>): Body {
  const value = (field: RowField): unknown => {
    const headers = (columns.get(field) ?? []).filter((header) => isGiven(cells.get(header)))
    return headers.length > 1 ? answers(headers, cells) : cells.get(headers[0] ?? '')
  }
  const text = (field: RowField): unknown => scalar(value(field))
  const own = new Map([...cells].filter(([header, cell]) => isWhole(header, cell)))
  const kind = text('kind')
  const saysTitleOnly = !columns.has('text') && !own.has('quotes')
  return {
    ...Object.fromEntries(own),
    ...given({
      kind: typeof kind === 'string' ? kind.trim().toLowerCase() : kind,
      title: text('title'),
      text: text('text') ?? (saysTitleOnly ? text('title') : undefined),
      userId: text('userId'),
      at: text('at'),
      rating: ratingOf(value('rating')),
      traceId: text('traceId'),
      conversationId: text('conversationId'),
    }),
    ...nested('author', own, {
      name: text('name'),
      role: text('role'),
      weight: numberOf(value('weight')) ?? text('weight'),
    }),
    ...nested('about', own, { text: text('about'), task: text('task'), tags: tagsOf(value('tags')) }),
    ...nested('source', own, { externalId: text('externalId'), url: text('url') }),
  }
}

/** A field of JSON that has our name and our shape: it goes to the schema as it is. */
function isWhole(header: string, cell: unknown): boolean {
  return bodyFields.has(header) && typeof cell === 'object' && cell !== null
}

function nested(name: string, own: ReadonlyMap<string, unknown>, fields: Body): Body {
  const whole = own.get(name)
  const added = { ...given(fields), ...(typeof whole === 'object' ? whole : {}) }
  return Object.keys(added).length === 0 ? {} : { [name]: added }
}

function given(fields: Body): Body {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)))
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '')
}

/** Answers of several columns under their questions. */
function answers(headers: readonly string[], cells: ReadonlyMap<string, unknown>): string {
  return headers.map((header) => `${header}\n${String(scalar(cells.get(header)))}`).join('\n\n')
}

/** Numbers are texts where a text is meant. Whole objects are read as such, or not at all. */
function scalar(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^\s*-?\d{1,9}(?:[.,]\d{1,6})?\s*$/.test(value)) return null
  return Number(value.replace(',', '.'))
}

/** Words by which systems say that nobody has rated. */
const unrated = /^(?:un)?offered$|^-$|^n\/?a$|^none$|^no rating$|^unrated$/i

function ratingOf(value: unknown): unknown {
  if (typeof value === 'string' && unrated.test(value.trim())) return undefined
  return numberOf(value) ?? value
}

function tagsOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const tags = value.split(/[,;|]/).map((tag) => tag.trim())
  return tags.filter((tag) => tag !== '')
}

const nestedFields: Readonly<Record<string, RowField>> = {
  'author.name': 'name',
  'author.role': 'role',
  'author.weight': 'weight',
  'about.text': 'about',
  'about.task': 'task',
  'about.tags': 'tags',
  'source.externalId': 'externalId',
  'source.url': 'url',
}

export function rowProblem(
  issue: z.core.$ZodIssue,
  line: number,
  cells: ReadonlyMap<string, unknown>,
  columns: ReadonlyMap<RowField, readonly string[]>,
): RowProblem {
  const path = issue.path.map(String)
  const field = nestedFields[path.slice(0, 2).join('.')] ?? path[0] ?? 'row'
  const [header = path.join('.') || 'row'] = [...columns].find(([known]) => known === field)?.[1] ?? []
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : []
  return {
    line,
    field: keys.length > 0 ? [...path, keys[0]].join('.') : header,
    expected: keys.length > 0 ? 'no such field' : issue.message,
    received: shown(cells.get(header)),
  }
}
