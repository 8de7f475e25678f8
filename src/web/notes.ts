/** Notes for programs: the list with its filters, one note with suggestions, adding, deciding about links, deleting. */
import type { Request } from 'express'
import { z } from 'zod'
import { isSameTarget, type LinkTarget, linkTypes, type Note, NOTE_LIMITS, noteKinds } from '../model/note.ts'
import { noteBodySchema, noteListSchema } from '../notes/body.ts'
import type { NoteDesk, NoteReceipt } from '../notes/desk.ts'
import { draftOf } from '../notes/draft.ts'
import type { NoteFilter, NoteStore } from '../records/notes.ts'
import { personOf } from './auth.ts'
import { withKnownCursor } from './feedback-list.ts'
import type { Auditor } from './audit.ts'
import { jsonOf } from './json-body.ts'
import { MAX_IMPORT_BYTES, noteImportRoute } from './note-import.ts'
import { noteJson, notePageSchema, noteSchema, noteSummaryJson } from './note-json.ts'
import { suggestionsFor, type SuggestionSource } from './note-suggestions.ts'
import { invalidQuery, Problem } from './problem.ts'
import { pathParameter, type Route, sendJson } from './route.ts'
import { isTime, parseTime } from './times.ts'

export interface NotesOptions extends SuggestionSource {
  readonly audit: Auditor
  readonly notes: NoteStore
  readonly desk: NoteDesk
  readonly nowMs: () => number
}

const timeExpected = 'an RFC 3339 time such as 2026-01-31T12:00:00Z, or a duration back from now such as 30m, 1h or 7d'
const time = z.string({ error: timeExpected }).refine(isTime, { error: timeExpected })
const text = z.string({ error: 'one text' }).min(1, { error: 'a text that is not empty' })
const limitExpected = 'a whole number from 1 to 200'

const notesQuery = z.strictObject({
  since: time.optional().describe(`What was said then or later, where that is known, else added: ${timeExpected}.`),
  until: time.optional().describe('What was said before then; same spelling.'),
  kind: z.enum(noteKinds, { error: `one of ${noteKinds.join(', ')}` }).optional(),
  user: text.optional().describe('User id.'),
  q: text.max(200, { error: 'at most 200 characters' }).optional().describe('Stands in the title, the text or a quote.'),
  linked: z.enum(['yes', 'no'], { error: 'yes or no' }).optional().describe('yes = somebody confirmed a link of a quote.'),
  run: text.optional().describe('Confirmed to be about this run: its trace id.'),
  conversation: text.optional().describe('Confirmed to be about this conversation.'),
  limit: z
    .string({ error: limitExpected })
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: limitExpected })
    .default('50')
    .describe('Notes on a page, 1 to 200.'),
  cursor: text.optional().describe('`next` of the page before.'),
})

/** The filters by name, for the documentation of every route that takes them. */
export const notesFilters: Readonly<Record<string, z.ZodType>> = notesQuery.shape

/** The filters of a query. @throws Problem 422 that names every field that is wrong. */
export function noteFilterOf(query: Readonly<Record<string, unknown>>, nowMs: number): NoteFilter {
  const parsed = notesQuery.safeParse(query)
  if (!parsed.success) throw invalidQuery(parsed.error, query, new Set())
  const { since, until, kind, user, q, linked, run, conversation, limit, cursor } = parsed.data
  if (run !== undefined && conversation !== undefined)
    throw new Problem(422, 'Wrong query parameters: conversation.', [
      { field: 'conversation', expected: 'either a run or a conversation', received: conversation.slice(0, 100) },
    ])
  const toMs = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : (parseTime(value, nowMs) ?? undefined)
  const about: LinkTarget | undefined =
    run !== undefined
      ? { type: 'run', id: run.toLowerCase() }
      : conversation !== undefined
        ? { type: 'conversation', id: conversation }
        : undefined
  return {
    sinceMs: toMs(since),
    untilMs: toMs(until),
    kind,
    userId: user,
    text: q,
    isLinked: linked === undefined ? undefined : linked === 'yes',
    about,
    limit: Number(limit),
    cursor,
  }
}

const receiptsSchema: z.ZodType<{ readonly notes: readonly NoteReceipt[] }> = z.strictObject({
  notes: z.array(z.strictObject({ id: z.string(), outcome: z.enum(['new', 'changed', 'known', 'repeated', 'deleted']) })),
})

const changesExpected = `1 to ${NOTE_LIMITS.links} changes`

export interface LinkDecision extends LinkTarget {
  readonly quoteId: string
  readonly action: 'confirm' | 'reject' | 'remove'
}

const linkChanges: z.ZodType<{ readonly changes: readonly LinkDecision[] }> = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        quoteId: text,
        type: z.enum(linkTypes, { error: `one of ${linkTypes.join(', ')}` }),
        id: text.max(NOTE_LIMITS.id, { error: `at most ${NOTE_LIMITS.id} characters` }),
        action: z
          .enum(['confirm', 'reject', 'remove'], { error: 'confirm, reject or remove' })
          .describe('confirm also adds a link that nobody suggested; remove takes a decision back.'),
      }),
    )
    .min(1, { error: changesExpected })
    .max(NOTE_LIMITS.links, { error: changesExpected }),
})

export function noteRoutes(options: NotesOptions): Route[] {
  const { notes, desk, audit, nowMs } = options
  const pathParameters = { id: 'Id of the note.' }
  const noteAnswer = { 200: { description: 'The note.', contentType: 'application/json', schema: noteSchema } }
  const receipts = { contentType: 'application/json', schema: receiptsSchema }
  return [
    noteImportRoute(desk, audit),
    {
      path: '/api/notes',
      summary: 'Notes, newest first: what people said in interviews, meetings, tickets and reviews.',
      query: notesFilters,
      answers: { 200: { description: 'A page of notes.', contentType: 'application/json', schema: notePageSchema } },
      problems: [422],
      handle: async (request, response) => {
        const filter = noteFilterOf(request.query, nowMs())
        const { notes: found, next } = await withKnownCursor(filter.cursor, () => notes.list(filter))
        sendJson(response, { notes: found.map(noteSummaryJson), next })
      },
    },
    {
      method: 'post',
      path: '/api/notes',
      takes: 'json',
      body: z.union([noteBodySchema, noteListSchema]),
      maxBytes: MAX_IMPORT_BYTES,
      summary:
        'Adds a note or a list of notes. The same note again adds nothing; one with the same system and externalId replaces.',
      answers: {
        200: { description: 'All were known, or changed.', ...receipts },
        201: { description: 'Some are new.', ...receipts },
      },
      handle: async (request, response) => {
        // By one schema or the other, so that errors name the fields of what was sent.
        const bodies = Array.isArray(request.body) ? jsonOf(request, noteListSchema) : [jsonOf(request, noteBodySchema)]
        const taken = await desk.take(
          bodies.map((body) => draftOf(body)),
          { by: nameOf(request) },
        )
        sendJson(response, { notes: taken }, taken.some(({ outcome }) => outcome === 'new') ? 201 : 200)
      },
    },
    {
      path: '/api/notes/:id',
      summary: 'One note: its quotes with what they are about, decided by people or suggested.',
      pathParameters,
      answers: noteAnswer,
      problems: [404],
      handle: async (request, response) => {
        const note = (await notes.find(pathParameter(request, 'id'))) ?? missing()
        sendJson(response, noteJson(note, await suggestionsFor(options, note, note.quotes)))
      },
    },
    {
      method: 'delete',
      path: '/api/notes/:id',
      takes: 'json',
      summary: 'Deletes a note, and the feedback that was made of it. Importing it again does not bring it back.',
      pathParameters,
      answers: { 200: { description: 'It is gone.', ...receipts } },
      problems: [403, 404],
      handle: async (request, response) => {
        requireDecider(request)
        const id = pathParameter(request, 'id')
        if (!(await desk.remove(id))) missing()
        await audit(request, 'delete_note', id)
        sendJson(response, { notes: [{ id, outcome: 'deleted' }] })
      },
    },
    {
      method: 'post',
      path: '/api/notes/:id/links',
      takes: 'json',
      body: linkChanges,
      summary: 'Decides what quotes of a note are about.',
      pathParameters,
      answers: noteAnswer,
      problems: [403, 404],
      handle: async (request, response) => {
        requireDecider(request)
        const { changes } = jsonOf(request, linkChanges)
        const note = await decide(options, pathParameter(request, 'id'), changes, nameOf(request))
        sendJson(response, noteJson(note, await suggestionsFor(options, note, note.quotes)))
      },
    },
  ]
}

/**
 * Notes what somebody decided. What they were shown comes along: how sure the suggestion was, and why.
 * @throws {Problem} 404; 422 for a quote or a run that cannot be
 */
export async function decide(
  options: NotesOptions,
  id: string,
  changes: readonly LinkDecision[],
  by: string | null,
): Promise<Note> {
  const spelled = changes.map((change) => (change.type === 'run' ? { ...change, id: change.id.trim().toLowerCase() } : change))
  const wrong = spelled.find(
    (change) => change.type === 'run' && change.action === 'confirm' && !/^[0-9a-f]{32}$/.test(change.id),
  )
  if (wrong !== undefined) throw wrongField('id', 'a trace id: 32 hexadecimal digits', wrong.id)
  const note = (await options.notes.find(id)) ?? missing()
  const suggestions = await suggestionsFor(
    options,
    note,
    note.quotes.filter((quote) => spelled.some(({ quoteId }) => quoteId === quote.id)),
  )
  const changed = await options.desk.changeLinks(
    id,
    spelled.map((change) => {
      const shown = suggestions.get(change.quoteId)?.find((one) => isSameTarget(one, change))
      return { ...change, score: shown?.score ?? null, why: shown?.why ?? 'named by hand' }
    }),
    by,
  )
  if (changed === null) return missing()
  if ('expected' in changed) throw wrongField('quoteId', changed.expected, changed.quoteId)
  return changed
}

/** @throws {Problem} 403 for somebody who may only read */
export function requireDecider(request: Request): void {
  if (!mayDecide(request))
    throw new Problem(403, 'What a note is about is decided by reviewers, and so is deleting it; you can read and add notes.')
}

export function mayDecide(request: Request): boolean {
  return personOf(request)?.role !== 'viewer'
}

export function nameOf(request: Request): string | null {
  return personOf(request)?.name ?? null
}

export function missing(): never {
  throw new Problem(404, 'No note with this id: unknown, or deleted.')
}

function wrongField(field: string, expected: string, received: string): Problem {
  return new Problem(422, `Wrong fields: ${field}.`, [{ field, expected, received: received.slice(0, 100) }])
}
