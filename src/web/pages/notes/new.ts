/** The form for a new note. From a run it comes with what is known already. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { z } from 'zod'
import { NOTE_LIMITS, type NoteDraft, noteKinds } from '../../../model/note.ts'
import type { Store } from '../../../records/store.ts'
import { noteBodySchema } from '../../../notes/body.ts'
import { draftOf } from '../../../notes/draft.ts'
import { conversationPath, runPath } from '../paths.ts'
import type { Site } from '../site.ts'

export const newNoteQuery: Readonly<Record<string, z.ZodType>> = {
  run: z.string().optional().describe('Trace id of the run it is about.'),
  conversation: z.string().optional().describe('Id of the conversation it is about.'),
  quote: z.string().optional().describe('What was said.'),
}

/** What a form can send; longer ones go by the API. */
const MAX_TEXT = 15_000

type Values = Readonly<Record<string, string>>

interface NewNoteView {
  readonly values: Values
  /** What was expected, by field. */
  readonly errors: ReadonlyMap<string, string>
  readonly csrfToken: string | null
  /** See NoteDesk. */
  readonly keepsTexts: boolean
}

/** What an address of the form says, and what is known of the run it names. */
export async function aboutOf(query: Readonly<Record<string, unknown>>, store: Pick<Store, 'findRun'>): Promise<Values> {
  const text = (name: string, max: number): string => (typeof query[name] === 'string' ? query[name].slice(0, max) : '')
  const traceId = text('run', 32).toLowerCase()
  const run = /^[0-9a-f]{32}$/.test(traceId) ? await store.findRun(traceId) : null
  return {
    text: text('quote', MAX_TEXT),
    run: /^[0-9a-f]{32}$/.test(traceId) ? traceId : '',
    conversation: text('conversation', NOTE_LIMITS.id),
    user: run?.userId ?? '',
    kind: 'other',
  }
}

/** The note of the form, or what is wrong with it. */
export function readNewNote(values: Values): { readonly draft: NoteDraft } | { readonly errors: ReadonlyMap<string, string> } {
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''))
  const { kind, title, text, role, user, at, run, conversation, rating, tags } = filled
  const parsed = noteBodySchema.safeParse({
    kind,
    title,
    text,
    author: { role },
    userId: user,
    at,
    traceId: run?.trim(),
    conversationId: conversation,
    about: {
      tags:
        tags
          ?.split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== '') ?? [],
    },
    rating: rating === undefined ? undefined : { score: /^\d$/.test(rating) ? Number(rating) : rating, min: 1, max: 5 },
  })
  if (parsed.success) return { draft: draftOf(parsed.data) }
  const errors = parsed.error.issues.map((issue) => [fieldOf(issue.path.map(String)), issue.message] as const)
  return { errors: new Map(errors.toReversed()) }
}

/** The field of the form that a field of the note stands in. */
function fieldOf([first = 'text', second = '']: readonly string[]): string {
  const names: Readonly<Record<string, string>> = {
    userId: 'user',
    traceId: 'run',
    conversationId: 'conversation',
    about: 'tags',
  }
  return first === 'author' ? second : (names[first] ?? first)
}

export function newNoteForm(site: Site, { values, errors, csrfToken, keepsTexts }: NewNoteView): SafeHtml {
  const field = (name: string, label: string, control: (attributes: SafeHtml) => SafeHtml): SafeHtml => {
    const error = errors.get(name)
    const attributes = error === undefined ? html`` : html`aria-invalid="true" aria-describedby="${name}-error"`
    return html`<div class="field">
      <label for="note-${name}">${label}</label>
      ${control(html`id="note-${name}" name="${name}" ${attributes}`)}
      ${error === undefined ? '' : html`<p class="error" id="${name}-error">expected ${error}</p>`}
    </div>`
  }
  const input = (name: string, label: string, more: SafeHtml = html``): SafeHtml =>
    field(name, label, (attributes) => html`<input ${attributes} value="${values[name] ?? ''}" autocomplete="off" ${more} />`)
  const about = aboutLine(site, values)
  return html`<h1>New note</h1>
    ${errors.size === 0 ? '' : html`<p class="error" role="alert">The note was not added: look at ${[...errors.keys()].join(', ')}.</p>`}
    ${about}
    ${keepsTexts ? '' : html`<p class="state">Texts are not stored here: <code>FLYWHEEL_CONTENT</code> is <code>off</code>. Who, when, rating and links are.</p>`}
    <form class="note-form" method="post" action="${site.href('/notes/new')}">
      ${csrfToken === null ? '' : html`<input type="hidden" name="csrf" value="${csrfToken}" />`}
      ${field(
        'text',
        'What was said, or what you noticed',
        (attributes) =>
          html`<textarea ${attributes} rows="8" maxlength="${MAX_TEXT}" required autofocus>
${'\n'}${values['text'] ?? ''}</textarea>`,
      )}
      ${input('title', 'Title', html`maxlength="${NOTE_LIMITS.title}"`)}
      <div class="fields">
        ${field(
          'kind',
          'Kind',
          (attributes) =>
            html`<select ${attributes}>
              ${noteKinds.map((kind) => html`<option ${kind === (values['kind'] ?? 'other') ? html`selected` : ''}>${kind}</option>`)}
            </select>`,
        )}
        ${input('role', 'Who said it (role)', html`maxlength="${NOTE_LIMITS.role}" list="note-roles" placeholder="customer"`)}
        ${field(
          'rating',
          'Rating',
          (attributes) =>
            html`<select ${attributes}>
              ${['', '1', '2', '3', '4', '5'].map(
                (value) =>
                  html`<option value="${value}" ${value === (values['rating'] ?? '') ? html`selected` : ''}>
                    ${value === '' ? 'none' : `${value} of 5`}
                  </option>`,
              )}
            </select>`,
        )}
        ${field(
          'at',
          'When (UTC)',
          (attributes) => html`<input ${attributes} type="datetime-local" value="${values['at'] ?? ''}" />`,
        )}
        ${input('user', 'User id', html`maxlength="${NOTE_LIMITS.id}"`)} ${input('tags', 'Tags, separated by commas')}
        ${input('run', 'Run (trace id)', html`maxlength="32"`)}
        ${input('conversation', 'Conversation id', html`maxlength="${NOTE_LIMITS.id}"`)}
      </div>
      <datalist id="note-roles">
        ${['customer', 'user', 'support', 'sales', 'team'].map((role) => html`<option value="${role}"></option>`)}
      </datalist>
      <p class="empty">With a rating and a run or conversation it counts as feedback; of role team, as a reviewer's.</p>
      <button>add note</button>
    </form>`
}

function aboutLine(site: Site, { run = '', conversation = '' }: Values): SafeHtml {
  if (run !== '') return html`<p>About <a href="${site.href(runPath(run))}">run ${run.slice(0, 8)}</a>.</p>`
  if (conversation === '') return html``
  return html`<p>About <a href="${site.href(conversationPath(conversation))}">this conversation</a>.</p>`
}
