/** The way in for files of notes: what is good is taken, what is not is named with its line, and the same file twice adds nothing. */
import type { Request } from 'express'
import { z } from 'zod'
import type { ScoreScale } from '../model/feedback.ts'
import { NOTE_LIMITS, noteKinds } from '../model/note.ts'
import { decodeText } from '../notes/decode-text.ts'
import type { NoteDesk, NoteOutcome, NoteReceipt } from '../notes/desk.ts'
import { formatOfFile, formatOfType, type NoteFormat, noteFormats } from '../notes/formats.ts'
import { readNotes, type ReadNotes, type ReadOptions } from '../notes/read-notes.ts'
import { UnreadableNotesError } from '../notes/unreadable.ts'
import { parseWhen, whenExpected } from '../notes/when.ts'
import type { Auditor } from './audit.ts'
import { personOf } from './auth.ts'
import { bytesOf } from './bytes-body.ts'
import { type FieldError, invalidQuery, Problem } from './problem.ts'
import { type Route, sendJson } from './route.ts'

/** Of one file, inflated. */
export const MAX_IMPORT_BYTES = 16_777_216
/** Wrong values that an answer names; all are counted. */
const MAX_NAMED = 100

const text = (max: number): z.ZodType<string> =>
  z.string({ error: `one text of at most ${max} characters` }).max(max, { error: `one text of at most ${max} characters` })
const flag = z.literal(['1', ''], { error: '1, or nothing' })
const several = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === 'string' ? [value] : value))
const weightExpected = `a number from 0 to ${NOTE_LIMITS.maxWeight}`
const scaleExpected = 'a scale such as 1..5, the worst first'
const scalePattern = /^(-?\d{1,6}(?:\.\d{1,6})?)\.\.(-?\d{1,6}(?:\.\d{1,6})?)$/

const importQuery = z.strictObject({
  format: z
    .enum(noteFormats, { error: `one of ${noteFormats.join(', ')}` })
    .optional()
    .describe('Default: by Content-Type, then by the ending of `file`.'),
  file: text(NOTE_LIMITS.id).optional().describe('Name of the file: kept with its notes, and the title of a transcript.'),
  system: text(NOTE_LIMITS.role)
    .optional()
    .describe('Where its ids are from, for instance zendesk. Default: what its columns tell, else unknown.'),
  kind: z
    .enum(noteKinds, { error: `one of ${noteKinds.join(', ')}` })
    .optional()
    .describe('Of notes that do not say.'),
  role: text(NOTE_LIMITS.role).optional().describe('Of authors that have none.'),
  roles: several.optional().describe('Roles of speakers in a transcript: `Speaker 1:customer,Speaker 2:support`.'),
  weight: z
    .string({ error: weightExpected })
    .refine((value) => /^\d{1,2}(\.\d{1,3})?$/.test(value) && Number(value) <= NOTE_LIMITS.maxWeight, { error: weightExpected })
    .optional(),
  at: z
    .string({ error: whenExpected })
    .refine((value) => parseWhen(value) !== null, { error: whenExpected })
    .optional()
    .describe('When it was said, for notes that do not say.'),
  title: text(NOTE_LIMITS.title).optional().describe('Of notes that have none.'),
  map: several.optional().describe('Which column is what: `text:Comment,userId:Customer No`. May be repeated.'),
  scale: z
    .string({ error: scaleExpected })
    .refine((value) => scaleOf(value) !== null, { error: scaleExpected })
    .optional()
    .describe(`Of its ratings: ${scaleExpected}. Default: what is known of the column.`),
  dates: z
    .enum(['dmy', 'mdy'], { error: 'dmy or mdy' })
    .optional()
    .describe('How 03/04/2026 is read. Default: by the other dates of the column.'),
  charset: text(40).optional().describe('Default: UTF-8, or UTF-16 with a byte order mark.'),
  strict: flag.optional().describe('1 = all or nothing.'),
  restore: flag.optional().describe('1 = also notes that somebody has deleted.'),
  try: flag.optional().describe('1 = say what would happen, and change nothing.'),
})

interface ImportJson extends Readonly<Record<NoteOutcome, number>> {
  readonly format: NoteFormat
  readonly wrongRows: number
  readonly wrong: readonly (FieldError & { readonly line: number })[]
  readonly columns: ReadNotes['columns']
  readonly ignored: readonly string[]
  readonly notes: readonly NoteReceipt[]
}

const count = z.int().min(0)

const importSchema: z.ZodType<ImportJson> = z.strictObject({
  format: z.enum(noteFormats),
  new: count,
  changed: count,
  known: count.describe('Nothing of them is new.'),
  repeated: count.describe('The same file has them more than once.'),
  deleted: count.describe('Somebody deleted them, so they stay away.'),
  wrongRows: count,
  wrong: z
    .array(z.strictObject({ line: count, field: z.string(), expected: z.string(), received: z.string().nullable() }))
    .describe(`The first ${MAX_NAMED}.`),
  columns: z.record(z.string(), z.array(z.string())).describe('Which columns were read as what.'),
  ignored: z.array(z.string()).describe('Columns that were not read.'),
  notes: z
    .array(z.strictObject({ id: z.string(), outcome: z.enum(['new', 'changed', 'known', 'repeated', 'deleted']) }))
    .describe('In the order of the file.'),
})

export function noteImportRoute(desk: NoteDesk, audit: Auditor): Route {
  return {
    method: 'post',
    path: '/api/notes/import',
    takes: 'bytes',
    types: ['text/csv', 'application/x-ndjson', 'text/markdown', 'text/vtt', 'application/x-subrip'],
    maxBytes: MAX_IMPORT_BYTES,
    summary: `Imports a file of notes: CSV, JSON lines, Markdown with front matter, WebVTT or SubRip; at most ${NOTE_LIMITS.notes} notes.`,
    query: importQuery.shape,
    answers: {
      200: {
        description: 'What became of its notes. Rows that are wrong were left out.',
        contentType: 'application/json',
        schema: importSchema,
      },
    },
    problems: [403, 413, 415, 422],
    handle: async (request, response) => {
      const { data, error } = importQuery.safeParse(request.query)
      if (data === undefined) throw invalidQuery(error, request.query, new Set())
      const read = readBody(request, formatOf(request, data), data)
      const rows = new Set(read.wrong.map(({ line }) => line)).size
      const wrong = read.wrong.slice(0, MAX_NAMED)
      if (data.strict !== undefined && rows > 0)
        throw new Problem(
          422,
          `Nothing was taken: ${rows} of the rows are wrong.`,
          wrong.map(({ line, field, ...rest }) => ({ field: `line ${line}, ${field}`, ...rest })),
        )
      const receipts = await desk.take(
        read.drafts.map(({ draft }) => draft),
        { by: personOf(request)?.name ?? null, restores: data.restore !== undefined, isTrial: data.try !== undefined },
      )
      const report = reportOf(read, receipts, rows, wrong)
      const { new: added, changed, known } = report
      if (data.try === undefined) await audit(request, 'import_notes', report.format, { new: added, changed, known })
      sendJson(response, report)
    },
  }
}

function reportOf(read: ReadNotes, receipts: readonly NoteReceipt[], wrongRows: number, wrong: ImportJson['wrong']): ImportJson {
  const counted = (outcome: NoteOutcome): number => receipts.filter((receipt) => receipt.outcome === outcome).length
  return {
    format: read.format,
    new: counted('new'),
    changed: counted('changed'),
    known: counted('known'),
    repeated: counted('repeated'),
    deleted: counted('deleted'),
    wrongRows,
    wrong,
    columns: read.columns,
    ignored: read.ignored,
    notes: receipts,
  }
}

type ImportQuery = z.output<typeof importQuery>

function formatOf(request: Request, { format, file }: ImportQuery): NoteFormat {
  const [type = ''] = (request.get('Content-Type') ?? '').split(';')
  const found = format ?? formatOfType(type.trim()) ?? (file === undefined ? null : formatOfFile(file))
  if (found !== null) return found
  throw new Problem(
    415,
    `Expected a Content-Type of text/csv, application/x-ndjson, text/markdown, text/vtt or application/x-subrip, or format=${noteFormats.join('|')}; got ${type === '' ? 'none' : type}.`,
  )
}

function readBody(request: Request, format: NoteFormat, query: ImportQuery): ReadNotes {
  const { map, roles, weight, at, scale, dates, charset, kind, role, system, file, title } = query
  const stated = /;\s*charset=["']?([\w-]+)/i.exec(request.get('Content-Type') ?? '')?.[1]
  const options: ReadOptions = {
    map,
    roles: rolesOf(roles ?? []),
    kind,
    role,
    system,
    file,
    title,
    weight: weight === undefined ? undefined : Number(weight),
    atMs: at === undefined ? undefined : (parseWhen(at) ?? undefined),
    scale: scale === undefined ? undefined : (scaleOf(scale) ?? undefined),
    dayOrder: dates,
  }
  try {
    return readNotes(decodeText(bytesOf(request), charset ?? stated ?? null), format, options)
  } catch (error) {
    if (!(error instanceof UnreadableNotesError)) throw error
    throw new Problem(422, error.message, [{ field: error.field, expected: error.message, received: null }])
  }
}

function rolesOf(texts: readonly string[]): ReadonlyMap<string, string> {
  const pairs = texts.flatMap((pair) => pair.split(',')).map((pair) => pair.split(':').map((part) => part.trim()))
  return new Map(
    pairs.map(([name = '', role = '']) => {
      if (name === '' || role === '' || role.length > NOTE_LIMITS.role)
        throw new Problem(422, 'Wrong query parameters: roles.', [
          { field: 'roles', expected: 'NAME:ROLE, several separated by commas', received: `${name}:${role}`.slice(0, 100) },
        ])
      return [name.toLowerCase(), role]
    }),
  )
}

/** Written from the worst to the best: 1..5, and 5..1 where 1 is the best. */
function scaleOf(spelled: string): ScoreScale | null {
  const [, worst, best] = scalePattern.exec(spelled) ?? []
  if (worst === undefined || best === undefined || Number(worst) === Number(best)) return null
  const [from, to] = [Number(worst), Number(best)]
  return { min: Math.min(from, to), max: Math.max(from, to), higherIsBetter: from < to }
}
