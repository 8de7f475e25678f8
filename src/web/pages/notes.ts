/** The pages of notes: the list, one note with what its quotes are about, and the form for a new one. They work without script. */
import type { SafeHtml } from '@remix-run/html-template'
import type { Request, Response } from 'express'
import type { Store } from '../../records/store.ts'
import { csrfTokenOf, logoutTokenOf, personOf } from '../auth.ts'
import { withKnownCursor } from '../feedback-list.ts'
import { formOf } from '../form.ts'
import { decide, mayDecide, missing, nameOf, noteFilterOf, notesFilters, type NotesOptions, requireDecider } from '../notes.ts'
import { suggestionsFor } from '../note-suggestions.ts'
import { Problem } from '../problem.ts'
import { pathParameter, type Route } from '../route.ts'
import { withoutEmpty } from './filters.ts'
import { notesList } from './notes/list.ts'
import { aboutOf, newNoteForm, newNoteQuery, readNewNote } from './notes/new.ts'
import { noteBody, QUOTES_ON_PAGE, targetOf } from './notes/one.ts'
import { notePath } from './paths.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'

export interface NotePagesOptions extends NotesOptions {
  readonly site: Site
  readonly store: Pick<Store, 'listRuns' | 'findRun'>
}

export function notePageRoutes(options: NotePagesOptions): Route[] {
  const { site, notes, desk, store, audit, nowMs } = options
  const show = (request: Request, response: Response, title: string, body: SafeHtml, status = 200): void =>
    sendPage(
      response,
      page(site, { title, current: 'notes', person: personOf(request), csrfToken: logoutTokenOf(request), body }),
      status,
    )
  const noteForm = (request: Request, values: Readonly<Record<string, string>>, errors: ReadonlyMap<string, string>): SafeHtml =>
    newNoteForm(site, { values, errors, csrfToken: csrfTokenOf(request), keepsTexts: desk.keepsTexts })
  const answers = { 200: { description: 'A page.', contentType: 'text/html' } }
  const left = { 303: { description: '`Location` is where to go on.', contentType: 'text/plain' } }
  const pathParameters = { id: 'Id of the note.' }

  const list: Route = {
    path: '/notes',
    summary: 'Notes, newest first, for people: the filters are those of /api/notes.',
    query: notesFilters,
    answers,
    problems: [422],
    handle: async (request, response) => {
      const query = withoutEmpty(request.query)
      const { limit, cursor, ...filter } = noteFilterOf(query, nowMs())
      const [found, count] = await Promise.all([
        withKnownCursor(cursor, () => notes.list({ ...filter, limit, cursor })),
        notes.count(filter),
      ])
      show(request, response, 'notes', notesList(site, query, found, count))
    },
  }

  const blank: Route = {
    path: '/notes/new',
    summary: 'The form for a new note; `run`, `conversation` and `quote` fill it in.',
    query: newNoteQuery,
    answers,
    handle: async (request, response) => {
      const values = await aboutOf(request.query, store)
      show(request, response, 'new note', noteForm(request, values, new Map()))
    },
  }

  const add: Route = {
    method: 'post',
    path: '/notes/new',
    summary: 'Adds the note of the form.',
    answers: left,
    problems: [403, 413],
    handle: async (request, response) => {
      const values = formOf(request)
      const read = readNewNote(values)
      if ('errors' in read) return show(request, response, 'new note', noteForm(request, values, read.errors), 422)
      const [receipt] = await desk.take([read.draft], { by: nameOf(request), restores: true, assumedAtMs: nowMs() })
      response.redirect(303, site.href(notePath(receipt?.id ?? '')))
    },
  }

  const one: Route = {
    path: '/notes/:id',
    summary: 'One note, for people: its quotes with what they are about, decided or suggested.',
    pathParameters,
    answers,
    problems: [404],
    handle: async (request, response) => {
      const note = (await notes.find(pathParameter(request, 'id'))) ?? missing()
      const from = fromOf(request.query['from'], note.quotes.length)
      const quotes = note.quotes.slice(from, from + QUOTES_ON_PAGE)
      const suggestions = await suggestionsFor(options, note, quotes)
      const view = { note, quotes, from, suggestions, csrfToken: csrfTokenOf(request), mayDecide: mayDecide(request) }
      show(request, response, note.title === '' ? 'note' : note.title, noteBody(site, view))
    },
  }

  const link: Route = {
    method: 'post',
    path: '/notes/:id/links',
    summary: 'Decides what a quote is about: the form of its page.',
    pathParameters,
    answers: left,
    problems: [403, 404, 413, 422],
    handle: async (request, response) => {
      requireDecider(request)
      const id = pathParameter(request, 'id')
      const form = formOf(request)
      const change = targetOf(form)
      if ('expected' in change)
        throw new Problem(422, `Wrong fields: ${change.field}.`, [
          { field: change.field, expected: change.expected, received: form[change.field] ?? null },
        ])
      await decide(options, id, [change], nameOf(request))
      const from = /^\d{1,6}$/.test(form['from'] ?? '') ? `?from=${form['from'] ?? ''}` : ''
      response.redirect(303, `${site.href(notePath(id))}${from}#${encodeURIComponent(change.quoteId)}`)
    },
  }

  const remove: Route = {
    method: 'post',
    path: '/notes/:id/delete',
    summary: 'Deletes a note: the form of its page.',
    pathParameters,
    answers: left,
    problems: [403, 404],
    handle: async (request, response) => {
      requireDecider(request)
      const id = pathParameter(request, 'id')
      if (!(await desk.remove(id))) missing()
      await audit(request, 'delete_note', id)
      response.redirect(303, site.href('/notes'))
    },
  }
  return [list, blank, add, one, link, remove]
}

/** The first quote shown, at the beginning of a page. */
function fromOf(text: unknown, count: number): number {
  const from = typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : 0
  return from < count ? from - (from % QUOTES_ON_PAGE) : 0
}
